"""The state of a run after each of its steps, read from its checkpoints."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any

from ...errors import StoreError
from .checkpoints import open_checkpoints
from .machines import machine_of
from .run_store import RunStore

if TYPE_CHECKING:
    from langgraph.types import StateSnapshot


async def snapshots(store: RunStore, run_id: str) -> list[StateSnapshot]:
    """Every state that was saved, the first one first. Raises StoreError."""
    async with _history(store, run_id) as history:
        return [snapshot async for snapshot in history][::-1]


async def last_values(store: RunStore, run_id: str) -> Mapping[str, Any]:
    """The values of the newest state; none of a run whose checkpoints are gone. Raises StoreError."""
    async with _history(store, run_id) as history:
        async for snapshot in history:
            return dict(snapshot.values)
    return {}


async def steps_of(store: RunStore, run_id: str) -> list[dict[str, Any]]:
    """What each step changed: `step`, `after` (the nodes that ran), `next`, `at` and `changes`, as JSON values."""
    steps: list[dict[str, Any]] = []
    before: Mapping[str, Any] = {}
    last: tuple[str, ...] = ()
    for snapshot in await snapshots(store, run_id):
        steps.append(
            {
                "step": (snapshot.metadata or {}).get("step", len(steps)),
                "after": list(last),
                "next": list(snapshot.next),
                "at": snapshot.created_at,
                "changes": changes(before, snapshot.values),
            }
        )
        before, last = snapshot.values, snapshot.next
    return steps


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What `after` has that `before` had not; of a list that grew only what is new, as `+name`."""
    changed: dict[str, Any] = {}
    for name, value in after.items():
        old = before.get(name)
        if value == old:
            continue
        if isinstance(value, list) and isinstance(old, list) and old and value[: len(old)] == old:
            changed[f"+{name}"] = plain(value[len(old) :])
        elif value or old:
            changed[name] = plain(value)
    return changed


def plain(value: Any) -> Any:
    """A value of the state as JSON has it."""
    whole = asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
    return json.loads(json.dumps(whole, default=_plain))


def _plain(value: Any) -> Any:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)


@asynccontextmanager
async def _history(store: RunStore, run_id: str) -> AsyncIterator[AsyncIterator[StateSnapshot]]:
    machine = machine_of(store.find(run_id).kind)
    async with open_checkpoints(store.database, machine.checkpoint_types) as saver:
        graph = machine.build(saver)
        try:
            yield graph.aget_state_history({"configurable": {"thread_id": run_id}})
        except Exception as exc:  # a damaged checkpoint fails in whichever layer meets the damage first
            raise StoreError(
                f"the checkpoints of run {run_id!r} cannot be read: {type(exc).__name__}: {exc}",
                hint="What was recorded beside them is shown without --state.",
            ) from exc
