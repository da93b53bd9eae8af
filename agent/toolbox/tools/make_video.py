"""make_video: the whole machine, from a request to a scored clip."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from ....errors import PopcornError
from ....tools.popularity.standing import briefly, read_score
from ...runs.request_terms import Understood, understood
from ...wiring import spending
from .. import clip_rendering
from ..made_video import MadeVideo
from ..tool import Arguments, Tool
from ..work import Asynchronous
from ..workbench import changed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from ....settings import Settings
    from ....tools.video.types import Estimate
    from ..sendable_result import Progress
    from ..workbench import Workbench


class MakeVideo(Arguments):
    """What is made, and how."""

    request: Annotated[str, Field(description="what the video is about, with every wish, in a sentence or two.")] = ""
    renderer: Annotated[
        str, Field(description="the name of what renders the clip; the session's renderer without it.")
    ] = ""
    attempts: Annotated[
        int, Field(description="rounds of drafting and scoring at most; the session's setting at 0.")
    ] = 0
    threshold: Annotated[
        float,
        Field(description="the expected rank of 100 from which a draft is accepted; the session's setting below 0."),
    ] = -1
    shots: Annotated[
        int, Field(description="shots of 3 seconds that tell the story, 1 to 5; the session's setting at 0.")
    ] = 0
    voice: Annotated[
        str, Field(description="`auto` to have a voice say a line, `none` for a silent clip; the session's without it.")
    ] = ""
    music: Annotated[str, Field(description="a mood of music under the clip; the session's music without it.")] = ""
    resume: Annotated[str, Field(description="the id of an unfinished run to go on with, instead of a request.")] = ""


async def _make(bench: Workbench, asked: MakeVideo, progress: Progress | None) -> MadeVideo:
    """Run the whole machine: find references, think, draft, score, refine, render the best. Keeps it as a run.

    Use it when a finished video is wanted. Example: make_video(request="street tacos at night")
    """
    from ...runs.session import Session

    if asked.resume:
        session = Session(_settings(bench, asked), bench.allowance)
        return MadeVideo.read(await _walked(session.resume(asked.resume, _anew(bench, asked)), progress))
    wish = _understood(bench, asked)
    session = Session(wish.settings, bench.allowance)
    return MadeVideo.read(await _walked(session.create(wish.request, inputs=wish.inputs), progress))


def _estimate(bench: Workbench, asked: MakeVideo) -> Estimate:
    """What the run would render, as a new one or as one that is gone on with."""
    if asked.resume:
        settings, request = _resumed(bench, asked)
        return spending.going_on(_whole(bench, settings, request), settings, asked.resume)
    wish = _understood(bench, asked)
    return _whole(bench, wish.settings, wish.request)


def _agree(bench: Workbench, asked: MakeVideo) -> None:
    if asked.resume:
        spending.agree_to_all(bench.settings, asked.resume)


def _whole(bench: Workbench, settings: Settings, request: str) -> Estimate:
    """What a run renders at most: its best attempt, or each of them where the predictor looks at clips."""
    once = clip_rendering.estimated(settings, "", request)
    once = replace(once, doubt="", doubts=())  # its words are not drafted yet
    once = clip_rendering.times(once, settings.shots) if settings.shots > 1 else once  # each shot is bought by itself
    each = settings.render == "each" or (once.is_dear and bench.predictor.needs_frames)
    return clip_rendering.times(once, settings.attempts) if each else once


def _resumed(bench: Workbench, asked: MakeVideo) -> tuple[Settings, str]:
    """With which settings a run would be gone on with, and what was asked. Raises RequestError."""
    from ...runs.session import resumed_settings

    run = bench.store.find(asked.resume)
    return resumed_settings(run, bench.settings, _anew(bench, asked)), run.request


def _anew(bench: Workbench, asked: MakeVideo) -> dict[str, str]:
    """What a run that is gone on with is given instead of what it had."""
    renderer = clip_rendering.chosen_renderer(asked.renderer, bench.settings)
    return {"renderer": renderer} if renderer else {}


def _settings(bench: Workbench, asked: MakeVideo) -> Settings:
    """Those of the session with what the call chooses. Raises RequestError."""
    return changed(
        bench.settings,
        {
            "renderer": clip_rendering.chosen_renderer(asked.renderer, bench.settings),
            "attempts": asked.attempts or None,
            "threshold": asked.threshold if asked.threshold >= 0 else None,
            "shots": asked.shots or None,
            **clip_rendering.chosen_sound(asked.voice, asked.music, bench.settings),
        },
    )


def _understood(bench: Workbench, asked: MakeVideo) -> Understood:
    """What the request itself names too, where no argument does. Raises RequestError."""
    named = {name for name in ("renderer", "voice") if getattr(asked, name)}
    return understood(asked.request, _settings(bench, asked), named)


async def _walked(events: AsyncGenerator[dict[str, Any]], progress: Progress | None) -> dict[str, Any]:
    """Walk the create graph to its end. Raises what a session raises."""
    done, data = 0, None
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


make_video = Tool(
    name="make_video",
    label="make the video",
    arguments=MakeVideo,
    work=Asynchronous(_make),
    read=MadeVideo.read,
    estimate=_estimate,
    agree=_agree,
    spends=True,
)
