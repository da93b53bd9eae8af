"""add_feedback: what a published clip really drew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from ....errors import RequestError
from ....prompts.text import visible
from ....tools.popularity.feedback.told import count_told, prediction_told, real_told
from ....tools.popularity.feedback.types import Count, PublishedVideo
from ....tools.popularity.platforms import in_words
from ...runs import feedback
from ...runs.feedback_store import FeedbackStore, notices_of
from ...runs.run_store import Kind
from ...trace.run_finder import LAST, find_run
from ..run_history import run_rows
from ..score_phrases import LONGEST_TITLE, one_line
from ..tool import Arguments, Tool
from ..tool_result import Summary, ToolResult
from ..work import Quick

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ....tools.video.types import Estimate
    from ...runs.run_store import Run, RunStore
    from ..workbench import Workbench

_SOME, _SHOWN = 10, 3


class AddFeedback(Arguments):
    """What the person counted."""

    comments: Annotated[int, Field(description="how many comments it has, as the person said.")]
    age_days: Annotated[float, Field(description="days since it was published, as the person said; 0.5 for 12 hours.")]
    run_id: Annotated[str, Field(description="the run whose clip was published, as list_runs gives it, or `last`.")] = (
        "last"
    )
    about: Annotated[
        str, Field(description="in place of run_id: words of its title or request, such as `tacos` of `my tacos clip`.")
    ] = ""
    views: Annotated[int, Field(description="how many views, if the person said; below 0 where they did not.")] = -1
    likes: Annotated[int, Field(description="how many likes, if the person said; below 0 where they did not.")] = -1
    platform: Annotated[
        str, Field(description="where it was published, if the person said, such as tiktok; the run's own without it.")
    ] = ""


@dataclass(frozen=True, slots=True)
class AddedFeedback(ToolResult):
    """A count that was kept, beside what was predicted."""

    video: PublishedVideo
    count: Count
    notices: tuple[str, ...] = ()

    def brief(self) -> str:
        """What was predicted and what is real."""
        told = f"Kept: run {self.video.run_id} has {count_told(self.count)}. Predicted were {self._predicted}."
        return " ".join([told, *(f"Note: {one}." for one in self.notices)])

    def card(self) -> RenderableType:
        """Predicted beside real."""
        from rich.console import Group
        from rich.text import Text

        return Group(
            Text(visible(one_line(self.video.title, LONGEST_TITLE)), style="bold"),
            Text.assemble(("predicted  ", "dim"), self._predicted),
            Text.assemble(("real       ", "dim"), real_told(self.video)),
            *(Text(one, style="yellow") for one in self.notices),
        )

    def summary(self) -> Summary:
        """A line."""
        return Summary(f"{count_told(self.count)}, kept with run {self.video.run_id}; predicted: {self._predicted}")

    @property
    def _predicted(self) -> str:
        return prediction_told(self.video.prediction)


def _add(bench: Workbench, asked: AddFeedback) -> AddedFeedback:
    """Write down what a published video of Popcorn has drawn by now, as the person says; they are asked first.

    Use it when somebody tells of comments that their published clip got; ask for the number or the age if one is
    missing, never guess. Example: add_feedback(about="street tacos", comments=420, age_days=3)
    """
    video, count = _told(bench, asked)
    (added,) = FeedbackStore.of(bench.settings).add([(video, count)])
    return AddedFeedback(added.video, count, tuple(notices_of(added)))


def _question(bench: Workbench, asked: AddFeedback) -> Estimate:
    """What the person is asked: the run by its title, and what would be kept. Raises RequestError as the call would."""
    from ....tools.video.types import Estimate

    video, count = _told(bench, asked)
    title = visible(one_line(video.title, LONGEST_TITLE))
    question = f"keep {count_told(count)} as what “{title}” (run {video.run_id}) drew on {in_words(video.platform)}"
    return Estimate(seconds=0.0, clips=0, question=question)


def _told(bench: Workbench, asked: AddFeedback) -> tuple[PublishedVideo, Count]:
    numbers = [str(one) if one >= 0 else "" for one in (asked.views, asked.likes)]
    count = feedback.count_told(str(asked.comments), str(asked.age_days), *numbers)
    store = bench.store
    run = _run(store, asked)
    platform = asked.platform or FeedbackStore.of(bench.settings).platform(run.run_id)
    return feedback.published(store, run, platform), count


def _run(store: RunStore, asked: AddFeedback) -> Run:
    """The run that is meant. Raises RequestError for none, and for words that several finished videos have."""
    words = asked.about.strip()
    if not words:
        return find_run(store, asked.run_id.strip() or LAST)
    rows = [row for row in run_rows(store, words, "", "", _SOME) if row.title and row.kind == Kind.CREATE]
    if not rows:
        raise RequestError(
            f"no finished video has {words!r} in its title or request",
            hint="list_runs, or `popcorn trace list`, shows them.",
        )
    if len(rows) > 1:
        listed = "; ".join(f"“{one_line(row.title, LONGEST_TITLE)}” is run {row.run_id}" for row in rows[:_SHOWN])
        many = f"{len(rows)}" if len(rows) < _SOME else f"{_SOME} or more"
        raise RequestError(
            f"{many} videos have {words!r} in their title or request: {visible(listed)}", hint="Name the run by its id."
        )
    return store.find(rows[0].run_id)


add_feedback = Tool(
    name="add_feedback",
    label="write down what it drew",
    arguments=AddFeedback,
    work=Quick(_add),
    read=AddedFeedback.read,
    estimate=_question,
)
