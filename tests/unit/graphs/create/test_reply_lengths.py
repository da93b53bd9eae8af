"""How long replies may get: by form, count and language."""

from __future__ import annotations

import pytest
from popcorn.graphs.create.replies import DraftsReply, PaperReply, ReasoningReply, TranslatedDraftsReply
from popcorn.graphs.create.reply_lengths import reply_tokens, times_english

MEASURED = {"Chinese": 2.5, "Japanese": 2.9, "Arabic": 3.2, "Russian": 3.7, "Korean": 4.03, "Hindi": 5.3, "Thai": 5.94}
"""Tokens of the same draft beside those of the English one, the more of two tokenizers: docs/log.md, 2026-11-30."""


@pytest.mark.parametrize("language", MEASURED)
def test_a_reply_in_another_language_may_be_as_long_as_it_was_measured(language: str) -> None:
    times = times_english("tacos", language)
    assert MEASURED[language] <= times <= MEASURED[language] + 1


@pytest.mark.parametrize(
    ("request_", "language", "times"),
    [
        ("street tacos at dawn", "", 1),
        ("street tacos at dawn", "en-GB", 1),
        ("ตลาดกลางคืน", "", 6),
        ("ตลาดกลางคืน", "English", 1),
        ("夜市", "", 3),
        ("tacos al amanecer en la calle", "", 2),
        ("tacos", "Español", 2),
        ("tacos", "tlhIngan Hol", 6),
        ("ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ", "", 6),
    ],
)
def test_the_language_asked_for_counts_and_else_that_of_the_request(request_: str, language: str, times: int) -> None:
    assert times_english(request_, language) == times


def test_drafts_and_reasoning_grow_with_the_language_and_the_english_translation_does_not() -> None:
    assert [reply_tokens(ReasoningReply, 3, times) for times in (1, 6)] == [2_000, 12_000]
    assert [reply_tokens(DraftsReply, 3, times) for times in (1, 6)] == [3_000, 18_000]
    assert [reply_tokens(TranslatedDraftsReply, 1, times) for times in (2, 6)] == [2_500, 6_500]
    assert reply_tokens(PaperReply, 1, 2) == 6_000
