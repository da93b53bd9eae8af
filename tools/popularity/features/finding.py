"""Which file is whose: videos named after their ids."""

from __future__ import annotations

import logging
import os
from collections.abc import Collection
from pathlib import Path

from ....errors import DataError

VIDEOS = (".mp4", ".webm", ".mkv", ".mov", ".avi")

_log = logging.getLogger(__name__)


def find_videos(folder: Path, ids: Collection[str]) -> dict[str, Path]:
    """The file of each of `ids` that has one below `folder`: `<id>.mp4`, `.webm`, `.mkv`, `.mov` or `.avi`.

    Of several the one with the foremost ending, then path, is taken. Links that lead out of `folder` are not followed.
    Raises DataError when there is no such folder.
    """
    if not folder.is_dir():
        raise DataError(f"there is no folder {str(folder)!r} of videos", hint="Check the path.")
    wanted, root = set(ids), folder.resolve()
    found: dict[str, tuple[int, Path]] = {}
    for place, _, names in os.walk(folder):
        for name in names:
            stem, ending = os.path.splitext(name)  # noqa: PTH122 - Path makes another stem of names like `..mp4`
            if stem not in wanted or ending.lower() not in VIDEOS:
                continue
            path = Path(place) / name
            if not _leads_into(path, root):
                _log.warning("the link %s leads out of the folder of videos, or nowhere: it is left out", path)
                continue
            rank = VIDEOS.index(ending.lower()), path
            found[stem] = min(found.get(stem, rank), rank)
    return {stem: path for stem, (_, path) in sorted(found.items())}


def _leads_into(path: Path, root: Path) -> bool:
    try:
        return path.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # links that lead round in a ring: RuntimeError before Python 3.13
        return False
