"""Results that are drafts with their scores: a list of them, or a single one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...graphs.create.choice import Choice, picked
from ...prompts import fence
from ...tools.popularity.standing import briefly, comments, rank_of, reasons, standing
from ...tools.popularity.types import Score
from .drafts import ScoredDraft
from .score_phrases import LONGEST_SHOT, measured_against, one_line
from .tool_result import Brought, Listed, Row, Summary, ToolResult

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ...prompts.fence import JSONValue


class DraftList(ToolResult):
    """Drafts, best first."""

    __slots__ = ()
    drafts: Sequence[ScoredDraft]
    choice: Choice | None

    def brief(self) -> str:
        """Each whole, so that it can be rendered."""
        rows: list[JSONValue] = [_row(number, one) for number, one in enumerate(self.drafts, start=1)]
        against = measured_against(self.drafts[0].score) if self.drafts else ""
        chosen = f" The first was {told}." if (told := picked(self.choice)) else ""
        return "\n".join((f"{len(rows)} drafts, best first.{chosen} {against}", fence("drafts", rows)))

    def card(self) -> RenderableType:
        """With their numbers and scores."""
        from .card_pieces import drafts_card

        return drafts_card(self.drafts, self.choice)

    def summary(self) -> Summary:
        """A line each; a shot only where it is another than that of the draft before."""
        rows: list[Row] = []
        shot = ""
        for one in self.drafts:
            before, shot = shot, one_line(one.video_prompt)
            rows.append(Row(one_line(one.title), briefly(one.score), "" if shot == before else shot))
        told = _against(self.drafts[0].score) if self.drafts else "no drafts"
        return Summary(told, tuple(rows), numbered=True)

    def brings(self) -> Brought:
        """All of them, by their numbers."""
        return Brought(tuple(self.drafts), Listed.YES)


class OneScore(ToolResult):
    """A single draft and its score."""

    __slots__ = ()
    title: str
    video_prompt: str
    tag: str
    score: Score

    def brief(self) -> str:
        """The score with what it means."""
        told = "; ".join(part for part in (standing(self.score), comments(self.score)) if part)
        return f"{self.title!r} (tag {self.tag or 'none'}): {told}. {measured_against(self.score)}"

    def card(self) -> RenderableType:
        """The title over its bar."""
        from rich.console import Group

        from .card_pieces import headed, score_basis

        return Group(*headed(self.title, self.score), *score_basis(self.score))

    def summary(self) -> Summary:
        """The title and its score."""
        return Summary(_against(self.score), (Row(one_line(self.title), briefly(self.score)),))

    def brings(self) -> Brought:
        """The draft, which is then the one that is spoken of."""
        return Brought((ScoredDraft(self.title, self.video_prompt, self.tag, score=self.score),))


def standing_row(score: Score) -> dict[str, JSONValue]:
    """Where a score stands, for a language model: its rank of 100 with the range, or that there is no evidence."""
    rank = rank_of(score)
    if rank is None:
        return {"rank_of_100": "no evidence"}
    best, low, high = map(round, rank)
    return {"rank_of_100": best, "likely": [low, high]}


def _against(score: Score) -> str:
    return reasons(score) or f"against {score.against}"


def _row(number: int, one: ScoredDraft) -> dict[str, JSONValue]:
    row: dict[str, JSONValue] = {
        "number": number,
        "title": one.title,
        "video_prompt": one_line(one.video_prompt, LONGEST_SHOT),
        "tag": one.tag,
        **standing_row(one.score),
    }
    return row | ({"complaints": list(one.speaks_against)} if one.speaks_against else {})
