"""The card of a choice model: what it answers, what it learned from, how often it is right; written from its facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..platforms import in_words
from .blending import TIED
from .report import SURE

if TYPE_CHECKING:
    from .fitted import FittedChoice
    from .manifest import Facts
    from .report import Line

CARD = "card.md"


def card(fitted: FittedChoice) -> str:
    """The card as Markdown."""
    sections = (_beginning(fitted.facts), _how_it_works(fitted), _on_other_stories(fitted), _limits(fitted.facts))
    return "\n".join([line for section in sections for line in section])


def _beginning(facts: Facts) -> list[str]:
    """What it says, and what it learned from."""
    return [
        f"# Choice model {facts.name!r}",
        "",
        "Says of two drafts of one idea how likely the first draws more than the second. It learned from "
        f"{facts.learned_from} ({facts.stories:,} stories); it reads "
        f"{'titles and video prompts' if facts.prompts else 'titles'}"
        + (f", and judges drafts for {in_words(facts.platform)} only." if facts.platform else "."),
        "",
    ]


def _how_it_works(fitted: FittedChoice) -> list[str]:
    """Its parts and their weights."""
    return [
        "## How it works",
        "",
        *(f"- {part}" for part in _parts(fitted)),
        *(f"- weight in the log-odds: {weight:.3g} times what `{name}` says" for name, weight in fitted.blend.weights),
        "- weights and calibration are fitted on stories that the parts had not learned from; no text is kept",
        "- the strengths of the ridges were chosen on those same stories, so what is said of them is a little too good",
        "",
    ]


def _on_other_stories(fitted: FittedChoice) -> list[str]:
    """How often it was right, how well its probabilities hold, and when it says a tie."""
    report = fitted.facts.report
    told, right = report.told_apart
    count, sure = report.sure
    return [
        "## On stories it has not learned from",
        "",
        "| pairs | number | stories | better one found | the longer wins | chance |",
        "|---|---|---|---|---|---|",
        *(_row(line) for line in report.lines),
        "",
        "Intervals hold 95 % and are of whole stories drawn anew.",
        "",
        "| said | pairs | mean said | came |",
        "|---|---|---|---|",
        *(
            f"| {one.low:.2f} to {one.high:.2f} | {one.count:,} | {one.said:.3f} | {one.came:.3f} |"
            for one in report.bins
        ),
        "",
        f"All pairs, by the probability of the side that was said to win. Of the {report.figure.pairs}, {count:,} were "
        f"said at {SURE:.0%} and more" + (f": {sure:.0%} of these were right." if sure is not None else "."),
        "",
        f"A tie is a probability within {fitted.margin:.3f} of 0.5: of {report.figure.pairs} kept apart that are so "
        f"near, the better one was found no more often than {TIED:.0%}. Of the {report.figure.pairs}, {told:.0%} are "
        "no tie" + (f", and of these {right:.0%} were right." if right is not None else "."),
        "",
    ]


def _limits(facts: Facts) -> list[str]:
    """What nobody may take it for, and how it was made."""
    return [
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


def _parts(fitted: FittedChoice) -> list[str]:
    """What its parts are."""
    tuned = (
        f"`encoder`: {len(fitted.encoders)} time(s) all-MiniLM-L6-v2, tuned end to end with a pairwise logistic loss"
    )
    layers = (
        "`layers`: a ridge on the differences of the mean token at all seven layers of all-MiniLM-L6-v2, as published"
    )
    levels = "`levels`: a ridge of how much each title drew beside all others of its week, on the same layers"
    words = "`words`: a ridge on differences of hashed character n-grams"
    prior = f"`prior`: what {fitted.facts.started_from!r} says"
    there = (bool(fitted.encoders), bool(fitted.layers), bool(fitted.levels), True, bool(fitted.prior))
    return [part for part, has in zip((tuned, layers, levels, words, prior), there, strict=True) if has]


def _row(line: Line) -> str:
    model, length = line.model, line.length
    named = line.pairs.replace("|", "\\|")  # a bar ends a cell
    return f"| {named} | {model.count:,} | {model.clusters:,} | {model} | {length} | 0.500 |"
