"""The card of a choice model: what it answers, what it learned from, how often it is right; written from its facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .blending import TIED
from .report import SURE

if TYPE_CHECKING:
    from .fitted import FittedChoice
    from .report import Line

CARD = "card.md"


def card(fitted: FittedChoice) -> str:
    """The card as Markdown."""
    facts = fitted.facts
    told, right = facts.report.told_apart
    count, sure = facts.report.sure
    figure = facts.report.figure
    return "\n".join(
        [
            f"# Choice model {facts.name!r}",
            "",
            "Says of two drafts of one idea how likely the first draws more than the second. It learned from "
            f"{facts.learned_from} ({facts.stories:,} stories); it reads "
            f"{'titles and video prompts' if facts.prompts else 'titles'}"
            + (f", and judges drafts for {facts.platform} only." if facts.platform else "."),
            "",
            "## How it works",
            "",
            f"- {_encoders(fitted)}",
            "- a ridge on the difference of hashed character n-grams",
            *(f"- weight in the log-odds: {weight:.3g} times what {name} say" for name, weight in fitted.blend.weights),
            "- weights and calibration are fitted on stories that the parts had not learned from; no text is kept",
            "",
            "## On stories it has not learned from",
            "",
            "| pairs | number | stories | better one found | the longer wins | chance |",
            "|---|---|---|---|---|---|",
            *(_row(line) for line in facts.report.lines),
            "",
            "Intervals hold 95 % and are of whole stories drawn anew.",
            "",
            "| said | pairs | mean said | came |",
            "|---|---|---|---|",
            *(
                f"| {one.low:.2f} to {one.high:.2f} | {one.count:,} | {one.said:.3f} | {one.came:.3f} |"
                for one in facts.report.bins
            ),
            "",
            f"All pairs, by the probability of the side that was said to win. Of the {figure.pairs}, {count:,} were "
            f"said at {SURE:.0%} and more" + (f": {sure:.0%} of these were right." if sure is not None else "."),
            "",
            f"A tie is a probability within {fitted.margin:.3f} of 0.5: of {figure.pairs} kept apart that are so near, "
            f"the better one was found no more often than {TIED:.0%}. Of the {figure.pairs}, {told:.0%} are no tie"
            + (f", and of these {right:.0%} were right." if right is not None else "."),
            "",
            "## What it is not",
            "",
            "No forecast of how many people a draft draws, and no judge of other platforms, languages or lengths than "
            "those it learned from: there it says that it has no evidence.",
            "",
            f"Seed {facts.seed}, {facts.created}, {facts.seconds:.0f} s of training"
            + (f", from the encoder of {facts.started_from!r}." if facts.started_from else "."),
            "",
            ", ".join(f"{name} {value}" for name, value in facts.recipe),
            *([""] + [f"- {note}" for note in facts.notes] if facts.notes else []),
            "",
        ]
    )


def _encoders(fitted: FittedChoice) -> str:
    if not fitted.encoders:
        return "no encoder: words alone"
    number = len(fitted.encoders)
    return (
        f"{number} time(s) all-MiniLM-L6-v2, tuned end to end with a pairwise logistic loss, kept as int8 differences"
    )


def _row(line: Line) -> str:
    model, length = line.model, line.length
    return f"| {line.pairs} | {model.count:,} | {model.clusters:,} | {model} | {length} | 0.500 |"
