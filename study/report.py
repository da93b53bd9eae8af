"""What a study found, as data: the tables of the report, and what its figures can and cannot say in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ..tools.statistics.design_power import Design, smallest_rate_of
from .contrasts import Contrast, contrasts
from .efficiency import efforts
from .frame_agreement import agreements
from .interactions import Interaction, interactions
from .levels import levels
from .ranking import labels, rankings
from .stability import stabilities
from .types import HUMAN, INVENTED, Arm, Row

NOT_ENGAGEMENT = (
    "Every figure here is a predicted popularity, made by a model from title, text and perhaps frames. It is not "
    "engagement: nobody has watched these videos."
)
_FAMILY = "Corrected p values are Holm's over all contrasts of one dimension, kinds included."
_PAIRED = (
    "Pairs share prompt and seed; a tie counts half. The prompt is the witness: its seeds are no further ones. "
    "Intervals are Wilson's, for clusters where a prompt gives several pairs. Tests are exact: the sign test, or sign "
    "flips of each prompt's mean. The test leaves ties out and the interval does not: with many ties it may hold 50 % "
    "where the test tells two apart."
)
_PAPER = (
    "The paper's own medians (Tables 2 and 3, between 0.4 and 1.2) are of an unstated unit and share no scale with "
    "log2(comments); its win rates compare."
)
_CARRIED = (
    "A difference of two rates is taken prompt by prompt, with Student's interval over prompts and the test of sign "
    "flips; Holm corrects over all such differences. Rates by seed are tested by Cochran's Q, uncorrected; likeness is "
    "the intraclass correlation of a prompt's seeds."
)


def report_data(description: Mapping[str, Any], rows: Sequence[Row]) -> dict[str, Any]:
    """The report of a study with this description and these rows, as JSON has it."""
    rows = in_order(rows, description["study"])
    fit = [row for row in rows if not row.failed]
    arms = list(dict.fromkeys(row.arm for row in rows))
    names = dict(zip(arms, labels(arms), strict=True))
    found, crossed = contrasts(rows), interactions(rows)
    study = description["study"]
    design = Design(len({row.prompt_id for row in fit}), len(study["seeds"]))
    return {
        "name": study["name"],
        "question": study["question"],
        "popcorn": description["popcorn"],
        "facts": description["facts"],
        "prompts": design.prompts,
        "seeds": design.seeds,
        "units": len(rows),
        "failures": len(rows) - len(fit),
        "evidence": _share(fit),
        "smallest_win_rate": smallest_rate_of(design) if design.prompts > 1 else None,
        "levels": [_level(one, names) for one in levels(rows)],
        "contrasts": [asdict(one) | {"told_apart": one.told_apart} for one in found],
        "interactions": [asdict(one) | {"told_apart": one.told_apart} for one in crossed],
        "stabilities": [asdict(one) for one in stabilities(rows)],
        "rankings": [
            {"predictor": one.predictor, "strengths": [asdict(strength) for strength in one.strengths]}
            for one in rankings(rows)
        ],
        "agreements": [asdict(one) for one in agreements(rows)],
        "efforts": [asdict(one) for one in efforts(rows)],
        "scores": _scores(fit),
        "says": [*_says(fit, found), *map(_carried, crossed)],
        "cannot_say": _cannot_say(fit, design, description),
        "conventions": [_PAIRED, _FAMILY, _CARRIED, _PAPER],
    }


def in_order(rows: Iterable[Row], study: Mapping[str, Any]) -> list[Row]:
    """The rows in the order of the study's lists, so that the same rows make the same report."""
    lists = {
        "predictor": study["predictors"],
        "model": study["models"],
        "mode": study["modes"],
        "references": study["references"],
        "tags": study["tags"],
        "given": study["given"],
        "sees": study.get("sees", []),
        "candidates": study["candidates"],
        "refine": study["refine"],
        "renderer": study["renderers"],
        "seed": study["seeds"],
    }

    def place(row: Row) -> tuple[int, ...]:
        values = ((getattr(row, name), known) for name, known in lists.items())
        return tuple(known.index(value) if value in known else len(known) for value, known in values)

    return sorted(rows, key=lambda row: (place(row), row.prompt_id))


def _level(level: Any, names: Mapping[Arm, str]) -> dict[str, Any]:
    return asdict(level) | {"arm": names[level.arm], "predictor": level.arm.predictor}


def _scores(rows: Sequence[Row]) -> dict[str, dict[str, list[float]]]:
    """The scores by predictor, whose scales differ, and by arm, for the distributions (Figure 3)."""
    found: dict[str, dict[str, list[float]]] = {}
    for predictor in dict.fromkeys(row.predictor for row in rows):
        own = [row for row in rows if row.predictor == predictor and row.log2_comments is not None]
        arms = list(dict.fromkeys(row.arm for row in own))
        for arm, name in zip(arms, labels(arms), strict=True):
            scores = [round(row.log2_comments or 0.0, 3) for row in own if row.arm == arm]
            found.setdefault(predictor, {})[name] = scores
    return found


def _share(rows: Sequence[Row]) -> float:
    return sum(row.evidence for row in rows) / len(rows) if rows else 0.0


def _says(rows: Sequence[Row], found: Sequence[Contrast]) -> list[str]:
    """What these data tell apart, in sentences."""
    if not rows:
        return ["No unit has come to an end: there is nothing to compare."]
    overall = [one for one in found if not one.kind]
    several = len({one.predictor for one in overall}) > 1
    sentences = [_sentence(one) + _by(one.predictor, several=several) for one in overall if one.told_apart]
    for dimension, predictor in dict.fromkeys((one.dimension, one.predictor) for one in overall):
        own = [one for one in overall if (one.dimension, one.predictor) == (dimension, predictor)]
        if tied := [one for one in own if not one.told_apart]:
            shown = _tied(tied, whole=len(tied) == len(own))
            sentences.append(f"{dimension}: not told apart are {shown}{_by(predictor, several=several)}")
    return sentences or ["Only one arm was run: there is nothing to compare it with."]


def _by(predictor: str, *, several: bool) -> str:
    """The end of a sentence, with the predictor where there are several."""
    return f", by {predictor}." if several else "."


def _tied(tied: Sequence[Contrast], *, whole: bool) -> str:
    """The values that are no two of them told apart, or else the pairs."""
    values = list(dict.fromkeys(value for one in tied for value in (one.a, one.b)))
    if whole:
        return f"{', '.join(values[:-1])} and {values[-1]} ({tied[0].prompts:,} prompts)"
    return "; ".join(f"{one.a} and {one.b} ({one.prompts:,} prompts)" for one in tied)


def _carried(one: Interaction) -> str:
    """Whether the mode's win is the same under two renderers or models."""
    verdict = "differ" if one.told_apart else "are not told apart"
    return (
        f"Under {one.dimension} {one.first} {one.a} wins over {one.b} in {100 * one.rate_first:.1f} % of pairs, under "
        f"{one.second} in {100 * one.rate_second:.1f} %: the two rates {verdict} by {one.predictor} "
        f"[{100 * one.low:+.1f}, {100 * one.high:+.1f} points], {one.prompts:,} prompts, p = {one.corrected:.2g} after "
        "correction."
    )


def _sentence(one: Contrast) -> str:
    first, second = (one.a, one.b) if one.rate >= 0.5 else (one.b, one.a)
    rate, low, high = (one.rate, one.low, one.high) if one.rate >= 0.5 else (1 - one.rate, 1 - one.high, 1 - one.low)
    more, fewer = (one.wins, one.losses) if one.rate >= 0.5 else (one.losses, one.wins)
    ties = f" ({more:,} wins, {fewer:,} losses, {one.ties:,} ties as halves)" if one.ties else ""
    return (
        f"{one.dimension} {first} is predicted above {second} in {100 * rate:.1f} % of pairs "
        f"[{100 * low:.1f}, {100 * high:.1f}]{ties}, {one.prompts:,} prompts, p = {one.corrected:.2g} after correction"
    )


def _cannot_say(rows: Sequence[Row], design: Design, description: Mapping[str, Any]) -> list[str]:
    """What a reader might take from the figures and must not."""
    sentences = [NOT_ENGAGEMENT]
    for predictor in dict.fromkeys(row.predictor for row in rows):
        share = _share([row for row in rows if row.predictor == predictor])
        if share < 1:
            sentences.append(
                f"Of {100 * (1 - share):.0f} % of the drafts the predictor {predictor} has no evidence: it was not "
                "measured on such, and their scores may mean nothing."
            )
    least = smallest_rate_of(design) if design.prompts > 1 else None
    if least:
        sentences.append(
            f"With {design.prompts:,} prompts and {design.seeds} seed{'s' * (design.seeds > 1)} a true win rate below "
            f"{100 * least:.0f} % is more likely missed than found: a tie here is no proof of equality."
        )
    if any(row.model == "offline" for row in rows):
        sentences.append("offline is a drafter by rule and no language model: its rows say what rules reach.")
    if invented := description["facts"]["about"].get(INVENTED):
        sentences.append(
            f"The references of {invented} are invented, for illustration: no title of theirs is real, and what they "
            "teach is no evidence."
        )
    elif any(row.model == HUMAN for row in rows):
        sentences.append(
            "The nearest real titles are of videos that no predictor of this study has learned from. A win over them "
            "compares texts, not videos."
        )
    predictors = description["study"]["predictors"]
    sentences.append(
        f"How well {', '.join(predictors)} agrees with randomised tests: popcorn study validate --predictor NAME "
        "--pairs FILE."
    )
    return sentences
