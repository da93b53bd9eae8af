"""The toolbox: everything Popcorn can do, a method each, with plain arguments. The docstrings describe the tools."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

from ...errors import PopcornError, RequestError
from ...plain_names import check_stranger
from ...settings import Settings
from ..background import in_background
from ..request import clean_request
from ..result import score_data
from . import briefs, drafting, looking, making, rendering
from .arguments import checked
from .changes import changed
from .drafting import DraftText
from .opened import Opened
from .results import Gate, Progress, Result, bounded
from .worker import Worker

if TYPE_CHECKING:
    from langchain_core.callbacks import BaseCallbackHandler

    from ...tools.video.types import Estimate
    from ..models.meter import Allowance
    from ..runs import RunStore

_STOPPING = 5.0
"""Seconds that work which was told to stop has to do so, before nobody waits for it any more."""
MOST_DRAFTS = 16
MOST_RUNS = 50
MOST_REFERENCES = 100


class Toolbox:
    """What Popcorn can do with one set of settings. Safe to use from several threads.

    Nothing heavy is opened before it is needed. Every tool raises PopcornError: RequestError for arguments that a
    caller can mend, and others for what cannot be done. `progress`, where a tool takes it, may raise to stop the work.
    """

    def __init__(self, settings: Settings, allowance: Allowance | None = None) -> None:
        """What chat models use is held to `allowance`, also in whole runs; else to the limits of the settings."""
        self.settings = settings.model_copy(update={"max_cost": 0.0, "max_tokens": 0}) if allowance else settings
        self._allowance = allowance
        self._opened = Opened(self.settings, allowance)
        self._worker = Worker()
        self._watchers: tuple[BaseCallbackHandler, ...] = ()
        self._had: tuple[str, ...] = ()

    def using(self, **changes: object) -> Toolbox:
        """The same toolbox with other settings; what stays the same stays open. Raises RequestError."""
        other = Toolbox(changed(self.settings, changes), self._allowance)
        if self._opened.serves(other.settings):
            other._opened = self._opened
        other._worker = self._worker
        return other

    def watched(self, *watchers: BaseCallbackHandler) -> Toolbox:
        """The same toolbox; the watchers are told of every model and tool call that its drafting makes."""
        other = self.using()
        other._watchers, other._had = watchers, self._had
        return other

    def besides(self, titles: Sequence[str]) -> Toolbox:
        """The same toolbox; what it drafts next to these titles is new, as far as its model knows more."""
        other = self.watched(*self._watchers)
        other._had = tuple(titles)
        return other

    def warm(self) -> None:
        """Begin to open in the background what nearly every tool needs; what fails will fail where it is needed."""

        def open_all() -> None:
            with suppress(PopcornError):
                _ = self._opened.retriever, self._opened.predictor

        threading.Thread(target=open_all, name="warm", daemon=True).start()

    async def call(self, name: str, arguments: Mapping[str, Any], progress: Progress | None = None) -> Result:
        """Call a tool by name from an event loop, which stays free meanwhile.

        A caller that is cancelled leaves at once; the work stops where it next reports progress. Raises RequestError
        for an unknown name or arguments that do not fit.
        """
        fitting = checked(name, arguments)
        if name == "draft_video":
            return await self._worker.wait(self._draft(**fitting, progress=progress))
        if name == "make_video":
            return await self._worker.wait(self._make(**fitting, progress=progress))
        method = getattr(self, name)
        if "progress" not in inspect.signature(method).parameters:
            return await in_background(method, **fitting)
        gate = Gate(progress)
        work = asyncio.ensure_future(in_background(method, **fitting, progress=gate))
        try:
            return await asyncio.shield(work)
        finally:
            gate.closed = True
            if not work.done():  # let it come to its end: a process that leaves amid native code would crash
                work.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
                await asyncio.wait({work}, timeout=_STOPPING)

    def find_references(self, query: str, references: int = 10, tags: int = 1) -> Result:
        """Find past videos near a subject that got people talking and that did not, and what sets the two apart.

        Use it before writing titles of your own, or when asked what works for a subject.
        Example: find_references(query="street tacos at night", references=10)

        Args:
            query: the subject in a sentence, not a search expression.
            references: how many in all, 1 to 100; about one in ten is of the unpopular side.
            tags: from how many of the nearest categories.
        """
        from ...tools.references.retrieval_data import retrieval_data
        from ...tools.references.types import RetrievalOptions, Routing

        settings = self.settings
        routing = Routing(settings.routing)
        options = RetrievalOptions(_within(references, MOST_REFERENCES), tags, settings.negative_share, routing)
        found = self._opened.retrieve(clean_request(query), options)
        data = retrieval_data(found.retrieval, found.contrast) | {"catalogue": found.catalogue}
        return bounded("find_references", data, briefs.references_brief(data))

    def draft_video(self, request: str, drafts: int = 3, progress: Progress | None = None) -> Result:
        """Write several drafts (title, 3-second shot, cover) for a request, against references, and score each.

        Nothing is rendered. Use it for ideas, hooks and variants; what the person wants of them belongs into the
        request. Example: draft_video(request="street tacos at night, funny, shorter titles", drafts=3)

        Args:
            request: what the video is about, with every wish, in a sentence or two.
            drafts: how many, 1 to 16.
        """
        return self._worker.run(self._draft(request, drafts, progress))

    def render_video(
        self,
        title: str,
        video_prompt: str,
        renderer: str = "",
        aspect: Literal["", "9:16", "16:9", "1:1"] = "",
        seed: int = -1,
        progress: Progress | None = None,
    ) -> Result:
        """Render one draft as a 3-second clip with a cover.

        Example: render_video(title="Tacos at midnight", video_prompt="Slow push-in on a hot griddle ...")

        Args:
            title: the title, drawn into the clip by renderers that draw.
            video_prompt: the draft's whole video prompt, word for word.
            renderer: the name of what renders it; the session's renderer without it.
            aspect: the clip's shape; the session's without it.
            seed: makes the clip repeatable; the session's below 0.
        """
        settings = self._render_settings(renderer, aspect, seed)
        data = rendering.rendered(settings, title, video_prompt, progress)
        return bounded("render_video", data, briefs.clip_brief(data))

    def score_popularity(self, title: str, video_prompt: str = "", tag: str = "") -> Result:
        """Predict how many comments a draft would get, as a percentile among real videos.

        Example: score_popularity(title="I tried every taco on one street", video_prompt="Handheld walk ...")

        Args:
            title: the title.
            video_prompt: what the shot shows; the score is less sure without it.
            tag: the category, as other tools gave it; found from the texts without it.
        """
        draft = drafting.tagged(_draft_of(title, video_prompt, tag), self._opened.retriever)
        (score,) = self._opened.predictor.score([drafting.subject_of(draft)])
        data = asdict(draft) | {"score": score_data(score)}
        return bounded("score_popularity", data, briefs.score_brief(data))

    def explain_score(self, title: str, video_prompt: str = "", tag: str = "") -> Result:
        """Explain why a draft scores as it does: the past videos it rests on, and what each part and word is worth.

        Example: explain_score(title="Street tacos", video_prompt="...", tag="Food")

        Args:
            title: the title.
            video_prompt: what the shot shows.
            tag: the category, as the score was made with.
        """
        from ...tools.popularity.explanation_data import explanation_data

        draft = drafting.tagged(_draft_of(title, video_prompt, tag), self._opened.retriever)
        predictor = self._opened.predictor
        explanation = predictor.explain(drafting.subject_of(draft))
        titles = self._opened.titles([one.id for one in explanation.neighbours])
        data = explanation_data(explanation, titles) | asdict(draft)
        return bounded("explain_score", data, briefs.explanation_brief(data))

    def compare_drafts(self, drafts: list[DraftText]) -> Result:
        """Score several drafts of your own at once, and order them from best to worst.

        Use it for titles and hooks that you wrote yourself, such as a shorter title for the same shot.
        Example: compare_drafts(drafts=[{"title": "Tacos at 2 am", "video_prompt": "..."}, {"title": "Taco night",
        "video_prompt": "..."}])

        Args:
            drafts: 1 to 16 drafts, each with its title and the whole video prompt.
        """
        _within(len(drafts), MOST_DRAFTS)
        retriever = self._opened.retriever
        ready = [drafting.tagged(_draft_of(one.title, one.video_prompt, one.tag), retriever) for one in drafts]
        data = {"drafts": drafting.compared(ready, self._opened.predictor)}
        return bounded("compare_drafts", data, briefs.drafts_brief(data))

    def make_video(
        self,
        request: str = "",
        renderer: str = "",
        attempts: int = 0,
        threshold: float = -1,
        resume: str = "",
        progress: Progress | None = None,
    ) -> Result:
        """Run the whole machine: find references, think, draft, score, refine, render the best. Keeps it as a run.

        Use it when a finished video is wanted. Example: make_video(request="street tacos at night")

        Args:
            request: what the video is about, with every wish, in a sentence or two.
            renderer: the name of what renders the clip; the session's renderer without it.
            attempts: rounds of drafting and scoring at most; the session's setting at 0.
            threshold: the percentile at which a draft is accepted; the session's setting below 0.
            resume: the id of an unfinished run to go on with, instead of a request.
        """
        return self._worker.run(self._make(request, renderer, attempts, threshold, resume, progress))

    def list_runs(self, about: str = "", since: str = "", until: str = "", most: int = 10) -> Result:
        """List videos made before, the latest first: ids, requests, titles, scores.

        Example: list_runs(about="biryani", since="2026-01-30", until="2026-01-30")

        Args:
            about: words that the request or title must have.
            since: first day, YYYY-MM-DD.
            until: last day, YYYY-MM-DD.
            most: how many at most, 1 to 50.
        """
        data = {"runs": looking.listed(self._store(), about, since, until, _within(most, MOST_RUNS))}
        return bounded("list_runs", data, briefs.runs_brief(data))

    def show_run(self, run_id: str) -> Result:
        """Show one run: its draft, score, attempts and clip, or how far it came.

        Example: show_run(run_id="last")

        Args:
            run_id: an id as list_runs gives it, or `last`.
        """
        data = looking.told(self._store(), run_id)
        return bounded("show_run", data, briefs.run_brief(data))

    def estimate(self, name: str, arguments: Mapping[str, Any]) -> Estimate | None:
        """What the renders of a call would take before it is made; None for a tool that renders nothing.

        Without loading a video model; where a run might cost much, the predictor is asked whether it wants every
        attempt rendered. Raises RequestError as the call would.
        """
        if name not in rendering.RENDERING:
            return None
        given = checked(name, arguments)
        if given.get("resume"):
            return self._whole_run(*self._resumed(given["resume"]))
        settings = self._render_settings(given["renderer"], given.get("aspect", ""), given.get("seed", -1))
        if name == "make_video":
            return self._whole_run(changed(settings, {"attempts": given["attempts"] or None}), given["request"])
        return rendering.estimated(settings, given["title"], given["video_prompt"])

    def _resumed(self, run_id: str) -> tuple[Settings, str]:
        """With which settings a run would be gone on with, and what was asked. Raises RequestError."""
        from ..session import resumed_settings

        run = self._store().find(run_id)
        return resumed_settings(run, self.settings), run.request

    def _whole_run(self, settings: Settings, request: str) -> Estimate:
        """What a run renders at most: its best attempt, or each of them where the predictor looks at clips."""
        once = rendering.estimated(settings, "", request)
        each = settings.render == "each" or (once.is_dear and self._opened.predictor.needs_frames)
        return rendering.times(once, settings.attempts) if each else once

    async def _draft(self, request: str, drafts: int = 3, progress: Progress | None = None) -> Result:
        asked_for = changed(self.settings, {"candidates": _within(drafts, MOST_DRAFTS)})
        settings = drafting.further(asked_for, self._had)
        asked = clean_request(request)
        context = await in_background(self._opened.context, settings)
        state = await drafting.drafted(drafting.start_of(settings, asked), context, progress, self._watchers)
        state = drafting.unlike(state, self._had, drafts)
        rows = await in_background(drafting.assessed, state, context)
        data = drafting.drafts_data(state, rows, context)
        return bounded("draft_video", data, briefs.drafts_brief(data))

    async def _make(
        self,
        request: str = "",
        renderer: str = "",
        attempts: int = 0,
        threshold: float = -1,
        resume: str = "",
        progress: Progress | None = None,
    ) -> Result:
        from ..session import Session

        check_stranger(renderer, self.settings.renderer)
        changes: dict[str, object] = {"renderer": renderer or None, "attempts": attempts or None}
        changes["threshold"] = threshold if threshold >= 0 else None
        settings = changed(self.settings, changes)
        data = await making.made(Session(settings, self._allowance), request, resume, progress)
        return bounded("make_video", data, briefs.run_brief(data))

    def _render_settings(self, renderer: str, aspect: str, seed: int) -> Settings:
        check_stranger(renderer, self.settings.renderer)
        return changed(
            self.settings,
            {"renderer": renderer or None, "aspect": aspect or None, "seed": seed if seed >= 0 else None},
        )

    def _store(self) -> RunStore:
        from ..runs import RunStore

        return RunStore.of(self.settings)


def _draft_of(title: str, video_prompt: str, tag: str) -> DraftText:
    """A draft on one line each. Raises RequestError where there is no title."""
    cleaned = clean_request(title)
    return DraftText(cleaned, " ".join(video_prompt.split()), tag.strip())


def _within(number: int, most: int) -> int:
    if not 1 <= number <= most:
        raise RequestError(f"{number} is not between 1 and {most}", hint=f"Ask for 1 to {most}.")
    return number
