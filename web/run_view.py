"""A run as a piece of the page: how far it is, and what it gave. Every text of it is escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from ..agent.trace.compare import result_of
from ..agent.trace.run_finder import phase_of

if TYPE_CHECKING:
    from .service import PageService, Visitor
    from .work_queue import Ticket


def run_view(service: PageService, visitor: Visitor, run_id: str, ticket: Ticket | None) -> str:
    """The run of that id. Raises RequestError where the visitor has none such."""
    run = visitor.store.find(run_id)
    parts = [Markup("<h2>{}</h2><p>{}</p>").format(run.request, phase_of(run, visitor.store).value)]
    if ticket and (place := service.queue.place(ticket)):
        parts.append(Markup("<p>{} before it.</p>").format(place))
    if result := result_of(visitor.store, run):
        clip = visitor.address(result["video"]["path"])
        parts.append(Markup('<video controls src="{}"></video><p>{}</p>').format(clip, result["title"]))
    if run.error:
        parts.append(Markup("<p>{}</p>").format(run.error))
    return str(escape(Markup("").join(parts)))
