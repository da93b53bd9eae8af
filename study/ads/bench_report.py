"""The bench as data: models beside each other, what the figures say, and what they cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ...tools.statistics.intervals import COVERAGE, RESAMPLES, Estimate
from ...version import VERSION
from .answer_files import Reading
from .judges.by_rule import RuleJudge
from .model_table import LEAST_PRODUCTS, ModelRow, ModelTable, PairedDifference, is_above
from .scores import LOWER_IS_BETTER, MEASURES

NAMES = {
    "sra": "SRA",
    "positions": "positions right",
    "tau": "Kendall's tau",
    "selection_exact": "selection exactly right",
    "selection_f1": "selection F1",
    "ssa": "SSA",
    "wcd": "WCD",
    "vsc": "VSC",
    "fact": "Fact",
    "coh": "Coh",
    "logic": "Logic",
}
"""What tables call a measure."""
SHORT = {"positions": "positions", "tau": "tau", "selection_exact": "exact", "selection_f1": "F1"}
"""... and narrow ones."""
PAPER = (
    {"model": "GPT-4o", "measure": "sra", "value": 0.0281},
    {"model": "VC-LLM, fine-tuned", "measure": "sra", "value": 0.1098},
)
"""What VC-LLM (Qian et al.) reports on its own benchmark, as far as a cell could be sourced; no other is shown."""
PAPER_NOTE = (
    "VC-LLM's figures are of its own benchmark, which is not public: other ads, other products, other clips to choose "
    "from. They stand beside ours to be seen, and compare with nothing here. Of its tables 1 to 6 no cells but "
    "these could be sourced."
)
CONVENTIONS = (
    "SRA is 1 where an order agrees with the reference in every position. Positions right is the share of the "
    "reference's positions that have the right clip; what stands beyond its end counts nothing.",
    "An empty list, or a text that names no clip, is an answer, and a wrong one. An absent task is not judged.",
    "Kendall's tau counts a pair of clips that the answer lacks as neither right nor wrong, so an empty answer has 0. "
    "An ad of one clip has no tau.",
    "A selection is right where it names the clips of the reference and no other, in any order; F1 is a mean over ads.",
    "WCD is the absolute difference of the words of the whole script and their target: for each clip of s seconds what "
    "the voice says in s - 0.35 s (0.5 s at least), rounded down, 1 at least; without seconds the words of the "
    "reference's script. Chinese is counted in characters, a digit and a Latin word are one each, punctuation none.",
    "SSA is 1 where every subtitle has at most 13 units, every stretch between punctuation at most ceil(units / 10) "
    "subtitles, and no word is divided. A Chinese character is 1 unit, a letter, a digit and half-width punctuation "
    "0.4, a space 0.5, full-width punctuation 1. What no subtitles could keep is no fault.",
    f"Intervals: {100 * COVERAGE:.0f} % percentiles of {RESAMPLES:,} draws of whole products. Differences are taken "
    f"on the ads that both models answered, and fewer than {LEAST_PRODUCTS} products tell nothing apart. A share of "
    "0 or 1 has Wilson's interval, with the products as its trials. Nothing is corrected for how many there are.",
    "Above chance: less what a random order (1/n! and 1/n), or a random choice of as many clips as the reference has, "
    "would reach. Where an order was chosen among more clips than the reference has, chance is of these.",
)
NOTHING_PUBLIC = (
    "No judgements are published for Fact, Coh and Logic, and none of VSC with its frames: AutoCut's 19,807 judged "
    "pairs of a frame and a line come without the frames. How well a judge of these four agrees with people is not "
    "known."
)


def report_data(
    table: ModelTable,
    reading: Reading,
    sources: Sequence[str],
    judged: Mapping[str, Any] | None = None,
    published: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """The report, as JSON has it."""
    return {
        "sources": list(sources),
        "popcorn": VERSION,
        "ads": table.ads,
        "products": table.products,
        "lines": reading_data(reading),
        "measures": [_measure(name) for name in NAMES if any(name in row.estimates for row in table.rows)],
        "models": [model_data(row) for row in table.rows],
        "pairs": [_pair(pair) for pair in table.pairs],
        "judge": None if judged is None else dict(judged),
        "published_judgements": [dict(one) for one in published],
        "says": _says(table),
        "cannot_say": _cannot_say(table, judged),
        "conventions": list(CONVENTIONS),
        "paper": [dict(cell) for cell in PAPER],
        "paper_note": PAPER_NOTE,
    }


def _measure(name: str) -> dict[str, Any]:
    """How tables show a measure."""
    digits = 1 if name in LOWER_IS_BETTER else 4
    return {
        "key": name,
        "name": NAMES[name],
        "short": SHORT.get(name, NAMES[name]),
        "counted": name in ("sra", "selection_exact"),
        "digits": digits,
    }


def reading_data(reading: Reading) -> dict[str, Any]:
    """What became of the lines of a file."""
    reasons = [f"{reason} ({count:,})" for reason, count in reading.refused.most_common(8)]
    parts = [f"{reason} ({count:,})" for reason, count in reading.faults.most_common(8)]
    refused = sum(reading.refused.values())
    sentence = f"{reading.lines:,} lines read, {refused:,} refused{': ' * bool(reasons)}{'; '.join(reasons)}."
    return {
        "sentence": sentence + (f" Parts left out: {'; '.join(parts)}." if parts else ""),
        "read": reading.lines,
        "blank": reading.blank,
        "refused": refused,
        "reasons": dict(reading.refused.most_common()),
        "parts_left_out": dict(reading.faults.most_common()),
        "repeated": reading.repeated,
        "first_bad": [{"file": file, "line": line, "reason": reason} for file, line, reason in reading.shown],
    }


def model_data(row: ModelRow) -> dict[str, Any]:
    """One model; a measure that is not judged is null."""
    means = {name: _mean(row.estimates.get(name)) for name in dict.fromkeys((*MEASURES, *row.estimates))}
    return {
        "model": row.model,
        **{f"n_{task}": _count(row, name) for task, name in _COUNTED.items()},
        **means,
        "intervals": {name: _interval(one) for name, one in row.estimates.items()},
        "over_chance": {name: _interval(one) for name, one in row.over_chance.items()},
        "beats_chance": {name: is_above(one) for name, one in row.over_chance.items()},
        "other_conventions": [
            {"measure": measure, "convention": name, "value": round(value, 6), "n": count}
            for (measure, name), (value, count) in row.variants.items()
        ],
        "wcd_targets": row.targets,
    }


_COUNTED = {"order": "sra", "tau": "tau", "selection": "selection_exact", "ssa": "ssa", "wcd": "wcd"}


def _count(row: ModelRow, measure: str) -> int:
    return row.estimates[measure].count if measure in row.estimates else 0


def _mean(estimate: Estimate | None) -> float | None:
    return None if estimate is None else round(estimate.mean, 6)


def _interval(estimate: Estimate) -> dict[str, Any]:
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in asdict(estimate).items()}


def _pair(pair: PairedDifference) -> dict[str, Any]:
    own = {"measure": pair.measure, "a": pair.a, "b": pair.b, "told_apart": pair.told_apart}
    return own | {"difference": _interval(pair.difference)}


def _says(table: ModelTable) -> list[str]:
    """Which models are above chance, and which are told from the next one."""
    sentences = []
    for measure in ("positions", "selection_f1"):
        judged = [row for row in table.rows if measure in row.over_chance]
        above = [row.model for row in judged if is_above(row.over_chance[measure])]
        below = [row.model for row in judged if row.model not in above]
        if judged:
            sentences.append(
                f"Above chance in {NAMES[measure]}: {_listed(above)}; not told to be so: {_listed(below)}."
            )
    sentences += [_best(table, measure) for measure in MEASURES if _judged(table, measure) > 1]
    return sentences or ["One model, and nothing that chance is known of: there is nothing to compare it with."]


def _best(table: ModelTable, measure: str) -> str:
    """Who is first in a measure, and who is not told from it."""
    turn = -1 if measure in LOWER_IS_BETTER else 1
    rows = sorted(
        (row for row in table.rows if measure in row.estimates), key=lambda row: -turn * row.estimates[measure].mean
    )
    first = rows[0]
    level = [row.model for row in rows if row.estimates[measure].mean == first.estimates[measure].mean]
    if len(level) > 1:
        return f"First in {NAMES[measure]}, all alike: {_listed(level)}, {_shown(first, measure)}."
    tied = [
        pair.b if pair.a == first.model else pair.a
        for pair in table.pairs
        if pair.measure == measure and first.model in (pair.a, pair.b) and not pair.told_apart
    ]
    more = f"; not told from it on the ads that both answered: {_listed(tied)}" if tied else ""
    return f"First in {NAMES[measure]}: {first.model}, {_shown(first, measure)}{more}."


def _shown(row: ModelRow, measure: str) -> str:
    return interval(asdict(row.estimates[measure]), measure)


def _judged(table: ModelTable, measure: str) -> int:
    return sum(measure in row.estimates for row in table.rows)


def _listed(names: Sequence[str], most: int = 12) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown or "none"


def _cannot_say(table: ModelTable, judged: Mapping[str, Any] | None) -> list[str]:
    """What a reader might take from the figures and must not."""
    sentences = [
        "The reference is one ad that people made of these clips. Another order may be as good, and counts as wrong.",
        NOTHING_PUBLIC,
    ]
    if judged and judged["judge"] == RuleJudge.name:
        sentences.append(
            "Fact, Coh and Logic were judged by rules: claims that no fact backs, connectives, repetition, and what "
            "stands at the wrong end. They read nothing, and compare with no figure of a model that judges."
        )
    if table.products < 30:
        sentences.append(f"{table.products:,} products: intervals of so few are too narrow more often than they say.")
    if len({one.count for row in table.rows for name, one in row.estimates.items() if name == "sra"}) > 1:
        sentences.append(
            "Models answered different ads, as their counts show: compare them by the differences on the same ads."
        )
    return sentences


def interval(one: Mapping[str, Any], measure: str, *, signed: bool = False) -> str:
    """A mean with its interval, as tables show it."""
    form = ("+" if signed else "") + (".1f" if measure in LOWER_IS_BETTER else ".3f")
    text = format(one["mean"], form)
    return text if one["low"] is None else f"{text} [{one['low']:{form}}, {one['high']:{form}}]"
