"""Predictors by name; one is imported only when it is chosen."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import RequestError

if TYPE_CHECKING:
    from ..embedding.types import Encoder
    from .memory_bank import BankSource
    from .types import Opener, Predictor

PREDICTORS = {"neighbours": "popcorn.tools.popularity.neighbours_opening:open_neighbours_predictor"}
"""Name to `module:function`; a function is an `Opener`."""


def check_predictor(name: str) -> None:
    """Raises RequestError for a name that no predictor has."""
    if name not in PREDICTORS:
        near = get_close_matches(name, PREDICTORS, 3, 0.5)
        known = f"there are: {', '.join(sorted(PREDICTORS))}"
        hint = f"did you mean {' or '.join(map(repr, near))}?" if near else known
        raise RequestError(f"there is no predictor {name!r}", hint=hint)


def open_predictor(name: str, folder: Path, source: BankSource, encoder: Encoder) -> Predictor:
    """The predictor called `name`, fitted to `source` when no current fit stands below `folder`, and kept there.

    Raises RequestError for an unknown name, PredictionError when `source` is too small to learn from, StoreError when
    the fit cannot be written, and NewerFormatError when a newer Popcorn wrote the one that stands there.
    """
    check_predictor(name)
    module, _, attribute = PREDICTORS[name].partition(":")
    opener: Opener = getattr(import_module(module), attribute)
    return opener(folder / f"{name}-{source.catalogue}", source, encoder)
