"""Titles: frames around the subject's own words, the whole of them as long as they fit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import inf

from ....graphs.create.request.language import standing_alone
from ....graphs.create.request.words import base_of, listed, parts
from .chance import Chance
from .frames import Frame, english_frames, own_frames, reads_on
from .grammar import head
from .shortening import cut, shortened
from .subject import Kind, Subject

TITLE_LIMIT = 50
_FORMS = (
    *((TITLE_LIMIT, inf, 0.0), (48, 3.5, 0.6), (44, 3.5, 1.0), (38, 3.5, 2.0), (30, 3.5, 4.0), (22, 3.5, 6.0)),
    *((38, 15.0, 8.0), (28, 15.0, 10.0), (44, inf, 12.0), (34, inf, 14.0), (24, inf, 16.0), (14, inf, 18.0)),
)
"""Forms that titles are made of, one set after the other: their length, what they may lose, what that costs."""
_ROOM = 6
"""Characters that the shorter frames need; a subject that leaves so many is not cut."""
_PLURAL_ASKED = re.compile(r"(how|why|when|where|what) do (?!(?:you|i|we|they)\b)(?=.)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Title:
    """A title that could be used; a higher `worth` says more of the subject in a better fitting frame."""

    text: str
    angle: str
    worth: float


def possible_titles(subject: Subject, chance: Chance) -> list[Title]:
    """All titles for the subject, best first; each is at most TITLE_LIMIT characters long."""
    best: dict[str, Title] = {}
    for frame, text, cost in _own_fillings(subject) if subject.kind is Kind.OWN_WORDS else _fillings(subject):
        title = Title(frame.filled(text), frame.angle, frame.worth + 0.5 * chance.share(frame.text) - cost)
        if title.text and len(title.text) <= TITLE_LIMIT:
            best.setdefault(fold(title.text), title)
    return sorted(best.values(), key=lambda title: (-title.worth, title.text))


def _fillings(subject: Subject) -> Iterator[tuple[Frame, str, float]]:
    """Frames, what stands in them, and what that costs."""
    if _PLURAL_ASKED.match(subject.text) and subject.kind is Kind.QUESTION:  # no verb has to be inflected
        yield from _fillings(replace(subject, kind=Kind.CLAUSE, text=_PLURAL_ASKED.sub(r"\1 ", subject.text, count=1)))
    for limit, most, cost in _FORMS:
        for text, slot in _forms(subject, limit, most):
            traits = subject.intents | _traits(subject, text)
            for frame in english_frames():
                if frame.of == slot and frame.fits(traits):
                    plain = frame.text == "{S}" and not cost
                    fit = 0.2 * bool(frame.when) + 0.8 * plain - 0.1 * (slot != "any")
                    yield frame, text, cost - fit


def _own_fillings(subject: Subject) -> Iterator[tuple[Frame, str, float]]:
    """The same for a subject in its own language."""
    whole = standing_alone(subject.language, subject.text)
    for limit, _, cost in _FORMS:
        text = cut(subject.language, whole, limit)
        if text == whole or len(whole) > TITLE_LIMIT - _ROOM:
            fitting = (one for one in own_frames(subject.language) if reads_on(subject.language, one, text))
            led = whole != subject.text
            yield from ((frame, text, cost) for frame in fitting if not (led and re.search(r"\w.*\{", frame.text)))


def _forms(subject: Subject, limit: int, most: float) -> Iterator[tuple[str, str]]:
    """The subject as each kind of phrase that it can be, within a limit."""
    said = shortened(subject.said, limit - len(subject.mark), most)
    if said:
        yield said + subject.mark, "any"
    if noun := shortened(subject.noun, limit, min(most, 15.0)) if subject.noun else "":
        yield noun, "thing"
        if noun != said and (subject.kind is not Kind.STATEMENT or not said):
            yield noun, "any"
    if (
        subject.kind is Kind.CLAUSE
        and not said.startswith(("when ", "which ", "whether "))
        and said.startswith(subject.text.split()[0] + " ")
    ):
        yield said, "clause"
    if subject.kind is Kind.ACTION and said.startswith("how to "):
        yield said.removeprefix("how to "), "do"


def _traits(subject: Subject, text: str) -> frozenset[str]:
    """The names that titles.toml may ask for, besides the subject's intents."""
    phrase = head(text)
    first, noun = text.split()[0], parts(phrase.split()[-1]).get("NOUN", ("",))[0]
    doing = subject.kind is Kind.STATEMENT or bool(base_of(first, "VBG"))
    compared = "comparison" in subject.intents and re.search(r"\b(?:and|vs\.?|versus|or)\b", text)
    visible = noun and noun not in listed("unseen") and not subject.intents & {"analysis", "evolution", "comparison"}
    found = {
        "possessive": first.casefold() in ("my", "our") or re.search(r"['’]s\b", phrase),
        "versus": compared,
        "doing": doing,
        "seen": subject.kind is Kind.THING and visible and not doing,
    }
    return frozenset({subject.kind.value, *(name for name, holds in found.items() if holds)})


def chosen_titles(titles: Iterable[Title], count: int, taken: Iterable[str]) -> list[Title]:
    """`count` titles or as many as there are, an angle of its own for each as far as angles go; none of `taken`."""
    used = {fold(text) for text in taken}
    left = [title for title in titles if fold(title.text) not in used]
    chosen: list[Title] = []
    while left and len(chosen) < count:
        uses = Counter(title.angle for title in chosen)
        near = [title for title in left if title.worth > left[0].worth - 1.0]
        rarest = min(uses[title.angle] for title in near)
        chosen.append(next(title for title in near if uses[title.angle] == rarest))
        left.remove(chosen[-1])
    return chosen


def fold(title: str) -> str:
    """What makes two titles the same: letters, digits and emoji, no case, no punctuation but a question's."""
    return " ".join(re.findall(r"\w+|[?？؟]|[\u2600-\u27bf\U0001f300-\U0001faff]", title.casefold())) or title.strip()
