"""The agent that speaks in a conversation: a model, the toolbox, and what stands around both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from langchain.agents import create_agent
from langchain.agents.middleware import dynamic_prompt

from ...prompts import load
from ...redaction import scrubbed
from .compaction import Compaction
from .guard import Guard, Patience
from .langchain_tools import tools_of
from .model_replies import Replies

if TYPE_CHECKING:
    from langchain.agents.middleware import AgentMiddleware, ModelRequest
    from langgraph.checkpoint.base import BaseCheckpointSaver
    from langgraph.graph.state import CompiledStateGraph

    from ...settings import Settings
    from ..toolbox.caps import Ledger
    from .guard import Agreeing, Estimator
    from .langchain_tools import Caller
    from .speaker_choice import SpeakerModel


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
    patience: Patience = field(default_factory=Patience)
    consents: bool = False
    """The person has agreed beforehand to whatever is dear."""
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
            clean=self.clean,
        )

    def agent(self, saver: BaseCheckpointSaver[str] | None = None) -> CompiledStateGraph[Any, Any, Any, Any]:
        """The agent as a graph; `saver` keeps what is said, where no server does."""
        guard = Guard(self.ledger, self.estimate, self.agree, self.patience, consents=self.consents, clean=self.clean)
        return create_agent(
            self.speaker_model.model,
            tools_of(self.call),
            middleware=[self._instructions(), Replies(self.clean), self.compaction, guard],
            checkpointer=saver,
            name="chat",
        )

    def _instructions(self) -> AgentMiddleware[Any, Any]:
        """The system prompt, which knows the day on which it is read."""
        names = {name: getattr(self.settings, name) for name in ("renderer", "predictor", "catalogue")}

        @dynamic_prompt
        def instructions(request: ModelRequest[Any]) -> str:
            return load("chat").render(names | {"today": f"{datetime.now().astimezone():%A, %Y-%m-%d}"})

        return instructions
