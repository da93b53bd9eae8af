"""Which run a name means, how far it is, and its story as the store has it."""

from __future__ import annotations

from dataclasses import replace

from ...errors import RequestError
from ...redaction import Scrubber
from ..runs.machines import GRAPH_KINDS
from ..runs.run_store import Kind, Run, RunStore, Status
from .story import Phase, Story
from .story_builder import build_story

LAST = "last"
"""The word for the run that was asked for last."""
RESULT = "result.json"
"""In a run's folder, from its end on."""


def find_run(store: RunStore, name: str, *kinds: Kind) -> Run:
    """The run that `name` means: an id, the beginning of just one, or `last`, the last one that walked a graph.

    A conversation is found where `kinds` has it. Raises RequestError.
    """
    wanted = kinds or GRAPH_KINDS
    if name == LAST:
        graphs = [kind for kind in wanted if kind in GRAPH_KINDS]
        if latest := store.runs(1, *graphs) or store.runs(1, *wanted):
            return latest[0]
        raise RequestError("no run is stored yet", hint='Start one: popcorn ask "street tacos".')
    runs = [run for run in store.runs(-1, *Kind) if run.run_id.startswith(name)] if name else []
    exact = [run for run in runs if run.run_id == name]
    if len(runs) > 1 and not exact:
        raise RequestError(
            f"{name!r} is the beginning of {len(runs)} runs",
            hint=f"Write more of it, e.g. {runs[0].run_id}; `popcorn trace list` shows them.",
        )
    run = (exact or runs or [store.find(name)])[0]
    if run.kind not in wanted:
        what = "is a conversation" if run.kind is Kind.CHAT else f"is a run of the {run.kind} graph"
        more = "; videos of a conversation have runs of their own" if run.kind is Kind.CHAT else ""
        raise RequestError(
            f"{run.run_id} {what}, not a run of the {' or the '.join(wanted)} graph",
            hint=f"Look at it with: popcorn trace show {run.run_id}{more}.",
        )
    return run


def phase_of(run: Run, store: RunStore) -> Phase:
    """How far a run is; one that says it is running while nobody walks it was killed.

    A run that has its result is done, though whoever walked it may have left before that was written down.
    """
    if run.status is Status.RUNNING and store.walked(run.run_id):
        return Phase.UNDER_WAY
    if run.status in {Status.DONE, Status.FAILED}:
        return Phase.DONE if run.status is Status.DONE else Phase.FAILED
    return Phase.DONE if (store.folder(run.run_id) / RESULT).is_file() else Phase.LEFT


def ended(phase: Phase, run: Run) -> str:
    """How far a run is, in a word for people: one that was left was stopped by somebody, or killed."""
    if phase is not Phase.LEFT:
        return phase.value
    return "killed" if run.status is Status.RUNNING else "stopped"


def last_finished(store: RunStore) -> Run | None:
    """The last run of the create graph that came to its end."""
    return next((run for run in store.runs() if phase_of(run, store) is Phase.DONE), None)


def read_story(store: RunStore, run: Run, scrub: Scrubber | None = None) -> Story:
    """What the store knows of a run; `scrub` also takes out what was recorded before it was known to be secret."""
    events, clean = store.events(run.run_id), run
    if scrub is not None:
        events = scrub.value(events)
        clean = replace(run, request=scrub.text(run.request), settings=scrub.value(run.settings))
    return build_story(Story(clean, phase_of(run, store)), events)
