"""Reading a prompt for a picture: which subject, where, when, in what weather, under which camera."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeVar

from ..types import RenderRequest

_T = TypeVar("_T")

_LIMIT = 6000  # characters read: a prompt is a paragraph, and later pages of a longer one add no picture
_WORD = re.compile(r"[\w'’]+(?:-[\w'’]+)*")
_FADE = 60.0  # a word's pull halves every so many words


@dataclass(frozen=True, slots=True)
class Shot:
    """What the animatic draws, as read from a title and a prompt."""

    subject: str
    """A drawing in `art/`; `orb` when nothing in the words is known."""
    setting: str
    time: str
    weather: str
    """Empty for clear."""
    move: str
    framing: str
    effect: str
    colours: tuple[str, ...]
    """Colour words in the order of their pull."""
    hues: tuple[str, str, str]
    """The subject's own colours as #rrggbb."""
    seed: int
    """Of the words and the request's seed together: equal input, equal picture."""
    spoken: tuple[str, ...] = ()
    """What was read from words rather than chosen by seed, e.g. `close`, `push`, `golden`."""


@dataclass(frozen=True, slots=True)
class _Entry:
    key: str
    exact: frozenset[str]
    stems: tuple[str, ...]
    anywhere: tuple[str, ...]

    def pull(self, words: Mapping[str, float], text: str) -> float:
        total = sum(words.get(word, 0.0) for word in self.exact)
        total += sum(weight for word, weight in words.items() if self.stems and word.startswith(self.stems))
        return total + sum(1.0 for sign in self.anywhere if sign in text)


def read(request: RenderRequest) -> Shot:
    """The shot that a request asks for; what its words leave open is chosen by seed."""
    text = f"{request.title}\n{request.video_prompt}"[:_LIMIT].casefold().encode(errors="replace").decode()
    words = _weigh(request.title[:_LIMIT], 1.6)
    for word, weight in _weigh(request.video_prompt[:_LIMIT], 1.0).items():
        words[word] = words.get(word, 0.0) + weight
    seed = int.from_bytes(hashlib.sha256(f"{request.seed}\n{text}".encode()).digest()[:8], "big")
    lexicon = _lexicon()
    found = {group: _best(entries, words, text) for group, entries in lexicon.items()}
    subject = found["subject"][0] if found["subject"] else "orb"
    facts = _subjects().get(subject, {})
    times = found["time"] or [_pick(("golden", "day", "dusk", "dawn", "golden", "night"), seed)]
    spoken = tuple(found[group][0] for group in ("framing", "move", "time", "weather") if found[group])
    listed = facts.get("hues")
    hues = listed if isinstance(listed, list) else _pick(_SPARE_HUES, seed // 7)
    return Shot(
        subject=subject,
        setting=_first(found["setting"], str(facts.get("setting") or _pick(("studio", "sky", "hills"), seed // 3))),
        time=times[0],
        weather=_first(found["weather"], ""),
        move=_first(found["move"], _pick(("push", "pan", "pull", "orbit"), seed // 5)),
        framing=_first(found["framing"], "medium"),
        effect=str(facts.get("effect") or ""),
        colours=tuple(found["colour"][:3]),
        hues=(str(hues[0]), str(hues[1]), str(hues[2])),
        seed=seed,
        spoken=spoken,
    )


_SPARE_HUES = (
    ("#ef7d57", "#2f4b7c", "#f6c667"),
    ("#4aa8a0", "#f2e3c6", "#e0604c"),
    ("#7b68c8", "#f7c5b0", "#49c5b6"),
    ("#e25d75", "#35406e", "#f5d17a"),
    ("#4f8edb", "#f4efe3", "#f09a4a"),
)


def _weigh(text: str, strength: float) -> dict[str, float]:
    """Each word's pull, the earlier the stronger; pairs, hyphened or neighbouring, count as words and pull twice."""
    words = [match.group().casefold() for match in _WORD.finditer(text)]
    weights: dict[str, float] = {}
    for place, word in enumerate(words):
        pull = strength * 0.5 ** (place / _FADE)
        following = words[place + 1] if place + 1 < len(words) else ""
        for form in {word, *word.split("-"), f"{word}-{following}"}:
            weights[form] = weights.get(form, 0.0) + pull * (1 + form.count("-"))
    return weights


def _best(entries: tuple[_Entry, ...], words: Mapping[str, float], text: str) -> list[str]:
    scored = [(entry.pull(words, text), entry.key) for entry in entries]
    return [key for pull, key in sorted(scored, key=lambda pair: -pair[0]) if pull > 0]


def _first(found: list[str], otherwise: str) -> str:
    return found[0] if found else otherwise


def _pick(choices: Sequence[_T], seed: int) -> _T:
    return choices[seed % len(choices)]


@cache
def _tables() -> Mapping[str, Mapping[str, object]]:
    return tomllib.loads(files(__package__).joinpath("lexicon.toml").read_text(encoding="utf-8"))


def _subjects() -> Mapping[str, Mapping[str, object]]:
    return _tables()["subject"]  # type: ignore[return-value]


@cache
def _lexicon() -> Mapping[str, tuple[_Entry, ...]]:
    return {
        group: tuple(
            _entry(key, str(value["words"] if isinstance(value, dict) else value)) for key, value in table.items()
        )
        for group, table in _tables().items()
    }


def _entry(key: str, listed: str) -> _Entry:
    words = listed.casefold().split()
    spaced = [word for word in words if word.isascii()]
    return _Entry(
        key,
        frozenset(word for word in spaced if not word.endswith("*")),
        tuple(word[:-1] for word in spaced if word.endswith("*")),
        tuple(word for word in words if not word.isascii()),
    )
