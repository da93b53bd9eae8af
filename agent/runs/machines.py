"""The graphs that a run can walk, by the kind of the run: one line and one class for each.

Whoever walks, resumes, forks, prunes, draws or tells of runs asks here, and names no graph. A machine is imported when
a run of its kind is met.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ...settings import Settings
from .run_store import Kind, Run, RunStore

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver
    from langgraph.graph.state import CompiledStateGraph

    from ..models.meter import Allowance

_MACHINES = {Kind.CREATE: ".create_machine:CreateMachine", Kind.AD: ".ad_machine:AdMachine"}
"""Module, beside this one, and class; a conversation walks no graph of ours."""
GRAPH_KINDS = tuple(_MACHINES)
"""The kinds of runs that walk a graph, and so have states that were saved after each step."""

Pick = Callable[[Sequence[Any], Sequence[int]], Awaitable[Any]]
"""Asks a person on the way through a graph: among which drafts, their places from the best on; gives what was picked,
as the graph takes it."""


class Machine(Protocol):
    """One graph, and what a run makes of it. Stateless: what is opened comes back as a context."""

    @property
    def checkpoint_types(self) -> tuple[type, ...]:
        """The classes that its saved state may hold."""
        ...

    def build(self, saver: BaseCheckpointSaver[str] | None = None) -> CompiledStateGraph[Any, Any, Any, Any]:
        """The graph; without a saver it can be drawn and walked, and not be resumed."""
        ...

    @property
    def command(self) -> str:
        """The command that walks it, e.g. `ask`: `popcorn ask --resume RUN` goes on with a run."""
        ...

    def check(self, settings: Settings, request: str, inputs: Mapping[str, Any]) -> None:
        """Raises RequestError where settings or inputs name what there is not, or cannot do what is asked, before a
        run is begun.
        """
        ...

    def steps(self, settings: Settings) -> int:
        """How many steps a run may take at most."""
        ...

    def open(self, settings: Settings, folder: Path, allowance: Allowance | None, *, again: bool) -> Any:
        """The collaborators of a run with this folder: the graph's context. Takes long, and raises PopcornError."""
        ...

    def start(self, run: Run, settings: Settings, context: Any) -> Any:
        """What a new run starts from: the graph's input."""
        ...

    def told(self, run: Run) -> Sequence[str]:
        """What people are told of a new run before it begins: how its request was understood."""
        ...

    def forked(
        self, store: RunStore, run: Run, settings: Settings, context: Any, values: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What a fork starts from: the values of its parent where they part, with what is the fork's own."""
        ...

    def chosen_anew(self, settings: Settings, values: Mapping[str, Any]) -> dict[str, Any]:
        """What of the saved state is to be another, since the run goes on with these settings."""
        ...

    def news(self, update: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        """What a node's update tells people beside that it has finished: names and facts of events."""
        ...

    def keep(
        self, store: RunStore, run: Run, settings: Settings, context: Any, values: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Put what a finished run gave into its folder, and give its data; doing it again changes nothing."""
        ...


@cache
def machine_of(kind: Kind) -> Machine:
    """The machine of the runs of this kind, one of GRAPH_KINDS."""
    module, _, name = _MACHINES[kind].partition(":")
    machine: Machine = getattr(import_module(module, __package__), name)()
    return machine
