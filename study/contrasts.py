"""Which of two values of a dimension does better, all else equal: enhanced or basic, one model or another, 10 or 50.

Units are paired over prompt and seed (LLMPopcorn, Tables 4 to 8, counts such wins over 100 prompts a cell). What is
compared is the predicted log2(comments). A tie counts half. Where each prompt gives one pair, the interval is Wilson's
and the test the exact sign test; where it gives several (seeds, other dimensions), the prompt is the witness: its mean
win is one observation, the interval is a bootstrap over prompts and the test a t test over them. Holm corrects over all
contrasts of a dimension, kinds included: that is the family.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations

import numpy as np

from ..graphs.create.state import Mode
from ..tools.statistics.corrections import holm
from ..tools.statistics.design_power import cluster_test
from ..tools.statistics.intervals import clustered_mean
from ..tools.statistics.win_rates import WinRate
from .types import HUMAN, Row

DIMENSIONS = ("model", "mode", "references", "tags", "given", "candidates", "refine", "renderer")
"""What can be compared. Scores of different predictors share no scale, so they are never compared."""
_UNKNOWN_TO_SOME = frozenset({"references", "tags", "given"})
"""What not every mode knows: modes are compared over all their values."""
SAME = 1e-6
"""log2(comments) by which two scores are the same."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """One pair of values of one dimension."""

    dimension: str
    a: str
    b: str
    predictor: str
    kind: str
    """concrete, abstract, or empty for all prompts."""
    prompts: int
    pairs: int
    wins: int
    """Of a over b."""
    ties: int
    losses: int
    rate: float
    low: float
    high: float
    p_value: float
    corrected: float = 1.0
    """By Holm, over the dimension's contrasts."""
    evidence: float = 0.0
    """The share of pairs whose two scores the predictor has evidence for."""

    @property
    def told_apart(self) -> bool:
        """Whether these data tell the two apart, after correction."""
        return self.corrected < 0.05


@dataclass(frozen=True, slots=True)
class _Pair:
    prompt: str
    kind: str
    win: float
    evidence: bool


def contrasts(rows: Iterable[Row]) -> list[Contrast]:
    """Every contrast that the rows allow, a dimension's together; failures are in none."""
    fit = [row for row in rows if not row.failed and row.log2_comments is not None]
    found: list[Contrast] = []
    for dimension in DIMENSIONS:
        family = list(_of_dimension(fit, dimension))
        corrected = holm([one.p_value for one in family])
        found += [replace(one, corrected=value) for one, value in zip(family, corrected, strict=True)]
    return found


def _of_dimension(rows: Sequence[Row], dimension: str) -> Iterable[Contrast]:
    values: dict[str, dict[object, dict[tuple[object, ...], Row]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        if dimension == "mode" and row.given not in ("", "found"):
            continue
        if _knows(row, dimension):
            values[row.predictor][getattr(row, dimension)][_rest(row, dimension)] = row
    for predictor, by_value in values.items():
        for a, b in combinations(by_value, 2):
            pairs = _pairs(by_value[a], by_value[b])
            kinds = sorted({pair.kind for pair in pairs} - {""})
            for kind in ["", *(kinds if len(kinds) > 1 else [])]:
                chosen = [pair for pair in pairs if kind in ("", pair.kind)]
                if chosen:
                    yield _contrast(dimension, _named(a), _named(b), predictor, kind, chosen)


def _named(value: object) -> str:
    """A value as tables show it."""
    return {"True": "on", "False": "off", HUMAN: "the nearest real title"}.get(str(value), str(value))


def _knows(row: Row, dimension: str) -> bool:
    """Whether the dimension says anything of the row: basic mode knows no references, a real title no refinement."""
    if dimension in ("candidates", "refine"):
        return row.mode in (Mode.BASIC, Mode.ENHANCED)
    return getattr(row, dimension) not in ("", 0)


def _rest(row: Row, dimension: str) -> tuple[object, ...]:
    """All of a row's arm but the dimension, with prompt and seed: rows that agree in it are a pair.

    A real title has no mode, no references and no seed of its own: it is compared with every arm.
    """
    left_out = {dimension} | (_UNKNOWN_TO_SOME if dimension == "mode" else frozenset())
    arm = asdict(row.arm)
    return (row.prompt_id, row.seed, *(value for name, value in arm.items() if name not in left_out))


def _pairs(first: dict[tuple[object, ...], Row], second: dict[tuple[object, ...], Row]) -> list[_Pair]:
    real = {HUMAN} & {row.model for row in (*first.values(), *second.values())}
    if real:
        first, second = _spread(first, second)
    pairs = []
    for key in first.keys() & second.keys():
        a, b = first[key], second[key]
        gap = (a.log2_comments or 0.0) - (b.log2_comments or 0.0)
        win = 0.5 if abs(gap) < SAME else float(gap > 0)
        pairs.append(_Pair(a.prompt_id, a.kind, win, a.evidence and b.evidence))
    return pairs


def _spread(
    first: dict[tuple[object, ...], Row], second: dict[tuple[object, ...], Row]
) -> tuple[dict[tuple[object, ...], Row], dict[tuple[object, ...], Row]]:
    """Real titles beside every arm on their prompt."""
    human, others = (first, second) if next(iter(first.values())).model == HUMAN else (second, first)
    by_prompt = {row.prompt_id: row for row in human.values()}
    wide = {key: by_prompt[row.prompt_id] for key, row in others.items() if row.prompt_id in by_prompt}
    return (wide, others) if human is first else (others, wide)


def _contrast(dimension: str, a: str, b: str, predictor: str, kind: str, pairs: Sequence[_Pair]) -> Contrast:
    by_prompt: dict[str, list[float]] = defaultdict(list)
    for pair in pairs:
        by_prompt[pair.prompt].append(pair.win)
    wins, ties = sum(pair.win == 1 for pair in pairs), sum(pair.win == 0.5 for pair in pairs)
    counted = WinRate(wins, ties, len(pairs) - wins - ties)
    rate, low, high, p_value = counted.rate, *counted.interval(), counted.p_value
    if len(by_prompt) < len(pairs):
        rate, low, high, p_value = _clustered(pairs, by_prompt)
    return Contrast(
        dimension,
        a,
        b,
        predictor,
        kind,
        prompts=len(by_prompt),
        pairs=len(pairs),
        wins=counted.wins,
        ties=counted.ties,
        losses=counted.losses,
        rate=rate,
        low=low,
        high=high,
        p_value=p_value,
        evidence=sum(pair.evidence for pair in pairs) / len(pairs),
    )


def _clustered(pairs: Sequence[_Pair], by_prompt: dict[str, list[float]]) -> tuple[float, float, float, float]:
    """Rate, interval and p value with prompts as the witnesses."""
    names = {name: at for at, name in enumerate(by_prompt)}
    clusters = np.array([names[pair.prompt] for pair in pairs], np.int64)
    mean = clustered_mean(np.array([pair.win for pair in pairs]), clusters)
    means = np.array([[float(np.mean(wins)) for wins in by_prompt.values()]])
    low, high = (0.0, 1.0) if mean.low is None or mean.high is None else (mean.low, mean.high)
    return mean.mean, low, high, float(cluster_test(means)[0])
