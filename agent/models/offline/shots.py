"""Shots: the subject in a paragraph that a camera, or a video model, could follow for three seconds.

What to show for a subject beyond its own words is for a language model; a rule chooses framing, light and movement.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from .chance import Chance
from .characters import clipped
from .frames import capitalised
from .shortening import shortened
from .subject import Kind, Subject

SUBJECT_LIMIT = 220
MORE_LIMIT = 160


@dataclass(frozen=True, slots=True)
class Shot:
    """The texts that a renderer gets."""

    video_prompt: str
    cover_prompt: str


@dataclass(frozen=True, slots=True)
class Turn:
    """Which draft it is, so that no two are alike: candidate `number` after as many `tried`, with wishes and a mood."""

    number: int = 0
    tried: int = 0
    wishes: frozenset[str] = frozenset()
    mood: str = ""

    @property
    def step(self) -> int:
        """Counts candidates and attempts together."""
        return self.number + self.tried


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "looks.toml").read_text(encoding="utf-8"))


def mood_of(text: str) -> str:
    """The name of the mood that words of `text` ask for; empty for none."""
    words = set(re.findall(r"[\w-]+", text.casefold()))
    return next((str(mood["name"]) for mood in _table()["mood"] if words & set(mood["cues"])), "")


def write_shot(subject: Subject, chance: Chance, turn: Turn) -> Shot:
    """The shot whose turn it is."""
    what, choices = _what(subject), _table()["shot"]
    light, palette = _light_and_palette(subject, chance, turn)

    def pick(items: list[str], label: str) -> str:
        return chance.pick(items, label, turn.step)

    camera = choices["lively"][turn.step % 2] if "livelier" in turn.wishes else pick(choices["camera"], "camera")
    sentences = [
        f"{pick(choices['framing'], 'framing')}: {what}{'' if what[-1] in '.!?…' else '.'}",
        clipped(subject.more, MORE_LIMIT),
        f"In the first second, {pick(choices['opening'], 'opening')}.",
        f"{capitalised(light)}; colours {palette}.",
        f"{capitalised(camera)}.",
        f"The mood is {subject.manner}." if subject.manner else "",
        *_emphasis(what, turn.wishes),
        f"{pick(choices['ending'], 'ending')}.",
        pick(choices["readable"], "readable"),
        "One shot, 3 seconds.",
    ]
    cover = pick(choices["cover"], "cover").format(What=capitalised(what), what=what, light=light, palette=palette)
    return Shot(" ".join(" ".join(sentences).split()), cover)


def write_story(subject: Subject, chance: Chance, turn: Turn, count: int) -> list[str]:
    """The shots of a story whose turn it is: one look, each from elsewhere, each with the subject in its own words."""
    table = _table()
    what, choices = _what(subject), table["shot"]
    light, palette = _light_and_palette(subject, chance, turn)
    moves = choices["lively"] if "livelier" in turn.wishes else choices["camera"]
    beats = table["story"]["beats"]
    chosen = [*beats[: count - 1], beats[-1]]  # the first looks, and the end
    shots = []
    for number, beat in enumerate(chosen, 1):
        seen = beat["of"].format(what=what) if subject.kind is Kind.THING else what  # `the first look at` a thing
        sentences = [
            f"{beat['framing']}: {seen}{'' if seen[-1] in '.!?…' else '.'}",
            clipped(subject.more, MORE_LIMIT) if number == 1 else "",
            f"{capitalised(beat['happens'])}.",
            f"{capitalised(light)}; colours {palette}.",
            f"{capitalised(chance.pick(moves, 'camera', turn.step + number))}.",
            f"The mood is {subject.manner}." if subject.manner else "",
            f"Shot {number} of {count}, 3 seconds, no text in the picture.",
        ]
        shots.append(" ".join(" ".join(sentences).split()))
    return shots


def _light_and_palette(subject: Subject, chance: Chance, turn: Turn) -> tuple[str, str]:
    """Those of the mood that the subject, else a reference, asks for."""
    name, moods = mood_of(f"{subject.text} {subject.manner}") or turn.mood, _table()["mood"]
    mood = next((mood for mood in moods if mood["name"] == name), moods[-1])
    bright: list[str] = _table()["shot"]["bright"]
    light = bright[turn.step % 2] if "brighter" in turn.wishes else chance.pick(mood["light"], "light", turn.step)
    return light, chance.pick(mood["palette"], "palette", turn.step)


def _what(subject: Subject) -> str:
    """The subject as what is seen."""
    if subject.kind is Kind.OWN_WORDS:
        return f"“{clipped(subject.text, SUBJECT_LIMIT)}”"
    if subject.kind is Kind.QUESTION:
        return f"a picture for “{capitalised(clipped(subject.text, SUBJECT_LIMIT))}?”"
    said = subject.noun if subject.kind in (Kind.ACTION, Kind.BARE) and subject.noun else subject.said
    return said if len(said) <= SUBJECT_LIMIT else shortened(clipped(said, 2 * SUBJECT_LIMIT), SUBJECT_LIMIT)


def _emphasis(what: str, wishes: frozenset[str]) -> Iterable[str]:
    if "nearer" in wishes:
        yield f"Everything in the frame points to {what}."
    if "stronger" in wishes:
        yield "It begins at the peak of the action, with nothing before it."
