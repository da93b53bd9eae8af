"""A run as a piece of the page, while it is under way and after. Every text of it is escaped by the template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ..agent.runs.run_store import Kind, Run
from ..agent.trace.page import shown
from ..agent.trace.page_templates import template
from ..agent.trace.run_export import known_of
from ..agent.trace.run_page import Media
from ..agent.trace.run_steps import LABELS, RunSteps
from ..agent.trace.story import Phase, Story
from ..errors import RequestError
from ..graphs.create.choice import PERSON
from .drafts import ShownDraft, drafts_of
from .edited_clips import edited_clips
from .runs_at_work import PICK, STEPS, edit_key
from .told import sentence
from .work_queue import Stage, Ticket

if TYPE_CHECKING:
    from ..agent.trace.run_page import Known
    from .service import PageService, Visitor

_CLIP_FILES = (
    ("clip.mp4", "clip"),
    ("cover.jpg", "cover"),
    ("captions.srt", "captions"),
    ("metadata.json", "metadata"),
)


@dataclass(frozen=True, slots=True)
class RunView:
    """What the page shows of a run, and which of its buttons make sense."""

    live: str
    """How far it is, which changes often."""
    html: str
    """What it gave, which changes seldom: a clip that plays and what somebody has unfolded stays."""
    drafts: tuple[ShownDraft, ...]
    under_way: bool
    elsewhere: bool
    """Another process walks it."""
    asks: bool
    """It waits for the visitor to pick a draft."""
    unfinished: bool
    finished: bool


def run_view(service: PageService, visitor: Visitor, run_id: str) -> RunView:
    """The run of that id. Raises RequestError where the visitor has none such; not to be called from an event loop."""
    run = visitor.store.find(run_id)
    if run.kind is not Kind.CREATE:
        raise RequestError(f"run {run_id} is no run of this tab", hint="Look at it in the tab Runs.")
    ticket = service.queue.find(visitor.owner, run_id)
    edit = service.queue.find(visitor.owner, edit_key(run_id))
    going = ticket is not None and not ticket.is_over  # before the rest is read: what ends meanwhile is news
    editing = edit is not None and not edit.is_over
    known = known_of(visitor.store, run, visitor.settings, explain=False)
    drafts = shown_drafts(visitor, run, known.result, ticket)
    phase = known.story.phase
    facts = shown(known, _media(visitor, run, known)) | {
        "phase": _phase(service, known.story, ticket if going else None),
        "steps": _steps(known.story, ticket),
        "drafts": drafts,
        "picks": bool(going and ticket and ticket.facts.get(PICK)),
        "files": _addresses(visitor, run) if known.result else {},
        "edited": [_edited(visitor, run_id, one) for one in edited_clips(visitor.store, run_id)],
        "editing": _edit_told(service, edit),
        "failed": sentence(ticket.error) if ticket and ticket.stage is Stage.FAILED and ticket.error else "",
        "by_person": (known.result.get("choice") or {}).get("model") == PERSON,
    }
    live, html = (template(name, __package__).render(facts) for name in ("run_live.html", "run_view.html"))
    return RunView(
        live,
        html,
        tuple(drafts),
        under_way=going or editing,
        elsewhere=not going and phase is Phase.UNDER_WAY,
        asks=facts["picks"],
        unfinished=not going and phase in {Phase.LEFT, Phase.FAILED},
        finished=phase is Phase.DONE,
    )


def shown_drafts(visitor: Visitor, run: Run, result: Mapping[str, Any], ticket: Ticket | None) -> list[ShownDraft]:
    """The drafts that were judged; where the visitor is asked for one, those of the question in its order."""
    if ticket and ticket.facts.get(PICK):
        return [
            ShownDraft(1, one.draft.title, one.draft.video_prompt, one.score, one.complaints)
            for one in ticket.facts["drafts"]
        ]
    return drafts_of(visitor.store, run, result)


def _media(visitor: Visitor, run: Run, known: Known) -> Media:
    if not known.result:
        return Media()
    folder = visitor.store.folder(run.run_id)
    return Media(visitor.address(folder / "clip.mp4"), visitor.address(folder / "cover.jpg"), linked=True)


def _addresses(visitor: Visitor, run: Run) -> dict[str, str]:
    """What can be fetched of a finished run."""
    folder = visitor.store.folder(run.run_id)
    there = {name: visitor.address(folder / file) if (folder / file).is_file() else "" for file, name in _CLIP_FILES}
    return there | {"bundle": f"/bundle/{run.run_id}.zip", "page": f"/runs/{run.run_id}"}


def _edited(visitor: Visitor, run_id: str, clip: dict[str, Any]) -> dict[str, Any]:
    address = partial(visitor.address)
    return {
        **clip,
        "clip": address(clip["video"]["path"]),
        "poster": address(clip["cover"]["path"]),
        "subtitles": address(clip["captions"]["path"]) if "captions" in clip else "",
        "bundle": f"/bundle/{run_id}/{clip['folder']}.zip",
    }


def _phase(service: PageService, story: Story, ticket: Ticket | None) -> str:
    """How far it is, in words."""
    if ticket is None:
        words = {
            Phase.DONE: "finished",
            Phase.FAILED: "failed",
            Phase.LEFT: "stopped before its end; what is done is kept",
            Phase.UNDER_WAY: "under way elsewhere",
        }
        return words[story.phase]
    if ticket.stage is Stage.ASKING:
        return "waiting for you: which draft is rendered? You may change its words first"
    if place := service.queue.place(ticket):
        return f"waiting in the queue for {ticket.device}: {place} before it"
    return "under way"


def _steps(story: Story, ticket: Ticket | None) -> dict[str, Any]:
    """Steps that are done, and the one under way with how long it will take."""
    steps = ticket.facts.get(STEPS) if ticket else None
    if isinstance(steps, RunSteps) and (steps.done or steps.now):
        return {"done": steps.done, "now": steps.now if not (ticket and ticket.is_over) else "", "note": steps.note}
    done = [
        (LABELS.get(visit.node, visit.node), f"{visit.seconds:.1f} s")
        for visit in story.visits
        if visit.seconds is not None
    ]
    return {"done": done, "now": "", "note": ""}


def _edit_told(service: PageService, ticket: Ticket | None) -> str:
    """How the render of an edited draft stands; empty where there is nothing to say."""
    if ticket is None or ticket.stage is Stage.DONE:
        return ""
    if ticket.is_over:
        return f"Your draft was not rendered: {sentence(ticket.error)}" if ticket.error else ""
    if place := service.queue.place(ticket):
        return f"Your draft waits in the queue for {ticket.device}: {place} before it."
    steps = ticket.facts.get(STEPS)
    note = steps.note if isinstance(steps, RunSteps) else ""
    return f"Your draft is being rendered{f': {note}' if note else ''}."
