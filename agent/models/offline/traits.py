"""Traits of a topic: what decides which hooks fit it."""

from __future__ import annotations

import re

from .families import Family
from .shortening import is_breaker
from .topic import Intent, Kind, Topic
from .verbs import base_of_gerund
from .vocabulary import vocabulary

_SUPERLATIVE = re.compile(
    r"\b(?:most|best|worst|top|greatest|\w{3,}(?:iest|ddest|ggest|ttest)|\w+(?:lest|rest|nest|rdest))\b", re.IGNORECASE
)
_NOT_SUPERLATIVE = re.compile(r"\b(?:rest|interest|forest|harvest|honest|earnest|nest|west)\b", re.IGNORECASE)
_SAD = re.compile(
    r"\b(?:sad\w*|death|grief|war|loss|heartbreak|tragic|poverty|disease|mental|pollution|burnout|anxiety)\b",
    re.IGNORECASE,
)
_PEOPLE = vocabulary("people")
_ABSTRACT = vocabulary("abstract_heads")


def head(topic: Topic) -> str:
    """The noun that a phrase is about: `techniques` in `plating techniques used by chefs`."""
    words = topic.text.split()
    end = next(
        (i for i, w in enumerate(words) if i and (is_breaker(w) or w in ("of", "and") or _participle(words, i))),
        len(words),
    )
    return words[end - 1].casefold().strip(",")


def _participle(words: list[str], i: int) -> bool:
    return i + 1 < len(words) and words[i].endswith("ed") and is_breaker(words[i + 1])


def is_plural(topic: Topic) -> bool:
    """True when the head noun looks like a plural."""
    words = topic.text.split()
    noun = head(topic)
    pair = " and " in topic.text and len(words) > 2 and words[words.index("and") - 1].casefold() == noun
    return (
        pair
        or noun in ("people", "children", "men", "women", "anime")
        or (noun.endswith("s") and not noun.endswith(("ss", "us", "is", "'s", "’s")))
    )


def is_doing(topic: Topic) -> bool:
    """True for somebody or something that does something: `a cat playing piano`, `people waiting for the sun`."""
    if topic.kind is not Kind.THING:
        return False
    words = topic.text.split()
    acts = any(
        base_of_gerund(word) and not is_breaker(words[i - 1]) and words[i - 1] not in ("and", "of")
        for i, word in enumerate(words[:-1])
        if i
    )
    counted = topic.article in ("a", "an") or words[0].casefold() in (
        "two",
        "three",
        "four",
        "my",
        "our",
        "people",
        "someone",
    )
    return (acts and counted) or head(topic) in _PEOPLE


def can_be_seen(topic: Topic, family: Family) -> bool:
    """True when the topic is or makes a thing that a camera can be pointed at."""
    seen = topic.thing or topic
    if not topic.sight or topic.kind is Kind.OWN_WORDS:
        return False
    if topic.intent in (Intent.ANALYSIS, Intent.COMPARISON, Intent.EVOLUTION) and topic.thing is None:
        return False
    return family.group == "story" or head(seen) not in _ABSTRACT


def traits(topic: Topic, family: Family) -> frozenset[str]:
    """The names that hooks.toml may ask for."""
    found = {family.group, topic.intent.value, topic.kind.value}
    text = topic.text.casefold()
    if topic.kind is Kind.THING:
        found.add("plural" if is_plural(topic) else "singular")
    if _SUPERLATIVE.search(_NOT_SUPERLATIVE.sub("", text)):
        found.add("superlative")
    if _SAD.search(text):
        found.add("sad")
    if "transformation" in text:
        found.add("transformation")
    if re.search(r"['’]s\b", text.split(" ", 1)[0]) or text.startswith(("my ", "our ")):
        found.add("possessive")
    if topic.intent is Intent.COMPARISON and (" and " in text or " vs " in text):
        found.add("versus")
    if topic.kind is Kind.STATEMENT and re.search(r"\b(?:is|are|am|was|were|has|have)\b", text):
        found.add("state")
    if is_doing(topic):
        found.add("doing")
    if topic.article in ("a", "an"):
        found.add("indefinite")
    if text.startswith("why "):
        found.add("whyclause")
    if text.startswith("how "):
        found.add("howclause")
    if text.endswith("ly"):
        found.add("adverb")
    if text[-1:] in "!?.…)":
        found.add("ends")
    if topic.kind in (Kind.THING, Kind.ACTION) and not can_be_seen(topic, family):
        found.add("idea")
    return frozenset(found)
