"""What the tools of the create graph gave, as its trace keeps it: JSON values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..asking.tool_calls import Told

if TYPE_CHECKING:
    from ...tools.popularity.types import Explanation, Score
    from ...tools.references.types import Retrieval
    from .state import Attempt, Render


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


def scored(score: Score) -> Told:
    """A score on one line."""
    return {
        "percentile": round(score.percentile, 1),
        "comments": round(score.comments, 1),
        "against": score.against,
        "predictor": score.predictor,
        "basis": list(score.basis),
    }


def explained(explanation: Explanation) -> Told:
    """What moved a score: each part and word of the draft taken away."""
    return {
        **scored(explanation.score),
        "without": {one.without: round(one.change, 3) for one in explanation.without},
        "words": {one.without: round(one.change, 3) for one in explanation.words},
    }


def rendered(render: Render) -> Told:
    """The names of a clip and its cover in the run's folder, with the facts of the clip."""
    facts = ("renderer", "seconds", "width", "height", "frames", "sha256")
    return {
        "clip": render.clip.path.name,
        "cover": render.cover.name,
        **{name: getattr(render.clip, name) for name in facts},
    }
