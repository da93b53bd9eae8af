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
from .topic import PLAIN, VIEW, Topic, topic_of
from .words import WORD, Entry, Index, fold, forms

_T = TypeVar("_T")

_LIMIT = 6000  # characters read: a prompt is a paragraph, and later pages of a longer one add no picture
_CLAUSE = re.compile(r"[.,:;!?\n()“”\"]")
_ADVERBS = {"slow", "slowly", "gentle", "gently", "quick", "smooth", "steady", "a"}
_FADE = 60.0  # a word's pull halves every so many words


@dataclass(frozen=True, slots=True)
class Shot:
    """What the animatic draws, as read from a title and a prompt."""

    subject: str
    """A drawing in `art/`; `view` when a place is shown for itself, `plain` when there is no drawing."""
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
    undrawn: str = ""
    """What the text is about and nothing is drawn of, in its own words; else empty."""


def read(request: RenderRequest) -> Shot:
    """The shot that a request asks for; what its words leave open is chosen by seed."""
    title, prompt = request.title[:_LIMIT], request.video_prompt[:_LIMIT]
    text = fold(f"{title}\n{prompt}")[:_LIMIT]
    seed = int.from_bytes(hashlib.sha256(f"{request.seed}\n{text}".encode()).digest()[:8], "big")
    plain, tinting = _weighed(title, prompt)
    found = {
        group: _best(entries, tinting if group == "colour" else plain, text) for group, entries in _lexicon().items()
    }
    topic = _in_vessel(topic_of(title, prompt, _subjects()), plain)
    facts = _subjects().get(topic.subject, {})
    setting = _setting(topic, facts, found["setting"], found["time"])
    times = found["time"] or [_pick(("golden", "day", "dusk", "dawn", "golden", "night"), seed)]
    lit = found["time"][:1] if setting not in _ALWAYS_DARK or times[0] not in _BRIGHT else []
    said = (found["framing"][:1], found["move"][:1], lit, found["weather"][:1])
    listed = facts.get("hues")
    hues = listed if isinstance(listed, list) else _pick(_SPARE_HUES, seed // 7)
    return Shot(
        subject=topic.subject,
        setting=setting,
        time=times[0],
        weather=_first(found["weather"], ""),
        move=_first(found["move"], _pick(("push", "pan", "pull", "orbit"), seed // 5)),
        framing=_first(found["framing"], "medium"),
        effect=str(facts.get("effect") or ""),
        colours=tuple(found["colour"][:3]),
        hues=(str(hues[0]), str(hues[1]), str(hues[2])),
        seed=seed,
        spoken=tuple(word for words in said for word in words),
        undrawn=topic.undrawn,
    )


def _in_vessel(topic: Topic, words: Mapping[str, float]) -> Topic:
    """The topic in what the text says it is in, where that is drawn too."""
    vessel = str(_subjects().get(topic.subject, {}).get("vessel") or "")
    if not vessel:
        return topic
    named = Entry.of(vessel, str(_subjects()[vessel]["words"]))
    return Topic(vessel) if any(named.has(word) for word in words) else topic


def _setting(topic: Topic, facts: Mapping[str, object], found: Sequence[str], times: Sequence[str]) -> str:
    """Where it is: a view's own place, else the words', else the subject's, but not a dark one in daylight."""
    if topic.subject in (PLAIN, VIEW):
        return topic.setting or PLAIN
    setting = _first(found, str(facts["setting"]))
    return "city" if setting == "night-town" and times and times[0] in _BRIGHT else setting


_ALWAYS_DARK = {"space", "stage", "neon", "energy", "night-town"}
"""Settings with a light of their own, which a time of day does not change."""
_BRIGHT = {"dawn", "day", "golden"}


_SPARE_HUES = (
    ("#ef7d57", "#2f4b7c", "#f6c667"),
    ("#4aa8a0", "#f2e3c6", "#e0604c"),
    ("#7b68c8", "#f7c5b0", "#49c5b6"),
    ("#e25d75", "#35406e", "#f5d17a"),
    ("#4f8edb", "#f4efe3", "#f09a4a"),
)


def _weighed(title: str, prompt: str) -> tuple[dict[str, float], dict[str, float]]:
    """Each word's pull, the earlier the stronger: without those that shade a colour, as in `dusk blue`, and all."""
    plain, tinting = dict[str, float](), dict[str, float]()
    colours = Index(_lexicon()["colour"])
    for text, strength in ((title, 1.6), (prompt, 1.0)):
        place = 0
        for clause in _CLAUSE.split(text):
            words = [fold(word) for word in WORD.findall(clause)]
            for number, word in enumerate(words):
                following = words[number + 1] if number + 1 < len(words) else ""
                pull = strength * 0.5 ** ((place + number) / _FADE)
                _add(tinting, word, following, pull)
                if not (following and colours.find([following])):
                    _add(plain, word, following, pull)
            if words and all(word in _ADVERBS for word in words[:-1]):
                plain[f"={words[-1]}"] = strength
            place += len(words)
    return plain, tinting


def _add(weights: dict[str, float], word: str, following: str, pull: float) -> None:
    """Pairs, hyphened or neighbouring, count as words and pull twice."""
    for form in {*forms(word), *word.split("-"), *(f"{word}-{form}" for form in forms(following) if following)}:
        weights[form] = weights.get(form, 0.0) + pull * (1 + form.count("-"))


def _best(entries: tuple[Entry, ...], words: Mapping[str, float], text: str) -> list[str]:
    scored = [(_pull(entry, words, text), entry.key) for entry in entries]
    return [key for pull, key in sorted(scored, key=lambda pair: -pair[0]) if pull > 0]


def _pull(entry: Entry, words: Mapping[str, float], text: str) -> float:
    total = sum(words.get(word, 0.0) for word in entry.exact)
    total += sum(weight for word, weight in words.items() if entry.stems and word.startswith(entry.stems))
    return total + sum(1.0 for sign in entry.signs if sign in text)


def _first(found: Sequence[str], otherwise: str) -> str:
    return found[0] if found else otherwise


def _pick(choices: Sequence[_T], seed: int) -> _T:
    return choices[seed % len(choices)]


@cache
def _tables() -> Mapping[str, Mapping[str, object]]:
    return tomllib.loads(files(__package__).joinpath("lexicon.toml").read_text(encoding="utf-8"))


def _subjects() -> Mapping[str, Mapping[str, object]]:
    return _tables()["subject"]  # type: ignore[return-value]


@cache
def _lexicon() -> Mapping[str, tuple[Entry, ...]]:
    """The groups of words but for the subjects."""
    groups = ((group, table) for group, table in _tables().items() if group != "subject")
    return {group: tuple(Entry.of(key, str(words)) for key, words in table.items()) for group, table in groups}
