"""Frames: the words around a subject that make a title of it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ....graphs.create.request.language import UNKNOWN, entries, frames

_FIRST_LETTER = re.compile(r"^([\"'“‘(¿¡«\s]*)(\w)")
_EMOJI = "👀🎬✨"
_ENDS = tuple("?!.…。？！")
_ENDS_AS_VERB = "うくぐすつぬぶむるただい"
"""Last signs of a Japanese sentence."""
_QUESTION_MARKS = {"zh": "？", "ja": "？", "ar": "؟", "ur": "؟"}


@dataclass(frozen=True, slots=True)
class Frame:
    """A title with a slot for the subject: {s} inside a sentence, {S} at its start."""

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
        before, after = re.split(r"\{\w\}", self.text)
        if ": " in text and (": " in self.text or self.of != "any"):
            return ""
        if "with {s}" in self.text and " with " in text:
            return ""
        if after and text.endswith(_ENDS) and after[-1] not in _EMOJI:
            return capitalised(before + text) if after in (".", "?") else ""
        if _repeats(after, text) or (before == "How to " and text.startswith("how ")):
            return ""
        return capitalised(before + (capitalised(text) if "{S}" in self.text else text) + after)


@cache
def english_frames() -> tuple[Frame, ...]:
    """The frames of titles.toml."""
    rows = tomllib.loads((files(__package__) / "titles.toml").read_text(encoding="utf-8"))["frame"]
    return tuple(
        Frame(
            row["angle"],
            text,
            row["of"],
            when=frozenset(row.get("when", ())),
            never=frozenset(row.get("never", ())),
            worth=row.get("worth", 0.0),
        )
        for row in rows
        for text in row["texts"]
    )


@cache
def own_frames(language: str) -> tuple[Frame, ...]:
    """The frames of another language, and after them those that are signs alone; only these where it is not known."""
    own = frames(language) if language in entries() and language != UNKNOWN else ()
    mark = _QUESTION_MARKS.get(language, "?")
    signs = ((angle, text.replace("?", mark), -1.0 * bool(own)) for angle, text in frames(UNKNOWN))
    found = [
        (angle, text, worth + 0.8 * (text == "{o}")) for angle, text, worth in (*((*one, 0.0) for one in own), *signs)
    ]
    return tuple(
        Frame(angle, text.replace("{o}", "{S}" if text.startswith("{o}") or not own else "{s}"), worth=worth)
        for angle, text, worth in found
    )


def reads_on(language: str, frame: Frame, text: str) -> bool:
    """False for a question, or a Japanese sentence, where the frame puts a particle or a verb right beside it."""
    if text[-1] not in "?？؟" and (language != "ja" or text[-1] not in _ENDS_AS_VERB):
        return True
    return re.search(r"[\w、，]\{|\}\w", frame.text) is None


def capitalised(text: str) -> str:
    """`text` with a capital at its start; names such as iPhone keep their own way."""
    first = text.split(" ", 1)[0]
    if any(letter.isupper() for letter in first[1:]):
        return text
    return _FIRST_LETTER.sub(lambda match: match.group(1) + match.group(2).upper(), text, count=1)


def _repeats(after: str, text: str) -> bool:
    """True for `..., step by step` around words that say so already."""
    said = {*re.findall(r"\w{4,}", after.casefold()), *re.findall(r"\d", after)}
    return bool(said & set(re.findall(r"\w+", text.casefold())))
