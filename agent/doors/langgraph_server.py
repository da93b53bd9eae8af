"""The graphs as a LangGraph server holds them (langgraph.json): factories without arguments, and names for a context.

A server can pass names only, so the graph here stands around the create graph: it opens what the names mean, walks
the create graph inside one of its nodes, and keeps the result where `ask` keeps it. The server brings the checkpoints.
"""

from __future__ import annotations

import asyncio
import threading
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_core.runnables import RunnableConfig
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from ...choices import AspectName, DraftingName, FitName, ModeName, PlatformName, RenderName, RoutingName
from ...graphs.create.build import build_create_graph
from ...settings import Settings, load_settings
from ...trust.plain_names import check_stranger
from ..runs.request_terms import SUBJECT, understood
from ..runs.run_store import RunStore
from ..wiring.chat_models import with_chosen_model
from ..wiring.create_context import check_names
from ..wiring.spending import purchases_of
from .served_errors import InSentences, in_sentences
from .served_walk import walked

if TYPE_CHECKING:
    from ..toolbox.caps import Ledger

Update = dict[str, object]
_MORE_MONEY = "Whoever runs the server allows more with POPCORN_MAX_COST, and starts it again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What a run is walked with, by name, and its numbers; None stands for the server's own setting."""

    llm: str | None = None
    renderer: str | None = None
    predictor: str | None = None
    catalogue: str | None = None
    mode: ModeName | None = None
    references: int | None = None
    tags: int | None = None
    negative_share: float | None = None
    routing: RoutingName | None = None
    candidates: int | None = None
    drafting: DraftingName | None = None
    attempts: int | None = None
    threshold: float | None = None
    platform: PlatformName | None = None
    aspect: AspectName | None = None
    render: RenderName | None = None
    shots: int | None = None
    fit: FitName | None = None
    overlay: bool | None = None
    voice: str | None = None
    language: str | None = None
    seed: int | None = None


NAMES = tuple(one.name for one in fields(Names))
"""What a client can say in the context of a run, in place of a flag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedInput:
    """What is asked of the server."""

    request: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedResult:
    """What the server answers."""

    run_id: str = ""
    result: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedState:
    """Everything between the two."""

    request: str
    """As it was asked; written by the caller."""
    run_id: str = ""
    """The run in the store; written by begin, empty before."""
    result: dict[str, object] = field(default_factory=dict)
    """The data of `ask --json`; written by create."""


def create_graph() -> CompiledStateGraph[ServedState, Names, ServedInput, ServedResult]:
    """The create graph for a server: a request in, the data of `ask --json` out."""
    machine = build_create_graph()

    async def create(state: ServedState, config: RunnableConfig) -> Update:
        """Walk the create graph and keep what it gives."""
        with in_sentences(NAMES):
            return {"result": await walked(machine, state.run_id, config)}

    graph = StateGraph(ServedState, context_schema=Names, input_schema=ServedInput, output_schema=ServedResult)
    graph.add_node(begin)
    graph.add_node(create)
    graph.add_edge(START, "begin")
    graph.add_edge("begin", "create")
    graph.add_edge("create", END)
    return graph.compile(name="create")


class Allowances:
    """What the conversations of a server may cost together, for as long as it runs: a ledger for each home."""

    def __init__(self) -> None:
        """Nothing was used yet."""
        self._by_home: dict[Path, Ledger] = {}
        self._making = threading.Lock()

    def of(self, settings: Settings) -> Ledger:
        """The same at every call; with the caps that the settings have now."""
        from ..toolbox.caps import COST_USD, Caps, Ledger

        caps = Caps(0, settings.max_cost or COST_USD, 0, settings.max_tokens)
        with self._making:
            ledger = self._by_home.get(settings.home)
            if ledger is None:
                ledger = self._by_home[settings.home] = Ledger(caps, _MORE_MONEY, purchases_of(settings).owed())
            ledger.caps = caps
        return ledger


ALLOWANCES = Allowances()
"""This process's own."""


async def chat_agent() -> CompiledStateGraph[Any, Any, Any, Any]:
    """The agent of `popcorn chat` for a server: its own settings, and an interrupt before a render that is dear.

    The server's threads are its memory. `max_cost` and `max_tokens` are what all its conversations may use together,
    from its start to its end, as with `popcorn mcp`; each run of the create graph is held to them by itself.

    Made in a thread: the server calls this on its event loop for every run, and
    what was bought stands on the disk.
    """
    return await asyncio.to_thread(_chat_agent)


def _chat_agent() -> CompiledStateGraph[Any, Any, Any, Any]:
    from ..chat.speaker import Speaker, open_speaker_model
    from ..toolbox.toolbox import Toolbox

    settings = with_chosen_model(load_settings())
    ledger = ALLOWANCES.of(settings)
    toolbox = Toolbox(settings, ledger)
    speaker_model = open_speaker_model(settings, ledger, served=True)
    doing = (toolbox.call, toolbox.estimate, toolbox.agree, toolbox.tell)
    return Speaker(speaker_model, settings, ledger, *doing, around=(InSentences(),)).agent()


async def begin(state: ServedState, runtime: Runtime[Names]) -> Update:
    """Start a run in the store with the settings that the names mean. Raises ServedError on what is unknown."""
    with in_sentences(NAMES):
        return await asyncio.to_thread(_begin, state.request, runtime.context or Names())


def _begin(request: str, names: Names) -> Update:
    ours = load_settings()
    check_stranger(names.llm or "", ours.llm)
    check_stranger(names.renderer or "", ours.renderer)
    said = [name for name, value in asdict(names).items() if value is not None]
    asked = understood(request, with_chosen_model(load_settings(**asdict(names))), said)
    check_names(asked.settings, asked.inputs.get(SUBJECT, asked.request))
    values = asked.settings.model_dump(mode="json")
    return {"run_id": RunStore.of(asked.settings).start(asked.request, values, inputs=asked.inputs).run_id}
