"""Explaining by leaving out: the title without each of its words, and how a score changes."""

from __future__ import annotations

from dataclasses import replace

from .types import Ablation, Score, Subject

SHOWN = 8
"""Past videos that an explanation names."""
_MOST_WORDS = 40


def without_words(subject: Subject) -> list[tuple[str, Subject]]:
    """Each word of the title with the subject that lacks it; none for a title of a single word."""
    words = subject.title.split()[:_MOST_WORDS]
    if len(words) < 2:
        return []
    return [
        (word, replace(subject, title=" ".join([*words[:place], *words[place + 1 :]])))
        for place, word in enumerate(words)
    ]


def ablation(name: str, whole: Score, less: Score) -> Ablation:
    """What a score became when `name` was left out."""
    return Ablation(name, less.log2_comments, whole.log2_comments - less.log2_comments)
