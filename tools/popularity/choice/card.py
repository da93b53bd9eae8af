"""The card of a choice model: what it answers, what it learned from, how often it is right; written from its facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..platforms import in_words
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
            + (f", and judges drafts for {in_words(facts.platform)} only." if facts.platform else "."),
            "",
            "## How it works",
            "",
            *(f"- {part}" for part in _parts(fitted)),
            *(
                f"- weight in the log-odds: {weight:.3g} times what `{name}` says"
                for name, weight in fitted.blend.weights
            ),
            "- weights and calibration are fitted on stories that the parts had not learned from; no text is kept",
            "- the strengths of the ridges were chosen on those same stories, so what is said of them is a little "
            "too good",
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
            "No forecast of how many people a draft draws, and no judge of other platforms or languages than those it "
            "learned from, or of what does not read like a title: there it says that it has no evidence.",
            "",
            f"Seed {facts.seed}, {facts.created}, {facts.seconds:.0f} s of training"
            + (f", going on from {facts.started_from!r}." if facts.started_from else "."),
            "",
            ", ".join(f"{name} {value}" for name, value in facts.recipe),
            *([""] + [f"- {note}" for note in facts.notes] if facts.notes else []),
            "",
        ]
    )


def _parts(fitted: FittedChoice) -> list[str]:
    """What its parts are."""
    tuned = (
        f"`encoder`: {len(fitted.encoders)} time(s) all-MiniLM-L6-v2, tuned end to end with a pairwise logistic loss"
    )
    layers = (
        "`layers`: a ridge on the differences of the mean token at all seven layers of all-MiniLM-L6-v2, as published"
    )
    words = "`words`: a ridge on differences of hashed character n-grams"
    prior = f"`prior`: what {fitted.facts.started_from!r} says"
    there = (bool(fitted.encoders), fitted.layers is not None, True, fitted.prior is not None)
    return [part for part, has in zip((tuned, layers, words, prior), there, strict=True) if has]


def _row(line: Line) -> str:
    model, length = line.model, line.length
    named = line.pairs.replace("|", "\\|")  # a bar ends a cell
    return f"| {named} | {model.count:,} | {model.clusters:,} | {model} | {length} | 0.500 |"
