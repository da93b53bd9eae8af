"""Forks: a new run that begins in the middle of another one, which stays as it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ...errors import RequestError
from ...settings import FOR_ONE_RUN, OF_THE_WALK, Settings, load_settings
from ...settings_sources import user_file
from .routes import NODES, ROUTES, Route
from .run_store import Run, RunStore
from .states import snapshots

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver
    from langgraph.types import StateSnapshot

_LOOKED_AT = 50
"""Runs among which the last one that came to a node is looked for."""

Own = Callable[[Mapping[str, Any]], dict[str, Any]]
"""Makes what a fork starts from out of the values of its parent."""


class Origin(NamedTuple):
    """Where a fork leaves: before the nth visit of a node; an empty node is the start of the run."""

    node: str = ""
    visit: int = 1

    @classmethod
    def read(cls, text: str) -> Origin:
        """What `render` or `choose:2` means. Raises RequestError."""
        node, colon, number = text.partition(":")
        if text and (node not in NODES or (colon and not number.isdecimal()) or number == "0"):
            raise RequestError(
                f"{text!r} is no node to go back to",
                hint=f"The nodes are {', '.join(NODES)}; `choose:2` is the second visit of one.",
            )
        return cls(node, int(number or 1))

    def __str__(self) -> str:
        return f"{self.node}:{self.visit}" if self.visit > 1 else self.node


def pairs_of(changes: Sequence[str], called: str) -> Mapping[str, str]:
    """What texts like `key=value` say; a message calls one `called`. Raises RequestError."""
    pairs = {}
    for change in changes:
        name, sign, value = change.partition("=")
        if not sign or not name.strip():
            raise RequestError(
                f"{called} {change!r} names no value", hint="Write it as key=value, e.g. renderer=animatic."
            )
        pairs[name.strip().replace("-", "_")] = value.strip()
    return pairs


def forked_settings(parent: Run, origin: Origin, changes: Mapping[str, str], ours: Mapping[str, Any]) -> Settings:
    """The parent's settings with `changes`; `ours` are those of whoever walks the fork.

    Raises RequestError for a change that could have no effect any more.
    """
    for name in changes:
        if name in OF_THE_WALK - FOR_ONE_RUN:
            raise RequestError(f"{name!r} cannot be set for one run", hint=f"Put it into {user_file()}.")
        _check_acts(name, origin, ROUTES[parent.kind])
    began = {name: value for name, value in parent.settings.items() if name in Settings.model_fields}
    return load_settings(**began | dict(ours) | dict(changes))


def _check_acts(name: str, origin: Origin, route: Route) -> None:
    if not origin.node:
        return
    if name in route.from_the_start:
        raise RequestError(f"{name!r} decides from the start on", hint="Leave --from away to begin there.")
    last, ranks = route.acts_until.get(name, origin.node), route.ranks
    if origin.node in ranks and ranks[last] < ranks[origin.node]:
        raise RequestError(
            f"{name!r} has no effect any more at {origin.node}: it acts until {last}",
            hint=f"Go back further: --from {last}.",
        )


async def left_at(store: RunStore, parent: Run, origin: Origin) -> StateSnapshot:
    """The state in which the parent came to where the fork leaves. Raises RequestError when it never did."""
    steps = await snapshots(store, parent.run_id)
    came = [snapshot for snapshot in steps if origin.node in snapshot.next]
    if len(came) >= origin.visit:
        return came[origin.visit - 1]
    visited = dict.fromkeys(node for snapshot in steps for node in snapshot.next if node in NODES)
    raise RequestError(
        f"run {parent.run_id} never came to {str(origin)!r}",
        hint=f"It came to {', '.join(visited)}." if visited else "It has no saved steps: replay it from the start.",
    )


async def last_at(store: RunStore, origin: Origin) -> Run:
    """The last run that came to where a fork is to leave. Raises RequestError when none of the latest did."""
    kinds = [kind for kind, route in ROUTES.items() if origin.node in route.ranks]
    for run in store.runs(_LOOKED_AT, *kinds):
        try:
            await left_at(store, run, origin)
        except RequestError:
            continue
        return run
    raise RequestError(
        f"none of the last {_LOOKED_AT} runs came to {str(origin)!r}",
        hint="Name a run; `popcorn trace list` shows them, and `popcorn trace show RUN` where each came to.",
    )


async def branch(store: RunStore, saver: BaseCheckpointSaver[str], run: Run, own: Own) -> None:
    """Give `run` its first checkpoint: what `own` makes of its parent's values where they part."""
    parent = store.find(run.parent)
    snapshot = await left_at(store, parent, Origin.read(run.node))
    saved = await saver.aget_tuple(snapshot.config)
    if saved is None:
        raise RequestError(f"the steps of run {parent.run_id} are gone", hint="Replay it from the start.")
    values = await asyncio.to_thread(own, saved.checkpoint["channel_values"])
    checkpoint = saved.checkpoint | {"channel_values": values}
    config: Any = {"configurable": {"thread_id": run.run_id, "checkpoint_ns": ""}}
    await saver.aput(config, checkpoint, saved.metadata | {"source": "fork"}, checkpoint["channel_versions"])
