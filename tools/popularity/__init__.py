"""Popularity: predictors of log2(comments), their memory banks, their training, evaluation and explanation."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .mmra.batches import Batch
    from .mmra.config import MMRAConfig
    from .mmra.model import MMRA

__all__ = ["MMRA", "Batch", "MMRAConfig"]

_HOMES = {"MMRA": ".mmra.model", "Batch": ".mmra.batches", "MMRAConfig": ".mmra.config"}


def __getattr__(name: str) -> Any:
    """The network, what it reads and its configuration, loaded when first asked for (PEP 562): PyTorch is heavy."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name], __name__), name)
