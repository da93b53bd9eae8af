"""What drafts are worth before they are rendered: their scores, what speaks against them, which of them is taken."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from ...tools.popularity.choice.types import Comparison, Pair
from ...tools.popularity.types import Subject
from .choice import Rival
from .clarity import clarity
from .judging import Judge, Nearness, words
from .policy import complaints, faults, taken
from .state import Attempt, CreateState, Draft, Originality, Render
from .story import shots_of
from .subject import left_subject, subject_of_request
from .talk import MOST_TALK
from .wording import nothing_shown, wording_faults

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...tools.popularity.choice.types import ChoiceModel
    from ...tools.popularity.types import Score
    from .context import Judges
    from .policy import Table
    from .subject import Subject as RequestSubject

_WORDLESS = Comparison(0.5, tied=True, evidence=False, no_evidence=("a title without words",))


class Round(NamedTuple):
    """The candidates of one round, as attempts of the coming number, and which of them is taken."""

    attempts: list[Attempt]
    table: Table
    """How each compares with each, by their places."""
    taken: int
    """The place of the one that is taken."""


def assess(state: CreateState, judges: Judges) -> Round:
    """Every candidate judged for itself and compared with the others; each knows how it compares with them."""
    attempts = judge(state, judges)
    table = compare([subject_of(one.draft, state) for one in attempts], judges.chooser)
    return Round([beside(at, attempts, table) for at in range(len(attempts))], table, taken(attempts, table))


def judge(state: CreateState, judges: Judges) -> list[Attempt]:
    """Every candidate as an attempt of the coming number, compared with none."""
    references = [found.reference for found in state.retrieval.references] if state.retrieval else []
    by = Judge(judges.encoder, state.request, references)
    judged = by.judge(state.candidates)
    parts = [[near for near, _ in by.judge(shots_of(one))] if one.shots else [] for one in state.candidates]
    scores = judges.predictor.score([subject_of(one, state) for one in state.candidates])
    return [
        _attempt(one, points, near, originality, state, shots)
        for one, points, (near, originality), shots in zip(state.candidates, scores, judged, parts, strict=True)
    ]


def compare(subjects: Sequence[Subject], chooser: ChoiceModel) -> Table:
    """Each draft of one request with each, by their places."""
    places = list(combinations(range(len(subjects)), 2))
    found = _compared([Pair(subjects[a], subjects[b]) for a, b in places], chooser)
    return dict(zip(places, found, strict=True))


def with_earlier(attempt: Attempt, state: CreateState, judges: Judges) -> Attempt:
    """The attempt, compared with those before it too."""
    own = subject_of(attempt.draft, state)
    pairs = [Pair(own, subject_of(earlier.draft, state)) for earlier in state.attempts]
    rivals = [
        Rival(earlier.draft.title, found, len(earlier.faults), earlier.number)
        for earlier, found in zip(state.attempts, _compared(pairs, judges.chooser), strict=True)
    ]
    return replace(attempt, rivals=(*attempt.rivals, *rivals))


def assess_clip(state: CreateState, judges: Judges, attempt: Attempt, made: Render) -> Attempt:
    """The attempt again, scored with its clip."""
    (points,) = judges.predictor.score([subject_of(attempt.draft, state, made)])
    found = complaints(points, attempt.faults, state.plan)
    return replace(attempt, score=points, complaints=found, accepted=not found)


def subject_of(one: Draft, state: CreateState, made: Render | None = None) -> Subject:
    """A draft as a predictor and a choice model take it, with the tag that was chosen for the request."""
    clip = made.clip.path if made else None
    return Subject(one.title, one.video_prompt, tag_of(state), clip, state.request, state.plan.platform)


def tag_of(state: CreateState) -> str:
    """The tag that was chosen first; empty where nothing was retrieved."""
    return state.retrieval.tags[0].tag if state.retrieval and state.retrieval.tags else ""


def _compared(pairs: Sequence[Pair], chooser: ChoiceModel) -> list[Comparison]:
    """What the choice model says of each pair; it is not asked about a title of signs alone."""
    spoken = [bool(words(pair.a.title) and words(pair.b.title)) for pair in pairs]
    asked = [pair for pair, has_words in zip(pairs, spoken, strict=True) if has_words]
    answers = iter(chooser.compare(asked) if asked else ())
    return [next(answers) if has_words else _WORDLESS for has_words in spoken]


def beside(at: int, attempts: Sequence[Attempt], table: Table) -> Attempt:
    """One of the drafts with the others as its rivals."""
    rivals = [
        Rival(
            other.draft.title,
            table[at, place] if at < place else _turned(table[place, at]),
            len(other.faults),
            video_prompt=other.draft.video_prompt,
            score=other.score,
        )
        for place, other in enumerate(attempts)
        if place != at
    ]
    return replace(attempts[at], rivals=tuple(rivals))


def _turned(found: Comparison) -> Comparison:
    """The same comparison with A and B changed over."""
    return replace(found, probability_a=1 - found.probability_a)


def weigh(
    one: Draft,
    near: Nearness,
    request: str,
    language: str,
    originality: Originality | None,
    known: float,
    shots: Sequence[Nearness] = (),
    *,
    refined: bool = False,
) -> tuple[float, tuple[str, ...]]:
    """A draft's relevance to `request`, and what speaks against it whatever its score.

    `known` is how near its title comes to one that the predictor learned from, `shots` how near each shot of a story
    comes to the request. One that is `refined` names the subject in its title too.
    """
    subject = subject_of_request(request)
    lost = left_subject(subject, one, language, near, refined=refined) or _lost_on_the_way(
        subject, one, language, shots
    )
    kept = subject.known and not lost
    relevance = near.mean if kept else near.relevance
    nothing = nothing_shown(one, request)
    if not nothing and near.talk > MOST_TALK:
        nothing = "its shot is text about its subject and shows no picture; describe what is in the picture"
    found = faults(
        1.0 if kept else relevance,
        originality,
        title=one.title,
        title_similarity=known,
        lost=lost,
        nothing=nothing,
        wording=wording_faults(one, request, language),
    )
    return relevance, found


def _lost_on_the_way(subject: RequestSubject, one: Draft, language: str, shots: Sequence[Nearness]) -> str:
    """The fault of a story one of whose shots has left the subject: each is rendered by itself."""
    for number, (shot, near) in enumerate(zip(shots_of(one), shots, strict=False), 1):
        if lost := left_subject(subject, shot, language, near):
            return lost.replace("its shot", f"its shot {number}", 1)
    return ""


def _attempt(
    one: Draft,
    points: Score,
    near: Nearness,
    originality: Originality | None,
    state: CreateState,
    shots: Sequence[Nearness],
) -> Attempt:
    known = points.title_similarity
    relevance, found = weigh(
        one, near, state.request, state.plan.language, originality, known, shots, refined=bool(state.attempts)
    )
    against = complaints(points, found, state.plan)
    return Attempt(
        number=len(state.attempts) + 1,
        draft=one,
        score=points,
        relevance=relevance,
        originality=originality,
        complaints=against,
        accepted=not against,
        faults=found,
        clarity=clarity_of(one, state.request),
    )


def clarity_of(one: Draft, request: str) -> float:
    """How clear a draft's title is, as one of `request`."""
    return clarity(one.title, names_subject=subject_of_request(request).named_in(one.title))
