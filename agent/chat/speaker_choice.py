"""Who speaks in a conversation: a language model, or the offline router."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...errors import RequestError
from ...graphs.asking.capabilities import capabilities_of
from ...settings import Settings
from ..models.providers import OFFLINE, choose
from ..wiring.workshop import workshop_of

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from ...graphs.asking.window import Window
    from ..models.meter import Allowance


@dataclass(frozen=True, slots=True)
class SpeakerModel:
    """A chat model with its name and its window."""

    model: BaseChatModel
    name: str
    window: Window
    offline: bool


def open_speaker_model(settings: Settings, allowance: Allowance) -> SpeakerModel:
    """The model that `settings.llm` names, which is held to `allowance`. Raises what opening it raises."""
    if choose(settings).provider == OFFLINE:
        from ...graphs.asking.window import Window
        from .router.speaker import NAME, OfflineRouter

        return SpeakerModel(OfflineRouter(), NAME, Window(), offline=True)
    # a reply cache answers a question as it did before, which is no conversation
    unlimited = settings.model_copy(update={"cache": False, "max_cost": 0.0, "max_tokens": 0})
    named = workshop_of(settings).chat_model(unlimited, allowance=allowance)
    if not capabilities_of(named.model).takes_tools:
        raise RequestError(
            f"{named.name} cannot call tools, which a conversation is made of",
            hint="Choose a model behind a server, e.g. /model ollama:MODEL, or /model offline.",
        )
    return SpeakerModel(named.model, named.name, named.window, offline=False)
