"""The toolbox: everything Popcorn can do, a method each, with plain arguments. The docstrings describe the tools."""

from __future__ import annotations

import inspect
import secrets
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ...errors import PopcornError, RequestError, StoppedError
from ...settings import Settings, load_settings
from ..background import in_background
from ..language_model import cost_of
from ..request import clean_request
from ..result import score_data
from . import briefs, drafting, looking, making
from .arguments import checked
from .drafting import DraftText
from .opened import Opened, spending_folder
from .results import Progress, Result, bounded
from .worker import Worker

if TYPE_CHECKING:
    from ...tools.video.types import Estimate
    from ..runs import Run, RunStore

MOST_DRAFTS = 16
MOST_RUNS = 50
MOST_REFERENCES = 100


class Toolbox:
    """What Popcorn can do with one set of settings. Safe to use from several threads.

    Nothing heavy is opened before it is needed. Every tool raises PopcornError: RequestError for arguments that a
    caller can mend, and others for what cannot be done. `progress`, where a tool takes it, may raise to stop the work.
    """

    def __init__(self, settings: Settings, folder: Path | None = None) -> None:
        """`folder` is where it is kept what the chat model spends; under the home without it."""
        self.settings = settings
        self.folder = folder or settings.home / "toolbox"
        self._opened = Opened(settings)
        self._worker = Worker()

    def using(self, **changes: object) -> Toolbox:
        """The same toolbox with other settings; what stays the same stays open. Raises RequestError."""
        other = Toolbox(_changed(self.settings, changes), self.folder)
        if self._opened.serves(other.settings):
            other._opened = self._opened
        other._worker = self._worker
        return other

    def warm(self) -> None:
        """Begin to open in the background what nearly every tool needs; what fails will fail where it is needed."""

        def open_all() -> None:
            with suppress(PopcornError):
                self._opened.predictor.trained_ids(self._opened.retriever.catalogue)

        threading.Thread(target=open_all, name="warm", daemon=True).start()

    @property
    def spent(self) -> float | None:
        """US dollars that drafting has cost so far, as kept in the folder; None where no price is known."""
        return cost_of(self.settings, spending_folder(self.settings, self.folder))

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
        gate = _Gate(progress)
        try:
            return await in_background(method, **fitting, progress=gate)
        finally:
            gate.closed = True

    def find_references(self, query: str, references: int = 10, tags: int = 1) -> Result:
        """Find past videos near a subject that got people talking and that did not, and what sets the two apart.

        Use it before writing titles of your own, or when asked what works for a subject.
        Example: find_references(query="street tacos at night", references=10)

        Args:
            query: the subject in a sentence, not a search expression.
            references: how many in all, 1 to 100; about one in ten is of the unpopular side.
            tags: from how many of the nearest categories.
        """
        from ...tools.references.catalogue_view import retrieval_data
        from ...tools.references.types import RetrievalOptions, Routing

        retriever = self._opened.retriever
        seen = self._opened.predictor.trained_ids(retriever.catalogue)
        settings = self.settings
        routing = Routing(settings.routing)
        options = RetrievalOptions(_within(references, MOST_REFERENCES), tags, settings.negative_share, routing)
        found = retriever.retrieve(clean_request(query), options, seen)
        data = retrieval_data(found, retriever.contrast(found, seen)) | {"catalogue": retriever.catalogue}
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
            renderer: what renders it; the session's renderer without it.
            aspect: the clip's shape; the session's without it.
            seed: makes the clip repeatable; the session's below 0.
        """
        from ..wiring import render_draft

        settings = self._render_settings(renderer, aspect, seed)
        now = datetime.now(UTC)
        out = settings.home / "renders" / f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}" / "clip.mp4"
        _make_folder(out.parent)

        def frames(done: int, total: int) -> None:
            if progress:
                progress(done, total, "render")

        data = render_draft(settings, title, video_prompt, out, frames)
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
        from ...tools.popularity.cli_view import explanation_data
        from ..predictors import titles_of

        draft = drafting.tagged(_draft_of(title, video_prompt, tag), self._opened.retriever)
        predictor = self._opened.predictor
        explanation = predictor.explain(drafting.subject_of(draft))
        titles = titles_of(self.settings, predictor, [one.id for one in explanation.neighbours])
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
            renderer: what renders the clip; the session's renderer without it.
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

        Quick, and without loading a model. Raises RequestError as the call would.
        """
        from ...tools.video.registry import load as load_renderer
        from ...tools.video.types import Aspect, Estimate, RenderRequest

        if name not in ("render_video", "make_video"):
            return None
        given = checked(name, arguments)
        settings = self._render_settings(given["renderer"], given.get("aspect", ""), given.get("seed", -1))
        title, prompt = given.get("title", ""), given.get("video_prompt") or given.get("request", "")
        request = RenderRequest(title, prompt, aspect=Aspect(settings.aspect), seed=settings.seed)
        once = load_renderer(settings.renderer, settings.renderers).estimate(request)
        times = (given["attempts"] or settings.attempts) if name == "make_video" and settings.render == "each" else 1
        return Estimate(
            seconds=None if once.seconds is None else once.seconds * times,
            memory_bytes=once.memory_bytes,
            cost_usd=None if once.cost_usd is None else once.cost_usd * times,
        )

    async def _draft(self, request: str, drafts: int = 3, progress: Progress | None = None) -> Result:
        from ...graphs.create.state import CreateInput
        from ..walk import Walk

        settings = _changed(self.settings, {"candidates": _within(drafts, MOST_DRAFTS)})
        context = await in_background(self._opened.context, settings, self.folder)
        walk = Walk(_no_run(clean_request(request)), settings)
        state = await drafting.drafted(
            CreateInput(request=clean_request(request), plan=walk.plan(needs_frames=False)), context, progress
        )
        data = {
            "request": state.request,
            "drafts": await in_background(drafting.assessed, state, context),
            "tags": [choice.tag for choice in state.retrieval.tags] if state.retrieval else [],
            "drafted_by": context.chat_model_name,
            "notices": list(dict.fromkeys([*state.notices, *context.notices])),
        }
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
        changes: dict[str, object] = {"renderer": renderer or None, "attempts": attempts or None}
        changes["threshold"] = threshold if threshold >= 0 else None
        settings = _changed(self.settings, changes)
        data = await making.made(settings, request, resume, progress)
        return bounded("make_video", data, briefs.run_brief(data))

    def _render_settings(self, renderer: str, aspect: str, seed: int) -> Settings:
        changes: dict[str, object] = {"renderer": renderer, "aspect": aspect} if aspect else {"renderer": renderer}
        if not renderer:
            changes.pop("renderer")
        return _changed(self.settings, changes | ({"seed": seed} if seed >= 0 else {}))

    def _store(self) -> RunStore:
        from ..runs import RunStore

        return RunStore.of(self.settings)


class _Gate:
    """Progress until the caller has left, then the end of the work."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress, self.closed = progress, False

    def __call__(self, done: int, total: int, note: str) -> None:
        if self.closed:
            raise StoppedError("the caller has left")
        if self._progress:
            self._progress(done, total, note)


def _changed(settings: Settings, changes: Mapping[str, object]) -> Settings:
    """The settings with changes that are checked as flags are. Raises RequestError."""
    given = {name: value for name, value in changes.items() if value is not None}
    if not given:
        return settings
    return load_settings(**{name: getattr(settings, name) for name in Settings.model_fields} | given)


def _draft_of(title: str, video_prompt: str, tag: str) -> DraftText:
    """A draft on one line each. Raises RequestError where there is no title."""
    cleaned = clean_request(title)
    return DraftText(cleaned, " ".join(video_prompt.split()), tag.strip())


def _within(number: int, most: int) -> int:
    if not 1 <= number <= most:
        raise RequestError(f"{number} is not between 1 and {most}", hint=f"Ask for 1 to {most}.")
    return number


def _make_folder(folder: Path) -> None:
    from ..stores.complaints import unwritable

    try:
        folder.mkdir(parents=True)
    except OSError as exc:
        raise unwritable(folder, exc) from exc


def _no_run(request: str) -> Run:
    """What a walk wants to know for its plan; it stands in no store."""
    from ..runs import Run, Status

    return Run("", request, {}, Status.RUNNING)
