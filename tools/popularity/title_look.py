"""What titles look like: a logistic regression on a title's vector and a few counts, against texts of another kind."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

WORDS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]|\w+(?:['’]\w+)*")
"""Words; where a script has no spaces between them, its signs."""
MARKS = re.compile(r"[-–—|:(\[\"“”?!.'’#/&]")
COUNTS = 10
"""Numbers that are counted of a title."""
_VECTOR = 8.0
"""How much a number of the unit vector counts beside a standardised count."""
_STRENGTH = 0.05


@dataclass(frozen=True, slots=True)
class Look:
    """A logistic regression that tells known titles from other texts."""

    counts: tuple[float, ...]
    """Weights of the standardised counts of `counts_of`, with their means and spreads folded in."""
    vector: tuple[float, ...]
    level: float
    least: float
    """The value below which a text is not taken for one of the known titles."""

    def of(self, title: str, vector: NDArray[np.float32]) -> float:
        """How much a title with this unit vector (D,) looks like a known one; above 0 for more than like the others."""
        return float(np.dot(counts_of(title), self.counts) + np.dot(vector, self.vector) + self.level)

    def of_rows(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N,), the same of titles as `features` has them."""
        found: NDArray[np.float64] = rows @ np.array([*self.counts, *self.vector]) + self.level
        return found


def fit_look(titles: NDArray[np.float64], others: NDArray[np.float64], least: float = 0.0) -> Look:
    """Learn to tell titles (N, F) from other texts (M, F), both as `features` has them."""
    from sklearn.linear_model import LogisticRegression

    rows = np.concatenate([titles, others])
    counts, vectors = rows[:, :COUNTS], rows[:, COUNTS:]
    mean, spread = counts.mean(axis=0), np.maximum(counts.std(axis=0), 1e-9)
    inputs = np.concatenate([(counts - mean) / spread, _VECTOR * vectors], axis=1)
    answers = np.repeat([1, 0], [len(titles), len(others)])
    model = LogisticRegression(C=_STRENGTH, max_iter=500, class_weight="balanced").fit(inputs, answers)
    own, meant = model.coef_[0, :COUNTS] / spread, _VECTOR * model.coef_[0, COUNTS:]
    level = float(model.intercept_[0] - own @ mean)
    return Look(tuple(own.tolist()), tuple(meant.tolist()), level, least)


def held_out_looks(
    titles: NDArray[np.float64], others: NDArray[np.float64], halves: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(N,), how much titles (N, F) look like one to what learned from the other of two `halves` (N,), 0 and 1."""
    found = np.zeros(len(titles))
    for side in (0, 1):
        found[halves == side] = fit_look(titles[halves != side], others).of_rows(titles[halves == side])
    return found


def features(titles: Sequence[str], vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """(N, COUNTS + D), what is read of titles with these unit vectors (N, D)."""
    counts = np.array([counts_of(title) for title in titles]).reshape(len(titles), COUNTS)
    return np.concatenate([counts, vectors], axis=1)


def counts_of(title: str) -> NDArray[np.float64]:
    """Words, letters, distinct words, marks, commas, capitals, and the lengths of words."""
    words = WORDS.findall(title)
    count, shown = max(1, len(words)), max(1, sum(not sign.isspace() for sign in title))
    lengths = [len(word) for word in words] or [0]
    return np.array(
        [
            math.log(1 + len(words)),
            sum(sign.isalpha() for sign in title) / shown,
            len({word.casefold() for word in words}) / count,
            min(1.0, len(MARKS.findall(title)) / count),
            min(1.0, title.count(",") / count),
            sum(word[0].isupper() for word in words) / count,
            sum(word.isupper() and len(word) > 1 for word in words) / count,
            float(np.mean(lengths)),
            max(lengths),
            min(lengths),
        ]
    )
