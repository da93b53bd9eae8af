"""What a model is asked and what it answers, as the chat messages that TRL takes.

Whole drafts are asked for word for word as `popcorn ask` in basic mode does, so that a model that learned from them is
asked what it was trained on. Titles of tests have no such request: they get the template `preference`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from ...graphs.asking.window import Window
from ...graphs.create.messages import Wanted, draft_messages
from ...graphs.create.state import CreateState, Mode, Plan
from ...prompts import fence, load
from .types import PARTS, Draft

if TYPE_CHECKING:
    from .types import Preference

Message = dict[str, str]
_MARKS = re.compile(r"[\W_]+")
_ROLES = {"system": "system", "human": "user", "ai": "assistant"}


def parts_of(drafts: Sequence[Draft]) -> tuple[str, ...]:
    """The parts that all of the drafts have: what only some have would teach which of them have it."""
    parts = tuple(part for part in PARTS if all(getattr(draft, part).strip() for draft in drafts))
    return parts if "video_prompt" in parts else parts[:1]


def asked(preference: Preference, parts: Sequence[str]) -> list[Message]:
    """The messages before the answer, for a preference whose drafts have these parts."""
    if preference.request and "cover_prompt" in parts:
        return draft_question(preference.request, preference.language)
    return title_question(subject_of(preference), known=bool(preference.request), shot="video_prompt" in parts)


def subject_of(preference: Preference) -> str:
    """What is known of the subject: the request, or the words that both titles share; perhaps nothing."""
    return preference.request or shared_words(preference.chosen.title, preference.rejected.title)


def draft_question(request: str, language: str = "") -> list[Message]:
    """What `popcorn ask` asks for one draft of this request in basic mode."""
    state = CreateState(request=request, plan=Plan(mode=Mode.BASIC, candidates=1, language=language))
    question = draft_messages(state, Window(), Wanted())
    return [{"role": _ROLES[one.type], "content": one.text} for one in question.messages]


def title_question(words: str, *, known: bool, shot: bool) -> list[Message]:
    """What is asked for a title, perhaps with its shot, of a request or of some words of one."""
    holds = {"known"} if known else {"words"} if words else {"bare"}
    holds |= {"named"} if words else set()
    holds |= {"shot"} if shot else set()
    values = {"request": fence("request", words)} if words else {}
    text = load("preference").render(values, holds)
    return [
        {"role": "system", "content": _system()},
        {"role": "user", "content": text},
    ]


@cache
def _system() -> str:
    return load("system").render({})


def answer(draft: Draft, parts: Sequence[str]) -> list[Message]:
    """The answer that a draft is, in these parts."""
    values = {part: getattr(draft, part) for part in parts}
    return [{"role": "assistant", "content": json.dumps(values, ensure_ascii=False)}]


@lru_cache(maxsize=16)
def shared_words(a: str, b: str) -> str:
    """The words that two titles have in common, in the order of the first: all that is known of their subject."""
    other = {_bare(word) for word in b.split()}
    return " ".join(word for word in a.split() if _bare(word) and _bare(word) in other)


def _bare(word: str) -> str:
    return _MARKS.sub("", word.casefold())
