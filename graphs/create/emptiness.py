"""Whether a shot shows anything: a refusal, filler, an echo of the request or an empty room is no video prompt."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ...secret_shapes import HIDDEN
from .judging import count_words, words
from .word_lists import word_list

FEWEST_WORDS = 4
"""Words of the shortest shot that shows something."""
LEAST_VARIED = 0.4
"""The share of different words under which a text of some length says the same over and over."""
_LONG = 10
_BESIDES = 8
"""Words of substance beside an emptiness from which on it is one thing in a picture, and not all of it."""
REFUSAL = re.compile(
    r"(?:i['’]?m|i am|we are|we['’]re) (?:sorry|unable|not able)"
    r"|\b(?:i|we) (?:can['’]?t|cannot|can not|won['’]?t|will not) (?:help|assist|create|make|generate|provide|comply)"
    r"|\bas an? (?:ai|language model)\b"
    r"|\bunable to (?:help|assist|create|generate|provide|comply)|^(?:sorry|apologies)\b"
    r"|lo siento|je suis désolée?|es tut mir leid|对不起|抱歉|申し訳",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"lorem ipsum|\b(?:todo|tbd|tba|n/a|placeholder)\b|\binsert (?:\w+ ){0,3}here\b|^(?:none|null|undefined|test|\W*)$"
    r"|\b(?:video|shot) prompt (?:here|goes here)\b|\[(?:\w+ ?){1,4}\]",
    re.IGNORECASE,
)
_EMPTY = re.compile(
    r"\b(?:empty|blank|bare|black|white|plain)(?:,? (?:white|black|grey|gray|empty|blank|dark|plain)){0,2}"
    r" (?:room|screen|frame|background|wall|page|image|picture|space|void|canvas)\b"
    r"|\bnothing (?:moves|happens|is (?:seen|shown|there|visible|in (?:it|the picture))|to see|at all|else)\b"
    r"|\bno(?:thing| one| body)? (?:motion|movement|action|subject|content)\b|\bnothing\b",
    re.IGNORECASE,
)
_EMPTY_TALK = word_list("empty_talk")
_PRAISE, _ESSAY = word_list("praise_of_pictures"), word_list("essay")
_SENTENCE = re.compile(r"[^.!?。！？]*[^\s.!?。！？][^.!?。！？]*[.!?。！？]?")
_OFTEN, _OFTEN_SHARE = 4, 0.4
"""How often one word may be said, and what share of all words that say something it may have then."""


def shows_nothing(shot: str, request: str) -> str:
    """The fault of a shot that shows nothing; empty where it shows something."""
    said = words(shot)
    substance = [word for word in said if word not in _EMPTY_TALK]
    if REFUSAL.search(shot):
        return "its shot is a refusal; describe what is in the picture"
    if _FILLER.search(shot.replace(HIDDEN, " ")) or _repetitive(said):
        return "its shot is filler; describe what is in the picture"
    own = {word for word in substance if not word.isdigit()} - set(words(request)) - _PRAISE
    if all(sentence.endswith(("?", "？")) for sentence in _SENTENCE.findall(shot)):
        return "its shot is a question; describe what is in the picture"
    if len(own - _ESSAY) <= 1 and len(own & _ESSAY) > 1:
        return "its shot shows nothing; describe what is in the picture"
    if not own and not all(word.isdigit() for word in substance):
        return "its shot only repeats the request; describe what is in the picture"
    if count_words(said) < FEWEST_WORDS:
        return "its shot is too short to show anything; describe what is in the picture"
    if _EMPTY.search(shot) and len(words(_EMPTY.sub(" ", " ".join(substance)))) < _BESIDES:
        return "its shot shows nothing; describe what is in the picture"
    return ""


def _repetitive(said: Sequence[str]) -> bool:
    telling = [word for word in said if word not in _EMPTY_TALK]
    most = max(Counter(telling).values(), default=0)
    often = most >= _OFTEN and most >= _OFTEN_SHARE * len(telling) and count_words(said) >= _LONG
    return often or (len(said) >= _LONG and len(set(said)) < LEAST_VARIED * len(said))
