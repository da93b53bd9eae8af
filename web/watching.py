"""Watching a run: its view anew whenever something has changed, until nothing of it is under way."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from ..agent.trace.compare import result_of
from ..agent.trace.run_finder import phase_of
from ..agent.trace.run_steps import RunSteps
from ..errors import PopcornError
from .edited_clips import edited_clips
from .run_view import RunView, run_view, shown_drafts
from .runs_at_work import PICK, STEPS, edit_key
from .told import sentence

if TYPE_CHECKING:
    from .service import PageService, Visitor

_LOOK = 0.25
"""Seconds between two looks at a run that is under way."""
_ELSEWHERE = 3.0
"""The same of a run that another process walks."""
_MOST = 1_000
"""Tabs whose run is remembered."""


class Watching:
    """Who watches what: a tab that turns to another run no longer watches the one before."""

    def __init__(self, service: PageService) -> None:
        """Nobody watches anything yet."""
        self._service = service
        self._by_tab: OrderedDict[str, object] = OrderedDict()

    def view(self, visitor: Visitor, run_id: str) -> RunView:
        """The run as it is now. Raises RequestError."""
        return run_view(self._service, visitor, run_id)

    async def views(self, visitor: Visitor, run_id: str, tab: str) -> AsyncIterator[RunView]:
        """The run as it is, again after every change; ends when nothing changes any more, or the tab turns away.

        A tab without a run, as one that has just been opened, watches what it watched.
        """
        if not run_id:
            return
        turn = self._by_tab[tab] = object()
        while len(self._by_tab) > _MOST:
            self._by_tab.popitem(last=False)
        seen: object = None
        while self._by_tab.get(tab) is turn:
            news = self._news(visitor, run_id)
            if news != seen:
                seen = news
                view = await asyncio.to_thread(self._seen, visitor, run_id)
                if self._by_tab.get(tab) is not turn:
                    return
                yield view
                if view.elsewhere:  # nobody tells of its changes here
                    seen = None
                    await asyncio.sleep(_ELSEWHERE)
                elif not view.under_way:
                    return
            await asyncio.sleep(_LOOK)

    def _news(self, visitor: Visitor, run_id: str) -> tuple[int, ...]:
        """What changes when anything does."""
        tickets = [self._service.queue.find(visitor.owner, key) for key in (run_id, edit_key(run_id))]
        return tuple(one.news if one else -1 for one in tickets)

    def _seen(self, visitor: Visitor, run_id: str) -> RunView:
        """The run, or why there is none, as a view."""
        from markupsafe import Markup

        try:
            return self.view(visitor, run_id)
        except PopcornError as exc:
            said = Markup('<p class="remark failed" role="alert">{}</p>').format(sentence(exc))
            return RunView(
                str(said), "", (), under_way=False, elsewhere=False, asks=False, unfinished=False, finished=False
            )


def state_of(service: PageService, visitor: Visitor, run_id: str) -> dict[str, Any]:
    """A run as JSON. Raises RequestError where there is none; not to be called from an event loop."""
    store = visitor.store
    run, ticket = store.find(run_id), service.queue.find(visitor.owner, run_id)
    result = result_of(store, run)
    steps = ticket.facts.get(STEPS) if ticket else None
    return {
        "run_id": run_id,
        "request": run.request,
        "phase": phase_of(run, store).value,
        "stage": ticket.stage.value if ticket else "",
        "place": service.queue.place(ticket) if ticket else 0,
        "asks": bool(ticket and ticket.facts.get(PICK)),
        "steps": [list(one) for one in steps.done] if isinstance(steps, RunSteps) else [],
        "now": f"{steps.now} {steps.note}".strip() if isinstance(steps, RunSteps) else "",
        "error": sentence(ticket.error) if ticket and ticket.error else run.error,
        "drafts": [
            {
                "round": one.round,
                "title": one.title,
                "video_prompt": one.video_prompt,
                "stands": one.stands,
                "complaints": list(one.complaints),
                "chosen": one.chosen,
            }
            for one in shown_drafts(visitor, run, result, ticket)
        ],
        "clip": visitor.address(store.folder(run_id) / "clip.mp4") if result else "",
        "edited": [visitor.address(one["video"]["path"]) for one in edited_clips(store, run_id)],
        "result": _without_paths(result) if result else None,
    }


def _without_paths(value: Any) -> Any:
    """A result without places on this machine's disk: what is shown of it has addresses."""
    if isinstance(value, dict):
        return {name: _without_paths(inner) for name, inner in value.items() if name != "path"}
    return [_without_paths(inner) for inner in value] if isinstance(value, list) else value
