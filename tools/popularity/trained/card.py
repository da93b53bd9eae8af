"""The model card: what a predictor is, learned from, good for and not, written from its facts."""

from __future__ import annotations

from ..types import counted
from .fitted import FittedPredictor
from .reliability_plot import RELIABILITY

CARD = "card.md"


def card(fitted: FittedPredictor) -> str:
    """The card as Markdown."""
    facts, config = fitted.facts, fitted.config
    origin = facts.origin
    train, valid, test = facts.rows
    return "\n".join(
        [
            f"# Predictor {facts.name!r}",
            "",
            f"Predicts log2(comments) of a short video: {_reads(fitted)}. Trained on {counted(train, origin.source)}"
            f" (catalogue {origin.catalogue!r}); {valid:,} more were used to stop, blend and calibrate,"
            f" {test:,} were kept apart" + ("." if facts.split_given else " (80/10/10 by a hash)."),
            *(["", "**The counts it learned from are invented.**"] if origin.illustrative else []),
            "",
            "## How it works",
            "",
            f"- MMRA (Zhong et al., SIGIR 2024), variant `{config.variant}`: {len(fitted.networks)} network(s), "
            f"K = {config.neighbours}, features of size {config.dimension} by {origin.profile or origin.encoder}",
            *(f"- blended with weight {weight:.2f}: {name}" for name, weight in fitted.blend.weights),
            f"- a memory bank of {len(fitted.bank):,} videos as vectors, labels, tags and ids; no titles",
            "- a count of 0, where one was learned from, is taken for 1: its log2 is 0",
            "",
            "## On videos it has not learned from",
            "",
            "| | nMSE | SRC | MAE |",
            "|---|---|---|---|",
            *(
                f"| {name} | {'-' if nmse is None else f'{nmse:.3f}'} | {src:.3f} | {mae:.3f} |"
                for name, nmse, src, mae in facts.measures
            ),
            "",
            "nMSE is the squared error over the labels' variance (1 = predicting the mean), SRC Spearman's rank "
            "correlation, MAE in doublings of comments.",
            "",
            *_scale(fitted),
            "",
            "## What it is not",
            "",
            "A prediction for videos like those it learned from, on that platform, at that time. It knows nothing of "
            "the uploader's audience, the sound, or the day. Ranks and intervals hold for such videos only.",
            "",
            f"Seed {facts.seed}, {facts.created}, {facts.seconds:.0f} s of training.",
            *([""] + [f"- {note}" for note in facts.notes] if facts.notes else []),
            "",
        ]
    )


def _scale(fitted: FittedPredictor) -> list[str]:
    """Ranks as shown against ranks as they were."""
    scale, found = fitted.scale, fitted.facts.reliability
    if found is None:
        return ["## Ranks", "", f"It shows none: {scale.reason or 'they were not checked'}."]
    against = counted(found.videos, fitted.facts.origin.source)
    return [
        "## Ranks",
        "",
        f"A score shows the expected rank among the real counts of {against}, none of which the predictor that read "
        "it had learned from; they were read as drafts are, without a tag. Each tenth was shown ranks by a scale that "
        "the other nine made:",
        "",
        "| shown | real, mean | real, 80 % | videos |",
        "|---|---|---|---|",
        *(
            f"| {one.shown:.0f} | {one.real:.0f} | {one.low:.0f} to {one.high:.0f} | {one.videos:,} |"
            for one in found.bins
        ),
        "",
        f"![Shown ranks against real ones]({RELIABILITY})",
        "",
        f"- slope of real on shown {found.slope:.2f} (1 for a scale that can be taken at its word)",
        f"- the shown rank is {found.error:.1f} points off on average; always saying 50 is {found.error_of_50:.1f} off",
        f"- the range holds {found.range_holds:.0%} of the real ranks, the interval {found.interval_holds:.0%} of the "
        f"counts; {scale.coverage:.0%} are meant",
    ]


def _reads(fitted: FittedPredictor) -> str:
    parts = ["title and text"]
    if fitted.tag_names:
        parts.append(f"tag ({len(fitted.tag_names)} known)")
    parts.append("text only, no frames" if fitted.videos.frames is None else "frames")
    return ", ".join(parts)
