"""Choice models by name: the one that is shipped, and those trained on pairs."""

from __future__ import annotations

from pathlib import Path

from .fitted import FittedChoice
from .headlines import NAME as HEADLINES
from .headlines import headlines_folder
from .manifest import is_choice
from .store import open_choice


def choice_names(folder: Path) -> list[str]:
    """Every choice model of its own: the shipped one and those trained on pairs below `folder`."""
    own = sorted(found.name for found in folder.iterdir() if is_choice(found)) if folder.is_dir() else []
    return [HEADLINES, *own]


def choice_folder(folder: Path, name: str) -> Path:
    """Where the choice model `name` stands, below `folder` or among what is shipped."""
    return headlines_folder() if name == HEADLINES else folder / name


def open_named(folder: Path, name: str) -> FittedChoice:
    """The choice model `name`. Raises MissingError when nothing stands there, DataError when it is damaged."""
    return open_choice(choice_folder(folder, name))
