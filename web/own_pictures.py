"""A picture of a visitor's own, that the clip is to show: kept in their home, where a run that goes on finds it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from .. import files
from ..errors import RequestError
from ..settings import Settings
from ..tools.video.picture import checked_picture
from ..trust.foreign_files import read_file

ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff")
_LARGEST = 64 << 20
"""Bytes of one picture."""
_FOLDER = "pictures"


def keep_picture(settings: Settings, dropped: str) -> Path:
    """Where the picture is kept from now on. Raises RequestError for a file that is none, before anything is begun."""
    path = Path(dropped)
    if path.suffix.lower() not in ENDINGS:
        raise RequestError(f"{path.name!r} does not end like a picture", hint=f"There are {', '.join(ENDINGS)}.")
    try:
        content = read_file(path, _LARGEST)
        checked_picture(path)
    except OSError as exc:
        raise RequestError(f"{path.name!r} cannot be read: {exc.strerror or exc}", hint="Drop another one.") from exc
    except RequestError as exc:  # it speaks of where gradio has put it
        exc.message = exc.message.replace(repr(str(path)), repr(path.name))
        raise
    target = settings.home / _FOLDER / f"{hashlib.sha256(content).hexdigest()[:32]}{path.suffix.lower()}"
    with files.writing(target):
        files.folder(target.parent)
        files.write_bytes(target, content)
    return target
