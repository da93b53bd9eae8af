"""The seam behind which engines stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from ..types import Row, Unit

Report = Callable[[Row], None]
"""Is told every row as its unit ends; called on the event loop of whoever runs the engine."""


class Engine(Protocol):
    """What does units: each once, whatever becomes of it a row."""

    async def run(self, units: Sequence[Unit], report: Report) -> None:
        """Do all units and report each one's row.

        It ends early where `report` raises: what is under way is finished and reported first, so that nothing paid for
        is lost.
        """
        ...
