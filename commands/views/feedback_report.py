"""Reports on feedback, and new scales, for a terminal and as JSON. Builds renderables; prints nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ...tools.popularity.feedback.series import days
from ...tools.popularity.platforms import videos_on
from ...tools.popularity.standing import count

if TYPE_CHECKING:
    from ...study.feedback_types import FeedbackReport
    from ...study.recalibration import Recalibrated


def report_data(found: Sequence[FeedbackReport]) -> dict[str, Any]:
    """Reports as JSON has them, one for each platform and predictor."""
    return {"reports": [_data(one) for one in found]}


def _data(one: FeedbackReport) -> dict[str, Any]:
    return asdict(one) | {"spearman": one.order.value, "spearman_low": one.order.low, "spearman_high": one.order.high}


def report_view(found: Sequence[FeedbackReport]) -> RenderableType:
    """A part for each platform and predictor."""
    return Group(*(part for one in found for part in _parts(one)))


def _parts(one: FeedbackReport) -> list[RenderableType]:
    head = Text.assemble(
        (f"{one.predictor}, {videos_on(one.platform)}", "bold"),
        f"  {one.videos} published, compared at {days(one.horizon_days)}",
    )
    says = [Text(f"· {sentence}") for sentence in one.says]
    tables: list[RenderableType] = [table for table in (_counts(one), _ranks(one)) if table is not None]
    return [head, *says, *tables, Text()]


def _counts(one: FeedbackReport) -> Table | None:
    """Predicted against real counts."""
    if one.counts is None or len(one.counts.bins) < 2:
        return None
    table = Table("comments predicted", "real, middle", "videos", box=None, header_style="dim")
    for each in one.counts.bins:
        table.add_row(count(2**each.predicted), count(2**each.real), str(each.videos))
    return table


def _ranks(one: FeedbackReport) -> Table | None:
    """Shown against real ranks."""
    if one.ranks is None or len(one.ranks.bins) < 2:
        return None
    table = Table("rank shown", "real, mean", "real, 80 %", "videos", box=None, header_style="dim")
    for each in one.ranks.bins:
        table.add_row(f"{each.shown:.0f}", f"{each.real:.0f}", f"{each.low:.0f} to {each.high:.0f}", str(each.videos))
    return table


def recalibrated_data(made: Recalibrated) -> dict[str, Any]:
    """A new scale as JSON has it, without its tables."""
    reliability = asdict(made.reliability) if made.reliability else None
    return {
        "name": made.name,
        "predictor": made.predictor,
        "platform": made.platform,
        "videos": made.videos,
        "left_out": made.left_out,
        "horizon_days": made.horizon_days,
        "against": made.after.against,
        "association": {"before": made.before.association, "after": made.after.association},
        "middle": {"before": middle_of(made.before.labels), "after": middle_of(made.after.labels)},
        "coverage": made.after.coverage,
        "spearman": made.order.value,
        "spearman_low": made.order.low,
        "spearman_high": made.order.high,
        "reliability": reliability,
    }


def middle_of(labels: Sequence[float]) -> float | None:
    """The median count of comments of a scale's labels, None without any."""
    return 2 ** labels[len(labels) // 2] if labels else None


def recalibrated_view(made: Recalibrated) -> RenderableType:
    """What is new, and how to use it."""
    before, after = made.before, made.after
    old, new = middle_of(before.labels), middle_of(after.labels)
    lines = [
        Text.assemble((made.name, "bold"), f"  {made.predictor} with the scale of {after.against}"),
        Text(f"association {before.association:.2f} -> {after.association:.2f} (0: predictions say nothing)"),
    ]
    if old is not None and new is not None:
        lines.append(Text(f"the middle video has {count(new)} comments; it was {count(old)}"))
    if made.reliability:
        held = made.reliability
        lines.append(
            Text(
                f"on videos it was not fitted to: rank {held.error:.0f} points off (always the 50th: "
                f"{held.error_of_50:.0f}), the range holds {held.range_holds:.0%} of {held.videos}"
            )
        )
    else:
        lines.append(
            Text(
                "not checked on videos that it was not fitted to: without some of these the rest are too few, or not "
                "in the order of the predictions"
            )
        )
    lines.append(Text(f"use it: popcorn predictor use {made.name}"))
    lines.append(Text(f"{made.predictor} stays as it was; back to it: popcorn predictor use {made.predictor}"))
    return Group(*lines)
