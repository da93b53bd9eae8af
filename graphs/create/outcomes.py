"""What the tools of the create graph gave, as its trace keeps it: JSON values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...tools.popularity.standing import rank_of
from ..asking.tool_calls import Told

if TYPE_CHECKING:
    from ...tools.popularity.choice.types import Comparison
    from ...tools.popularity.types import Score
    from ...tools.references.types import Retrieval
    from .assessment import Round
    from .state import Attempt, Render, ShotClip, Speech


def found(retrieval: Retrieval) -> Told:
    """The tags and references that retrieval chose."""
    return {
        "tags": [choice.tag for choice in retrieval.tags],
        "references": [
            {
                "id": one.reference.id,
                "title": one.reference.title,
                "comments": one.reference.comments,
                "side": one.side,
                "similarity": round(one.similarity, 4),
            }
            for one in retrieval.references
        ],
    }


def judged(attempt: Attempt) -> Told:
    """A draft's score, and what speaks against it."""
    return {"title": attempt.draft.title, **scored(attempt.score), "complaints": list(attempt.complaints)}


def compared(made: Round, model: str) -> Told:
    """Every candidate of a round, how each compares with each, and which was taken."""
    best = made.attempts[made.taken]
    return {
        "drafts": [judged(one) for one in made.attempts],
        "comparisons": [
            {"a": made.attempts[a].draft.title, "b": made.attempts[b].draft.title, **_told(found)}
            for (a, b), found in made.table.items()
        ],
        "with_earlier": [{"b": one.title, **_told(one.comparison)} for one in best.rivals if one.attempt],
        "taken": best.draft.title,
        "model": model,
    }


def _told(found: Comparison) -> Told:
    facts = {"probability_a": round(found.probability_a, 3), "tied": found.tied, "evidence": found.evidence}
    return facts | ({"no_evidence": list(found.no_evidence)} if found.no_evidence else {})


def scored(score: Score) -> Told:
    """A score on one line: its rank, or why there is none."""
    rank = rank_of(score)
    known = {"no_evidence": list(score.no_evidence)} if rank is None else {"rank": [round(end, 1) for end in rank]}
    return {
        **known,
        "comments": round(score.comments, 1),
        "against": score.against,
        "predictor": score.predictor,
        "basis": list(score.basis),
    }


def rendered(render: Render) -> Told:
    """The names of a clip and its cover in the run's folder, with the facts of the clip."""
    facts = ("renderer", "seconds", "width", "height", "frames", "sha256")
    return {
        "clip": render.clip.path.name,
        "cover": render.cover.name,
        **{name: getattr(render.clip, name) for name in facts},
    }


def shot_rendered(shot: ShotClip) -> Told:
    """The name of a shot's clip, with its facts."""
    facts = ("renderer", "seconds", "width", "height", "frames", "sha256")
    return {"clip": shot.clip.path.name, "shot": shot.shot, **{name: getattr(shot.clip, name) for name in facts}}


def said(speech: Speech) -> Told:
    """What is said by whom, and when."""
    return {
        "line": speech.line,
        "voice": speech.voice,
        "language": speech.language,
        "at": speech.at,
        "seconds": round(speech.seconds, 3),
        "cues": [[cue.text, round(cue.start, 2), round(cue.end, 2)] for cue in speech.cues],
        "sha256": speech.sha256,
    }


def assembled(render: Render) -> Told:
    """A clip that was put together, and what is heard in it."""
    sound = render.sound
    heard = {"loudness": sound.loudness, "true_peak": sound.true_peak, "music": sound.music} if sound else {}
    return {**rendered(render), **heard}


def unrefined(why: str) -> str:
    """The notice of a refinement that brought nothing."""
    return f"refinement ended: {why}; the best of what was drafted before it is taken"
