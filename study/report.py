"""What a study found, as data: the tables of the report, and what its figures can and cannot say in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ..tools.statistics.design_power import Design, smallest_rate_of
from .contrasts import Contrast, contrasts
from .efficiency import efforts
from .levels import levels
from .ranking import labels, rankings
from .types import Arm, Row

NOT_ENGAGEMENT = (
    "Every figure here is a predicted popularity, made by a model from title, text and perhaps frames. It is not "
    "engagement: nobody has watched these videos."
)
_FAMILY = "Corrected p values are Holm's over all contrasts of one dimension, kinds included."
_PAIRED = "Pairs share prompt and seed; a tie counts half. The prompt is the witness: its seeds are no further ones."
_PAPER = (
    "The paper's own medians (Tables 2 and 3, between 0.4 and 1.2) are of an unstated unit and share no scale with "
    "log2(comments); its win rates compare."
)


def report_data(description: Mapping[str, Any], rows: Sequence[Row]) -> dict[str, Any]:
    """The report of a study with this description and these rows, as JSON has it."""
    fit = [row for row in rows if not row.failed]
    arms = list(dict.fromkeys(row.arm for row in rows))
    names = dict(zip(arms, labels(arms), strict=True))
    found = contrasts(rows)
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
        "rankings": [
            {"predictor": one.predictor, "strengths": [asdict(strength) for strength in one.strengths]}
            for one in rankings(rows)
        ],
        "efforts": [asdict(one) for one in efforts(rows)],
        "scores": _scores(fit, names),
        "says": _says(fit, found),
        "cannot_say": _cannot_say(fit, design, description),
        "conventions": [_PAIRED, _FAMILY, _PAPER],
    }


def _level(level: Any, names: Mapping[Arm, str]) -> dict[str, Any]:
    return asdict(level) | {"arm": names[level.arm], "predictor": level.arm.predictor}


def _scores(rows: Sequence[Row], names: Mapping[Arm, str]) -> dict[str, list[float]]:
    """The scores by arm, for the distributions (Figure 3)."""
    found: dict[str, list[float]] = {}
    for row in rows:
        if row.log2_comments is not None:
            found.setdefault(names[row.arm], []).append(round(row.log2_comments, 3))
    return found


def _share(rows: Sequence[Row]) -> float:
    return sum(row.evidence for row in rows) / len(rows) if rows else 0.0


def _says(rows: Sequence[Row], found: Sequence[Contrast]) -> list[str]:
    """What these data tell apart, in sentences."""
    if not rows:
        return ["No unit has come to an end: there is nothing to compare."]
    overall = [one for one in found if not one.kind]
    told = [one for one in overall if one.told_apart]
    sentences = [_sentence(one) for one in told]
    for dimension in dict.fromkeys(one.dimension for one in overall):
        tied = [one for one in overall if one.dimension == dimension and not one.told_apart]
        if tied:
            values = list(dict.fromkeys(value for one in tied for value in (one.a, one.b)))
            shown = ", ".join(values[:-1]) + f" and {values[-1]}"
            sentences.append(f"{dimension}: {shown} are not told apart by these {tied[0].prompts:,} prompts.")
    return sentences or ["Only one arm was run: there is nothing to compare it with."]


def _sentence(one: Contrast) -> str:
    first, second = (one.a, one.b) if one.rate >= 0.5 else (one.b, one.a)
    rate, low, high = (one.rate, one.low, one.high) if one.rate >= 0.5 else (1 - one.rate, 1 - one.high, 1 - one.low)
    return (
        f"{one.dimension} {first} is predicted above {second} in {100 * rate:.1f} % of pairs "
        f"[{100 * low:.1f}, {100 * high:.1f}], {one.prompts:,} prompts, p = {one.corrected:.2g} after correction."
    )


def _cannot_say(rows: Sequence[Row], design: Design, description: Mapping[str, Any]) -> list[str]:
    """What a reader might take from the figures and must not."""
    sentences = [NOT_ENGAGEMENT]
    share = _share(rows)
    if rows and share < 1:
        sentences.append(
            f"Of {100 * (1 - share):.0f} % of the drafts the predictor has no evidence: it was not measured on such, "
            "and their scores may mean nothing."
        )
    least = smallest_rate_of(design) if design.prompts > 1 else None
    if least:
        sentences.append(
            f"With {design.prompts:,} prompts and {design.seeds} seed{'s' * (design.seeds > 1)} a true win rate below "
            f"{100 * least:.0f} % is more likely missed than found: a tie here is no proof of equality."
        )
    if any(row.model == "offline" for row in rows):
        sentences.append("offline is a drafter by rule and no language model: its rows say what rules reach.")
    predictors = description["study"]["predictors"]
    sentences.append(
        f"How well {', '.join(predictors)} agrees with randomised tests: popcorn study validate --predictor NAME "
        "--pairs FILE."
    )
    return sentences
