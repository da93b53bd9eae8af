"""Texts of the prompts that come back in a model's answer: instructions, angles, the example of an answer."""

from __future__ import annotations

import re
from functools import cache

from ...prompts import load
from ...prompts.examples import example_texts
from .judging import count_words, longest_shared_run, words

INSTRUCTED_RUN = 7
"""Words in a row, of the instructions and not of the request, that nobody writes by chance."""
_BESIDES = 2
"""Words that may stand beside an angle which is said again."""
_EXAMPLE_RUN = 5
"""Words in a row, of the example of an answer and not of the request, that nobody writes by chance."""
_TEMPLATES = ("system", "material", "draft", "refine", "paper", "reason", "repair", "shorten")
HARMLESS = re.compile(
    r"(?:(?:an? |one )?single )?(?:three|3)[- ]seconds?(?: vertical)? (?:shot|video|clip)s?|(?:shot )?of three seconds"
    r"|no cuts|no text(?: in the picture)?|readable with the sound off|text-to-video",
    re.IGNORECASE,
)
"""What the instructions ask for, and a shot may well say."""


def repeats_instructions(text: str, request: str) -> bool:
    """Whether it holds a run of words of the instructions, or is an angle and little more."""
    given, whole = f" {' '.join(words(request))} ", words(text)
    for part in HARMLESS.split(text):
        said = words(part)
        runs = (tuple(said[at : at + INSTRUCTED_RUN]) for at in range(len(said) - INSTRUCTED_RUN + 1))
        if any(run in _instructions() and f" {' '.join(run)} " not in given for run in runs):
            return True
    joined, own = f" {' '.join(whole)} ", [word for word in whole if word not in words(request)]
    angles = [angle for angle in _angles() if f" {' '.join(angle)} " not in given]
    return any(f" {' '.join(angle)} " in joined and len(own) <= len(angle) + _BESIDES for angle in angles)


def repeats_example(text: str, request: str) -> bool:
    """Whether it is a text of the example of an answer, or has a run of its words."""
    said, given = words(text), words(request)
    return any(
        said == example or count_words(longest_shared_run(said, example, given)) >= _EXAMPLE_RUN
        for example in _examples()
    )


@cache
def _examples() -> tuple[list[str], ...]:
    return tuple(words(text) for text in example_texts())


@cache
def _angles() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(words(line)) for line in load("angles").text.splitlines() if line.strip())


@cache
def _instructions() -> frozenset[tuple[str, ...]]:
    """Every run of so many words that stands in the templates or is part of an angle."""
    told = [*_angles()]
    told += [tuple(words(part)) for name in _TEMPLATES for part in HARMLESS.split(load(name).sentences)]
    return frozenset(said[at : at + INSTRUCTED_RUN] for said in told for at in range(len(said) - INSTRUCTED_RUN + 1))
