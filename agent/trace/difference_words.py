"""What sets two runs apart, in words for people: heads, names and values of what `trace diff --json` has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...graphs.create.choice import picked, read_choice
from ...tools.popularity.standing import NO_EVIDENCE, brief_rank

Data = Mapping[str, Any]

GROUPS = {
    "settings": "settings",
    "facts": "data",
    "versions": "packages",
    "templates": "prompts",
    "draft": "draft",
    "score": "score",
    "outcome": "outcome",
    "video": "clip",
}
"""What `trace diff --json` calls a group, and its head for people."""
_NAMES = {
    "video_prompt": "shot", "cover_prompt": "cover", "sha256": "file", "interval": "most get",
    "percentile": "rank", "percentile_low": "likely from", "percentile_high": "likely to",
}  # fmt: skip
_OF_EVIDENCE = {"percentile", "percentile_low", "percentile_high", "interval"}
"""What is not there where the predictor cannot judge a draft."""


def name_of(group: str, name: str) -> str:
    """A name as people read it."""
    return name if group in {"settings", "versions", "templates"} else _NAMES.get(name, name.replace("_", " "))


def nothing_of(name: str) -> str:
    """What is said where one of both has no such value."""
    return NO_EVIDENCE if name in _OF_EVIDENCE else "none"


def value_of(name: str, value: Any) -> str:
    """One of both values for people."""
    if name in _WORDS:
        return _WORDS[name](value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    if isinstance(value, list):
        return ", ".join(value_of("", inner) for inner in value) or "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{inner} {value_of('', of)}" for inner, of in value.items()) or "none"
    text = str(value)
    return f"{text[:12]}…" if len(text) == 64 and set(text) <= set("0123456789abcdef") else text


def _interval(value: Data) -> str:
    low, high = (2 ** value[end] for end in ("low", "high"))
    return f"{low:,.0f} to {high:,.0f} comments ({value['coverage']:.0%} of such videos)"


_WORDS: dict[str, Callable[[Any], str]] = {
    "percentile": brief_rank,
    "percentile_low": brief_rank,
    "percentile_high": brief_rank,
    "choice": lambda value: picked(read_choice(value)) or "nothing to choose from",
    "comments": lambda value: f"about {value:,.0f}",
    "interval": _interval,
    "attempts": lambda value: ", ".join(map(brief_rank, value)) if isinstance(value, list) else f"{value}",
}
"""Values that people have other words for."""
