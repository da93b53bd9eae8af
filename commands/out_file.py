"""The file after `-o` and the folder after `--bundle`: whether they can be written, and what is copied there."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

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


def check_bundle(folder: Path | None) -> None:
    """See before any work that a bundle can be put there. Raises RequestError."""
    if folder is None:
        return
    there = next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())
    if not there.is_dir():
        raise RequestError(f"{str(there)!r} is a file, and a bundle is a folder", hint="Name another folder.")
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as exc:
        raise RequestError(
            f"no bundle can be put into {str(folder)!r}: {exc.strerror or exc}", hint="Name another folder."
        ) from exc


def put_bundle(run: Path, folder: Path, run_id: str) -> dict[str, Any]:
    """Copy all that an upload needs of a run into a folder. Raises RenderError or StoreError; the clip is kept."""
    from ..agent.runs.publishing import bundle_run

    try:
        return bundle_run(run, folder)
    except PopcornError as exc:
        exc.run_id, exc.hint = run_id, f"The clip is kept: {run / 'clip.mp4'}"
        raise
