"""Popcorn from Python: `from popcorn import create_video`.

    from popcorn import create_video, standing

    video = create_video("street tacos at dawn", llm="offline", aspect="1:1")
    print(video.title, video.path, standing(video.score))

Ads are in python_ads.py beside this.

Every function here has an async twin whose name begins with `a`. Settings are those of the command line by the same
names; what is left away comes from POPCORN_* variables and settings files. All errors are PopcornErrors, with `message`
and `hint`; that of a run carries its `run_id`, with which `resume_video` goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from ...choices import Choices as RunChoices
from ...choices import ResumedChoices as ResumedRunChoices
from ...errors import RequestError
from ...graphs.create.choice import Choice, read_choice
from ...settings import CHOSEN_ANEW, load_settings
from ...tools.popularity.standing import read_score
from ...tools.popularity.types import Score, Subject
from ...tools.references.types import Retrieval, RetrievalOptions, Routing
from .python_calls import Watcher, blocking, check_texts, last, showable, showable_async

if TYPE_CHECKING:
    from ...settings import Settings
    from ..runs.session import Session


class Choices(RunChoices, total=False):
    """Settings that a call may choose; `popcorn config show` lists them with their values in force."""

    home: Path


class ResumedChoices(ResumedRunChoices, total=False):
    """Settings that a call may choose for a run that it goes on with."""

    home: Path


@dataclass(frozen=True, slots=True)
class Video:
    """What a finished run gave."""

    run_id: str
    request: str
    title: str
    video_prompt: str
    cover_prompt: str
    path: Path
    """The clip."""
    cover: Path
    score: Score
    choice: Choice | None
    """Over how many other drafts it was picked and how sure that is; None where an older Popcorn finished the run."""
    accepted: bool
    """Whether nothing speaks against the draft, and its rank is high enough where there is evidence for one."""
    data: Mapping[str, Any]
    """All of it, as `popcorn ask --json` has it: references, reasoning, attempts, usage, timings."""


def create_video(
    request: str, *, watch: Watcher | None = None, buy_again: bool = False, **choices: Unpack[Choices]
) -> Video:
    """Draft, render and score a video about `request`, which may name renderer, language, shape and number of drafts;
    `choices` go before it. Raises PopcornError.

    A clip that may have been paid for and did not come raises ConsentError unless `buy_again`.
    """
    return blocking("create_video", acreate_video(request, watch=watch, buy_again=buy_again, **choices))


@showable_async
async def acreate_video(
    request: str, *, watch: Watcher | None = None, buy_again: bool = False, **choices: Unpack[Choices]
) -> Video:
    """Like `create_video`; a cancelled call stops the run, which `aresume_video` can go on with."""
    check_texts(request=request)
    from ..runs.request_terms import understood

    asked = await asyncio.to_thread(lambda: understood(request, load_settings(**choices), _named(choices)))
    session = await asyncio.to_thread(_opened, asked.settings, again=buy_again)
    return _video(await last(session.create(request, inputs=asked.inputs), watch))


def resume_video(
    run_id: str, *, watch: Watcher | None = None, buy_again: bool = False, **choices: Unpack[ResumedChoices]
) -> Video:
    """Go on with a run where it stopped, with the settings it began with; `buy_again` as in create_video.

    `choices` are its limits, and another model, renderer or seed for what is left to do. Raises PopcornError.
    """
    return blocking("resume_video", aresume_video(run_id, watch=watch, buy_again=buy_again, **choices))


@showable_async
async def aresume_video(
    run_id: str, *, watch: Watcher | None = None, buy_again: bool = False, **choices: Unpack[ResumedChoices]
) -> Video:
    """Like `resume_video`."""
    check_texts(run_id=run_id)
    session = await asyncio.to_thread(_session, choices, again=buy_again)
    anew = {name: value for name, value in choices.items() if name in CHOSEN_ANEW and value is not None}
    return _video(await last(session.resume(run_id, anew), watch))


@showable
def find_references(query: str, **choices: Unpack[Choices]) -> Retrieval:
    """Past videos like `query`, popular and unpopular ones. Raises PopcornError."""
    from ..runs.request import clean_request
    from ..wiring.workshop import workshop_of

    check_texts(query=query)
    settings = load_settings(**choices)
    options = RetrievalOptions(settings.references, settings.tags, settings.negative_share, Routing(settings.routing))
    return workshop_of(settings).retrieve(settings, clean_request(query), options).retrieval


async def afind_references(query: str, **choices: Unpack[Choices]) -> Retrieval:
    """Like `find_references`."""
    return await asyncio.to_thread(find_references, query, **choices)


@showable
def score_popularity(title: str, video_prompt: str = "", *, tag: str = "", **choices: Unpack[Choices]) -> Score:
    """Predict how much a draft would be talked about, on the predictor's own platform unless `platform` names one.

    Raises PopcornError.
    """
    from ..wiring.workshop import workshop_of

    check_texts(title=title, video_prompt=video_prompt, tag=tag)
    if not title.strip():
        raise RequestError("the title is empty", hint="A score is of a title, and of a video prompt if there is one.")
    settings = load_settings(**choices)
    predictor, _ = workshop_of(settings).predictor(settings)
    (score,) = predictor.score([Subject(title, video_prompt, tag, platform=choices.get("platform", ""))])
    return score


async def ascore_popularity(title: str, video_prompt: str = "", *, tag: str = "", **choices: Unpack[Choices]) -> Score:
    """Like `score_popularity`."""
    return await asyncio.to_thread(score_popularity, title, video_prompt, tag=tag, **choices)


def _named(choices: Choices) -> frozenset[str]:
    """The choices that were made."""
    return frozenset(name for name, value in choices.items() if value is not None)


def _session(choices: ResumedChoices, *, again: bool) -> Session:
    return _opened(load_settings(**choices), again=again)


def _opened(settings: Settings, *, again: bool) -> Session:
    from ..runs.session import Session

    return Session(settings, again=again)


def _video(data: Mapping[str, Any]) -> Video:
    return Video(
        run_id=data["run_id"],
        request=data["request"],
        title=data["title"],
        video_prompt=data["video_prompt"],
        cover_prompt=data["cover_prompt"],
        path=Path(data["video"]["path"]),
        cover=Path(data["cover"]["path"]),
        score=read_score(data["score"]),
        choice=read_choice(data.get("choice")),
        accepted=data["accepted"],
        data=data,
    )
