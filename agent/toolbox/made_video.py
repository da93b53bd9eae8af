"""A video that a run made, as `ask --json` tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from ...graphs.create.choice import Choice, picked
from ...prompts import fence
from ...tools.popularity.standing import briefly
from ...tools.popularity.types import Score
from ...tools.video.types import Clip
from .draft_results import standing_row
from .drafts import ScoredDraft
from .score_phrases import LONGEST_SHOT, clip_line, measured_against, one_line
from .tool_result import Brought, FinishedRun, Listed, RenderedClip, Row, Summary, ToolResult

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ...prompts.fence import JSONValue

_REQUEST = 500


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file beside a clip."""

    path: str


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt of a run."""

    title: str
    score: Score


@dataclass(frozen=True, slots=True)
class MadeVideo(ToolResult):
    """A finished run."""

    run_id: str
    request: str
    title: str
    video_prompt: str
    tags: tuple[str, ...]
    score: Score
    accepted: bool
    threshold: float
    attempts: tuple[Tried, ...]
    video: Clip
    cover: KeptFile
    choice: Choice | None = None
    """How sure it is that this draft is the best; None where an older Popcorn made it."""
    whole: Mapping[str, Any] = field(repr=False, default_factory=dict)
    """All of it, as `ask --json` has it."""

    def data(self) -> dict[str, Any]:
        """As `ask --json` has it."""
        return dict(self.whole)

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """The result that `data` came of. Raises pydantic's ValidationError."""
        return super(MadeVideo, cls).read({**data, "whole": data})

    def brief(self) -> str:
        """What the run gave."""
        kept: dict[str, JSONValue] = {
            "run_id": self.run_id,
            "request": one_line(self.request, _REQUEST),
            "title": self.title,
            "video_prompt": one_line(self.video_prompt, LONGEST_SHOT),
            "tag": self._tag,
            **standing_row(self.score),
            "accepted": self.accepted,
            "choice": picked(self.choice),
            "attempts": [{"title": one.title, **standing_row(one.score)} for one in self.attempts],
            "renderer": self.video.renderer,
        }
        head = f"Run {self.run_id}; its clip is kept at {self.video.path}\n{measured_against(self.score)}"
        return "\n".join((head, fence("run", kept)))

    def card(self) -> RenderableType:
        """The card of `popcorn ask`."""
        from .run_card import card

        return card(self.whole)

    def summary(self) -> Summary:
        """The title, its score, and where the clip is."""
        row = Row(one_line(self.title), briefly(self.score), one_line(self.video_prompt))
        return Summary(f"{clip_line(self.video)}; run {self.run_id}", (row,), path=str(self.video.path))

    def about(self) -> str:
        """The run's request."""
        return self.request

    def brings(self) -> Brought:
        """Its draft, its clip and the run."""
        own = ScoredDraft(self.title, self.video_prompt, self._tag, score=self.score)
        clip = RenderedClip(self.title, str(self.video.path), self.cover.path)
        return Brought((own,), Listed.YES, clip=clip, run=FinishedRun(self.run_id, self.title))

    @property
    def _tag(self) -> str:
        return self.tags[0] if self.tags else ""
