"""What is fetched of a run: its page, and the bundle of all that an upload needs as one file."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from .. import files
from ..agent.runs.publishing import bundle_run
from ..agent.trace.run_export import known_of, page_of
from ..agent.trace.run_page import Media
from ..errors import RequestError
from .edited_clips import edited_clips

if TYPE_CHECKING:
    from .service import Visitor


def run_page(visitor: Visitor, run_id: str) -> str:
    """The page of a run, as `popcorn trace export --html` has it. Raises RequestError where there is no such run.

    Asking what moved its score may take seconds.
    """
    run = visitor.store.find(run_id)
    folder = visitor.store.folder(run_id)
    known = known_of(visitor.store, run, visitor.settings)
    media = Media(visitor.address(folder / "clip.mp4"), visitor.address(folder / "cover.jpg"), linked=True)
    return page_of(known, media if known.result else Media())


def packed_bundle(visitor: Visitor, run_id: str, edit: str = "") -> Path:
    """The bundle of a finished run, or of an edited draft of it, packed. Raises RequestError and what bundling does."""
    visitor.store.find(run_id)
    folder = visitor.store.folder(run_id)
    if not edit:
        with tempfile.TemporaryDirectory(prefix="popcorn-") as place:
            bundle_run(folder, Path(place))
            return _packed(Path(place), folder / "bundle.zip")
    if edit not in [one["folder"] for one in edited_clips(visitor.store, run_id)]:
        raise RequestError(f"run {run_id} has no edited draft {edit!r}", hint="Look at the run again.")
    return _packed(folder / "edited" / edit / "bundle", folder / "edited" / edit / "bundle.zip")


def _packed(bundle: Path, target: Path) -> Path:
    """The files of a folder in one; clips are not compressed a second time."""
    with files.writing(target), files.replacing(target) as out, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for file in sorted(bundle.iterdir()):
            packed.write(file, file.name)
    return target
