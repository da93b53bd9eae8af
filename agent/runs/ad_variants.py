"""Several ads from the same footage: a run for each, which is told of those before it; their distance and rank."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import asdict
from itertools import combinations
from typing import TYPE_CHECKING, Any

from ...errors import RequestError
from ...graphs.ad.state import MadeAd
from ...graphs.ad.variants import distance, ranked
from ...tools.editing.types import Line, Role
from ...trust import foreign_files
from ..wiring.workshop import workshop_of
from .ad_inputs import AdInputs
from .run_store import Kind

if TYPE_CHECKING:
    from .run_store import RunStore
    from .session import Session
    from .walk import Event


async def make_ads(session: Session, inputs: AdInputs, done: tuple[dict[str, Any], ...] = ()) -> AsyncGenerator[Event]:
    """The events of as many runs as ads are wanted, one after another; the last event tells of all of them.

    `done` are the data of variants that were made before.
    """
    ads = list(done)
    for number in range(len(ads) + 1, inputs.variants + 1):
        one = inputs.model_copy(update={"variant": number, "made": tuple(_made(data) for data in ads)})
        async with aclosing(session.create(one.request, Kind.AD, one.model_dump(mode="json"))) as events:
            async for event in events:
                yield await _noted(event, ads, session, inputs)


async def resume_ads(session: Session, run_id: str, anew: Mapping[str, object]) -> AsyncGenerator[Event]:
    """Go on with a run, and then with the variants after it. Raises RequestError where it is no ad's run."""
    run = session.store.find(run_id)
    if run.kind is not Kind.AD:
        raise RequestError(f"run {run_id} made no ad", hint=f"Go on with: popcorn ask --resume {run_id}")
    inputs = AdInputs.model_validate(run.inputs)
    ads = [result for one in inputs.made if (result := result_of(session.store, one.run_id))]
    async with aclosing(session.resume(run_id, anew)) as events:
        async for event in events:
            yield await _noted(event, ads, session, inputs)
    if len(ads) < inputs.variants:
        async with aclosing(make_ads(session, inputs, tuple(ads))) as rest:
            async for event in rest:
                yield event


def result_of(store: RunStore, run_id: str) -> dict[str, Any]:
    """The data of a finished ad; empty where it is gone."""
    try:
        data = foreign_files.parse_json(foreign_files.read_text(store.folder(run_id) / "result.json"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


async def _noted(event: Event, ads: list[dict[str, Any]], session: Session, inputs: AdInputs) -> Event:
    """The event; where it ends a run, its ad is taken in, and the last of several tells of all."""
    if event["event"] != "run_finished":
        return event
    ads.append({name: value for name, value in event.items() if name not in {"event", "ts"}})
    if inputs.variants == 1 or len(ads) < inputs.variants:
        return event
    return event | await asyncio.to_thread(_together, ads, session, inputs)


def _together(ads: list[dict[str, Any]], session: Session, inputs: AdInputs) -> dict[str, Any]:
    """All variants, how far each is from each, and which to try first."""
    settings = session.settings
    lines = [_made(data).lines for data in ads]
    ranking = ranked(lines, inputs.product, workshop_of(settings).chooser(settings), settings.platform)
    distances = [
        {"a": one + 1, "b": other + 1, **asdict(apart := distance(lines[one], lines[other])), "whole": apart.whole}
        for one, other in combinations(range(len(ads)), 2)
    ]
    order = [{"variant": one.place + 1, "wins": one.wins, "tied": one.tied} for one in ranking.order]
    told = {"order": order, "model": ranking.model, "evidence": ranking.evidence, "told": str(ranking)}
    return {"variants": list(ads), "distances": distances, "ranking": told}


def _made(data: Mapping[str, Any]) -> MadeAd:
    lines = tuple(
        Line(one["clip"], one["script"], Role(one["role"]), tuple(one["subtitles"])) for one in data["segments"]
    )
    return MadeAd(data["run_id"], lines)
