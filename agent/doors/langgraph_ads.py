"""The ad graph as a LangGraph server holds it: material below the folder of the server, and names for a context."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass, field, fields

from langchain_core.runnables import RunnableConfig
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from ...choices import AD_SETTINGS, AdAspectName, StrategyName
from ...graphs.ad.build import build_ad_graph
from ...settings import load_settings
from ...trust.plain_names import check_stranger
from ..runs.ad_inputs import read_inputs
from ..runs.machines import machine_of
from ..runs.run_store import Kind, RunStore
from ..toolbox.ad_places import material
from ..wiring.chat_models import with_chosen_model
from .served_errors import in_sentences
from .served_walk import walked


@dataclass(frozen=True, slots=True, kw_only=True)
class AdNames:
    """What an ad is made with, by name, and its numbers; None stands for the server's own setting.

    Which claims block an ad is for whoever runs the server.
    """

    llm: str | None = None
    voice: str | None = None
    language: str | None = None
    clips: int | None = None
    seconds: float | None = None
    aspect: AdAspectName | None = None
    allow_repeats: bool | None = None
    strategy: StrategyName | None = None
    volumes: str | None = None
    seed: int | None = None


AD_NAMES = tuple(one.name for one in fields(AdNames))
"""What a client can say in the context of an ad's run, in place of a flag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedAdInput:
    """What is asked of the server: places below the folder in which it was started."""

    product: str
    """The product file."""
    footage: str
    """The folder of the clips."""
    script: str = ""
    """A file of lines that are not written then; empty for none."""
    crops: list[str] = field(default_factory=list)
    """Windows by hand: `scene=2:left`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedAdResult:
    """What the server answers."""

    run_id: str = ""
    result: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedAdState:
    """Everything between the two."""

    product: str
    footage: str
    script: str = ""
    crops: list[str] = field(default_factory=list)
    run_id: str = ""
    """The run in the store; written by begin, empty before."""
    result: dict[str, object] = field(default_factory=dict)
    """The data of `ad make --json`; written by make."""


def ad_graph() -> CompiledStateGraph[ServedAdState, AdNames, ServedAdInput, ServedAdResult]:
    """The ad graph for a server: material in, the data of `ad make --json` out."""
    machine = build_ad_graph()

    async def make(state: ServedAdState, config: RunnableConfig) -> dict[str, object]:
        """Walk the ad graph and keep what it gives."""
        with in_sentences(AD_NAMES):
            return {"result": await walked(machine, state.run_id, config)}

    graph = StateGraph(ServedAdState, context_schema=AdNames, input_schema=ServedAdInput, output_schema=ServedAdResult)
    graph.add_node(begin)
    graph.add_node(make)
    graph.add_edge(START, "begin")
    graph.add_edge("begin", "make")
    graph.add_edge("make", END)
    return graph.compile(name="ad")


async def begin(state: ServedAdState, runtime: Runtime[AdNames]) -> dict[str, object]:
    """Start a run in the store with the settings that the names mean. Raises ServedError on what is unknown."""
    with in_sentences(AD_NAMES):
        return await asyncio.to_thread(_begin, state, runtime.context or AdNames())


def _begin(state: ServedAdState, names: AdNames) -> dict[str, object]:
    ours = load_settings()
    check_stranger(names.llm or "", ours.llm)
    chosen = {AD_SETTINGS.get(name, name): value for name, value in asdict(names).items()}
    settings = with_chosen_model(load_settings(**chosen))
    script = material(state.script, "script") if state.script else None
    product, footage = material(state.product, "product file"), material(state.footage, "footage")
    inputs = read_inputs(product, footage, script, state.crops)
    known = inputs.model_dump(mode="json")
    machine_of(Kind.AD).check(settings, "", known)
    store = RunStore.of(settings)
    run = store.start(inputs.request, settings.model_dump(mode="json"), kind=Kind.AD, inputs=known)
    return {"run_id": run.run_id}
