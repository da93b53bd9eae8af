"""The file after `-o`: whether it can be written, and a clip copied there."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ..errors import PopcornError, RequestError


def check_target(out: Path | None) -> None:
    """See before any work that a file can be written there. Raises RequestError."""
    if out is None:
        return
    if out.exists() and not out.is_file():
        what = "a folder" if out.is_dir() else "no file that could be replaced"
        raise RequestError(f"{str(out)!r} is {what}", hint="Name a file after -o, e.g. -o clip.mp4.")
    if not out.parent.is_dir():
        raise RequestError(f"there is no folder {str(out.parent)!r}", hint="Make it first, or name another file.")
    try:
        with tempfile.TemporaryFile(dir=out.parent):
            pass
    except OSError as exc:
        raise RequestError(f"{str(out)!r} cannot be written: {exc.strerror}", hint="Name another file.") from exc


def copy_to(source: Path, target: Path, run_id: str) -> None:
    """Copy a clip to where somebody wants it. Raises StoreError when that cannot be written; the clip is kept."""
    from ..agent.runs.result import keep_file

    try:
        keep_file(source, target, shared=True)
    except PopcornError as exc:
        exc.run_id, exc.hint = run_id, f"The clip is kept: {source}"
        raise
