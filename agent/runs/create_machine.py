"""The create graph as runs walk it: from settings to its plan, and from its last state to what `ask` keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from ...graphs.create.build import build_create_graph
from ...graphs.create.context import CreateContext
from ...graphs.create.policy import best_of, plan_for
from ...graphs.create.state import CHECKPOINT_TYPES, CreateInput, CreateState, Plan, Render, ShotClip, Speech
from ...settings import Settings
from ..wiring.chat_models import usage_of
from ..wiring.clip_editing import speaks
from ..wiring.create_context import check_names, open_context
from .publishing import keep_post
from .request_terms import SUBJECT, TOLD
from .result import keep_file, manifest, render_of, rendered_files, result_data, score_data, write_json
from .run_store import Run, RunStore
from .settings_changes import changes_of
from .timings import timings_of

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver
    from langgraph.graph.state import CompiledStateGraph

    from ..models.meter import Allowance


class CreateMachine:
    """LLMPopcorn's graph."""

    checkpoint_types: tuple[type, ...] = CHECKPOINT_TYPES
    command = "ask"

    def build(
        self, saver: BaseCheckpointSaver[str] | None = None
    ) -> CompiledStateGraph[CreateState, CreateContext, CreateInput, CreateState]:
        """The graph."""
        return build_create_graph(saver)

    def check(self, settings: Settings, request: str, inputs: Mapping[str, Any]) -> None:
        """Raises RequestError where the settings name a renderer, predictor, catalogue, voice or music that there is
        not, or a voice that does not speak the language of the request.
        """
        check_names(settings, inputs.get(SUBJECT, request))

    def steps(self, settings: Settings) -> int:
        """Enough for as many attempts as there may be."""
        return 20 + (6 + settings.shots) * settings.attempts

    def open(self, settings: Settings, folder: Path, allowance: Allowance | None, *, again: bool) -> CreateContext:
        """Catalogue, encoder, predictor, renderer and chat model."""
        return open_context(settings, folder, allowance, again=again)

    def start(self, run: Run, settings: Settings, context: CreateContext) -> CreateInput:
        """The request, without what it names beside its subject, and the plan."""
        plan = plan_of(settings, needs_frames=context.predictor.needs_frames)
        return CreateInput(request=run.inputs.get(SUBJECT, run.request), plan=plan)

    def told(self, run: Run) -> Sequence[str]:
        """What its request names beside its subject."""
        return [str(sentence) for sentence in run.inputs.get(TOLD, ())]

    def forked(
        self, store: RunStore, run: Run, settings: Settings, context: CreateContext, values: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The run's own plan, and copies of what was rendered before."""
        plan = plan_of(settings, needs_frames=context.predictor.needs_frames)
        source, target = (store.folder(run_id) / "attempts" for run_id in (run.parent, run.run_id))
        made = {name: _copied(values.get(name, ()), source, target) for name in ("speech", "shots", "renders")}
        return {**values, "plan": plan, **made}

    def chosen_anew(self, settings: Settings, values: Mapping[str, Any]) -> dict[str, Any]:
        """The plan with another seed, voice or music; model and renderer are no part of the state."""
        plan: Plan = values["plan"]
        anew = replace(plan, seed=settings.seed, voice=speaks(settings), music=settings.music)
        return {"plan": anew} if anew != plan else {}

    def news(self, update: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Attempts and notices."""
        for attempt in update.get("attempts", ()):
            score = score_data(attempt.score)
            yield "attempt", {"number": attempt.number, "title": attempt.draft.title, "score": score}
        for notice in update.get("notices", ()):
            yield "notice", {"message": notice}

    def keep(
        self, store: RunStore, run: Run, settings: Settings, context: CreateContext, values: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Clip, cover, result, manifest and what an upload form asks for."""
        state, folder = CreateState(**values), store.folder(run.run_id)
        clip, cover = rendered_files(render_of(state, best_of(state.attempts)), folder)
        clip, cover = keep_file(clip, folder / "clip.mp4"), keep_file(cover, folder / "cover.jpg")
        models = {
            "chat": context.chat_model_name,
            "renderer": context.renderer.name,
            "predictor": context.predictor.name,
            "choice": context.chooser.name,
            "encoder": context.encoder.name,
        }
        events = store.events(run.run_id)
        data = result_data(run.run_id, state, models, timings_of(events), usage_of(settings, folder))
        data["video"]["path"], data["cover"]["path"] = str(clip), str(cover)
        data |= {"request": run.request, "notices": [*self.told(run), *data["notices"]]}
        write_json(folder / "result.json", data)
        whole = manifest(data, state, settings.model_dump(mode="json"), context.facts, changes_of(events))
        write_json(folder / "manifest.json", whole)
        keep_post(folder, state, run.request)
        return data


def plan_of(settings: Settings, *, needs_frames: bool) -> Plan:
    """The settings by the plan's names and types; a predictor that needs frames has every attempt rendered."""
    types = get_type_hints(Plan)
    chosen = {name: types[name](getattr(settings, name)) for name in types if name in Settings.model_fields}
    each = needs_frames or settings.render == "each"
    own = {"language": settings.language.strip(), "render_each": each, "voice": speaks(settings)}
    return plan_for(Plan(**chosen | own))


Made = TypeVar("Made", Speech, ShotClip, Render)


def _copied(made: Sequence[Made], source: Path, target: Path) -> list[Made]:
    """What was made, with copies of its files in the run's own folder, so that the parent may go."""

    def copy(path: Path) -> Path:
        return keep_file(source / path.name, target / path.name)

    copied = list[Made]()
    for one in made:
        if isinstance(one, Speech):
            copied.append(replace(one, path=copy(one.path)))
            continue
        own = replace(one, clip=replace(one.clip, path=copy(one.clip.path)))
        copied.append(replace(own, cover=copy(own.cover)) if isinstance(own, Render) else own)
    return copied
