"""An ad that a run made, as `ad make --json` tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from ...prompts import fence
from ...tools.video.types import Clip
from .score_phrases import clip_line, one_line
from .tool_result import Brought, FinishedRun, RenderedClip, Row, Summary, ToolResult

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ...prompts.fence import JSONValue

_SCRIPT = 300
_BACKED = "backed"


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line of an ad."""

    clip: int
    role: str
    script: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """One claim of an ad."""

    text: str
    kind: str
    verdict: str
    source: str


@dataclass(frozen=True, slots=True)
class KeptCover:
    """The file beside the video."""

    path: str


@dataclass(frozen=True, slots=True)
class MadeAd(ToolResult):
    """A finished ad."""

    run_id: str
    request: str
    title: str
    language: str
    segments: tuple[Spoken, ...]
    claims: tuple[Claimed, ...]
    video: Clip
    cover: KeptCover
    notices: tuple[str, ...] = ()
    whole: Mapping[str, Any] = field(repr=False, default_factory=dict)
    """All of it, as `ad make --json` has it."""

    def data(self) -> dict[str, Any]:
        """As `ad make --json` has it."""
        return dict(self.whole)

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """The result that `data` came of. Raises pydantic's ValidationError."""
        return super(MadeAd, cls).read({**data, "whole": data})

    def brief(self) -> str:
        """What the run gave."""
        kept: dict[str, JSONValue] = {
            "run_id": self.run_id,
            "product": one_line(self.title),
            "seconds": round(self.video.seconds, 1),
            "language": self.language,
            "lines": [
                {"clip": one.clip, "role": one.role, "script": one_line(one.script, _SCRIPT)} for one in self.segments
            ],
            "claims_without_backing": [one_line(one.text) for one in self.claims if one.verdict != _BACKED],
            "notices": [one_line(notice, _SCRIPT) for notice in self.notices],
        }
        head = f"Run {self.run_id}; the ad is kept at {self.video.path}. Every check that was made on it passed."
        return "\n".join((head, fence("ad", kept)))

    def card(self) -> RenderableType:
        """The card of `popcorn ad make`."""
        from .ad_card import ad_card

        return ad_card(self.whole)

    def summary(self) -> Summary:
        """Its first line, how long it is, and where it is."""
        first = self.segments[0].script if self.segments else ""
        row = Row(one_line(self.title), f"{self.video.seconds:.1f} s", one_line(first))
        return Summary(f"{clip_line(self.video)}; run {self.run_id}", (row,), path=str(self.video.path))

    def about(self) -> str:
        """The run's request."""
        return self.request

    def brings(self) -> Brought:
        """The video and the run."""
        clip = RenderedClip(self.title, str(self.video.path), self.cover.path)
        return Brought(clip=clip, run=FinishedRun(self.run_id, self.title))
