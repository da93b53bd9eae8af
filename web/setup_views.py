"""What is there, what is missing, what only stands in, and the settings in force, as pieces of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ..agent.models.providers import OFFLINE, choose
from ..agent.wiring.diagnosis import examine
from ..errors import PopcornError
from ..redaction import scrubber
from ..settings import Settings
from .fragments import fragment

if TYPE_CHECKING:
    from ..agent.wiring.diagnosed import Finding

_SAMPLE = "sample"
DRAWN = "animatic"
"""The renderer that needs no model."""


def diagnosis(settings: Settings) -> str:
    """What `popcorn doctor` says, what is missing first, as HTML."""
    findings = examine(settings)
    keys = [one for one in findings if one.name.isupper() and one.name.endswith("_KEY")]
    others = [one for one in findings if one not in keys]
    wanted = sorted((one for one in others if not one.ok), key=lambda one: not one.required)
    ready = sum(one.ok for one in keys)
    return fragment(
        "diagnosis.html",
        verdict=_verdict(wanted),
        wanted=[asdict(one) for one in wanted],
        there=[asdict(one) for one in others if one.ok],
        keys=[asdict(one) for one in keys],
        keys_told=f"Keys of language models: {ready} of {len(keys)} are set",
    )


def stand_ins(settings: Settings) -> list[tuple[str, str]]:
    """What a clip made with these settings would have in place of the real thing, and how that is chosen instead."""
    found = []
    if is_offline(settings):
        found.append(
            (
                "drafts",
                "No key of a language model is set: titles and shots come from rules, not from a language model. Set a "
                "key where the server is started, or run a model of your own and choose it as the model.",
            )
        )
    if settings.catalogue == _SAMPLE:
        found.append(
            (
                "past videos",
                "The sample catalogue is invented, and so are its counts: a score against it says how scoring works, "
                "not what people do. Import a real one: popcorn references import SOURCE --name NAME.",
            )
        )
    if settings.renderer == DRAWN:
        found.append(
            (
                "the picture",
                "The clip is drawn, an animatic: it shows title, shot and motion, and is no filmed or generated video. "
                "Choose a video model as the renderer for that.",
            )
        )
    return found


def stand_in_view(settings: Settings) -> str:
    """The same as HTML."""
    return fragment("stand_ins.html", stand_ins=stand_ins(settings))


def is_offline(settings: Settings) -> bool:
    """Whether rules draft, since no language model can be asked."""
    try:
        return choose(settings).provider in {"", OFFLINE}
    except PopcornError:
        return False


def settings_view(settings: Settings, origins: Mapping[str, str]) -> str:
    """Every setting with its value, what it is, and where the value comes from, as HTML; no key is in it."""
    values: dict[str, Any] = scrubber().value(settings.model_dump(mode="json"))
    rows = [
        {
            "name": name,
            "about": Settings.model_fields[name].description or "",
            "value": _value(value),
            "origin": origins.get(name, "default"),
        }
        for name, value in values.items()
    ]
    return fragment("settings_in_force.html", rows=rows)


def _verdict(wanted: list[Finding]) -> str:
    needed = sum(one.required for one in wanted)
    if needed:
        return f"{needed} thing{'s' * (needed != 1)} that Popcorn needs {'are' if needed != 1 else 'is'} missing."
    if wanted:
        return f"Everything that is needed is there; {len(wanted)} more would help."
    return "Everything is there."


def _value(value: object) -> str:
    if value in (None, "", {}):
        return "unset"
    return str(value).lower() if isinstance(value, bool) else str(value)
