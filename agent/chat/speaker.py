"""Who speaks in a conversation: a language model or the offline router, the toolbox, and what stands around both."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from langchain.agents import create_agent
from langchain.agents.middleware import dynamic_prompt

from ...graphs.asking.capabilities import capabilities_of
from ...prompts import load
from ...redaction import scrubbed
from ...settings import Settings
from ..models.providers import OFFLINE, choose
from ..wiring.workshop import workshop_of
from .compaction import Compaction
from .guard import Guard, Patience
from .langchain_tools import tools_of
from .model_replies import Replies
from .stand_in import StandIn, beside, has_room, stand_in, without_room, without_tools

if TYPE_CHECKING:
    from langchain.agents.middleware import AgentMiddleware, ModelRequest
    from langchain_core.language_models import BaseChatModel
    from langgraph.checkpoint.base import BaseCheckpointSaver
    from langgraph.graph.state import CompiledStateGraph

    from ...graphs.asking.window import Window
    from ..models.meter import Allowance
    from ..toolbox.caps import Ledger
    from ..wiring.chat_models import NamedModel
    from .guard import Agreeing, Estimator, Telling
    from .langchain_tools import Caller

_LEAST_ROOM = 1_500
"""Tokens that a conversation needs beside its tools and instructions."""
_TERMINAL = "in a terminal"
_SERVED = "behind an app: the person has no terminal, so never name a command or a flag of one"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SpeakerModel:
    """A chat model with its name and its window."""

    model: BaseChatModel
    name: str
    window: Window
    offline: bool
    notice: str = ""
    """What a person has to be told of the choice; empty where the model speaks that the settings name."""
    served: bool = False
    """The person has no terminal."""


def open_speaker_model(settings: Settings, allowance: Allowance, *, served: bool = False) -> SpeakerModel:
    """The model that `settings.llm` names, which is held to `allowance`. Raises what opening it raises.

    For one that cannot call tools the offline router speaks; drafts are its own all the same. `served` says that the
    person has no terminal.
    """
    if choose(settings).provider == OFFLINE:
        return _router(served=served)
    # a reply cache answers a question as it did before, which is no conversation
    unlimited = settings.model_copy(update={"cache": False, "max_cost": 0.0, "max_tokens": 0})
    named = workshop_of(settings).chat_model(unlimited, allowance=allowance)
    if why := _cannot_speak(named):
        _log.log(logging.WARNING if served else logging.INFO, "%s", why)
        return _router(why, served=served)
    window, notice = named.window, _crowded(named)
    return SpeakerModel(named.model, named.name, window, offline=False, notice=notice, served=served)


def _cannot_speak(named: NamedModel) -> str:
    """Why the model cannot hold a conversation, as far as that is known by now; empty where it may."""
    if not capabilities_of(named.model).takes_tools:
        return without_tools(named.name)
    return "" if has_room(named.window) else without_room(named.name, named.window)


def _crowded(named: NamedModel) -> str:
    """What to say of a window that tools and instructions leave too little of; empty where they do not."""
    taken = beside(named.window)
    if named.window.room - taken >= _LEAST_ROOM:
        return ""
    return (
        f"{named.name} takes in {named.window.tokens:,} tokens, and tools and instructions are about {taken:,} of "
        "them: it will forget soon. Let its server give it more (Ollama: OLLAMA_CONTEXT_LENGTH), or /model another."
    )


def _router(notice: str = "", *, served: bool) -> SpeakerModel:
    """The offline router. Where the person has no terminal it tells the notice itself."""
    from ...graphs.asking.window import Window
    from .router.speaker import NAME

    speaks = stand_in(notice if served else "", served=served)
    return SpeakerModel(speaks, NAME, Window(), offline=True, notice=notice, served=served)


@dataclass(frozen=True, slots=True)
class Speaker:
    """What an agent is made of."""

    speaker_model: SpeakerModel
    settings: Settings
    ledger: Ledger
    call: Caller
    """Calls a tool by name."""
    estimate: Estimator
    """What a call would take, before it is made."""
    agree: Agreeing
    """Told of a call that a person agreed to although it may buy something a second time."""
    tell: Telling
    """Told before of the estimate that they are asked about."""
    patience: Patience = field(default_factory=Patience)
    consents: bool = False
    """The person has agreed beforehand to whatever is dear."""
    around: tuple[AgentMiddleware[Any, Any], ...] = ()
    """What whoever embeds the agent puts around all of it."""
    clean: Callable[[str], str] = scrubbed
    """Takes out of what tools say what nobody may read."""

    @property
    def compaction(self) -> Compaction:
        """What keeps the conversation inside of the model's window."""
        return Compaction(
            self.speaker_model.model,
            self.speaker_model.window,
            self.ledger,
            words=not self.speaker_model.offline,
            beside=0 if self.speaker_model.offline else beside(self.speaker_model.window),
            clean=self.clean,
        )

    def agent(self, saver: BaseCheckpointSaver[str] | None = None) -> CompiledStateGraph[Any, Any, Any, Any]:
        """The agent as a graph; `saver` keeps what is said, where no server does."""
        guard = Guard(
            self.ledger,
            self.estimate,
            self.agree,
            self.tell,
            self.patience,
            consents=self.consents,
            served=self.speaker_model.served,
            clean=self.clean,
        )
        instead = StandIn(self.speaker_model.name, self.speaker_model.window, served=self.speaker_model.served)
        return create_agent(
            self.speaker_model.model,
            tools_of(self.call),
            middleware=[*self.around, self._instructions(), Replies(self.clean), self.compaction, instead, guard],
            checkpointer=saver,
            name="chat",
        )

    def _instructions(self) -> AgentMiddleware[Any, Any]:
        """The system prompt, which knows the day on which it is read."""
        names = {name: getattr(self.settings, name) for name in ("renderer", "predictor", "catalogue")}
        names["place"] = _SERVED if self.speaker_model.served else _TERMINAL

        @dynamic_prompt
        def instructions(request: ModelRequest[Any]) -> str:
            return load("chat").render(names | {"today": f"{datetime.now().astimezone():%A, %Y-%m-%d}"})

        return instructions
