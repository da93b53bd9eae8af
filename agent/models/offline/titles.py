"""Titles: frames around the subject's own words, the whole of them as long as they fit."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import inf

from ....graphs.create.request.language import UNKNOWN, entries, frames
from ....graphs.create.request.words import base_of, listed, parts
from .chance import Chance
from .characters import clipped
from .shortening import shortened
from .subject import Kind, Subject, head

TITLE_LIMIT = 50
_FORMS = (
    *((TITLE_LIMIT, inf, 0.0), (44, 3.5, 1.0), (38, 3.5, 2.0), (30, 3.5, 4.0), (22, 3.5, 6.0)),
    *((38, 15.0, 8.0), (28, 15.0, 10.0), (44, inf, 12.0), (34, inf, 14.0), (24, inf, 16.0), (14, inf, 18.0)),
)
"""Forms that titles are made of, one set after the other: their length, what they may lose, what that costs."""
_CAPITAL_AFTER = re.compile(r"^([\"'“‘(¿¡«\s]*)(\w)")
_EMOJI = "👀🎬✨"
_SENTENCE_END = tuple("?!.…。？！")


@dataclass(frozen=True, slots=True)
class Frame:
    """Words around a subject."""

    angle: str
    text: str
    of: str = "any"
    when: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    worth: float = 0.0

    def fits(self, traits: frozenset[str]) -> bool:
        """True when a subject with these traits may be put in."""
        return not self.never & traits and (not self.when or bool(self.when & traits))

    def filled(self, text: str) -> str:
        """The title with `text` in it; empty where it reads badly."""
        name = re.search(r"\{\w\}", self.text)
        after = self.text[name.end() :] if name else ""
        if ": " in text and (": " in self.text or self.of != "any"):
            return ""
        if after and text.endswith(_SENTENCE_END) and after[-1] in _EMOJI:
            return capitalised(text + after)
        if after and text.endswith(_SENTENCE_END):
            return "" if after not in (".", "?") else capitalised(self.text.partition("{")[0] + text)
        if "with {s}" in self.text and " with " in text:
            return ""
        if _repeats(after, text) or (self.text.startswith("How to") and text.startswith("how ")):
            return ""
        return capitalised(re.sub(r"\{(\w)\}", lambda slot: capitalised(text) if slot[1] == "S" else text, self.text))


@dataclass(frozen=True, slots=True)
class Title:
    """A title that could be used; a higher `worth` says more of the subject in a better fitting frame."""

    text: str
    angle: str
    worth: float


@cache
def english_frames() -> tuple[Frame, ...]:
    """The frames of titles.toml."""
    rows = tomllib.loads((files(__package__) / "titles.toml").read_text(encoding="utf-8"))["frame"]
    return tuple(
        Frame(
            row["angle"],
            text,
            row["of"],
            frozenset(row.get("when", ())),
            frozenset(row.get("never", ())),
            row.get("worth", 0.0),
        )
        for row in rows
        for text in row["texts"]
    )


def possible_titles(subject: Subject, chance: Chance) -> list[Title]:
    """All titles for the subject, best first; each is at most TITLE_LIMIT characters long."""
    best: dict[str, Title] = {}
    for title in _own_titles(subject, chance) if subject.kind is Kind.OWN_WORDS else _titles(subject, chance):
        if title.text and len(title.text) <= TITLE_LIMIT:
            best.setdefault(fold(title.text) if title.angle != "question" else title.text, title)
    return sorted(best.values(), key=lambda title: (-title.worth, title.text))


def _titles(subject: Subject, chance: Chance) -> Iterator[Title]:
    for limit, most, cost in _FORMS:
        for text, slot in _forms(subject, limit, most):
            traits = subject.intents | _traits(subject, text)
            for frame in english_frames():
                if frame.of == slot and frame.fits(traits):
                    fit = (
                        frame.worth
                        + 0.2 * bool(frame.when)
                        + (0.4 if subject.mark else 0.15) * (frame.text == "{S}")
                        + 0.5 * chance.share(frame.text)
                    )
                    yield Title(frame.filled(text), frame.angle, fit - cost - 0.1 * (slot != "any"))


def _forms(subject: Subject, limit: int, most: float) -> Iterator[tuple[str, str]]:
    """The subject as each kind of phrase that it can be, within a limit."""
    said = shortened(subject.said, limit - len(subject.mark), most)
    if said:
        yield said + subject.mark, "any"
    if noun := shortened(subject.noun, limit, most) if subject.noun else "":
        yield noun, "thing"
        if noun != said:
            yield noun, "any"
    if subject.kind is Kind.CLAUSE and said.startswith(subject.text.split()[0] + " "):
        yield said, "clause"
    if subject.kind is Kind.ACTION and said.startswith("how to "):
        yield said.removeprefix("how to "), "do"


def _traits(subject: Subject, text: str) -> frozenset[str]:
    traits = {subject.kind.value}
    words = text.split()
    noun = head(text).split()[-1]
    doing = subject.kind is Kind.STATEMENT or bool(base_of(words[0], "VBG"))
    base = parts(noun).get("NOUN", ("",))[0]
    if words[0].casefold() in ("my", "our") or re.search(r"['’]s\b", head(text)):
        traits.add("possessive")
    if "comparison" in subject.intents and re.search(r"\b(?:and|vs\.?|versus|or)\b", text):
        traits.add("versus")
    if doing:
        traits.add("doing")
    elif (
        subject.kind is Kind.THING
        and base
        and base not in listed("unseen")
        and not subject.intents & {"analysis", "evolution", "comparison"}
    ):
        traits.add("seen")
    return frozenset(traits)


def _own_titles(subject: Subject, chance: Chance) -> Iterator[Title]:
    """Titles in the subject's own language, or with signs alone where none is known."""
    language = subject.language if subject.language in entries() else UNKNOWN
    for limit, _, cost in _FORMS:
        text = clipped(subject.text, limit)
        if len(subject.text) <= TITLE_LIMIT - 6 and text != subject.text:
            continue
        for number, (angle, pattern) in enumerate([*frames(language), *frames(UNKNOWN)]):
            if not reads_on(language, pattern, text):
                continue
            foreign = number >= len(frames(language)) and language != UNKNOWN
            filled = Frame(
                angle,
                _marks(language, pattern).replace(
                    "{o}", "{S}" if language == UNKNOWN or pattern.startswith("{o}") else "{s}"
                ),
            ).filled(text)
            fit = 0.15 * (pattern == "{o}") + 0.5 * chance.share(pattern)
            yield Title(filled, angle, fit - cost - 1.0 * foreign)


def reads_on(language: str, pattern: str, text: str) -> bool:
    """False for a Japanese sentence where the pattern puts a particle or a verb right beside it."""
    if language != "ja" or text[-1] not in "うくぐすつぬぶむるただい":
        return True
    return re.search(r"\w\{|\}\w", pattern) is None


def _marks(language: str, pattern: str) -> str:
    """The pattern with the question mark of the language's script."""
    return pattern.replace("?", {"zh": "？", "ja": "？", "ar": "؟", "ur": "؟"}.get(language, "?"))


def _repeats(after: str, text: str) -> bool:
    """True for `..., step by step` around words that say so already."""
    said = {*re.findall(r"\w{4,}", after.casefold()), *re.findall(r"\d", after)}
    return bool(said & set(re.findall(r"\w+", text.casefold())))


def capitalised(text: str) -> str:
    """`text` with a capital at its start; names such as iPhone keep their own way."""
    first = text.split(" ", 1)[0]
    if any(letter.isupper() for letter in first[1:]):
        return text
    return _CAPITAL_AFTER.sub(lambda match: match.group(1) + match.group(2).upper(), text, count=1)


def chosen_titles(titles: Iterable[Title], count: int, taken: Iterable[str]) -> list[Title]:
    """`count` titles or as many as there are, an angle of its own for each as far as angles go; none of `taken`."""
    used = {fold(text) for text in taken}
    left = [title for title in titles if fold(title.text) not in used]
    chosen: list[Title] = []
    while left and len(chosen) < count:
        uses = Counter(title.angle for title in chosen)
        near = [title for title in left if title.worth > left[0].worth - 1.0]
        rarest = min(uses[title.angle] for title in near)
        fresh = next(title for title in near if uses[title.angle] == rarest)
        chosen.append(fresh)
        left = [title for title in left if fold(title.text) != fold(fresh.text)]
    return chosen


def fold(title: str) -> str:
    """What makes two titles the same: letters, digits and emoji, no case, no punctuation but a question's."""
    return " ".join(re.findall(r"\w+|[?？؟]|[\u2600-\u27bf\U0001f300-\U0001faff]", title.casefold())) or title.strip()
