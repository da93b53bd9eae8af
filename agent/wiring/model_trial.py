"""A chat model tried out: what it is, what its server says of it, and how a tiny call of each form goes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from ...graphs.asking.capabilities import capabilities_of
from ...settings import Settings
from ..models.known_servers import KnownServers
from ..models.prices import price_of
from ..models.providers import LOCAL, OFFLINE, Choice, choose
from ..models.server_facts import ServerFacts
from .chat_models import NamedModel, open_chat_model, server_of
from .form_trials import PLAIN, STREAM, TOOLS, FormTrial, FormTrials

NEEDED = {PLAIN, STREAM}
"""Without the other forms Popcorn asks in words."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a model is, and how its calls went."""

    spec: str
    engine: str
    """The program that serves it, where it tells; empty where not."""
    window: int
    """Tokens, prompt and reply together."""
    window_source: str
    """How that is known."""
    tools: bool | None
    """Whether it can call tools: as its call showed, else as its server says; None where neither tells."""
    slots: int
    """Calls that its server answers at the same time; 0 where it does not tell."""
    input_usd: float | None
    """US dollars for a million tokens of prompts, None where nobody knows."""
    output_usd: float | None
    """Likewise for those of replies."""
    first_token_seconds: float | None
    tokens_per_second: float | None
    input_tokens: int
    """What the trial itself took."""
    output_tokens: int
    cost_usd: float | None
    forms: tuple[FormTrial, ...]

    @property
    def ok(self) -> bool:
        """Whether it answers, and streams."""
        return all(one.ok is not False for one in self.forms if one.form in NEEDED)

    def data(self) -> dict[str, Any]:
        """The same for JSON."""
        return {"ok": self.ok, **asdict(self)}


def try_model(settings: Settings, tell: Callable[[str], None]) -> Trial:
    """Try the model that the settings name; `tell` hears of each form.

    Raises what opening it raises. A call that fails is a finding; none is repeated.
    """
    servers, choice = KnownServers(), choose(settings)
    once = settings.model_copy(update={"cache": False, "llm_retries": 0, "max_cost": 0.0, "max_tokens": 0})
    named = open_chat_model(once, servers=servers)
    trials = FormTrials(named.model, capabilities_of(named.model).takes_tools)
    forms = asyncio.run(trials.all(tell))
    served = choice.provider not in {OFFLINE, LOCAL}
    facts = servers.ask(server_of(choice, settings)) if served else ServerFacts()
    return _trial(settings, choice, named, facts, trials, forms)


def _trial(
    settings: Settings,
    choice: Choice,
    named: NamedModel,
    facts: ServerFacts,
    trials: FormTrials,
    forms: tuple[FormTrial, ...],
) -> Trial:
    price = price_of(choice, settings)
    called = next((one.ok for one in forms if one.form == TOOLS), None)
    return Trial(
        spec=choice.spec,
        engine=facts.engine,
        window=named.window.tokens,
        window_source=_source(settings, choice, named, facts),
        tools=facts.tools if called is None else called,
        slots=facts.slots,
        input_usd=price.input if price else None,
        output_usd=price.output if price else None,
        first_token_seconds=trials.first_token_seconds,
        tokens_per_second=trials.tokens_per_second,
        input_tokens=trials.spent.input_tokens,
        output_tokens=trials.spent.output_tokens,
        cost_usd=trials.spent.cost(price) if price else None,
        forms=forms,
    )


def _source(settings: Settings, choice: Choice, named: NamedModel, facts: ServerFacts) -> str:
    if choice.provider == OFFLINE:
        return "nothing is sent anywhere"
    if settings.llm_window:
        return "as llm_window says"
    if choice.provider == LOCAL:
        return "its configuration"
    if facts.source:
        return f"its server: {facts.source}"
    return "assumed, since its server does not say" if named.window.assumed else "known of it"
