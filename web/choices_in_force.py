"""What a request may choose on the page: the values, which is in force, and where that comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args, get_type_hints

from ..agent.models.providers import presets
from ..agent.wiring.catalogues import SAMPLE
from ..choices import Choices
from ..settings import Settings
from ..tools.video.registry import MODELS, RENDERERS
from ..trust.plain_names import check_stranger, is_name

NAMES = (
    "catalogue",
    "llm",
    "renderer",
    "mode",
    "candidates",
    "attempts",
    "language",
    "aspect",
    "platform",
    "seed",
    "shots",
    "voice",
)
"""What the tab Make lets one choose, in its order."""
NUMBERS = frozenset({"candidates", "attempts", "seed", "shots"})
LABELS = {
    "catalogue": "Catalogue",
    "llm": "Language model",
    "renderer": "Renderer",
    "mode": "Mode",
    "candidates": "Drafts",
    "attempts": "Attempts",
    "language": "Language",
    "aspect": "Shape",
    "platform": "Published on",
    "seed": "Seed",
    "shots": "Shots",
    "voice": "Voice",
}
_TYPES = get_type_hints(Choices)


@dataclass(frozen=True, slots=True)
class InForce:
    """One thing that can be chosen."""

    name: str
    label: str
    told: str
    """What it is, and where the value in force comes from."""
    value: Any
    values: tuple[str, ...]
    """What is offered; empty for any text."""
    is_open: bool
    """Whether other values than these may be given."""


def in_force(settings: Settings, origins: Mapping[str, str]) -> list[InForce]:
    """Everything that can be chosen, with the values of these settings."""
    return [_one(name, settings, origins) for name in NAMES]


def chosen(given: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """What was chosen besides what is in force: only that goes before what a request says itself.

    Raises RequestError for a name that could be a folder: who uses a page may only name things.
    """
    made: dict[str, Any] = {}
    for name, value in given.items():
        value = value.strip() if isinstance(value, str) else value
        ours = getattr(settings, name)
        if value in (None, "") or value == ours:
            continue
        if name in {"llm", "renderer", "voice"}:
            check_stranger(value, ours)
        made[name] = int(value) if name in NUMBERS and float(value).is_integer() else value
    return made


def _one(name: str, settings: Settings, origins: Mapping[str, str]) -> InForce:
    value = getattr(settings, name)
    about = Settings.model_fields[name].description or ""
    told = f"{about[:1].upper()}{about[1:]} ({origins[name]})"
    fixed = tuple(map(str, get_args(_TYPES[name])))
    offered = fixed or _offered(name, settings)
    return InForce(name, LABELS[name], told, value, offered, is_open=not fixed)


def _offered(name: str, settings: Settings) -> tuple[str, ...]:
    own = getattr(settings, name)
    known: dict[str, list[str]] = {
        "catalogue": [SAMPLE, *catalogues(settings)],
        "renderer": [*RENDERERS, *MODELS],
        "llm": ["auto", "offline", *presets()],
        "voice": ["", "auto"],
    }
    return tuple(dict.fromkeys([own, *known[name]])) if name in known else ()


def catalogues(settings: Settings) -> list[str]:
    """The catalogues of a home."""
    place = settings.home / "catalogues"
    folders = sorted(place.iterdir()) if place.is_dir() else []
    return [one.name for one in folders if is_name(one.name) and (one / "manifest.json").is_file()]
