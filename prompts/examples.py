"""The example of an answer that drafting prompts show, in the language that is asked for where there is one in it."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from importlib.resources import files

FALLBACK = "en"
"""The example of languages that have none: its words are wrong there, its form is right."""


def example_of(code: str = FALLBACK, *, translated: bool = False) -> dict[str, str]:
    """The example in the language of this code; with the English prompt beside it where drafts are `translated`."""
    known = _examples()
    found = known.get(code, known[FALLBACK])
    return found | ({"render_prompt": known[FALLBACK]["video_prompt"]} if translated else {})


def example_texts() -> frozenset[str]:
    """Every text of every example; none of them is an answer."""
    return frozenset(text for example in _examples().values() for text in example.values())


def written(example: dict[str, str], *, in_list: bool = False) -> str:
    """The example as it stands in a prompt."""
    return json.dumps({"drafts": [example]} if in_list else example, ensure_ascii=False)


@cache
def _examples() -> dict[str, dict[str, str]]:
    return tomllib.loads((files(__package__) / "examples.toml").read_text(encoding="utf-8"))
