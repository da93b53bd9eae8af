"""What `popcorn predictor` shows of choice models: data for machines, tables for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from ...tools.popularity.choice.fitted import FittedChoice
    from ...tools.popularity.choice.types import ChoiceModel, Comparison
    from ...tools.statistics.intervals import Estimate

Data = Mapping[str, Any]


def row_data(pair_id: str, one: Comparison) -> dict[str, Any]:
    """A comparison of a table as `--json` has it."""
    return {
        "pair_id": pair_id,
        "probability_a": one.probability_a,
        "tied": one.tied,
        "evidence": "yes" if one.evidence else "none",
    }


def comparison_data(one: Comparison, model: ChoiceModel) -> dict[str, Any]:
    """A comparison as `--json` has it."""
    return {
        "probability_a": one.probability_a,
        "tied": one.tied,
        "evidence": "yes" if one.evidence else "none",
        "no_evidence": list(one.no_evidence),
        "model": model.name,
        "learned_from": model.learned_from,
    }


def comparison_view(facts: Data) -> RenderableType:
    """A comparison for people."""
    said = facts["probability_a"]
    if facts["evidence"] == "none":
        head = Text.assemble(("no evidence", "bold"), f": {'; '.join(facts['no_evidence'])}")
    elif facts["tied"]:
        head = Text.assemble(("a tie", "bold"), f": the two cannot be told apart (A draws more in {said:.0%})")
    else:
        head = Text.assemble((f"{'A' if said > 0.5 else 'B'} draws more", "bold"), f" in {max(said, 1 - said):.0%}")
    return Group(head, Text(f"by {facts['model']}, which learned from {facts['learned_from']}", style="dim"))


def choice_data(made: FittedChoice) -> dict[str, Any]:
    """A choice model as `--json` has it."""
    facts, report = made.facts, made.facts.report
    return {
        "name": facts.name,
        "kind": "choice",
        "learned_from": facts.learned_from,
        "pairs": facts.pairs,
        "stories": facts.stories,
        "platform": facts.platform,
        "prompts": facts.prompts,
        "started_from": facts.started_from,
        "lines": [
            {
                "pairs": line.pairs,
                "number": line.model.count,
                "stories": line.model.clusters,
                "accuracy": _estimate(line.model),
                "longer_wins": _estimate(line.length),
            }
            for line in report.lines
        ],
        "calibration": [asdict(one) for one in report.bins],
        "sure": {"number": report.sure[0], "right": report.sure[1]},
        "told_apart": {"share": report.told_apart[0], "right": report.told_apart[1]},
        "margin": made.margin,
        "weights": dict(made.blend.weights),
        "seed": facts.seed,
        "seconds": facts.seconds,
        "created": facts.created,
        "notes": list(facts.notes),
    }


def choice_view(facts: Data) -> RenderableType:
    """A choice model for people."""
    head = Text.assemble(
        (facts["name"], "bold"), f": compares drafts; learned from {facts['learned_from']} in {facts['seconds']:.0f} s"
    )
    lines = Table("on stories kept apart", "pairs", "better one found", "the longer wins", "chance", box=None)
    for line in facts["lines"]:
        lines.add_row(
            line["pairs"], f"{line['number']:,}", *map(_shown, (line["accuracy"], line["longer_wins"])), "0.500"
        )
    bins = Table("said", "pairs", "came", box=None)
    for one in facts["calibration"]:
        bins.add_row(f"{one['said']:.2f}", f"{one['count']:,}", f"{one['came']:.2f}")
    sure, apart = facts["sure"], facts["told_apart"]
    pairs = facts["lines"][0]["pairs"]
    tail = [f"told apart: {apart['share']:.0%} of {pairs}" + _right(apart["right"])]
    if sure["number"]:
        tail.append(f"said at 70 % and more: {sure['number']:,} of them" + _right(sure["right"]))
    return Group(head, lines, bins, *map(Text, tail), *(Text(f"- {note}", style="dim") for note in facts["notes"]))


def choices_view(rows: Sequence[Data]) -> RenderableType:
    """The choice models there are."""
    table = Table("choice model", "learned from", "better one found", box=None)
    for row in rows:
        share = row.get("accuracy")
        table.add_row(row["name"], row["about"], "" if share is None else f"{share:.0%} of {row['pairs']}")
    return table


def _estimate(one: Estimate) -> dict[str, float | None]:
    return {"mean": one.mean, "low": one.low, "high": one.high}


def _shown(one: Data) -> str:
    ends = "" if one["low"] is None else f" [{one['low']:.3f}, {one['high']:.3f}]"
    return f"{one['mean']:.3f}{ends}"


def _right(share: float | None) -> str:
    return "" if share is None else f", {share:.0%} right"
