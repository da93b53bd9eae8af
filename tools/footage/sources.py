"""Which files of folders are footage, and which are not even tried."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import DataError
from .types import LeftOut

BESIDE = (".txt", ".toml")
"""Endings of files that say something about the clip beside them."""
_NEVER = {
    *BESIDE, ".md", ".json", ".jsonl", ".csv", ".srt", ".vtt", ".ass", ".xml", ".otio", ".pdf", ".html", ".log", ".zip",
    ".jpg", ".jpeg", ".png", ".webp", ".heic", ".tif", ".tiff", ".bmp", ".svg", ".psd", ".thm", ".lrf", ".xmp",
}  # fmt: skip
"""Endings of what lies about in folders of footage and has no moving picture: passed over without a word."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The files to read, in order of their paths."""

    paths: tuple[Path, ...]
    left_out: tuple[LeftOut, ...] = ()


def sources(places: Path | Sequence[Path]) -> Sources:
    """Every file in folders, and in folders inside them; files that are named are taken as they are.

    Hidden files are passed over. A link that leads out of its folder is left out: whoever shares a folder does not
    share the rest of the disk. Raises DataError where a place is not there.
    """
    paths: list[Path] = []
    left_out: list[LeftOut] = []
    for place in [places] if isinstance(places, Path) else places:
        if place.is_dir():
            inside, outside = _split(place)
            paths += inside
            left_out += [LeftOut(path, "it is a link that leads out of the folder, or nowhere") for path in outside]
        elif place.exists():
            paths.append(place)
        else:
            raise DataError(f"there is no footage at {str(place)!r}", hint="check the path")
    return Sources(tuple(dict.fromkeys(paths)), tuple(left_out))


def _split(folder: Path) -> tuple[list[Path], list[Path]]:
    home = folder.resolve()
    inside: list[Path] = []
    outside: list[Path] = []
    for path in _files(folder):
        (inside if _leads_into(path, home) else outside).append(path)
    return inside, outside


def _leads_into(path: Path, home: Path) -> bool:
    try:
        return path.resolve().is_relative_to(home)
    except (OSError, RuntimeError):  # links that lead round in a ring: RuntimeError before Python 3.13
        return False


def _files(folder: Path) -> Iterable[Path]:
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(root, name)
            if not name.startswith(".") and path.suffix.lower() not in _NEVER and (path.is_file() or path.is_symlink()):
                yield path
