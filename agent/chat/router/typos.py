"""Slips of the fingers in the words that the offline router's rules know, and in no others."""

from __future__ import annotations

import re

from ....names import near

_KNOWN = (
    "make", "create", "render", "score", "compare", "explain", "shorter", "shorten", "draft", "drafts", "video",
    "videos", "clip", "title", "titles", "hooks", "variants", "something", "second", "third", "fourth", "funnier",
)  # fmt: skip
_ENDING = r"(?:s|d|ed|er|ers|ing)$"
_STEMS = frozenset(re.sub(r"e$", "", known) for known in _KNOWN) | frozenset(_KNOWN)
_NEAR = 0.8
_READ = 4
"""Words from the beginning in which a slip is looked for: what follows may be a subject or a title."""
_SUBJECT = frozenset({"about", "score", "compare", "rate", "of", "on", "for", "with"})
"""Words after which everything is the person's own."""


def mended(line: str) -> tuple[str, bool]:
    """The line with slips mended, and whether each of them is sure: no more than letters in another order."""
    sure, words, own = True, re.split(r"(\s+)", line), False
    for at in range(0, min(len(words), 2 * _READ), 2):
        word = words[at].casefold()
        if own or len(word) < 4 or word in _KNOWN or not word.isalpha():
            own = own or word in _SUBJECT
            continue
        if meant := _meant(word):
            sure = sure and sorted(meant) == sorted(word)
            words[at] = meant
            own = meant in _SUBJECT
    return "".join(words), sure


def _meant(word: str) -> str:
    """The known word that this one is a slip for; empty where it is none, or a form of one (`scored`, `makes`)."""
    if re.sub(_ENDING, "", word) in _STEMS:
        return ""
    same = [known for known in _KNOWN if known[0] == word[0] and sorted(known) == sorted(word)]
    alike = same or [one for one in near(word, _KNOWN, cutoff=_NEAR) if one[0] == word[0]]
    return alike[0] if alike else ""
