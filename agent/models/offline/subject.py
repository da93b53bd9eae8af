"""The subject of a request: its words, what kind of phrase they are, and what is to be done with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from ....graphs.create.request.command import Command, take_apart
from ....graphs.create.request.language import ENGLISH
from ....graphs.create.request.words import base_of, is_common, is_join, is_plural, listed
from .grammar import PRONOUNS, as_doing, as_thing, head, verb_of


class Kind(StrEnum):
    """The grammar of a subject."""

    THING = "thing"
    """A noun phrase that can be an object: `the street tacos of Oaxaca`, `making soup`."""
    BARE = "bare"
    """Words that may be a thing, a sentence or neither; only what needs no grammar is put around them."""
    ACTION = "action"
    """A verb phrase in its base form: `fold a dumpling`."""
    CLAUSE = "clause"
    """A clause with its question word: `how games teach`."""
    QUESTION = "question"
    """A question with its verb in front, without its mark: `why are cats afraid`."""
    STATEMENT = "statement"
    """A sentence: `a dog steals a pizza`."""
    OWN_WORDS = "own words"
    """Another language, or no words at all."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a draft is about."""

    kind: Kind
    text: str
    """As it stands inside a sentence."""
    noun: str = ""
    """The same as something that can be looked at or talked about; empty where the rules are not sure of it."""
    intents: frozenset[str] = frozenset()
    """What the request wants of it: some of the names in `_INTENTS`."""
    manner: str = ""
    more: str = ""
    aside: str = ""
    language: str = ENGLISH

    @property
    def said(self) -> str:
        """The subject by itself, as a title or a caption says it."""
        return f"how to {self.text}" if self.kind is Kind.ACTION else self.text

    @property
    def mark(self) -> str:
        """What stands at its end."""
        return "?" if self.kind is Kind.QUESTION else ""

    @property
    def mention(self) -> str:
        """The subject inside an English sentence, in its own words."""
        return f"“{self.text}{self.mark}”" if self.kind in (Kind.OWN_WORDS, Kind.QUESTION) else self.said


_CLAUSE = re.compile(r"(?:how|why|what|when|where|who|whether|which)\b", re.IGNORECASE)
_ASKED = re.compile(
    r"(?:(?:how(?: many| much| long| often| far| old)?|why|when|where|who|(?:what|which)(?: \w+)?) )?"
    r"(?:what if|is|are|was|were|do|does|did|can|could|should|would|will|have|has|what['’]s)\b",
    re.IGNORECASE,
)
_HOW_TO = re.compile(r"(?:on\s+)?(?:step[- ]by[- ]step,?\s+)?how to\s+", re.IGNORECASE)
_IMPERATIVE = re.compile(r"[\w'’]+ (?:an?|the|my|our|your|his|her|their|this|these|me|us|him|them)\b", re.IGNORECASE)
_INTENTS = {
    "ranking": r"\brank|\btop (?:\d+|three|five|ten|seven)\b|\btier list|\bbest\b|\bworst\b|\bfavou?rite",
    "comparison": r"\bcompar|\bcontrast|\bversus\b|\bvs\b|\bdifferences?\b|\bparallels\b",
    "evolution": r"\bevolution\b|\bhistory (?:and|of)\b|\bover the (?:years|decades)|\btransformations?\b|\borigins?\b",
    "analysis": r"\bdiscuss|\banaly[sz]|\bexamin|\bexplor|\bexplain|\brole of\b|\bsymbolism\b|\bwhy\b",
    "process": r"\bstep[- ]by[- ]step|\bprocess of\b|\bprepar(?:ing|ation of)\b|\bmaking\b|\bfrom scratch\b|\bhow to\b",
    "sad": r"\b(?:sad\w*|lost|missing|death|dead|grief|war|loss|tragic|poverty|disease|mental"
    r"|burnout|anxiety|d(?:ie[ds]?|ying))\b",
}


def read_subject(request: str) -> Subject:
    """The subject of a request. `request` holds more than white space."""
    command = take_apart(request)
    if command.language != ENGLISH:
        return Subject(Kind.OWN_WORDS, command.idea, language=command.language)
    everything = f"{command.wording} {command.idea}".casefold()
    intents = frozenset(name for name, cue in _INTENTS.items() if re.search(cue, everything))
    idea = command.idea if command.wording else _lower_common(command.idea)
    subject = _grammar(idea, command)
    return replace(subject, intents=intents, manner=command.manner, more=command.more, aside=command.aside)


def _grammar(idea: str, command: Command) -> Subject:
    if command.wording and idea.startswith("to ") and base_of(idea.split()[1], "VB"):
        idea = f"how {idea}"
    if match := _HOW_TO.match(idea):
        action = idea[match.end() :].rstrip("?")
        return Subject(Kind.ACTION, action, as_doing(action))
    if (idea.endswith("?") and not command.wording) or (_ASKED.match(idea) and len(idea.split()) > 3):
        return Subject(Kind.QUESTION, _lower_first(idea).rstrip("? "))
    if _CLAUSE.match(idea) and " " in idea:
        return Subject(Kind.CLAUSE, _lower_first(idea).rstrip("?"))
    if not re.search(r": (?:who|what|which|why|how|is|are|do)\b", idea):
        idea = idea.rstrip("?") or idea
    idea = idea.removeprefix("that ") if command.wording else idea
    if at := verb_of(idea.split()):
        return Subject(Kind.STATEMENT, _lower_first(idea), as_thing(idea.split(), at))
    if _IMPERATIVE.match(idea) and base_of(idea.split()[0], "VB") and not command.wording:
        return Subject(Kind.BARE, idea, as_doing(idea) if idea.split()[1] in ("my", "our") else "")
    sure = not re.search(r"\b(?:where|when|in which)$", command.wording) and _is_object(idea)
    return Subject(Kind.THING, idea, idea) if sure else Subject(Kind.BARE, idea)


def _is_object(idea: str) -> bool:
    """True when `of` or `about` can stand before the phrase: it has an article, is a plural, name or doing."""
    words = idea.split()
    first = words[0].casefold()
    heads = head(idea).split()
    named = heads[-1][:1].isupper() or any(word.endswith(("'s", "’s")) for word in heads[:-1])
    if len(heads) < len(words) and first not in listed("determiners") and any(base_of(w, "VBZ") for w in heads[-2:]):
        return False  # `snow falls on a bridge` and `grandpa tries VR for fun` as well as `food stalls in Hanoi`
    if first in PRONOUNS:
        return False
    return bool(
        first in listed("determiners")
        or first.isdigit()
        or (base_of(first, "VBG") and len(words) > 1)
        or any(base_of(word, "VBG") for word in words[1:-1])
        or is_plural(heads[-1])
        or named
    )


def _lower_first(text: str) -> str:
    """`text` with a small first letter, unless its first word is a name, an acronym or `I`."""
    first = text.split(" ", 1)[0]
    plain = (first[1:].islower() and len(first) > 1) or first == "A"
    return text[:1].lower() + text[1:] if plain and is_common(first.split("'")[0].split("’")[0]) else text


def _lower_common(idea: str) -> str:
    """As `_lower_first`, but not where the second word is a name too: `Street Fighter`."""
    first, second = [*idea.split()[:2], ""][:2]
    small = is_join(first) or first.casefold() in listed("determiners")
    return idea if second[:1].isupper() and not small else _lower_first(idea)
