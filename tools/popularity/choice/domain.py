"""Whether a choice model was measured on such drafts: rules on the text alone, which no model has to be asked about."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..types import Subject
    from .manifest import Facts

_FEWEST_LETTERS = 0.6
"""The share of a title's characters that are letters, blanks aside."""


def reasons(subject: Subject, facts: Facts) -> tuple[str, ...]:
    """Why the model cannot judge the draft, in clauses for people; empty where it can."""
    found = []
    title = subject.title.strip()
    if facts.platform and subject.platform not in ("", facts.platform):
        found.append(f"it learned from {facts.platform}, not {subject.platform}")
    fewest, most = facts.words
    words = len(title.split())
    if not fewest <= words <= most:
        found.append(f"the title has {words} words, and it learned from titles of {fewest} to {most}")
    characters = [character for character in title if not character.isspace()]
    letters = [character for character in characters if character.isalpha()]
    if characters and len(letters) < _FEWEST_LETTERS * len(characters):
        found.append("the title is more signs than letters")
    elif any(not unicodedata.name(letter, "").startswith("LATIN") for letter in letters):
        found.append("the title is not in the script that it learned from")
    return tuple(found)
