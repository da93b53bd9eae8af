"""score_popularity: how many comments a draft would get."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from ....graphs.create.tool_names import SCORE_POPULARITY
from ....tools.popularity.types import Score
from ..draft_results import OneScore
from ..drafts import draft_of
from ..tool import Arguments, Tool
from ..work import Quick

if TYPE_CHECKING:
    from ..workbench import Workbench


class ScorePopularity(Arguments):
    """What is scored."""

    title: Annotated[str, Field(description="the title.")]
    video_prompt: Annotated[str, Field(description="what the shot shows; the score is less sure without it.")] = ""
    tag: Annotated[str, Field(description="the category, as other tools gave it; found from the texts without it.")] = (
        ""
    )


@dataclass(frozen=True, slots=True)
class PopularityScore(OneScore):
    """A draft with its score."""

    title: str
    video_prompt: str
    tag: str
    score: Score


def _score(bench: Workbench, asked: ScorePopularity) -> PopularityScore:
    """Predict how a draft would do among real videos: the rank of its comments with a range, or why nobody can tell.

    Example: score_popularity(title="I tried every taco on one street", video_prompt="Handheld walk ...")
    """
    draft = draft_of(asked.title, asked.video_prompt, asked.tag, bench.retriever)
    (score,) = bench.predictor.score([draft.subject(bench.settings.platform)])
    return PopularityScore(draft.title, draft.video_prompt, draft.tag, score)


score_popularity = Tool(
    name=SCORE_POPULARITY,
    label="score",
    arguments=ScorePopularity,
    work=Quick(_score),
    read=PopularityScore.read,
)
