"""The settings file of the folder one stands in: read once, and trusted or not by the bytes that were read."""

from __future__ import annotations

import hashlib
import os
import stat
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import RequestError
from .trusted_folders import Standing, TrustedFolders, user_folder

NAME = "popcorn.toml"
UTF_8 = "utf-8-sig"
"""What settings files are written in; some editors put a byte order mark before it."""
_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """A settings file, and how it stands to what the person trusts."""

    path: Path
    """Absolute; its folder without symbolic links, the file itself as it is named."""
    sha256: str
    values: dict[str, Any]
    standing: Standing

    @property
    def is_trusted(self) -> bool:
        """Whether it may say what the user's own file may say."""
        return self.standing is Standing.TRUSTED


def read_project(folder: Path | None = None) -> ProjectFile | None:
    """The settings file of `folder`, or of the one we stand in; None where there is none but the user's own.

    Raises RequestError where it is too large, OSError, UnicodeDecodeError and tomllib.TOMLDecodeError where it cannot
    be read, and StoreError where nobody knows whether it is trusted.
    """
    content = _content((folder or Path()) / NAME)
    if content is None:
        return None
    path = place_of(folder or Path())
    if path.parent == user_folder().resolve():
        return None
    digest = hashlib.sha256(content).hexdigest()
    values = tomllib.loads(content.decode(UTF_8))
    return ProjectFile(path, digest, values, TrustedFolders().standing(path, digest))


def place_of(folder: Path) -> Path:
    """The settings file of a folder, by which it is trusted: a link to the folder is no other folder."""
    return folder.resolve() / NAME


def _content(file: Path) -> bytes | None:
    """All of the file at one moment; None where there is no such file. What is no file is never waited for."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return None
    with os.fdopen(descriptor, "rb") as opened:
        content = opened.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise RequestError(
            f"{str(file)!r} is larger than a settings file can be", hint=f"At most {_LARGEST >> 20} MiB are read."
        )
    return content
