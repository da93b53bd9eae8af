"""A session: walks a graph without a screen, and yields what happens as events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ... import files
from ...errors import RequestError
from ...settings import OF_THE_WALK, Settings, load_settings
from ..wiring.chat_models import with_chosen_model
from .forks import Origin, forked_settings, left_at
from .machines import Pick, machine_of
from .recording.run_recorder import RunRecorder
from .request import clean_request
from .run_store import Kind, Run, RunStore, Status
from .settings_changes import Changes, changes_between
from .walk import Event, Walk, walk_events

if TYPE_CHECKING:
    from ..models.meter import Allowance


def resumed_settings(run: Run, ours: Settings, chosen: Mapping[str, object] | None = None) -> Settings:
    """The settings that a run goes on with: those it began with, of `ours` what belongs to whoever walks it, and
    what they have `chosen` anew.
    """
    began = {name: value for name, value in run.settings.items() if name in Settings.model_fields}
    settings = load_settings(**began | {name: getattr(ours, name) for name in OF_THE_WALK} | dict(chosen or {}))
    return with_chosen_model(settings) if chosen and "llm" in chosen else settings


@dataclass(frozen=True, slots=True)
class Begun:
    """A run that is written down, and the settings that it is walked with."""

    run: Run
    settings: Settings


class Session:
    """Runs over one home folder."""

    def __init__(
        self,
        settings: Settings,
        allowance: Allowance | None = None,
        *,
        again: bool = False,
        pick: Pick | None = None,
    ) -> None:
        """Opens the run store that the settings name; what chat models use is also held to `allowance`.

        `again` says that a person agreed to buy once more what may have been paid for in vain; `pick` asks one which
        draft is rendered.
        """
        self.settings, self._again, self._pick = settings, again, pick
        self._allowance = allowance
        self.store = RunStore.of(settings)

    async def create(
        self, request: str, kind: Kind = Kind.CREATE, inputs: Mapping[str, Any] | None = None
    ) -> AsyncGenerator[Event]:
        """Walk the graph of this kind for a new request. The last event is run_finished; errors are raised.

        `inputs` are JSON values: what the run works on beside its request.

        A raised PopcornError carries `run_id`, with which `resume` goes on.
        """
        async with aclosing(self.walk(self.begin(request, kind, inputs))) as events:
            async for event in events:
                yield event

    def begin(self, request: str, kind: Kind = Kind.CREATE, inputs: Mapping[str, Any] | None = None) -> Begun:
        """Write a new run down, which `walk` or `resume` walks: so that one that has to wait is not lost meanwhile.

        Raises RequestError as `create` does.
        """
        cleaned = clean_request(request)
        settings = with_chosen_model(self.settings)
        machine_of(kind).check(settings, cleaned, inputs or {})
        return Begun(self.store.start(cleaned, settings.model_dump(mode="json"), kind=kind, inputs=inputs), settings)

    async def walk(self, begun: Begun) -> AsyncGenerator[Event]:
        """Walk a run that was begun and not walked yet; like `create` and `fork` from there on."""
        async with aclosing(self._walk(begun.run, begun.settings)) as events:
            async for event in events:
                yield event

    async def resume(self, run_id: str, chosen: Mapping[str, object] | None = None) -> AsyncGenerator[Event]:
        """Go on with a run where it stopped, with the settings it began with; no finished step is repeated.

        `chosen` are other values for what may be chosen anew, such as another model. Raises RequestError where the
        run is finished, or one of them names what there is not.
        """
        self.store.folder(run_id)
        run = self.store.find(run_id)
        settings = resumed_settings(run, self.settings, chosen)
        changes = changes_between(run.settings, settings)
        if chosen and run.status is Status.DONE:
            raise RequestError(
                f"run {run_id} is finished: {' and '.join(map(repr, chosen))} would change nothing of it",
                hint=f"Make another one of it: popcorn trace replay {run_id} --set {next(iter(chosen))}=...",
            )
        if chosen:
            machine_of(run.kind).check(settings, run.request, run.inputs)
        async with aclosing(self._walk(run, settings, resumed=True, changes=changes)) as events:
            async for event in events:
                yield event

    async def fork(self, run_id: str, origin: Origin, changes: Mapping[str, str]) -> AsyncGenerator[Event]:
        """Walk a new run that leaves another one at `origin`, with `changes` to its settings; that one stays.

        Raises RequestError when it never came there, or a change would have no effect any more.
        """
        async with aclosing(self.walk(await self.begin_fork(run_id, origin, changes))) as events:
            async for event in events:
                yield event

    async def begin_fork(self, run_id: str, origin: Origin, changes: Mapping[str, str]) -> Begun:
        """Write a fork down, which `walk` walks. Raises RequestError as `fork` does."""
        parent = self.store.find(run_id)
        ours = {name: getattr(self.settings, name) for name in OF_THE_WALK}
        settings = with_chosen_model(forked_settings(parent, origin, changes, ours))
        machine_of(parent.kind).check(settings, parent.request, parent.inputs)
        if origin.node:
            await left_at(self.store, parent, origin)
        run = self.store.start(
            parent.request,
            settings.model_dump(mode="json"),
            kind=parent.kind,
            parent=parent.run_id,
            node=str(origin),
            inputs=parent.inputs,
        )
        return Begun(run, settings)

    async def _walk(
        self, run: Run, settings: Settings, *, resumed: bool = False, changes: Changes | None = None
    ) -> AsyncGenerator[Event]:
        with self.store.alone(run.run_id):
            if resumed:
                files.remove_parts(self.store.folder(run.run_id))
            if changes:
                self.store.change(run.run_id, settings.model_dump(mode="json"))
            recorder = RunRecorder(self.store, run.run_id, settings)
            with _ending(recorder):
                recorder.begin()
                watchers = (recorder.watcher(),)
                walk = Walk(run, settings, resumed, watchers, self._allowance, self._again, self._pick, changes or {})
                async with aclosing(walk_events(walk, self.store)) as events:
                    async for event in events:
                        recorder.take(event)
                        yield event


@contextmanager
def _ending(recorder: RunRecorder) -> Iterator[None]:
    """Write down how the walk ends, whichever way it does; an error leaves with the run and the node it is of."""
    try:
        yield
    except (asyncio.CancelledError, KeyboardInterrupt, GeneratorExit):
        recorder.stopped()
        raise
    except Exception as exc:  # every way to fail is written down, then goes on as one of ours
        known = recorder.failed(exc)
        raise known from (None if known is exc else exc)
    else:
        recorder.done()
