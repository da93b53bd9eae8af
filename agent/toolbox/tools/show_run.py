"""show_run: one run, finished or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import Field, ValidationError

from ....errors import DataError
from ....prompts.text import visible
from .. import run_history
from ..made_ad import MadeAd
from ..made_video import MadeVideo
from ..score_phrases import one_line
from ..tool import Arguments, Tool
from ..tool_result import Brought, Listed, Summary, ToolResult
from ..work import Quick

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ..workbench import Workbench

_ERROR = 500


class ShowRun(Arguments):
    """Which run is shown."""

    run_id: Annotated[str, Field(description="an id as list_runs gives it, or `last`.")]


@dataclass(frozen=True, slots=True)
class ShownVideo(MadeVideo):
    """A run that is finished."""

    def brings(self) -> Brought:
        """The run; its draft gets a number only where no other draft has one."""
        return replace(MadeVideo.brings(self), listed=Listed.IF_NONE_IS)


@dataclass(frozen=True, slots=True)
class ShownAd(MadeAd):
    """An ad's run that is finished."""


@dataclass(frozen=True, slots=True)
class UnfinishedRun(ToolResult):
    """How far a run came that is not finished."""

    run_id: str
    request: str
    status: str
    nodes_done: tuple[str, ...]
    error: str = ""
    whole: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """All of it, with the run's settings."""

    def data(self) -> dict[str, Any]:
        """All of it."""
        return dict(self.whole)

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """The result that `data` came of. Raises pydantic's ValidationError."""
        return super(UnfinishedRun, cls).read({**data, "whole": data})

    def brief(self) -> str:
        """What is done, and what went wrong."""
        failed = f" It failed: {one_line(self.error, _ERROR)}" if self.error else ""
        return f"Run {self.run_id} is not finished ({self.status}); done: {self._done}.{failed}"

    def card(self) -> RenderableType:
        """A line."""
        from rich.text import Text

        return Text(f"run {self.run_id} ({self.status}) about {visible(self.request)}; done: {self._done}")

    def summary(self) -> Summary:
        """A line."""
        return Summary(f"run {self.run_id}, {self.status}: {one_line(self.request)}")

    def about(self) -> str:
        """The run's request."""
        return self.request

    @property
    def _done(self) -> str:
        return ", ".join(self.nodes_done) or "nothing"


def _show(bench: Workbench, asked: ShowRun) -> ShownVideo | ShownAd | UnfinishedRun:
    """Show one run: its draft, score, attempts and clip, or how far it came.

    Example: show_run(run_id="last")
    """
    data = run_history.run_data(bench.store, asked.run_id)
    try:
        return _read(data)
    except ValidationError as exc:
        raise DataError(
            f"the result of run {data['run_id']} lacks what it should hold: {exc.errors()[0]['loc'][0]}",
            hint="Another version or program wrote it; make the video again.",
        ) from exc


def _read(data: Mapping[str, Any]) -> ShownVideo | ShownAd | UnfinishedRun:
    if not data.get("finished", True):
        return UnfinishedRun.read(data)
    return ShownAd.read(data) if "segments" in data else ShownVideo.read(data)


show_run: Tool[ShowRun, ShownVideo | ShownAd | UnfinishedRun] = Tool(
    name="show_run",
    label="look at a run",
    arguments=ShowRun,
    work=Quick(_show),
    read=_read,
)
