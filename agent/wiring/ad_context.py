"""Settings become the collaborators of an ad's run."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import RequestError
from ...settings import Settings
from .workshop import workshop_of

if TYPE_CHECKING:
    from ...graphs.ad.context import AdContext
    from ...graphs.ad.state import AdPlan
    from ...tools.editing.types import Voice
    from ..models.meter import Allowance, Price

OFFLINE = "the ad was planned by the offline ad planner, a demo: it puts the given facts over the clips by rule"


def open_ad_context(settings: Settings, folder: Path, allowance: Allowance | None = None) -> AdContext:
    """Everything an ad's run works with; `folder` is the run's own.

    What the chat model uses is counted for this run, and also held to `allowance`. Voices, transcribers and encoders
    are loaded when they are first needed.
    """
    from ...graphs.ad.context import AdContext
    from ..models.prices import price_of
    from ..models.providers import OFFLINE as OFFLINE_PROVIDER
    from ..models.providers import choose
    from .ad_editing import AdEditor, LineTools
    from .ad_footage import FolderReader
    from .ad_listener import SpeechListener

    workshop, choice = workshop_of(settings), choose(settings)
    named = workshop.chat_model(settings, folder, allowance, "ad make")
    sight, transcriber = workshop.sight(), workshop.transcriber(settings)
    reader = FolderReader(settings.home / "footage", transcriber, sight)
    senses = sight.reader, SpeechListener(transcriber, settings.ad_transcriber)
    return AdContext(
        chat_model=named.model,
        chat_model_name=named.name,
        window=named.window,
        footage=reader,
        script=LineTools(),
        voice=partial(open_ad_voice, settings),
        editor=AdEditor(named.name, *senses),
        encoder=partial(workshop.encoder, settings.encoder),
        folder=folder,
        call_cost=_cost_of(price_of(choice, settings)),
        by_rule=choice.provider == OFFLINE_PROVIDER,
        notices=(OFFLINE,) if choice.provider == OFFLINE_PROVIDER else (),
        models=reader.models,
    )


def open_ad_voice(settings: Settings, language: str) -> Voice:
    """The voice in the settings, which keeps what it says under the home; the language's own without one.

    Raises RequestError where there is no such voice or it does not speak the language, MissingError where it cannot
    speak here.
    """
    from ...tools.editing.voices.registry import open_voice

    return open_voice(settings.voice, language, settings.home / "speech", settings.voices)


def check_ad_names(settings: Settings, plan: AdPlan) -> None:
    """Raises RequestError or MissingError where nothing speaks the ad, it is too short, or a script and K disagree."""
    from ...graphs.ad.policy import SHORTEST_AD

    if plan.script and plan.clips and plan.clips != len(plan.script):
        raise RequestError(
            f"the script has {len(plan.script)} lines, and {plan.clips} clips were asked for",
            hint="Leave --clips away: each line of a script has a clip of its own.",
        )
    if 0 < plan.seconds < SHORTEST_AD:
        raise RequestError(
            f"{plan.seconds:g} s were asked for, and an ad has {SHORTEST_AD:g} s at least",
            hint=f"Ask for --seconds {SHORTEST_AD:g} or more, or leave it away.",
        )
    open_ad_voice(settings, plan.language)


def _cost_of(price: Price | None) -> Callable[[int, int], float | None]:
    """What a prompt and a reply of so many tokens cost; None where no price is known."""
    return lambda prompt, reply: None if price is None else (prompt * price.input + reply * price.output) / 1e6
