"""The settings file of the folder one stands in: read once, and trusted or not by the bytes that were read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .toml_file import content_of, table_of, text_of
from .trusted_folders import Standing, TrustedFolders, user_folder

NAME = "popcorn.toml"


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

    Raises RequestError where it cannot be read, and StoreError where nobody knows whether it is trusted.
    """
    file = (folder or Path()) / NAME
    content = content_of(file)
    if content is None:
        return None
    path = place_of(folder or Path())
    if path.parent == user_folder().resolve():
        return None
    digest = hashlib.sha256(content).hexdigest()
    values = table_of(file, text_of(file, content))
    return ProjectFile(path, digest, values, TrustedFolders().standing(path, digest))


def place_of(folder: Path) -> Path:
    """The settings file of a folder, by which it is trusted: a link to the folder is no other folder."""
    return folder.resolve() / NAME
