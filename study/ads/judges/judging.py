"""Answers judged in bulk: levels as measures, how far two judgements of one item agree, and what published ones say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ....tools.statistics.agreement import rank_correlation, weighted_kappa
from ..answers import Answer
from .types import Item, Judge, Judgement, Measure, Progress, Shots

LENGTH = "length"
"""What the word count difference is called beside published judgements: turned round, so that more is better."""
Pictures = Callable[[Answer], Callable[[], Shots] | None]
"""Where an answer's clips can be looked at."""


def no_pictures(answer: Answer) -> None:
    """Answers that came without their clips."""


class Judging:
    """Asks one judge about answers, and remembers what was said."""

    def __init__(self, judge: Judge, pictures: Pictures = no_pictures) -> None:
        self.judge = judge
        self._pictures = pictures
        self._levels: dict[Measure, list[tuple[int | None, ...]]] = defaultdict(list)

    def items(self, answers: Sequence[Answer]) -> list[list[Item]]:
        """What can be judged of each answer that has a script."""
        return [[item for item in self._all(answer) if self.judge.can(item)] for answer in answers]

    def levels(self, answers: Sequence[Answer], progress: Progress = lambda *_: None) -> list[dict[str, float]]:
        """The judged measures of each answer; a measure without a usable judgement is absent."""
        asked = self.items(answers)
        flat = [item for items in asked for item in items]
        said = iter(self._said(flat, progress))
        return [
            {item.measure.value: value for item in items if (value := self._noted(item, next(said))) is not None}
            for items in asked
        ]

    def summary(self) -> dict[str, Any]:
        """How often each measure was judged, and how far two judgements of one item agree."""
        return {
            "judge": self.judge.name,
            "measures": [
                {
                    "measure": measure.value,
                    "items": len(said),
                    "unusable": sum(level is None for levels in said for level in levels),
                    "judgements": max((len(levels) for levels in said), default=0),
                    **_agreement(said),
                }
                for measure, said in self._levels.items()
            ],
        }

    def _said(self, items: Sequence[Item], progress: Progress) -> list[Judgement]:
        """What the judge says; a script without a word has 0 in everything, and nobody is asked about it."""
        spoken = [any(sign.isalpha() for line in item.lines for sign in line) for item in items]
        asked = [item for item, speaks in zip(items, spoken, strict=True) if speaks]
        said = iter(self.judge.judge(asked, progress))
        return [next(said) if speaks else Judgement((0,)) for speaks in spoken]

    def _all(self, answer: Answer) -> list[Item]:
        if answer.script is None:
            return []
        whole = Item(
            answer.ad,
            answer.model,
            answer.product,
            Measure.VSC,
            answer.script,
            answer.facts,
            answer.brand,
            answer.language,
            self._pictures(answer),
        )
        return [replace(whole, measure=measure) for measure in Measure]

    def _noted(self, item: Item, judgement: Judgement) -> float | None:
        self._levels[item.measure].append(judgement.levels)
        return judgement.value


def _agreement(said: Sequence[tuple[int | None, ...]]) -> dict[str, float | int | None]:
    """Of items that were judged twice with usable replies."""
    pairs = [(levels[0], levels[1]) for levels in said if len(levels) == 2 and None not in levels]
    if not pairs:
        return {"kappa": None, "agree": None}
    first, second = zip(*pairs, strict=True)
    kappa = weighted_kappa(first, second)
    agree = sum(a == b for a, b in pairs) / len(pairs)
    return {"kappa": None if kappa is None else round(kappa, 4), "agree": round(agree, 4)}


class PublishedJudgements:
    """Ours beside others' judgements of the same scripts."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], list[tuple[float, float, str, str]]] = defaultdict(list)

    def add(self, answer: Answer, values: Mapping[str, float]) -> None:
        """Note what both say of an answer."""
        ours = {measure.value: values[measure.value] for measure in Measure if measure.value in values}
        if "wcd" in values:
            ours[LENGTH] = -values["wcd"]
        for theirs, level in answer.judged.items():
            for name, value in ours.items():
                self._rows[name, theirs].append((value, level, answer.product, answer.ad))

    def correlations(self) -> list[dict[str, Any]]:
        """Spearman's rho of every pair of judgements, over all scripts, and within the scripts of one ad."""
        return [_correlation(ours, theirs, rows) for (ours, theirs), rows in self._rows.items()]


def _correlation(ours: str, theirs: str, rows: Sequence[tuple[float, float, str, str]]) -> dict[str, Any]:
    own, other, products, ads = zip(*rows, strict=True)
    values = np.array(own, np.float64), np.array(other, np.float64), _codes(products)
    found = {"overall": rank_correlation(*values), "within_ads": rank_correlation(*values, within=_codes(ads))}
    return {"ours": ours, "theirs": theirs, "n": len(rows)} | {
        name: None if one is None else {"rho": round(one.mean, 4), "low": _rounded(one.low), "high": _rounded(one.high)}
        for name, one in found.items()
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _codes(names: Sequence[str]) -> Any:
    return np.unique(np.array(names), return_inverse=True)[1].astype(np.int64)
