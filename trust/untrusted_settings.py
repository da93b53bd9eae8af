"""What the settings file of a folder that nobody trusts may say: it chooses among what the user has set up, and buys
no more of it than they would: how often models and servers are asked may be lowered there and never raised.

An allow-list. A setting that stands in neither table is ignored as one of WITHHELD is; a test asks for a decision.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from .addresses import without_credentials
from .plain_names import is_name, names_folder

Values = Mapping[str, Any]
Check = Callable[[Any, Any], str]
"""Given a value and the user's own one, or the default (None where neither is known), why it is ignored; empty where
it is not."""

_ENCODERS = {"all-MiniLM-L6-v2", "hashing"}
"""Encoders that ship; every other name is a folder, or weights to be fetched."""
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST = 200
_AD_CLIPS, _AD_SECONDS = 7, 20
"""Of an ad of which nobody said how long it is to be: clips and seconds at most, as graphs/ad/policy.py has them."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """A value of an untrusted file that counts for nothing."""

    setting: str
    """Its name, with dots for tables: providers.mine.base_url."""
    value: str
    """As JSON, fit to be shown: no control characters, no credentials."""
    why: str


def _free(_value: Any, _own: Any) -> str:
    return ""


def _name(value: Any, own: Any) -> str:
    return "" if not isinstance(value, str) or value == own or is_name(value) else "is more than a name"


def _spec(value: Any, own: Any) -> str:
    """A renderer or a language model."""
    return "names a folder" if isinstance(value, str) and value != own and names_folder(value) else ""


def _encoder(value: Any, own: Any) -> str:
    return "" if value == own or (isinstance(value, str) and value in _ENCODERS) else "names a folder or weights"


def _lower(value: Any, own: Any) -> str:
    """A limit, which may be drawn tighter; 0 is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "is no number"
    limit = _number(own)
    return "" if not limit or 0 < value <= limit else "loosens a limit"


def _no_more(value: Any, own: Any) -> str:
    """How much is bought: a number that may be lowered."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "is no number"
    return "" if value == own or value <= _number(own) else _more(own)


def _no_more_than(usual: float) -> Check:
    """Likewise where 0 stands for as much as the footage asks for, which is `usual` at most."""

    def check(value: Any, own: Any) -> str:
        return "" if value == own else "asks for more than you did" if value == 0 else _no_more(value, own or usual)

    return check


def _cheaper(*values: Any) -> Check:
    """One of these values, the one that costs least first."""

    def check(value: Any, own: Any) -> str:
        if value not in values:  # a word that is none of them is an error of its own; a truth in words would count
            return "is neither true nor false" if isinstance(values[0], bool) else ""
        most = values.index(own) if own in values else 0
        return "" if values.index(value) <= most else _more(values[most])

    return check


def _more(own: Any) -> str:
    """Why a value is ignored that buys more; the user's own one holds."""
    return f"buys more than your own settings do: {json.dumps(_safe(own), default=str)} holds"


CHOICES: Mapping[str, Check] = MappingProxyType(
    {
        "llm": _spec,
        "renderer": _spec,
        "voice": _spec,
        "predictor": _name,
        "catalogue": _name,
        "encoder": _encoder,
        "max_seconds": _lower,
        "max_tokens": _lower,
        "max_cost": _lower,
        **dict.fromkeys(("attempts", "candidates", "shots", "references"), _no_more),
        "ad_clips": _no_more_than(_AD_CLIPS),
        "ad_seconds": _no_more_than(_AD_SECONDS),
        "render": _cheaper("best", "each"),
        "drafting": _cheaper("together", "apart"),
        "cache": _cheaper(True, False),
    }
    | dict.fromkeys(
        (
            *("temperature", "top_p", "mode", "tags", "negative_share", "routing", "threshold", "platform", "aspect"),
            *("fit", "overlay", "language", "seed", "ad_aspect", "ad_repeats", "ad_strategy", "ad_volumes"),
        ),
        _free,
    )
)
"""Settings that an untrusted file may set, each with what its value has to pass."""
_OF_A_RENDERER = {"steps", "guidance", "memory", "step_cache"}
"""Likewise in [renderers.NAME]; none of them says whose weights or whose server."""
SERVED = "api"
"""The renderers that are servers, of which steps are bought: `api` and `api:MODEL`."""
_PATHS, _MANNERS = "names a place on the disk", "says how servers of yours are asked"
WITHHELD: Mapping[str, str] = MappingProxyType(
    {
        "home": _PATHS,
        "database_url": "names a server and what opens it",
        "cover": "names weights, or a folder of them",
        "image": "names a file, which would stand in a clip that is posted",
        "music": "names a file, which would be heard in a clip that is posted",
        "c2pa_certificate": _PATHS,
        "c2pa_key": _PATHS,
        "clips_gb": "decides how many clips of yours are kept",
        "llm_timeout": _MANNERS,
        "llm_retries": _MANNERS,
        "llm_window": _MANNERS,
        "llm_concurrency": _MANNERS,
        "llm_images": "decides whether pictures of yours are sent to a server",
        "ad_transcriber": "names weights, or a folder of them",
        "ad_claims": "decides what an ad may claim",
        "prices": "says what things cost, and so when a limit is reached",
        "providers": "names servers and keys",
        "renderers": "names servers, keys, weights and prices",
        "voices": "names servers and keys",
    }
)
"""Settings that only a trusted file may set, and why; of `renderers` some are left."""
_UNDECIDED = "is for a trusted file alone"
_WHY = {
    "base_url": "names a server",
    "key_variable": "names a variable whose value is sent as a key",
    "steps": "says how much is asked of a server of yours",
    "price": "says what things cost, and so when a limit is reached",
    "free": "says what things cost, and so when a limit is reached",
}
"""Why, for single settings of a table."""


def sift(values: Values, own: Values, known: Collection[str]) -> tuple[dict[str, Any], tuple[Ignored, ...]]:
    """What of an untrusted file's values holds beside the user's `own` and the defaults, and what is ignored.

    Names are read as pydantic-settings reads them, in upper or lower case. One that is not `known` is kept: that it is
    none is an error of its own.
    """
    kept: dict[str, Any] = {}
    ignored: list[Ignored] = []
    own = {name.lower(): value for name, value in own.items()}
    for written, value in values.items():
        name = written.lower()
        if name == "renderers" and isinstance(value, dict):
            few, rows = _renderers(value)
            ignored += rows
            kept |= {written: few} if few else {}
        elif name not in known:
            kept[written] = value
        elif why := CHOICES[name](value, own.get(name)) if name in CHOICES else WITHHELD.get(name, _UNDECIDED):
            ignored += _rows([name], value, why)
        else:
            kept[written] = value
    return kept, tuple(ignored)


def _renderers(tables: dict[str, Any]) -> tuple[dict[str, Any], list[Ignored]]:
    kept: dict[str, Any] = {}
    ignored: list[Ignored] = []
    for name, table in tables.items():
        rows = table if isinstance(table, dict) else {}
        free = _OF_A_RENDERER - ({"steps"} if name.partition(":")[0] == SERVED else set())
        if few := {key: value for key, value in rows.items() if key in free}:
            kept[name] = few
        refused = {key: value for key, value in rows.items() if key not in free}
        if refused or not isinstance(table, dict):
            ignored += _rows(["renderers", name], refused or table, WITHHELD["renderers"])
    return kept, ignored


def _rows(path: list[str], value: Any, why: str) -> Iterator[Ignored]:
    """A line for each single value of a table."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _rows([*path, key], inner, _WHY.get(key, why))
    else:
        yield Ignored(".".join(map(_key, path)), _shown(path, value), why)


def _key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else json.dumps(name)


def _shown(path: list[str], value: Any) -> str:
    """The value on one line of ASCII: it comes from a stranger, and a terminal acts on what it is shown."""
    if path == ["database_url"]:
        return '"**********"'
    text = json.dumps(_safe(value), default=str)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _safe(value: Any) -> Any:
    if isinstance(value, list):
        return [_safe(inner) for inner in value]
    return without_credentials(value) if isinstance(value, str) and "://" in value else value


def _number(value: Any) -> float:
    """The user's own limit, which may stand in quotes; 0 where it is none."""
    try:
        return float(value or 0)
    except (TypeError, ValueError):
        return 0
