"""What a request is about, and whether a draft still is: its names and its head noun stand in title and shot.

By rule, as a check has to be the same for every model and at every attempt; `subject_terms` reads the request. Where a
draft is in another language than its request, its English prompt is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .judging import LEAST_OF_SHOT, Nearness
from .policy import needs_translation
from .request.command import take_apart
from .request.language import ENGLISH, UNKNOWN, language_of
from .request.words import is_small
from .state import Draft
from .subject_terms import Term, head_of, is_unseen, names_of, shares_a_sign, substance_of, tells
from .word_forms import SHORTEST, WORD, Said, folded

MOST_NAMES = 3
"""Names that a shot of three seconds has to show."""
NEAR_ENOUGH = 0.45
"""Cosine similarity to the request from which a text may say its head noun in other words."""
NEAR_SHOT = 0.25
"""The same of a shot, from which it is of the request without its noun: of the shots of other requests 95 % are below,
of good ones that say the noun in no word a third are."""
_FAR = 0.3
"""The same of an English prompt, under which one without a word of the request is of something else."""
OF_ITS_SHOT = 0.15
"""The same of a title to its own shot, from which it is a title of it: of 47 good drafts 42 have it, of the titles of
others 15 %."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a request is about."""

    names: tuple[Term, ...] = ()
    head: Term | None = None
    shown: tuple[str, ...] = ()
    """What else the request says that can be seen, for a head that cannot: `the flood` of `hope after the flood`."""
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
    shown = tuple(dict.fromkeys(word for word in WORD.findall(folded(idea)) if tells(word)))
    return Subject(tuple(names[:MOST_NAMES]), head, shown)


def left_subject(subject: Subject, draft: Draft, language: str, near: Nearness, *, refined: bool = False) -> str:
    """The fault of a draft that has lost the request's subject; empty where it has it.

    A title need not name the subject where its shot clearly is of it: it may be an idiom, and no likeness parts a good
    idiom from a title of something else. Names are named in the title as well, and a draft that is `refined` has the
    subject in both: a model that mends one thing easily loses another.
    """
    if draft.render_prompt or (language and (needs_translation(language) or not subject.english)):
        return _left_in_translation(subject, draft, near)
    if subject.any_of:
        lost = [where for where, text in _parts(draft) if not subject.named_in(text)]
        if "shot" in lost and shares_a_sign(subject.any_of, draft.video_prompt):
            lost.remove("shot")
        own = Said(draft.video_prompt).has_any(tuple(substance_of(draft.title, UNKNOWN)))
        if lost == ["title"] and not refined and (own or near.shot >= NEAR_SHOT):
            return ""
        have = "have" if len(lost) > 1 else "has"
        return f"its {' and its '.join(lost)} {have} left the subject of the request; come back to it" if lost else ""
    if lacking := _lacking(subject, draft, near.shot):
        return f"its shot has left the subject of the request: say {_listed(lacking)}"
    if not (subject.named_in(draft.title) or (not refined and _may_say_anything(subject, draft, near))):
        told = [*(name.told for name in subject.names), *([subject.head.told] if subject.head else [])]
        return f"its title has left the subject of the request: say {_listed(told, ' or ')}"
    return ""


def _may_say_anything(subject: Subject, draft: Draft, near: Nearness) -> bool:
    """Whether a title need not name the subject: its shot is near it, the title is of its shot, or nothing is seen."""
    unseen = subject.head is not None and is_unseen(subject.head.told) and not subject.shown
    return unseen or (not subject.names and (near.shot >= NEAR_SHOT or _of_its_shot(draft, near)))


def _of_its_shot(draft: Draft, near: Nearness) -> bool:
    """Whether a title belongs to its draft, by what it says or as a number of something: `Attempt 4,127`."""
    if max(near.title / NEAR_ENOUGH, near.own / OF_ITS_SHOT) >= 1:
        return True
    shot = Said(draft.video_prompt)
    telling = [word for word in WORD.findall(folded(draft.title)) if not is_small(word) and len(word) > SHORTEST]
    numbered = any(sign.isdigit() for sign in draft.title) and near.shot >= NEAR_ENOUGH
    return numbered or any(shot.has([word]) for word in telling)


def _left_in_translation(subject: Subject, draft: Draft, near: Nearness) -> str:
    """Of a draft in another language than its request: names may stand anywhere, the rest in the English prompt."""
    if not subject.english:
        return ""
    wanted = [*(word for name in subject.names for word in name.words), *(subject.head.words if subject.head else ())]
    if draft.render_prompt and near.rendered < _FAR and not Said(draft.render_prompt).has([*wanted, *subject.shown]):
        return f"its English prompt has left the subject of the request: say {_listed(wanted[:1])}" if wanted else ""
    said, shot_near = Said(" ".join((draft.title, draft.video_prompt, draft.render_prompt))), near.shot
    lacking = [] if shot_near >= NEAR_ENOUGH else [name.told for name in subject.names if not said.has(name.words)]
    if subject.head and draft.render_prompt and shot_near < NEAR_ENOUGH and not said.has(subject.head.words):
        lacking.append(subject.head.told)
    return f"its shot has left the subject of the request: say {_listed(lacking)}" if lacking else ""


def _lacking(subject: Subject, draft: Draft, near: float) -> list[str]:
    said = Said(draft.video_prompt)
    lacking = [name.told for name in subject.names if not said.has(name.words)]
    if subject.head and near < NEAR_SHOT and not said.has(subject.head.words):
        seen = not subject.shown or (
            near >= LEAST_OF_SHOT and Said(f"{draft.title} {draft.video_prompt}").has(subject.shown)
        )
        lacking += [] if is_unseen(subject.head.told) and seen else [subject.head.told]
    return lacking


def _parts(draft: Draft) -> tuple[tuple[str, str], ...]:
    return (("title", draft.title), ("shot", draft.video_prompt))


def _listed(told: Sequence[str], last: str = " and ") -> str:
    quoted = [repr(one) for one in told]
    return last.join((", ".join(quoted[:-1]), quoted[-1])) if len(quoted) > 1 else quoted[0]
