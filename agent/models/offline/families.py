"""Families of subjects: which lexicon entry a topic belongs to, and the pictures that go with it."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

_LEXICON = ("scenes_food.toml", "scenes_stories.toml", "scenes_life.toml", "scenes_world.toml")
ANYTHING = "anything"
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture that can be shot: `what` may hold {it}, the topic as a thing to be seen."""

    shot: str
    what: str
    hook: str
    place: str
    cues: frozenset[str] = field(default=frozenset(), repr=False)
    """Words of a topic that this scene suits better than others; a set says its words in another order each time."""

    @property
    def shows_it(self) -> bool:
        """True when the topic itself is in the picture."""
        return "{it}" in self.what


@dataclass(frozen=True, slots=True)
class Look:
    """Light, colour, movement and surface that suit a group of families."""

    light: tuple[str, ...]
    palette: tuple[str, ...]
    camera: tuple[str, ...]
    texture: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """An entry of the lexicon."""

    name: str
    group: str
    words: frozenset[str]
    scenes: tuple[Scene, ...]
    look: Look
    strong: frozenset[str] = frozenset()
    """Those of `words` that name the medium and outweigh what it tells of: anime about food is anime."""
    faint: frozenset[str] = frozenset()
    """Those of `words` that say where rather than what: pizza in New York is pizza."""
    tags: frozenset[str] = frozenset()
    """Catalogue tags that speak for this family when the words do not decide."""
    broad: bool = False
    """True when its scenes can stand in for any family of its group."""


@cache
def families() -> tuple[Family, ...]:
    """The lexicon; the last family fits anything."""
    looks = _table("looks.toml")
    rows = sorted(_rows(), key=lambda row: row["name"] == ANYTHING)
    return tuple(
        Family(
            row["name"],
            row["group"],
            frozenset(map(stem, row["words"])),
            tuple(_scene(scene) for scene in row["scenes"]),
            Look(**{part: tuple(choices) for part, choices in looks[row["group"]].items()}),
            frozenset(map(stem, row.get("strong", ()))),
            frozenset(stem(word) for word in row["words"] if row["group"] == "travel" and word[:1].isupper()),
            frozenset(tag.casefold() for tag in row.get("tags", ())),
            row.get("broad", False),
        )
        for row in rows
    )


def _scene(row: list[str]) -> Scene:
    shot, what, hook, place, *cues = row
    return Scene(shot, what, hook, place, frozenset(stem(cue) for cue in " ".join(cues).split()))


def _rows() -> list[dict[str, Any]]:
    return [row for name in _LEXICON for row in _table(name)["family"]]


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / name).read_text(encoding="utf-8"))


def match(text: str, tags: Iterable[str] = ()) -> Family:
    """The family that most words of `text` speak for; catalogue `tags` help when few do."""
    words = [stem(word) for word in _WORD.findall(text)]
    grams = [" ".join(words[i : i + n]) for n in (1, 2, 3) for i in range(len(words) - n + 1)]
    voices = Counter(tag.casefold() for tag in tags)
    total = sum(voices.values()) or 1
    everything = families()

    def weight(family: Family) -> float:
        said = sum(1.0 + 0.8 * gram.count(" ") + (gram in family.strong) for gram in sorted(set(grams) & family.words))
        said -= 0.6 * sum(1.0 + 0.8 * gram.count(" ") for gram in sorted(set(grams) & family.faint))
        signs = sum(0.9 for sign in family.words if not sign[:1].isascii() and sign in text)
        return said + signs + 0.7 * sum(voices[tag] for tag in family.tags) / total

    best = max(everything, key=weight)
    return best if weight(best) > 0 else everything[-1]


def stem(word: str) -> str:
    """`word` folded, without a plural or possessive ending; the words of a phrase one by one."""
    return " ".join(_stem(part) for part in word.casefold().replace("’", "'").split())


def _stem(word: str) -> str:
    word = word.removesuffix("'s").removesuffix("'")
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


@cache
def _common() -> frozenset[str]:
    return frozenset(stem(word) for row in _rows() for word in row["words"] if word.islower())


def is_common_noun(word: str) -> bool:
    """True when the lexicon knows `word` as an ordinary word, so that a capital on it is no name."""
    return stem(word) in _common()
