"""What a request is about, and whether a draft still is: its names and its head noun stand in title and shot.

By rule, as a check has to be the same for every model and at every attempt; `subject_terms` reads the request. Where a
draft is in another language than its request, its English prompt is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .policy import needs_translation
from .request.command import take_apart
from .request.language import ENGLISH, language_of
from .state import Draft
from .subject_terms import Term, head_of, names_of, substance_of
from .word_forms import Said

MOST_NAMES = 3
"""Names that a shot of three seconds has to show."""
NEAR_ENOUGH = 0.45
"""Cosine similarity to the request from which a text may say its head noun in other words."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a request is about."""

    names: tuple[Term, ...] = ()
    head: Term | None = None
    any_of: tuple[str, ...] = ()
    """Words one of which will do, for a request that is not in English; beginnings of words, or signs."""

    @property
    def english(self) -> bool:
        """Whether the request was read as English."""
        return not self.any_of

    @property
    def known(self) -> bool:
        """Whether anything was found that a draft can be held to."""
        return bool(self.names or self.head or self.any_of)

    def named_in(self, text: str) -> bool:
        """Whether a text names the subject at all."""
        said = Said(text)
        wanted = [*self.names, *([self.head] if self.head else [])]
        return said.has_any(self.any_of) if self.any_of else not wanted or any(said.has(term.words) for term in wanted)


def subject_of_request(request: str) -> Subject:
    """The names and the head noun of a request, or its words of substance where it is not in English."""
    language = language_of(request)
    if language != ENGLISH:
        return Subject(any_of=tuple(substance_of(request, language)))
    idea = take_apart(request).idea
    names, head = names_of(idea, opening=request.strip().startswith(idea)), head_of(idea)
    known = {part for name in names for part in name.words}
    if head and known & set(head.words):
        head = None
    return Subject(tuple(names[:MOST_NAMES]), head)


def left_subject(subject: Subject, draft: Draft, language: str, title_near: float, shot_near: float) -> str:
    """The fault of a draft that has lost the request's subject; empty where it has it.

    `title_near` and `shot_near` are cosine similarities to the request.
    """
    if draft.render_prompt or (language and (needs_translation(language) or not subject.english)):
        return _left_in_translation(subject, draft, shot_near)
    if subject.any_of:
        lost = [where for where, text in _parts(draft) if not subject.named_in(text)]
        have = "have" if len(lost) > 1 else "has"
        return f"its {' and its '.join(lost)} {have} left the subject of the request; come back to it" if lost else ""
    if lacking := _lacking(subject, draft.video_prompt, shot_near):
        return f"its shot has left the subject of the request: say {_listed(lacking)}"
    if not subject.named_in(draft.title) and (subject.names or title_near < NEAR_ENOUGH):
        told = [*(name.told for name in subject.names), *([subject.head.told] if subject.head else [])]
        return f"its title has left the subject of the request: say {_listed(told, ' or ')}"
    return ""


def _left_in_translation(subject: Subject, draft: Draft, shot_near: float) -> str:
    """Of a draft in another language than its request: names may stand anywhere, the rest in the English prompt."""
    if not subject.english:
        return ""
    said = Said(" ".join((draft.title, draft.video_prompt, draft.render_prompt)))
    lacking = [] if shot_near >= NEAR_ENOUGH else [name.told for name in subject.names if not said.has(name.words)]
    if subject.head and draft.render_prompt and shot_near < NEAR_ENOUGH and not said.has(subject.head.words):
        lacking.append(subject.head.told)
    return f"its shot has left the subject of the request: say {_listed(lacking)}" if lacking else ""


def _lacking(subject: Subject, shot: str, near: float) -> list[str]:
    said = Said(shot)
    lacking = [name.told for name in subject.names if not said.has(name.words)]
    if subject.head and near < NEAR_ENOUGH and not said.has(subject.head.words):
        lacking.append(subject.head.told)
    return lacking


def _parts(draft: Draft) -> tuple[tuple[str, str], ...]:
    return (("title", draft.title), ("shot", draft.video_prompt))


def _listed(told: Sequence[str], last: str = " and ") -> str:
    quoted = [repr(one) for one in told]
    return last.join((", ".join(quoted[:-1]), quoted[-1])) if len(quoted) > 1 else quoted[0]
