"""What a title shows at a glance: its words, length, hook, hashtags, numbers, questions and emoji."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .types import Reference

STOP_WORDS = frozenset(
    """
    about after all also and any are because been but can could did does for from get got had has have her here
    hers him his into its just like more most not off one our out over own part she some such than that the
    their them then there these they this those too very was were what when which while who whose will with
    would you your
    """.split()  # noqa: SIM905 - a hundred words read better in lines than in a column
)
"""Words that carry no subject; hooks such as "how" and "why" are looked at as hooks."""

_HASHTAG = re.compile(r"[#＃](?:([^\W\d][^\s#＃]*)|[ \t]+([^#＃\n]{1,60}?)[ \t]*(?=[#＃\n]|$))")
"""`#word`, or `# some words` up to the next mark, as machine-translated captions write it; `#1` is a rank, no tag."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_NUMBER = re.compile(r"\d")
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf\U0001f1e6-\U0001f1ff\u2b50\u2b55\u231a\u231b]")
_HOOKS = {
    "an opening that asks how, why or what": re.compile(r"^\W*(?:how|why|what|who|when|which)\b", re.IGNORECASE),
    "an opening that speaks to the viewer": re.compile(
        r"^\W*(?:you|your|don't|do not|never|stop|watch|look|wait|guess|imagine|let's|(?:have|did|do|can) you)\b",
        re.IGNORECASE,
    ),
    "an opening with a number": re.compile(r"^\W*(?:\d|(?:two|three|four|five|six|seven|ten|top)\b)", re.IGNORECASE),
    "first person": re.compile(r"\b(?:i|i'm|i've|my|me|we|our)\b", re.IGNORECASE),
    "an exclamation": re.compile("[!！]"),
    "an unfinished thought (...)": re.compile(r"(?:\.\.\.|…)"),
}


@dataclass(frozen=True, slots=True)
class TitleFeatures:
    """The glance at one title. Words are lower case, each once; hashtags are without their mark, apart from words."""

    words: frozenset[str]
    hashtags: frozenset[str]
    length: int
    """Words and numbers of the title without its hashtags."""
    marks: frozenset[tuple[str, str]]
    """(kind, text) of what the title has: hook, number, question, emoji, hashtag."""


def features_of(reference: Reference) -> TitleFeatures:
    """What the title shows, and the hashtags of title and description."""
    title = _HASHTAG.sub(" ", reference.title).replace("’", "'").strip()
    hashtags = _hashtags(f"{reference.title}\n{reference.description}")
    marks = {("hook", text) for text, pattern in _HOOKS.items() if pattern.search(title)}
    if _NUMBER.search(title):
        marks.add(("number", "a number in the title"))
    if "?" in title or "？" in title:
        marks.add(("question", "a question in the title"))
    if _EMOJI.search(reference.title):
        marks.add(("emoji", "an emoji in the title"))
    if hashtags:
        marks.add(("hashtag", "at least one hashtag"))
    words = [word.casefold() for word in _WORD.findall(title)]
    carrying = frozenset(word for word in words if len(word) > 2 and word not in STOP_WORDS)
    return TitleFeatures(carrying, hashtags, len(title.split()), frozenset(marks))


def _hashtags(text: str) -> frozenset[str]:
    tags = ((tight or loose).casefold().strip(" .,!?") for tight, loose in _HASHTAG.findall(text))
    return frozenset(tag for tag in tags if tag)
