"""`ad make --dry-run`: the footage is read, and what the ads would take is said; no run is begun."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...graphs.ad.estimate import AdEstimate, estimate
from ..wiring.chat_models import with_chosen_model
from .ad_machine import AdMachine, plan_of

if TYPE_CHECKING:
    from ...graphs.ad.context import Progress
    from ...settings import Settings
    from .ad_inputs import AdInputs


async def estimated(settings: Settings, inputs: AdInputs, progress: Progress) -> dict[str, Any]:
    """What all variants take together, as JSON values. Raises what the run itself would raise before it asks a model.

    The survey stays in the home's cache, so that the ad's own run reads nothing again.
    """
    settings = with_chosen_model(settings)
    machine = AdMachine()
    machine.check(settings, "", inputs.model_dump(mode="json"))
    with tempfile.TemporaryDirectory(prefix="popcorn-") as folder:
        context = machine.open(settings, Path(folder), None, again=False)
        plan = plan_of(settings, inputs)
        known = await estimate(plan, context, progress)
    voice = context.voice(plan.language).name
    return _together(known, inputs.variants) | {
        "language": plan.language,
        "models": {"chat": context.chat_model_name, "voice": voice},
        "notices": list(dict.fromkeys(known.notices)),
    }


def estimate_rows(data: Mapping[str, Any]) -> dict[str, str]:
    """What `estimated` gave, for people: a label and its words, in order."""
    count = data["variants"]
    return {
        "clips": f"{data['clips']:,} of {data['surveyed']:,} can be used" + _left_out(data["left_out"]),
        "length": f"up to {data['seconds']:g} s in {data['lines']} lines" + (f", {count} times" if count > 1 else ""),
        "calls": _calls(data),
        "money": _money(data),
        "made by": f"{data['models']['chat']}, spoken by {data['models']['voice']} ({data['language']})",
    }


def _together(one: AdEstimate, variants: int) -> dict[str, Any]:
    """The estimate of so many ads: each is asked for by itself."""
    data = asdict(one) | {"variants": variants}
    for name in ("calls", "most_calls", "cost_usd", "most_cost_usd"):
        data[name] = None if data[name] is None else data[name] * variants
    return data | {"tokens": data["calls"] * (one.input_tokens + one.output_tokens)}


def _left_out(count: int) -> str:
    return f", {count} file{'s' * (count != 1)} left out" if count else ""


def _calls(data: Mapping[str, Any]) -> str:
    if not data["calls"]:
        return "none: no language model is asked"
    shown = f" with {data['images']} pictures" if data["images"] else ""
    each = f"about {data['input_tokens']:,} tokens{shown}, and at most {data['output_tokens']:,} of the reply"
    return f"{data['calls']}, at most {data['most_calls']} where lines are written anew; each {each}"


def _money(data: Mapping[str, Any]) -> str:
    if data["cost_usd"] is None:
        return "not known: the model has no price"
    return f"${data['cost_usd']:.4f}" + (f", at most ${data['most_cost_usd']:.4f}" if data["calls"] else "")
