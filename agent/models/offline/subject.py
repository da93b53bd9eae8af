"""The subject of a request: its words, what kind of phrase they are, and what is to be done with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from ....graphs.create.request.command import Command, take_apart
from ....graphs.create.request.language import ENGLISH
from ....graphs.create.request.words import (
    base_of,
    gerund,
    is_be,
    is_common,
    is_helper,
    is_join,
    is_plural,
    listed,
    parts,
)


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
    r"(?:is|are|was|were|do|does|did|can|could|should|would|will|have|has|what['’]s)\b",
    re.IGNORECASE,
)
_HOW_TO = re.compile(r"(?:on\s+)?(?:step[- ]by[- ]step,?\s+)?how to\s+", re.IGNORECASE)
_INTENTS = {
    "ranking": r"\brank|\btop (?:\d+|three|five|ten|seven)\b|\btier list|\bbest\b|\bworst\b|\bfavou?rite",
    "comparison": r"\bcompar|\bcontrast|\bversus\b|\bvs\b|\bdifferences?\b|\bparallels\b",
    "evolution": r"\bevolution\b|\bhistory (?:and|of)\b|\bover the (?:years|decades)|\btransformations?\b|\borigins?\b",
    "analysis": r"\bdiscuss|\banaly[sz]|\bexamin|\bexplor|\bexplain|\brole of\b|\bsymbolism\b|\bwhy\b",
    "process": r"\bstep[- ]by[- ]step|\bprocess of\b|\bprepar(?:ing|ation of)\b|\bmaking\b|\bfrom scratch\b|\bhow to\b",
    "sad": r"\b(?:sad\w*|death|dead|grief|war|loss|tragic|poverty|disease|mental|burnout|anxiety|d(?:ie[ds]?|ying))\b",
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
    if match := _HOW_TO.match(idea):
        action = idea[match.end() :].rstrip("?")
        return Subject(Kind.ACTION, action, _as_gerund(action))
    if _ASKED.match(idea) and (idea.endswith("?") or len(idea.split()) > 3):
        return Subject(Kind.QUESTION, _lower_first(idea).rstrip("? "))
    if _CLAUSE.match(idea) and " " in idea:
        return Subject(Kind.CLAUSE, _lower_first(idea).rstrip("?"))
    if not re.search(r": (?:who|what|which|why|how|is|are|do)\b", idea):
        idea = idea.rstrip("?") or idea
    idea = idea.removeprefix("that ")
    if at := _verb(idea.split()):
        return Subject(Kind.STATEMENT, _lower_first(idea), _told(idea.split(), at))
    sure = not re.search(r"\b(?:where|when|in which)$", command.wording) and _is_object(idea)
    return Subject(Kind.THING, idea, idea) if sure else Subject(Kind.BARE, idea)


def _verb(words: list[str]) -> int:
    """Where the verb of a sentence stands; 0 for a phrase without one."""
    for i, word in enumerate(words[1:], start=1):
        if word.casefold() in listed("relatives"):
            return 0
        before, after = words[i - 1], words[i + 1] if i + 1 < len(words) else ""
        if (
            is_join(word)
            or is_join(before)
            or before.casefold() in listed("determiners")
            or before.endswith(("'s", "’s", ","))
        ):
            continue
        if is_helper(word) or _is_finite(word, words[:i], after):
            return i
    return 0


def _is_finite(word: str, before: list[str], after: str) -> bool:
    """True where `word` has to be the verb of the words before it: `a robot waters a cactus`, `two robots fall in`."""
    forms = parts(word)
    if "VERB" not in forms or "ADJ" in forms or not word.islower() or ("NOUN" in forms and any(map(is_join, before))):
        return False
    leads = before[0].casefold()
    follows = after.casefold() in listed("determiners") | listed("particles") or is_join(after)
    if base_of(word, "VBD") and not base_of(word, "VB"):
        return not base_of(word, "VBN") or after.casefold() in listed("determiners")
    if base_of(word, "VBZ"):
        one = leads in (
            "a",
            "an",
            "my",
            "our",
            "his",
            "her",
            "their",
            "one",
            "every",
            "he",
            "she",
            "it",
            "this",
            "that",
        )
        named = before[-1][:1].isupper() and (after[:1].isupper() or (follows and not is_join(after)))
        single = not any(is_plural(noun) or noun.isdigit() or noun in listed("numbers") for noun in before)
        return (
            ("NOUN" not in forms and single)
            or (single and (named or (one and (follows or not after))))
            or (
                single
                and leads in ("a", "an", "my", "our")
                and len(before) == 2
                and "NOUN" in parts(after)
                and "VERB" not in parts(after)
            )
        )
    many = leads in ("i", "we", "they", "you") or (is_plural(before[-1]) and not before[-1][:1].isupper())
    many = many or ("and" in before and not any(map(is_join, before)))
    return bool(base_of(word, "VB")) and many and (follows or "NOUN" not in forms)


def _told(words: list[str], at: int) -> str:
    """The sentence as a thing: `a robot watering a cactus`; empty where it has an auxiliary of its own."""
    verb = words[at]
    before, after = " ".join(words[:at]), words[at + 1 :]
    joined = any(word in ("and", "but") and base_of(after[i + 1], "VBZ") for i, word in enumerate(after[:-1]))
    if joined or words[0].casefold() in ("i", "he", "she", "we", "they", "you", "it"):
        return ""
    if is_be(verb) and after and base_of(after[0], "VBG"):
        return f"{before} {' '.join(after)}"
    base = "" if is_helper(verb) else base_of(verb, "VBZ") or base_of(verb, "VB") or base_of(verb, "VBD")
    return " ".join([before, gerund(base), *after]) if base else ""


def _as_gerund(action: str) -> str:
    """`clean and organize a refrigerator` -> `cleaning and organizing a refrigerator`; empty where unsure."""
    words = action.split()
    at = 1 if words and parts(words[0]).keys() == {"ADV"} else 0
    if len(words) <= at or not (base := base_of(words[at], "VB")):
        return ""
    words[at] = gerund(base)
    if len(words) > at + 2 and words[at + 1] in ("and", "or"):
        if not (other := base_of(words[at + 2], "VB")):
            return ""
        words[at + 2] = gerund(other)
    return " ".join(words)


def _is_object(idea: str) -> bool:
    """True when `of` or `about` can stand before the phrase: it has an article, is a plural, name or doing."""
    words = idea.split()
    first = words[0].casefold()
    heads = head(idea).split()
    named = heads[-1][:1].isupper() or any(word.endswith(("'s", "’s")) for word in heads[:-1])
    if len(heads) < len(words) and base_of(heads[-1], "VBZ") and first not in listed("determiners"):
        return False  # `snow falls on a bridge` as well as `food stalls in Hanoi`
    return bool(
        first in listed("determiners")
        or first.isdigit()
        or (base_of(first, "VBG") and len(words) > 1)
        or is_plural(heads[-1])
        or named
    )


def head(phrase: str) -> str:
    """The words up to and with the noun that a phrase is about: `plating tricks` of `plating tricks in Rome`."""
    words = phrase.split()
    end = next(
        (i for i, word in enumerate(words) if i and (is_join(word) or word in ("and", "or") or _participle(words, i))),
        len(words),
    )
    return " ".join(words[:end]).rstrip(",")


def _participle(words: list[str], at: int) -> bool:
    return bool(
        at + 1 < len(words) and base_of(words[at], "VBN") and words[at].endswith("ed") and is_join(words[at + 1])
    )


def _lower_first(text: str) -> str:
    """`text` with a small first letter, unless its first word is a name, an acronym or `I`."""
    first = text.split(" ", 1)[0]
    plain = (first[1:].islower() and len(first) > 1) or first == "A"
    return text[:1].lower() + text[1:] if plain and is_common(first.split("'")[0].split("’")[0]) else text


def _lower_common(idea: str) -> str:
    """As `_lower_first`, but not where the second word is a name too: `Street Fighter`."""
    words = idea.split()
    return (
        idea
        if len(words) > 1
        and words[1][:1].isupper()
        and not is_join(words[0])
        and words[0].casefold() not in listed("determiners")
        else _lower_first(idea)
    )
