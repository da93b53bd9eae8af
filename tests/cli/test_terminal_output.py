"""Whatever is given to a command, or comes from a file, acts on no terminal."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

HOSTILE = "\x1b[2J\x1b]0;gone\x07\x9b31m\x85\u2028\u202e\u2066"
COMMANDS = [
    ("references", "import", f"{HOSTILE}.csv", "--name", "mine"),
    ("references", "import", "t.csv", "--name", "mine", "--map", f"title={HOSTILE}"),
    ("references", "import", "t.csv", "--name", "mine", "--preset", HOSTILE),
    ("references", "search", HOSTILE, "--catalogue", HOSTILE),
    ("predictor", "score", "--batch", f"{HOSTILE}.csv"),
    ("predictor", "score", "--batch", "t.csv"),
    ("predictor", "info", HOSTILE),
    ("ask", "x", "--renderer", HOSTILE),
    ("ask", "x", "--llm", HOSTILE),
    ("trace", "show", HOSTILE),
    ("threads", "show", HOSTILE),
    ("study", "run", f"{HOSTILE}.toml"),
    ("config", "trust", HOSTILE),
    ("config", "show"),
    (f"--{HOSTILE}",),
    (HOSTILE,),
]


def acts(text: str) -> set[str]:
    turns = {"LRE", "LRO", "RLE", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    return {
        character
        for character in text
        if (unicodedata.category(character) in {"Cc", "Zl", "Zp"} and character not in "\t\n")
        or unicodedata.bidirectional(character) in turns
    }


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_nothing_that_is_given_or_read_acts_on_the_terminal(popcorn: Any, form: tuple[str, ...]) -> None:
    popcorn.folder.mkdir(parents=True, exist_ok=True)
    (popcorn.folder / "t.csv").write_text(f"{HOSTILE},n\nx,1\n", encoding="utf-8")
    program = popcorn.set(POPCORN_LANGUAGE=HOSTILE, POPCORN_LLM="offline")
    for command in COMMANDS:
        outcome = program(*command, *form)
        assert not acts(outcome.stdout + outcome.stderr), (command, outcome.stdout, outcome.stderr)
