"""explain_score: what moved a score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from ....prompts import fence
from ....prompts.text import visible
from ....tools.popularity.past_videos import PastVideo, past_videos
from ....tools.popularity.types import Ablation, Influence, Score
from ..draft_results import OneScore
from ..drafts import draft_of
from ..score_phrases import LONGEST_TITLE, one_line
from ..tool import Arguments, Tool
from ..work import Quick

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ....prompts.fence import JSONValue
    from ..workbench import Workbench

_MOST_NEAR = 5
"""Past videos that an explanation shows."""
_MOST_ROWS = 12
"""Words of a title whose worth people see."""
_PARTS = {"text": "the words, all in all", "tag": "the tag", "frames": "the clip", "retrieval": "past videos like it"}
"""What an explanation takes away, in words for people; anything else is a word of the title."""


class ExplainScore(Arguments):
    """What is explained."""

    title: Annotated[str, Field(description="the title.")]
    video_prompt: Annotated[str, Field(description="what the shot shows.")] = ""
    tag: Annotated[str, Field(description="the category, as the score was made with.")] = ""


@dataclass(frozen=True, slots=True)
class NearVideo(Influence):
    """A past video that a score rests on."""

    title: str = ""
    """Empty where the catalogue is not at hand."""


@dataclass(frozen=True, slots=True)
class MemberSaid:
    """What a member of the predictor said."""

    member: str
    log2_comments: float
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedScore(OneScore):
    """A draft with its score, and what moved it."""

    score: Score
    neighbours: tuple[NearVideo, ...] = ()
    without: tuple[Ablation, ...]
    words: tuple[Ablation, ...]
    members: tuple[MemberSaid, ...] = ()
    title: str
    video_prompt: str = ""
    tag: str = ""

    def brief(self) -> str:
        """The score, its parts as factors on the comments, and the videos it rests on.

        What single words are worth is for people alone: a model that reads it writes for the predictor.
        """
        near: list[JSONValue] = [
            {"title": one_line(one.words, LONGEST_TITLE), "comments": one.comments, "share": round(one.share, 3)}
            for one in self._near()
        ]
        return "\n".join(
            (
                OneScore.brief(self),
                f"What each part is worth as a factor on comments: {_factors(self.without)}.",
                "The person sees on the card what each word of the title is worth; it is no advice for titles.",
                fence("rests_on", near),
            )
        )

    def _near(self) -> list[PastVideo]:
        return past_videos(self.neighbours, self.score.learned_from, _MOST_NEAR)

    def card(self) -> RenderableType:
        """What raises and lowers the score, as factors on comments, and the past videos it rests on."""
        from rich.console import Group
        from rich.text import Text

        from ..card_pieces import headed, indented, plain_table, score_basis

        worth = plain_table("right")
        parts = [(one.change, _PARTS.get(one.without, one.without)) for one in self.without]
        words = sorted(self.words, key=lambda one: -one.change)[:_MOST_ROWS]
        for change, name in (*parts, *((one.change, f"“{one.without}”") for one in words)):
            factor = 2**change
            style = "green" if factor >= 1.02 else "red" if factor <= 0.98 else "dim"
            worth.add_row(Text(f"x {factor:.2f}", style=style), Text(visible(name)))
        near = plain_table("right", "right")
        for one in self._near():
            near.add_row(f"{one.share:.0%}", one.comments, Text(visible(one.words)))
        return Group(
            *headed(self.title, self.score),
            Text("what it is worth, as a factor on comments", style="dim"),
            indented(worth),
            Text("past videos it rests on: share, comments", style="dim"),
            indented(near),
            *score_basis(self.score),
        )


def _explain(bench: Workbench, asked: ExplainScore) -> ExplainedScore:
    """Explain why a draft scores as it does: the past videos it rests on, and what each of its parts is worth.

    Example: explain_score(title="Street tacos", video_prompt="...", tag="Food")
    """
    from ....tools.popularity.explanation_data import explanation_data

    draft = draft_of(asked.title, asked.video_prompt, asked.tag, bench.retriever)
    explanation = bench.predictor.explain(draft.subject(bench.settings.platform))
    titles = bench.titles([one.id for one in explanation.neighbours])
    return ExplainedScore.read(explanation_data(explanation, titles) | asdict(draft))


def _factors(rows: Sequence[Ablation]) -> str:
    return ", ".join(f"{one.without} x{2**one.change:.2f}" for one in rows)


explain_score = Tool(
    name="explain_score",
    label="explain the score",
    arguments=ExplainScore,
    work=Quick(_explain),
    read=ExplainedScore.read,
)
