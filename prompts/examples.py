"""The example of a request and its answer with which drafting prompts begin, as a turn of the conversation before.

A small model that is shown an example among its instructions gives it back; of one that was answered before it takes
the form. It is in the language that is asked for, where there is one in it.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

_REQUEST, _STEPS = "request", "steps"
FALLBACK = "en"
"""The example of languages that have none: its words are wrong there, its form is right."""


def example_of(code: str = FALLBACK, *, translated: bool = False) -> dict[str, str]:
    """The draft in the language of this code; with the English prompt beside it where drafts are `translated`."""
    known = _examples()
    found = {name: text for name, text in known[_code(code)].items() if name != _REQUEST}
    return found | ({"render_prompt": known[FALLBACK]["video_prompt"]} if translated else {})


def example_request(code: str = FALLBACK) -> str:
    """What it was asked for with."""
    return _examples()[_code(code)][_REQUEST]


def example_steps() -> dict[str, str]:
    """The steps of a reasoning that led to it, in English."""
    return _examples()[_STEPS]


def example_extras(code: str = FALLBACK) -> tuple[str, str, list[str]]:
    """The line, the caption and the hashtags of the example in the language of this code."""
    found = _extras()[_code(code)]
    return str(found["line"]), str(found["caption"]), list(found["hashtags"])


def example_shots(count: int) -> list[str]:
    """The prompts of as many shots of a story, in English; five at most."""
    return list(_extras()["story"]["shots"])[:count]


def example_texts() -> frozenset[str]:
    """Every text of every example but the requests; none of them is an answer."""
    texts = {text for one in _examples().values() for name, text in one.items() if name != _REQUEST}
    texts |= {text for one in _extras().values() for text in (one.get("line"), one.get("caption")) if text}
    return frozenset(texts | {*_extras()["story"]["shots"]})


def _code(code: str) -> str:
    return code if code in _examples().keys() - {_STEPS} else FALLBACK


@cache
def _extras() -> dict[str, dict[str, Any]]:
    return tomllib.loads((files(__package__) / "example_extras.toml").read_text(encoding="utf-8"))


@cache
def _examples() -> dict[str, dict[str, str]]:
    return tomllib.loads((files(__package__) / "examples.toml").read_text(encoding="utf-8"))
