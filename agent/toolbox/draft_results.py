"""Results that are drafts with their scores: a list of them, or a single one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...prompts import fence
from ...tools.popularity.types import Score
from .drafts import ScoredDraft
from .score_phrases import LONGEST_SHOT, above, measured_against, one_line
from .tool_result import Brought, Listed, Row, Summary, ToolResult

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ...prompts.fence import JSONValue


class DraftList(ToolResult):
    """Drafts, best first."""

    __slots__ = ()
    drafts: Sequence[ScoredDraft]

    def brief(self) -> str:
        """Each whole, so that it can be rendered."""
        rows: list[JSONValue] = [_row(number, one) for number, one in enumerate(self.drafts, start=1)]
        against = measured_against(self.drafts[0].score) if self.drafts else ""
        return "\n".join((f"{len(rows)} drafts, best first. {against}", fence("drafts", rows)))

    def card(self) -> RenderableType:
        """With their numbers and scores."""
        from .card_pieces import drafts_card

        return drafts_card(self.drafts)

    def summary(self) -> Summary:
        """A line each; a shot only where it is another than that of the draft before."""
        rows: list[Row] = []
        shot = ""
        for one in self.drafts:
            before, shot = shot, one_line(one.video_prompt)
            rows.append(Row(one_line(one.title), above(one.score), "" if shot == before else shot))
        line = f"against {self.drafts[0].score.against}" if self.drafts else "no drafts"
        return Summary(line, tuple(rows), numbered=True)

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
        score = self.score
        low, high = 2**score.interval.low, 2**score.interval.high
        return (
            f"{self.title!r} (tag {self.tag or 'none'}): percentile {score.percentile:.1f}, about "
            f"{score.comments:.0f} comments, {score.interval.coverage:.0%} of such videos get {low:.0f} to "
            f"{high:.0f}. {measured_against(score)}"
        )

    def card(self) -> RenderableType:
        """The title over its bar."""
        from rich.console import Group

        from .card_pieces import headed, score_basis

        return Group(*headed(self.title, self.score), *score_basis(self.score))

    def summary(self) -> Summary:
        """The title and its score."""
        return Summary(f"against {self.score.against}", (Row(one_line(self.title), above(self.score)),))

    def brings(self) -> Brought:
        """The draft, which is then the one that is spoken of."""
        return Brought((ScoredDraft(self.title, self.video_prompt, self.tag, score=self.score),))


def _row(number: int, one: ScoredDraft) -> dict[str, JSONValue]:
    row: dict[str, JSONValue] = {
        "number": number,
        "title": one.title,
        "video_prompt": one_line(one.video_prompt, LONGEST_SHOT),
        "tag": one.tag,
        "percentile": round(one.score.percentile, 1),
    }
    return row | ({"complaints": list(one.speaks_against)} if one.speaks_against else {})
