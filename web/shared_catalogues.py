"""Catalogues and predictors of the server's home, which those who sign in may use and not change: links to them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .. import files
from ..agent.wiring.catalogues import SAMPLE
from ..agent.wiring.predictors import predictors_folder
from ..tools.popularity import registry
from .choices_in_force import catalogues

if TYPE_CHECKING:
    from ..settings import Settings


def share(server: Settings, home: Path) -> None:
    """Link what the server's home has into another home; what a person has of the same name stays theirs.

    The sample is left out: each home builds it when it is first used. Raises StoreError.
    """
    predictors = predictors_folder(server)
    trained = [name for name in registry.names(predictors) if (predictors / name).is_dir()]
    _link(server.home / "catalogues", home / "catalogues", [one for one in catalogues(server) if one != SAMPLE])
    _link(predictors, home / predictors.name, trained)


def _link(source: Path, target: Path, names: list[str]) -> None:
    with files.writing(target):
        files.folder(target)
        for old in target.iterdir():
            if old.is_symlink() and not old.exists():  # what it led to was deleted
                old.unlink()
        for name in names:
            if not (target / name).exists():
                (target / name).symlink_to((source / name).resolve(), target_is_directory=True)
