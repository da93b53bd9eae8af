"""What a study will take and what it can tell, before anything is spent.

Calls are counted at most: as many attempts as refinement may have. Tokens of a call are measured on a few prompts
of the study, with the offline drafter in the place of the model, at a token for every three bytes: real replies differ
in length. What a design can tell is simulated (tools/statistics/design_power.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..agent.models.prices import price_of
from ..agent.models.providers import OFFLINE, choose
from ..graphs.asking.window import estimated_tokens
from ..graphs.create.state import Mode
from ..tools.statistics.design_power import Design, prompts_needed, smallest_rate_of
from ..tools.video.types import Aspect, RenderRequest
from .matrix import settings_of
from .types import HUMAN, Arm, Unit
from .unit_work import UnitWork

if TYPE_CHECKING:
    from .runner import Planned

_TRIED = 2
"""Prompts that tokens are measured on."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A study before it is run."""

    units: int
    units_left: int
    """Those that have no row yet."""
    calls: int
    """Of language models, at most, for what is left; the offline drafter's are none."""
    tokens: int
    renders: int
    render_hours: float | None
    """None where a renderer cannot say how long it takes."""
    cost_usd: float | None
    """None where a model or a renderer has no known price."""
    unpriced: tuple[str, ...]
    """Models and renderers whose price nobody knows."""
    prompts: int
    smallest_win_rate: float | None
    """The smallest true win rate that so many prompts and seeds tell from a half in 80 % of studies; None for none."""
    prompts_for_55: int
    """Prompts that it takes to tell 55 % from a half."""
    prompts_missing: int
    """How many that is more than there are."""


async def estimate(planned: Planned) -> Estimate:
    """What is left of the study. Calls no model and renders nothing. Raises PopcornError where that cannot be said."""
    done = {key for key, row in planned.results.rows().items() if not row.failed}
    units = list(planned.units())
    left = [unit for unit in units if unit.key(planned.place.facts) not in done]
    calls, tokens, money = await _asking(planned, left)
    renders, seconds, clips = await asyncio.to_thread(_rendering, planned, left)
    prices = [*money.items(), *clips.items()]
    unpriced = tuple(name for name, cost in prices if cost is None)
    design = Design(len(planned.prompts), len(planned.study.seeds))
    needed = prompts_needed(0.55, design.seeds, design.likeness)
    return Estimate(
        units=len(units),
        units_left=len(left),
        calls=calls,
        tokens=tokens,
        renders=renders,
        render_hours=None if seconds is None else round(seconds / planned.study.renders_at_once / 3600, 2),
        cost_usd=None if unpriced else round(sum(cost or 0.0 for _, cost in prices), 2),
        unpriced=unpriced,
        prompts=len(planned.prompts),
        smallest_win_rate=smallest_rate_of(design),
        prompts_for_55=needed,
        prompts_missing=max(0, needed - len(planned.prompts)),
    )


async def _asking(planned: Planned, left: Iterable[Unit]) -> tuple[int, int, dict[str, float | None]]:
    """Calls, tokens, and what each model costs, of the drafts that are not there yet; shared ones count once."""
    place, study = planned.place, planned.study
    settings = place.settings
    drafts = {unit.draft_key(place.facts): unit.arm for unit in left if unit.arm.model != HUMAN}
    measured: dict[Arm, tuple[float, float]] = {}
    calls = tokens = 0
    money: dict[str, float | None] = {}
    for arm in drafts.values():
        choice = choose(settings.model_copy(update={"llm": arm.model}))
        if choice.provider == OFFLINE:
            continue
        shape = replace(arm, model=OFFLINE, renderer="", predictor=study.predictors[0])
        if shape not in measured:
            measured[shape] = await _tokens_of_a_call(planned, shape)
        made, (into, out) = _calls(arm, study.attempts), measured[shape]
        calls += made
        tokens += round(made * (into + out))
        price = price_of(choice, settings)
        before = money.get(arm.model, 0.0)
        cost = None if price is None else made * (into * price.input + out * price.output) / 1e6
        money[arm.model] = None if before is None or cost is None else before + cost
    return calls, tokens, money


def _calls(arm: Arm, attempts: int) -> int:
    """How often a draft of this arm asks its model, at most."""
    if arm.mode == Mode.PAPER:
        return 1
    return arm.candidates * (attempts if arm.refine else 1) + (arm.mode == Mode.ENHANCED)


async def _tokens_of_a_call(planned: Planned, arm: Arm) -> tuple[float, float]:
    """Tokens in and out of one call of an arm, on the first prompts, with the offline drafter in the model's place."""
    meter = _CallMeter()
    work = UnitWork(replace(planned.place, study=planned.study.model_copy(update={"attempts": 1})))
    for prompt in planned.prompts[:_TRIED]:
        await work.ask(Unit(arm, prompt, 0, planned.prompts[0].text), [meter.handler()])
    return meter.into / max(1, meter.calls), meter.out / max(1, meter.calls)


class _CallMeter:
    """Counts the texts of calls."""

    def __init__(self) -> None:
        self.calls = self.into = self.out = 0

    def handler(self) -> Any:
        """A callback that counts here."""
        from langchain_core.callbacks import BaseCallbackHandler

        meter = self

        class Handler(BaseCallbackHandler):
            def on_chat_model_start(self, serialized: Any, messages: Any, **kwargs: Any) -> None:
                meter.calls += 1
                meter.into += sum(estimated_tokens(str(one.content)) for batch in messages for one in batch)

            def on_llm_end(self, response: Any, **kwargs: Any) -> None:
                meter.out += sum(estimated_tokens(one.text) for batch in response.generations for one in batch)

        return Handler()


def _rendering(planned: Planned, left: Iterable[Unit]) -> tuple[int, float | None, dict[str, float | None]]:
    """Renders, their seconds, and what each renderer costs."""
    units = [unit for unit in left if unit.arm.renderer]
    work = UnitWork(planned.place)
    seconds: float | None = 0.0
    money: dict[str, float | None] = {}
    for name in dict.fromkeys(unit.arm.renderer for unit in units):
        own = [unit for unit in units if unit.arm.renderer == name]
        settings = settings_of(planned.study, own[0].arm, own[0].seed, planned.place.settings)
        request = RenderRequest("a title", "a shot", aspect=Aspect(settings.aspect))
        one = work.workshop.renderer(settings, stored=False).estimate(request)
        seconds = None if seconds is None or one.seconds is None else seconds + one.seconds * len(own)
        money[name] = None if one.cost_usd is None else one.cost_usd * len(own)
    return len(units), seconds, money
