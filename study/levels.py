"""How high an arm's scores are: medians over prompts with bootstrap intervals (LLMPopcorn, Tables 2 and 3, Figure 3).

The prompt is drawn anew with all its seeds, since seeds of one prompt are no independent witnesses. Scores of different
predictors share no scale, and none of ours shares one with the paper's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..tools.statistics.intervals import COVERAGE, RESAMPLES
from .types import Arm, Row


@dataclass(frozen=True, slots=True)
class Level:
    """The scores of one arm on some prompts."""

    arm: Arm
    kind: str
    """Empty for all."""
    category: str
    """Empty for all."""
    prompts: int
    median: float
    """Predicted log2(comments)."""
    low: float | None
    """None of a single prompt, of which nothing but the median is known."""
    high: float | None
    quartiles: tuple[float, float]
    evidence: float
    """The share of scores that the predictor has evidence for."""
    failures: int


def levels(rows: Iterable[Row]) -> list[Level]:
    """A level for every arm: over all prompts, by kind, and by kind and category."""
    cells: dict[tuple[Arm, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        for kind, category in dict.fromkeys([("", ""), (row.kind, ""), (row.kind, row.category)]):
            cells[row.arm, kind, category].append(row)
    return [_level(*cell, own) for cell, own in cells.items() if any(not row.failed for row in own)]


def _level(arm: Arm, kind: str, category: str, rows: Sequence[Row]) -> Level:
    fit = [row for row in rows if not row.failed and row.log2_comments is not None]
    by_prompt: dict[str, list[float]] = defaultdict(list)
    for row in fit:
        by_prompt[row.prompt_id].append(row.log2_comments or 0.0)
    several = len(by_prompt) > 1
    low, high = median_interval(list(by_prompt.values())) if several else (None, None)
    scores = np.array([row.log2_comments for row in fit], np.float64)
    first, middle, third = (float(value) for value in np.quantile(scores, (0.25, 0.5, 0.75)))
    return Level(
        arm,
        kind,
        category,
        prompts=len(by_prompt),
        median=middle,
        low=low,
        high=high,
        quartiles=(first, third),
        evidence=sum(row.evidence for row in fit) / len(fit),
        failures=len(rows) - len(fit),
    )


def median_interval(clusters: Sequence[Sequence[float]], *, seed: int = 0) -> tuple[float, float]:
    """The percentile interval of the median of all values, whole clusters drawn anew."""
    rng = np.random.default_rng(seed)
    values = [np.asarray(cluster, np.float64) for cluster in clusters]
    if all(len(one) == 1 for one in values):
        flat = np.concatenate(values)
        draws = np.median(flat[rng.integers(0, len(flat), (RESAMPLES, len(flat)))], axis=1)
    else:
        chosen = rng.integers(0, len(values), (RESAMPLES, len(values)))
        draws = np.array([np.median(np.concatenate([values[at] for at in row])) for row in chosen])
    low, high = np.quantile(draws, ((1 - COVERAGE) / 2, (1 + COVERAGE) / 2))
    return float(low), float(high)
