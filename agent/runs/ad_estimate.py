"""`ad make --dry-run`: the footage is read, and what the ads would take is said; no run is begun."""

from __future__ import annotations

import tempfile
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


def _together(one: AdEstimate, variants: int) -> dict[str, Any]:
    """The estimate of so many ads: each is asked for by itself."""
    data = asdict(one) | {"variants": variants}
    for name in ("calls", "most_calls", "cost_usd", "most_cost_usd"):
        data[name] = None if data[name] is None else data[name] * variants
    return data | {"tokens": data["calls"] * (one.input_tokens + one.output_tokens)}
