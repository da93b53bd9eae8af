"""The pool of references that a request's tags give, and its two sides.

Source: LLMPopcorn (arXiv 2502.12945), section 3: the references of the chosen tags are ranked by comments; the bottom
share are unpopular (S-), the rest popular (S+).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many references each side of a retrieved set should have."""

    popular: int
    unpopular: int


@dataclass(frozen=True, slots=True)
class Pool:
    """Row numbers (int64) of both sides, each by comments, fewest first."""

    popular: NDArray[np.int64]
    unpopular: NDArray[np.int64]

    def fills(self, sizes: Sizes) -> bool:
        """Whether both sides have as many references as wanted."""
        return len(self.popular) >= sizes.popular and len(self.unpopular) >= sizes.unpopular


def sizes_of(references: int, negative_share: float) -> Sizes:
    """K split into its sides: at least one unpopular when K is 5 or more and the share above 0; always one popular."""
    unpopular = math.floor(references * negative_share + 0.5)
    if negative_share > 0 and references >= 5:
        unpopular = max(1, unpopular)
    unpopular = min(unpopular, references - 1)
    return Sizes(references - unpopular, unpopular)


def split_by_comments(rows: NDArray[np.int64], comments: NDArray[np.float64], negative_share: float) -> Pool:
    """The sides of `rows` (int64, all with a count) by their `comments` (N,), ties by row number.

    The bottom has one row at least when there are two rows and the share is above 0.
    """
    ranked = rows[np.lexsort((rows, comments[rows]))]
    bottom = math.floor(len(ranked) * negative_share)
    if negative_share > 0 and len(ranked) >= 2:
        bottom = max(1, bottom)
    return Pool(popular=ranked[bottom:], unpopular=ranked[:bottom])
