"""All arms in one order, with those that cannot be told apart named as such: Bradley and Terry over every pair."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ..tools.statistics.bradley_terry import Strength, strengths
from .pairing import SAME
from .types import HUMAN, Arm, Row, Sees


@dataclass(frozen=True, slots=True)
class Ranking:
    """The arms that one predictor scored, strongest first."""

    predictor: str
    arms: tuple[Arm, ...]
    strengths: tuple[Strength, ...]
    """By the arms' labels, strongest first."""


def rankings(rows: Iterable[Row]) -> list[Ranking]:
    """One ranking a predictor, over all of its arms with two or more."""
    by_predictor: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if not row.failed and row.log2_comments is not None:
            by_predictor[row.predictor].append(row)
    found = []
    for predictor, own in by_predictor.items():
        arms = list(dict.fromkeys(row.arm for row in own))
        if len(arms) > 1:
            names = labels(arms)
            found.append(Ranking(predictor, tuple(arms), tuple(strengths(names, _wins(own, arms)))))
    return found


def labels(arms: Sequence[Arm]) -> list[str]:
    """A short name for each arm: what it does not share with all others."""
    varying = [name for name in Arm.__slots__ if len({getattr(arm, name) for arm in arms}) > 1]
    return [_label(arm, varying) for arm in arms]


def _label(arm: Arm, varying: Sequence[str]) -> str:
    if arm.model == HUMAN:
        return "the nearest real title"
    return " ".join(filter(None, (_part(name, getattr(arm, name)) for name in varying))) or arm.model


def _part(name: str, value: object) -> str:
    """One setting of an arm, in a word or two."""
    if value in ("", 0) and not isinstance(value, bool):
        return ""
    if name == "references":
        return f"K={value}"
    if name == "tags":
        return f"{value} tags" if value != 1 else "1 tag"
    if name == "given":
        return "" if value == "found" else f"references {value}"
    if name == "sees":
        return {Sees.SHUFFLED.value: "another's clip", Sees.TITLE.value: "title alone"}.get(str(value), "")
    if name == "candidates":
        return f"{value} candidates" if value != 1 else "1 candidate"
    if name == "refine":
        return "refined" if value else "not refined"
    return str(value)


def _wins(rows: Sequence[Row], arms: Sequence[Arm]) -> np.ndarray[tuple[int, int, int], np.dtype[np.float64]]:
    """Wins (prompts, arms, arms) over shared prompt and seed; a tie is half a win for each."""
    prompts = {name: at for at, name in enumerate(dict.fromkeys(row.prompt_id for row in rows))}
    places = {arm: at for at, arm in enumerate(arms)}
    cells: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in rows:
        cells[row.prompt_id, row.seed].append(row)
    wins = np.zeros((len(prompts), len(arms), len(arms)))
    for (prompt, _), own in cells.items():
        for a, b in combinations(own, 2):
            gap = (a.log2_comments or 0.0) - (b.log2_comments or 0.0)
            share = 0.5 if abs(gap) < SAME else float(gap > 0)
            wins[prompts[prompt], places[a.arm], places[b.arm]] += share
            wins[prompts[prompt], places[b.arm], places[a.arm]] += 1 - share
    return wins
