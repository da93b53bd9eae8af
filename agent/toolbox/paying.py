"""What one session pays for: what its models and renders have cost, and calls that hold to what is left."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import PopcornError
from ...settings import Settings
from ..language_model import cost_of
from ..models.providers import OFFLINE, choose
from .caps import Caps, Ledger
from .opened import spending_folder

if TYPE_CHECKING:
    from .results import Progress, Result
    from .toolbox import Toolbox

TALK, TOOLS = "talk", "tools"
"""The folders of a session in which it is counted what models cost."""


class Till:
    """Calls the tools of one session, and counts what they cost."""

    def __init__(self, folder: Path, caps: Caps, more_money: str = "Start again with more --max-cost.") -> None:
        """`folder` is the session's; `more_money` says how a person allows more."""
        self.purse = Purse(folder)
        self.ledger = Ledger(caps, self.purse.cost, more_money)

    async def call(
        self, toolbox: Toolbox, name: str, arguments: Mapping[str, Any], progress: Progress | None = None
    ) -> Result:
        """Call a tool; a run may spend what is left of the session's money, where prices are known.

        Raises what the tool raises; what was spent until then is counted.
        """
        left = self.ledger.cost_left
        paid = choose(toolbox.settings).provider != OFFLINE
        if name == "make_video" and paid and left is not None and self.purse.cost() is not None:
            toolbox = toolbox.using(max_cost=max(left, 1e-6))
        try:
            result = await toolbox.call(name, arguments, progress)
        except PopcornError as exc:
            self._pay_for(exc.run_id, toolbox.settings)
            raise
        if name == "make_video":
            self._pay_for(str(result.data.get("run_id", "")), toolbox.settings)
        return result

    def _pay_for(self, run_id: str, settings: Settings) -> None:
        """Count what the chat model of a run has cost, however the run ended."""
        if run_id:
            self.ledger.other_cost += cost_of(settings, settings.home / "runs" / run_id) or 0.0


class Purse:
    """What the models of one session have cost, in conversation and in tools, as it is kept in the thread's folder."""

    def __init__(self, folder: Path) -> None:
        """Nothing is watched yet."""
        self._folder = folder
        self._watched: dict[str, tuple[Settings, float | None]] = {}

    def watch(self, settings: Settings) -> None:
        """Count from now on what the model of the settings costs."""
        self._watched.setdefault(choose(settings).spec, (settings, self._so_far(settings)))

    def cost(self) -> float | None:
        """US dollars since each model was first watched; None where one has no known price."""
        spent = 0.0
        for settings, before in self._watched.values():
            now = self._so_far(settings)
            if now is None or before is None:
                return None
            spent += now - before
        return spent

    def _so_far(self, settings: Settings) -> float | None:
        costs = [cost_of(settings, spending_folder(settings, self._folder / name)) for name in (TALK, TOOLS)]
        known = [cost for cost in costs if cost is not None]
        return sum(known) if len(known) == len(costs) else None
