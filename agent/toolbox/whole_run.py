"""The whole machine as one call: a request in, the data of `ask --json` out."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from ...errors import PopcornError
from ...tools.popularity.standing import briefly, read_score

if TYPE_CHECKING:
    from ..runs.session import Session
    from .results import Progress


async def made(session: Session, request: str, resume: str, progress: Progress | None) -> dict[str, Any]:
    """Walk the create graph for `request`, or go on with the run `resume`. Raises what a session raises."""
    done, data = 0, None
    events = session.resume(resume) if resume else session.create(request)
    async with aclosing(events):
        async for event in events:
            done += event["event"] == "node_finished"
            if event["event"] == "run_finished":
                data = {name: value for name, value in event.items() if name not in {"event", "ts"}}
            elif progress:
                _tell(progress, event, done)
    if data is None:
        raise PopcornError("the run ended without a result")
    return data


def _tell(progress: Progress, event: dict[str, Any], done: int) -> None:
    """One event as progress: frames of a render, else nodes done, whose total nobody knows."""
    kind = event["event"]
    if kind == "progress":
        progress(event["done"], event["total"], f"{event['node']}: {event['note']}")
    elif kind == "node_started":
        progress(done, 0, str(event["node"]))
    elif kind == "attempt":
        progress(done, 0, f"“{event['title']}”: {briefly(read_score(event['score']))}")
