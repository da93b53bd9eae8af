"""compare_drafts: drafts that somebody wrote, from best to worst."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from ....graphs.create.tool_names import COMPARE_DRAFTS
from ..draft_results import DraftList
from ..drafts import MOST_DRAFTS, DraftText, ScoredDraft, draft_of
from ..tool import Arguments, Tool, within
from ..work import Quick

if TYPE_CHECKING:
    from ..workbench import Workbench


class CompareDrafts(Arguments):
    """What is compared."""

    drafts: Annotated[
        list[DraftText], Field(description="1 to 16 drafts, each with its title and the whole video prompt.")
    ]


@dataclass(frozen=True, slots=True)
class ComparedDrafts(DraftList):
    """Drafts with their scores, best first."""

    drafts: tuple[ScoredDraft, ...]


def _compare(bench: Workbench, asked: CompareDrafts) -> ComparedDrafts:
    """Score several drafts of your own at once, and order them from best to worst.

    Use it for titles and hooks that you wrote yourself, such as a shorter title for the same shot.
    Example: compare_drafts(drafts=[{"title": "Tacos at 2 am", "video_prompt": "..."}, {"title": "Taco night",
    "video_prompt": "..."}])
    """
    within(len(asked.drafts), MOST_DRAFTS)
    drafts = [draft_of(one.title, one.video_prompt, one.tag, bench.retriever) for one in asked.drafts]
    scores = bench.predictor.score([one.subject for one in drafts])
    scored = [
        ScoredDraft(one.title, one.video_prompt, one.tag, score=score)
        for one, score in zip(drafts, scores, strict=True)
    ]
    return ComparedDrafts(tuple(sorted(scored, key=lambda one: -one.score.percentile)))


compare_drafts = Tool(
    name=COMPARE_DRAFTS,
    label="compare",
    arguments=CompareDrafts,
    work=Quick(_compare),
    read=ComparedDrafts.read,
)
