"""A draft of a visitor's own: where it stands, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..agent.runs.session import resumed_settings
from ..agent.toolbox.tools.explain_score import ExplainScore, explain_score
from ..agent.toolbox.tools.score_popularity import ScorePopularity, score_popularity
from ..agent.trace.page import moved
from ..agent.trace.page_templates import template
from ..tools.popularity.past_videos import PastVideo, past_videos
from ..tools.popularity.standing import rank_of, reasons, whole
from ..tools.popularity.types import read

if TYPE_CHECKING:
    from ..agent.toolbox.toolbox import Toolbox
    from ..tools.popularity.types import Score
    from .service import Visitor


_OF_THE_RUN = ("predictor", "catalogue", "platform")
"""Settings that decide a score."""


def score_view(visitor: Visitor, run_id: str, title: str, video_prompt: str) -> str:
    """Its score, as the run scores that it is a draft of, if there is one. Raises what the tool does."""
    toolbox = _toolbox(visitor, run_id)
    scored = score_popularity.run(toolbox, ScorePopularity(title=title, video_prompt=video_prompt))
    return _view(scored.title, scored.score, None)


def why_view(visitor: Visitor, run_id: str, title: str, video_prompt: str) -> str:
    """What moved its score, and the past videos that this leans on. Raises what the tool does."""
    told = explain_score.run(_toolbox(visitor, run_id), ExplainScore(title=title, video_prompt=video_prompt))
    near = past_videos(told.neighbours, told.score.learned_from, len(told.neighbours))
    return _view(told.title, told.score, moved(told.data()), near)


def _toolbox(visitor: Visitor, run_id: str) -> Toolbox:
    if not run_id:
        return visitor.toolbox
    settings = resumed_settings(visitor.store.find(run_id), visitor.settings)
    return visitor.toolbox.using(**{name: getattr(settings, name) for name in _OF_THE_RUN})


def _view(title: str, score: Score, why: dict[str, object] | None, near: list[PastVideo] | None = None) -> str:
    return template("draft_view.html", __package__).render(
        title=title,
        standing=whole(score) if rank_of(score) else "no evidence",
        why_none=reasons(score),
        score=score,
        basis=read(score.basis, score.unknown_tag),
        moved=why,
        near=near,
    )
