"""The model card: what a predictor is, learned from, good for and not, written from its facts."""

from __future__ import annotations

from ..domain import LANGUAGES
from ..other_titles import REFUSED as ELSEWHERE
from ..platforms import titles_of
from ..types import counted
from .fitted import FittedPredictor
from .least_span import SHORTEST
from .manifest import TESTED
from .reliability_plot import RELIABILITY

CARD = "card.md"
_MEMBERS = {
    "network": "the network",
    "lexical": "a ridge regression on words and pairs of words",
    "neighbours": "the labels of the nearest videos",
    "tuned": "the bundled encoder, tuned end to end on the titles, with a shift for each tag",
}
_NOT_PUBLISHED = (
    "- it is not MMRA as published, whose attention between frames and text and whose captions are in "
    "`popcorn predictor train --variant reference --profile paper` (docs/reproduce.md)"
)


def card(fitted: FittedPredictor) -> str:
    """The card as Markdown."""
    facts, config = fitted.facts, fitted.config
    origin = facts.origin
    train, valid, test = facts.rows
    return "\n".join(
        [
            f"# Predictor {facts.name!r}",
            "",
            f"Predicts log2(comments) of a video: {_reads(fitted)}. Trained on {counted(train, origin.source)}"
            f" (catalogue {origin.catalogue!r}); {valid:,} more were used to stop, blend and calibrate,"
            f" {test:,} were kept apart" + ("." if facts.split_given else " (80/10/10 by a hash)."),
            *(["", "**The counts it learned from are invented.**"] if origin.illustrative else []),
            "",
            "## How it works",
            "",
            f"- {_network(fitted)}: {len(fitted.networks)} network(s), "
            f"K = {config.neighbours}, features of size {config.dimension} by {origin.profile or origin.encoder}",
            *(f"- blended with weight {weight:.2f}: {_MEMBERS[name]}" for name, weight in fitted.blend.weights),
            *([] if config.variant == "reference" else [_NOT_PUBLISHED]),
            *(_bounds(fitted)),
            f"- a memory bank of {len(fitted.bank):,} videos as vectors, labels, tags and ids; no titles",
            "- a count of 0, where one was learned from, is taken for 1: its log2 is 0",
            "",
            *_how_good(fitted),
            "",
            *_scale(fitted),
            "",
            "## What it is not",
            "",
            "A prediction for videos like those it learned from, on that platform, at that time. It knows nothing of "
            "the uploader's audience, the sound, or the day. Ranks and intervals hold for such videos only, and counts "
            "for their time: what trends later may get several times as many.",
            *_domain(fitted),
            "",
            f"Seed {facts.seed}, {facts.created}, {facts.seconds:.0f} s of training.",
            *([""] + [f"- {note}" for note in facts.notes] if facts.notes else []),
            "",
        ]
    )


def _network(fitted: FittedPredictor) -> str:
    """What the networks are, by a name that they deserve."""
    if fitted.config.variant == "reference":
        return "MMRA as published (Zhong et al., SIGIR 2024; variant `reference`)"
    seen = "text only" if fitted.videos.frames is None else "text and frames"
    return f"a network that retrieves past videos, after MMRA (Zhong et al., SIGIR 2024; variant `popcorn`), {seen}"


def _how_good(fitted: FittedPredictor) -> list[str]:
    """Validation figures, which are called that, and test figures with their intervals."""
    facts = fitted.facts
    chosen = [row for row in facts.measures if row[0] != TESTED]
    tested = [row for row in facts.measures if row[0] == TESTED]
    head = ["| | nMSE | SRC | MAE |", "|---|---|---|---|"]
    lines = [
        "## On videos it has not learned from",
        "",
        f"Validation: {facts.rows[1]:,} videos that chose epochs and weights.",
        "",
        *head,
        *(
            f"| {name} | {'-' if nmse is None else f'{nmse:.3f}'} | {src:.3f} | {mae:.3f} |"
            for name, nmse, src, mae in chosen
        ),
    ]
    if tested:
        ends = {name: f" [{low:.2f}, {high:.2f}]" for name, low, high in facts.tested}
        lines += ["", f"Test: {facts.rows[2]:,} videos that chose nothing, with 95 % bootstrap intervals.", "", *head]
        lines += [
            f"| {name} | {'-' if nmse is None else f'{nmse:.3f}'}{ends.get('nmse', '')} | "
            f"{src:.3f}{ends.get('src', '')} | {mae:.3f}{ends.get('mae', '')} |"
            for name, nmse, src, mae in tested
        ]
    return [
        *lines,
        "",
        "nMSE is the squared error over the labels' variance (1 = predicting the mean), SRC Spearman's rank "
        "correlation, MAE in doublings of comments.",
    ]


def _bounds(fitted: FittedPredictor) -> list[str]:
    """What keeps templates from lifting a title."""
    if fitted.steady is None:
        return []
    nudge = fitted.steady.bounds.nudge
    return [
        f"- what counts is the run of {SHORTEST} words or more that promises least; the blend of the whole title moves "
        f"it by {nudge:.2f} at most either way: words around a topic gain no more than {most_gained(fitted):.1f} points"
    ]


def most_gained(fitted: FittedPredictor) -> float:
    """The most points of expected rank that words around a topic can gain, wherever on the scale it stands."""
    if fitted.steady is None or fitted.scale.reason:
        return 100.0
    first, last = fitted.scale.predictions[0], fitted.scale.predictions[-1]
    gained = 2 * fitted.steady.bounds.nudge
    steps = (first + (last - first) * step / 500 for step in range(-100, 501))
    return max(fitted.scale.read(at + gained).rank - fitted.scale.read(at).rank for at in steps)


def _scale(fitted: FittedPredictor) -> list[str]:
    """Ranks as shown against ranks as they were."""
    scale, found = fitted.scale, fitted.facts.reliability
    if found is None:
        return ["## Ranks", "", f"It shows none: {scale.reason or 'they were not checked'}."]
    against = scale.against or counted(found.videos, fitted.facts.origin.source)
    read = (
        "they were scored as drafts, before they were published"
        if scale.against
        else "they were read as drafts are, without a tag"
    )
    return [
        "## Ranks",
        "",
        f"A score shows the expected rank among the real counts of {against}, none of which the predictor that read "
        f"it had learned from; {read}. Each tenth was shown ranks by a scale that the other nine made:",
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


def _domain(fitted: FittedPredictor) -> list[str]:
    """Which titles it does not judge."""
    domain, platform = fitted.domain, fitted.facts.origin.platform
    spoken = " or ".join(LANGUAGES.get(one, one) for one in domain.languages)
    refused = [
        *([f"titles for another platform than {platform}"] if platform else []),
        *([f"titles that are surely not in {spoken}"] if spoken else []),
        f"titles of fewer than {domain.fewest} words, mostly of signs, or that repeat themselves",
        "addresses, files, program text, prompts, lists of names, words in three scripts",
        *(["texts that do not read like titles: letters, words strewn about, names piled up"] if domain.look else []),
        *(
            f"what reads like {titles_of(other.platform)}: {other.known:.0%} of such are known, for {ELSEWHERE:.2%} of "
            "the titles that were learned from"
            for other in domain.others
        ),
        f"what is like none of the known videos (similarity below {fitted.usual_nearness:.2f})",
    ]
    return ["", "It gives no rank for:", "", *(f"- {one}" for one in refused)]


def _reads(fitted: FittedPredictor) -> str:
    if fitted.steady:
        return "title alone"
    parts = ["title and text"]
    if fitted.tag_names and fitted.facts.reads_tags:
        parts.append(f"tag ({len(fitted.tag_names)} known)")
    if fitted.facts.guesses_tags:
        parts.append("where there is no tag, those of the nearest videos")
    parts.append("text only, no frames" if fitted.videos.frames is None else "frames")
    return ", ".join(parts)
