"""What one unit takes: draft, render, score. The same work on this machine and on a cluster's."""

from __future__ import annotations

import asyncio
import math
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from .. import files
from ..agent.models.prices import price_of
from ..agent.models.providers import choose
from ..agent.runs.create_machine import plan_of
from ..agent.wiring.create_context import context_of
from ..agent.wiring.workshop import workshop_of
from ..errors import PopcornError, PredictionError
from ..graphs.create.build import build_create_graph
from ..graphs.create.policy import best_of, complaints
from ..graphs.create.state import CreateInput, CreateState
from ..tools.popularity.types import Subject
from ..tools.references.types import RetrievalOptions
from ..tools.video.types import Aspect, Clip, RenderRequest
from ..trust import foreign_files
from .frame_agreement import opened
from .matrix import settings_of
from .shown_references import ShownReferences
from .types import HUMAN, Arm, Drafted, Given, Row, Sees, Unit, row_of
from .unseen_references import unseen_references

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_core.callbacks import BaseCallbackHandler

    from ..agent.wiring.chat_models import NamedModel
    from ..graphs.create.context import CreateContext
    from ..settings import Settings
    from ..tools.references.retrieval import Retriever
    from .study_file import StudyFile


@dataclass(frozen=True, slots=True)
class Place:
    """Where a study's units are done: its file, settings and folder, and what their addresses are made of."""

    study: StudyFile
    settings: Settings
    folder: Path
    facts: dict[str, str]


class UnitWork:
    """Does units one step at a time. It belongs to one event loop: a model's client does."""

    def __init__(self, place: Place) -> None:
        """Opens nothing yet; what is opened is kept by the workshop of the home."""
        self.place = place
        self.workshop = workshop_of(place.settings)
        self._models: dict[str, NamedModel] = {}
        self._settings: dict[Arm, Settings] = {}
        self._graph = build_create_graph()

    @cached_property
    def _references(self) -> Retriever:
        """What is shown to models, and whose titles stand for people's."""
        return unseen_references(self.place.study, self.place.settings)

    async def draft(self, unit: Unit) -> Drafted:
        """The best draft of the unit's arm, kept in the study's folder; one that is there is read.

        Drafts are refined before anything is rendered. Raises PopcornError.
        """
        kept = self.place.folder / "drafts" / f"{unit.draft_key(self.place.facts)}.json"
        if (drafted := _read(kept)) is not None:
            return drafted
        started = time.perf_counter()
        drafted = await asyncio.to_thread(self._real_title, unit) if unit.arm.model == HUMAN else await self.ask(unit)
        drafted = replace(drafted, seconds=round(time.perf_counter() - started, 4))
        with files.writing(kept):
            files.write_json(kept, {name: getattr(drafted, name) for name in Drafted.__slots__})
        return drafted

    def render(self, unit: Unit, drafted: Drafted) -> tuple[Clip, dict[str, Any]]:
        """The unit's clip, and what its row says of it. Raises PopcornError."""
        settings = self._settings_of(unit)
        renderer = self.workshop.renderer(settings, account=self.place.folder.name)
        request = RenderRequest(
            title=drafted.title,
            video_prompt=drafted.render_prompt or drafted.video_prompt,
            cover_prompt=drafted.cover_prompt,
            aspect=Aspect(settings.aspect),
            seed=unit.seed,
            request=unit.prompt.text,
        )
        out = self.place.folder / "clips" / f"{unit.key(self.place.facts)}.mp4"
        files.folder(out.parent)
        price = renderer.estimate(request).cost_usd
        started = time.perf_counter()
        with _PeakMemory() as peak:
            clip = renderer.render(request, out)
        return clip, {
            "clip": clip.path.name,
            "clip_sha256": clip.sha256,
            "render_seconds": round(time.perf_counter() - started, 4),
            "render_cost_usd": price,
            "peak_memory_bytes": peak.bytes,
        }

    def score(self, unit: Unit, drafted: Drafted, clip: Clip | None) -> dict[str, Any]:
        """The predictor's answer for the draft and, where it looks at frames, its clip. Raises PopcornError."""
        settings = self._settings_of(unit)
        predictor, _ = self.workshop.predictor(settings)
        path = clip.path if clip and predictor.needs_frames else None
        request = "" if unit.arm.model == HUMAN else unit.prompt.text
        shot = "" if unit.arm.sees == Sees.TITLE else drafted.video_prompt
        subject = Subject(drafted.title, shot, drafted.tag, path, request, settings.platform)
        started = time.perf_counter()
        (score,) = predictor.score([subject])
        if not math.isfinite(score.log2_comments):
            raise PredictionError(
                f"{predictor.name} gave {score.log2_comments} for {drafted.title!r}", hint="Train the predictor anew."
            )
        return self._agreement(drafted, clip) | {
            "accepted": unit.arm.model == HUMAN
            or not (drafted.faults or complaints(score, (), plan_of(settings, needs_frames=False))),
            "log2_comments": float(score.log2_comments),
            "expected_rank": score.percentile,
            "evidence": score.evidence,
            "score_seconds": round(time.perf_counter() - started, 4),
        }

    def _agreement(self, drafted: Drafted, clip: Clip | None) -> dict[str, Any]:
        """How well the clip agrees with what its renderer was given, where the study asks for that."""
        if clip is None or not self.place.study.agreement:
            return {}
        text = drafted.render_prompt or drafted.video_prompt
        return {"agreement": round(opened(self.place.study.agreement).of(clip.path, text), 6)}

    def row(self, unit: Unit, drafted: Drafted, scored: dict[str, Any], rendered: dict[str, Any]) -> Row:
        """The unit's row."""
        used = {"input_tokens": drafted.input_tokens, "output_tokens": drafted.output_tokens}
        return row_of(
            unit,
            self.place.facts,
            title=drafted.title,
            video_prompt=drafted.video_prompt,
            cover_prompt=drafted.cover_prompt,
            tag=drafted.tag,
            relevance=drafted.relevance,
            similarity=drafted.similarity,
            faults=drafted.faults,
            attempts=drafted.attempts,
            draft_seconds=drafted.seconds,
            cost_usd=self.cost(unit.arm, **used),
            finished=_now(),
            **used,
            **scored,
            **rendered,
        )

    def failure(self, unit: Unit, error: PopcornError, drafted: Drafted | None, rendered: dict[str, Any]) -> Row:
        """The row of a unit that failed, with what it had come to: a draft that was paid for stays in the sum."""
        failed = {"error": error.code, "reason": error.message}
        if drafted is not None:
            return self.row(unit, drafted, failed, rendered)
        used = {name: sum(getattr(call, name, 0) for call in error.calls) for name in ("input_tokens", "output_tokens")}
        cost = self.cost(unit.arm, **used) if any(used.values()) else 0.0
        return row_of(unit, self.place.facts, cost_usd=cost, finished=_now(), **used, **failed)

    def cost(self, arm: Arm, input_tokens: int, output_tokens: int) -> float | None:
        """US dollars for so many tokens of the arm's model; None where no price is known."""
        if arm.model == HUMAN:
            return 0.0
        price = price_of(choose(self.place.settings.model_copy(update={"llm": arm.model})), self.place.settings)
        return None if price is None else (input_tokens * price.input + output_tokens * price.output) / 1e6

    async def ask(self, unit: Unit, watchers: Sequence[BaseCallbackHandler] = ()) -> Drafted:
        """The best draft of the unit's arm, asked for anew; `watchers` are told of the calls on the way.

        What no predictor chose is drafted with the study's first, whichever predictor's unit comes first.
        """
        if not unit.judged:
            unit = replace(unit, arm=replace(unit.arm, predictor=self.place.study.predictors[0]))
        settings = self._settings_of(unit)
        context = await asyncio.to_thread(self._context, settings, unit)
        start = CreateInput(request=unit.prompt.text, plan=plan_of(settings, needs_frames=False))
        values = await self._graph.ainvoke(
            start, {"callbacks": list(watchers)}, context=context, interrupt_before=["speak", "render", "finish"]
        )
        state = CreateState(**{name: value for name, value in values.items() if not name.startswith("__")})
        best = best_of(state.attempts)
        return Drafted(
            best.draft.title,
            best.draft.video_prompt,
            best.draft.cover_prompt,
            best.draft.render_prompt,
            tag=await asyncio.to_thread(self._tag, unit.prompt.text),
            relevance=best.relevance,
            similarity=best.originality.similarity if best.originality else None,
            faults=len(best.faults),
            attempts=len(state.attempts),
            input_tokens=sum(call.input_tokens for call in state.calls),
            output_tokens=sum(call.output_tokens for call in state.calls),
        )

    def _tag(self, request: str) -> str:
        """The request's tag, for the predictor: the same in every arm, so that modes do not differ by it."""
        ranked = self._references.choose_tags(request)
        return ranked[0].tag if ranked else ""

    def _settings_of(self, unit: Unit) -> Settings:
        """The settings of the unit's run; checked once an arm, since that reads files and the environment."""
        settings = self._settings.get(unit.arm)
        if settings is None:
            settings = settings_of(self.place.study, unit.arm, unit.seed, self.place.settings)
            self._settings[unit.arm] = settings
        return settings.model_copy(update={"seed": unit.seed})

    def _context(self, settings: Settings, unit: Unit) -> CreateContext:
        named = self._models.get(unit.arm.model)
        if named is None:
            named = self._models[unit.arm.model] = self.workshop.chat_model(settings)
        renderer = self.workshop.renderer(settings)
        context = context_of(settings, self.place.folder, named.seeded(unit.seed), renderer, self.workshop)
        if unit.arm.given in ("", Given.FOUND):
            return replace(context, evidence=self._references)
        return replace(context, evidence=ShownReferences(self._references, Given(unit.arm.given), unit.others))

    def _real_title(self, unit: Unit) -> Drafted:
        """The nearest real video of the catalogue, as if it were the draft."""
        found = self._references.retrieve(unit.prompt.text, RetrievalOptions(references=1)).references
        nearest = max(found, key=lambda one: one.similarity).reference
        return Drafted(nearest.title, nearest.description, tag=nearest.tag)


class _PeakMemory:
    """The most memory of the accelerator between two moments, in bytes; None without one."""

    bytes: int | None = None

    def __enter__(self) -> _PeakMemory:
        import sys

        torch = sys.modules.get("torch")  # not loaded: no renderer has used it
        self._cuda = cast("Any", torch).cuda if torch and cast("Any", torch).cuda.is_available() else None
        if self._cuda is not None:
            self._cuda.reset_peak_memory_stats()
        return self

    def __exit__(self, *_: object) -> None:
        if self._cuda is not None:
            self.bytes = int(self._cuda.max_memory_allocated())


def _read(kept: Path) -> Drafted | None:
    """A draft that was kept; None where there is none, or none that can be read. What it has beside is left out."""
    try:
        values = foreign_files.parse_json(foreign_files.read_text(kept))
        drafted = Drafted(**{name: values[name] for name in Drafted.__slots__ if name in values})
    except (OSError, ValueError, TypeError):
        return None
    return drafted if isinstance(drafted.title, str) and isinstance(drafted.video_prompt, str) else None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
