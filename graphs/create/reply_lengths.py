"""How long replies get: the tokens of each form in English, and how many times as many another language takes.

Measured with two tokenizers that know English best, which bounds the others: docs/log.md, 2026-11-30.
"""

from __future__ import annotations

from pydantic import BaseModel

from ...languages import code_of
from .replies import DraftsReply, ReasoningReply, TranslatedDraftsReply, shots_asked
from .request.language import ENGLISH, UNKNOWN, language_of

REASONING_TOKENS = 2_000
"""What seven steps of two to four sentences take in English, with room to spare."""
DRAFT_TOKENS = 1_000
"""The same of a draft, and half as much again where it is said in English as well."""
SHORT_DRAFT = 300
"""What a draft mostly takes in English: as many are asked for in one call as there is room for at this size."""
_LATIN, _MOST = 2, 6
_TIMES = {
    ENGLISH: 1, "zh": 3, "zh-Hant": 3, "ja": 3, "ko": 5, UNKNOWN: _MOST,
    **dict.fromkeys(("ar", "fa", "ur", "ps", "iw", "ru", "uk", "be", "bg", "sr", "mk", "kk", "el", "hy", "ka"), 4),
    **dict.fromkeys(("hi", "mr", "ne", "bn", "pa", "gu", "ta", "te", "kn", "ml", "si", "th", "lo", "km", "my"), _MOST),
}  # fmt: skip
"""By the code of a language; those in Latin letters that are not here take about as much as one another."""


def times_english(request: str, language: str) -> int:
    """How many times as many tokens a text takes in `language`, or without one in that of the request."""
    code = code_of(language) or UNKNOWN if language.strip() else language_of(request)
    return _TIMES.get(code, _LATIN)


def reply_tokens(schema: type[BaseModel], count: int, times: int = 1) -> int:
    """How many tokens a reply of this schema with so many drafts takes at most; `times` as in `times_english`."""
    reasoning = REASONING_TOKENS * times if issubclass(schema, ReasoningReply) else 0
    if not issubclass(schema, DraftsReply):
        return reasoning
    translated = DRAFT_TOKENS // 2 if issubclass(schema, TranslatedDraftsReply) else 0
    return reasoning + count * shots_asked(schema) * (DRAFT_TOKENS * times + translated)


def drafts_in(tokens: int, times: int, *, translated: bool, shots: int = 1) -> int:
    """How many drafts of so many shots a reply of so many tokens holds, one at least; `times` as in `times_english`."""
    return max(1, tokens // (shots * (SHORT_DRAFT * times + (SHORT_DRAFT // 2 if translated else 0))))
