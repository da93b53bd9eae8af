"""Who speaks in a conversation: a language model, or the offline router, and what it has cost."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import RequestError
from ...settings import Settings
from ..language_model import cost_of, open_chat_model
from ..models.providers import OFFLINE, choose
from ..toolbox.opened import limited_from_now, spending_folder

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from ...graphs.create.window import Window

TALK, TOOLS = "talk", "tools"
"""The folders of a thread in which it is counted what models cost."""


@dataclass(frozen=True, slots=True)
class Mind:
    """A chat model with its name and its window."""

    model: BaseChatModel
    name: str
    window: Window
    offline: bool


def open_mind(settings: Settings, folder: Path) -> Mind:
    """The model that `settings.llm` names, for a thread that lives in `folder`. Raises what opening it raises."""
    if choose(settings).provider == OFFLINE:
        from ...graphs.create.window import Window
        from .router import NAME, OfflineRouter

        return Mind(OfflineRouter(), NAME, Window(), offline=True)
    # a reply cache answers a question as it did before, which is no conversation
    place = spending_folder(settings, folder / TALK)
    named = open_chat_model(limited_from_now(settings, place).model_copy(update={"cache": False}), place)
    if not _calls_tools(named.model):
        raise RequestError(
            f"{named.name} cannot call tools, which a conversation is made of",
            hint="Choose a model behind a server, e.g. /model ollama:MODEL, or /model offline.",
        )
    return Mind(named.model, named.name, named.window, offline=False)


def _calls_tools(model: BaseChatModel) -> bool:
    """Whether tools can be bound to the model; a local one says whether its chat template has a place for them."""
    from langchain_core.language_models import BaseChatModel

    bound = type(model).bind_tools is not BaseChatModel.bind_tools
    return bound and bool(getattr(model, "takes_tools", True))


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
