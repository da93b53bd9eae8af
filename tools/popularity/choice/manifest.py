"""The manifest of a choice model: its facts, readable without loading what it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from ....errors import DataError
from ....trust import foreign_files
from ..domain import Domain
from ..manifests import MANIFEST, read_facts, reason
from .blending import Blend
from .report import Report

FORMAT = 2
"""2 has `levels`; what was saved in 1 has none."""
KIND = "choice"
TRAIN_AGAIN = "Train it again: popcorn predictor train --pairs FILE."


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about how a choice model was made; its card is written from it."""

    name: str
    source: str
    """What it learned from, for people, e.g. `pairs of randomised web headlines of 2013-2015`."""
    pairs: int
    stories: int
    platform: str
    """Where those were published, e.g. `web headlines`; empty where nobody said."""
    prompts: bool
    """Whether it reads video prompts beside titles."""
    seed: int
    recipe: tuple[tuple[str, str], ...]
    """How it was trained, name and value."""
    report: Report
    started_from: str = ""
    """The choice model whose word is one part more; empty for none."""
    created: str = ""
    seconds: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def learned_from(self) -> str:
        """For people: `14,001 pairs of randomised web headlines`."""
        return f"{self.pairs:,} {self.source}"


@dataclass(frozen=True, slots=True)
class ChoiceManifest:
    """The facts of a saved choice model."""

    format: int
    predictor: str
    """`choice`, so that it is not taken for a predictor."""
    facts: Facts
    encoders: int
    layers: bool
    prior: bool
    """Whether a model that it goes on from stands in the folder `prior`."""
    blend: Blend
    margin: float
    domain: Domain
    popcorn_version: str
    file: str
    file_sha256: str
    levels: bool = False


def is_choice(folder: Path) -> bool:
    """Whether what stands at `folder` calls itself a choice model."""
    try:
        return bool(foreign_files.parse_json(foreign_files.read_file(folder / MANIFEST)).get("predictor") == KIND)
    except (OSError, ValueError, AttributeError):
        return False


def read_choice_manifest(folder: Path) -> ChoiceManifest:
    """The manifest at `folder`. Raises MissingError, NewerFormatError, and DataError when it is damaged."""
    text = read_facts(folder, FORMAT, missing="`popcorn predictor train --pairs FILE` makes one.", damaged=TRAIN_AGAIN)
    path = folder / MANIFEST
    try:
        manifest = _adapter().validate_json(text)
    except (ValueError, DataError) as exc:
        raise DataError(f"the manifest {str(path)!r} is damaged: {reason(exc)}", hint=TRAIN_AGAIN) from exc
    if Path(manifest.file).name != manifest.file:
        raise DataError(f"the manifest {str(path)!r} is damaged: it points outside its folder", hint=TRAIN_AGAIN)
    return manifest


@cache
def _adapter() -> TypeAdapter[ChoiceManifest]:
    return TypeAdapter(ChoiceManifest)
