"""The ad graph as runs walk it: from settings and inputs to its plan, from its last state to what `ad make` keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import RequestError
from ...graphs.ad.build import build_ad_graph
from ...graphs.ad.claim_levels import read_levels
from ...graphs.ad.context import AdContext
from ...graphs.ad.outcomes import check_data, claim_data
from ...graphs.ad.policy import MENDINGS, WRITINGS, writer_of
from ...graphs.ad.state import CHECKPOINT_TYPES, AdInput, AdPlan, AdState, Strategy
from ...languages import code_of, language_of
from ...settings import Settings
from ...tools.editing.volumes import read_volumes
from ..wiring.ad_context import check_ad_names, open_ad_context
from ..wiring.chat_models import usage_of
from .ad_inputs import AdInputs
from .ad_result import ad_data, ad_manifest, keep_ad, keep_run_files
from .result import write_json
from .run_store import Run, RunStore
from .settings_changes import changes_of
from .timings import timings_of

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver
    from langgraph.graph.state import CompiledStateGraph

    from ..models.meter import Allowance

_NODES = 9
_ROUNDS = WRITINGS * (MENDINGS + 1)


class AdMachine:
    """VC-LLM's graph."""

    checkpoint_types: tuple[type, ...] = CHECKPOINT_TYPES
    command = "ad make"

    def build(
        self, saver: BaseCheckpointSaver[str] | None = None
    ) -> CompiledStateGraph[AdState, AdContext, AdInput, AdState]:
        """The graph."""
        return build_ad_graph(saver)

    def check(self, settings: Settings, request: str, inputs: Mapping[str, Any]) -> None:
        """Raises RequestError where there is no such voice, or a claim level, crop or script fits nothing."""
        check_ad_names(settings, plan_of(settings, AdInputs.model_validate(inputs)))

    def steps(self, settings: Settings) -> int:
        """Enough for every writing and mending."""
        return _NODES * _ROUNDS

    def open(self, settings: Settings, folder: Path, allowance: Allowance | None, *, again: bool) -> AdContext:
        """Footage reader, voice, editor and chat model."""
        return open_ad_context(settings, folder, allowance)

    def start(self, run: Run, settings: Settings, context: AdContext) -> AdInput:
        """The request and the plan."""
        return AdInput(request=run.request, plan=plan_of(settings, AdInputs.model_validate(run.inputs)))

    def told(self, run: Run) -> Sequence[str]:
        """Nothing: an ad is asked for by files and options."""
        return ()

    def forked(
        self, store: RunStore, run: Run, settings: Settings, context: AdContext, values: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The fork's own plan, and copies of what was spoken and rendered before."""
        keep_run_files(store.folder(run.parent), store.folder(run.run_id))
        return {**values, "plan": plan_of(settings, AdInputs.model_validate(run.inputs))}

    def chosen_anew(self, settings: Settings, values: Mapping[str, Any]) -> dict[str, Any]:
        """The plan with another seed and other levels of claims; model and voice are no part of the state."""
        plan: AdPlan = values["plan"]
        anew = replace(plan, seed=settings.seed, levels=read_levels(settings.ad_claims))
        return {"plan": anew} if anew != plan else {}

    def news(self, update: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Lines, claims that nothing backs, checks and notices."""
        for notice in update.get("notices", ()):
            yield "notice", {"message": notice}

    def keep(
        self, store: RunStore, run: Run, settings: Settings, context: AdContext, values: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Video, cover, edit lists, subtitles, claim ledger, result and manifest."""
        state, folder = AdState(**values), store.folder(run.run_id)
        kept = keep_ad(state, folder)
        models = {
            "chat": writer_of(state.plan, context.chat_model_name),
            "voice": context.voice(state.plan.language).name,
        } | dict(context.models)
        events = store.events(run.run_id)
        data = ad_data(run.run_id, state, kept, models, timings_of(events), usage_of(settings, folder))
        write_json(folder / "claims.json", {"claims": [claim_data(claim) for claim in state.ledger]})
        write_json(folder / "checks.json", {"checks": [check_data(check) for check in state.checks]})
        write_json(folder / "result.json", data)
        whole = ad_manifest(data, state, settings.model_dump(mode="json"), context.facts, changes_of(events))
        write_json(folder / "manifest.json", whole)
        return data


def plan_of(settings: Settings, inputs: AdInputs) -> AdPlan:
    """The settings and the inputs by the plan's names. Raises RequestError for levels of claims that there are not."""
    return AdPlan(
        product=inputs.product,
        footage=inputs.footage,
        language=language_for(settings, inputs),
        script=inputs.script,
        clips=settings.ad_clips,
        seconds=settings.ad_seconds,
        aspect=settings.ad_aspect,
        crops=inputs.crops,
        music=inputs.music,
        volumes=read_volumes(settings.ad_volumes),
        repeats=settings.ad_repeats,
        strategy=Strategy(settings.ad_strategy),
        levels=read_levels(settings.ad_claims),
        variant=inputs.variant,
        made=inputs.made,
        seed=settings.seed,
    )


def language_for(settings: Settings, inputs: AdInputs) -> str:
    """What the ad is spoken in: as asked for, as the product file says, or what its script or facts are in.

    Raises RequestError for a language that nobody knows.
    """
    named = settings.language.strip() or inputs.product.language
    if named and not code_of(named):
        raise RequestError(f"there is no language {named!r}", hint="Name it like English, zh or es-MX.")
    if named:
        return code_of(named)
    return language_of(" ".join(inputs.script or inputs.product.facts)) or "en"
