"""Every baseline that can be had from what is at hand."""

from __future__ import annotations

from pathlib import Path

from .planner import OfflinePlanner
from .role_model import RoleModel, read_labelled
from .simple import AsShown, FactOrder, RandomOrder
from .types import Baseline


def baselines(labelled: Path | None = None, seed: int = 0) -> tuple[Baseline, ...]:
    """All of them; the role model where there are labelled ads to learn from. Raises RequestError and DataError."""
    learned = (RoleModel(read_labelled(labelled)),) if labelled else ()
    return (RandomOrder(seed), AsShown(), FactOrder(), *learned, OfflinePlanner(seed))
