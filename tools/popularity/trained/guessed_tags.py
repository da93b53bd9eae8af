"""Tags of drafts that come without one, guessed from their nearest past videos.

Members that learned from tagged videos know less of a draft without a tag than they could: the videos nearest to it
mostly have its tag. Such a draft is read with each of its likeliest tags, and what the members say is averaged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..memory_bank import MemoryBank
    from ..neighbourhood import Shortlist
    from .drafts import Drafts

MOST = 3
"""Tags with which a draft is read."""
_NEAREST = 30
"""Past videos that vote; on MicroLens titles 10, 20, 50 and 100 served no better."""
_TEMPERATURE = 0.05
"""A video that is so much less similar has a vote of 1/e."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Some drafts with a tag each."""

    drafts: Drafts
    rows: NDArray[np.int64]
    """Which of all drafts they are."""
    shares: NDArray[np.float64]
    """How likely each tag is; those of all readings of one draft make 1."""
    near: Shortlist | None = None
    """The past videos near to them, where these are known already."""


def readings(drafts: Drafts, known: NDArray[np.bool_], bank: MemoryBank, near: Shortlist) -> Iterator[Reading]:
    """The drafts with their own tags where these are `known` (Q,), with the likeliest of the videos `near` elsewhere.

    A draft without words has no neighbours of its own, and none of its tags is guessed.
    """
    asked = np.flatnonzero(~known & drafts.text_known)
    names, shares = _likeliest(bank, near.rows[asked, :_NEAREST], near.similarities[asked, :_NEAREST])
    own = np.setdiff1d(np.arange(len(drafts)), asked)
    if len(own):
        yield Reading(drafts.take(own), own, np.ones(len(own)), near.take(own))
    for place in range(names.shape[1]):
        kept = np.flatnonzero(shares[:, place] > 0)
        if len(kept):
            tagged = replace(drafts.take(asked[kept]), tags=tuple(names[kept, place].tolist()))
            yield Reading(tagged, asked[kept], shares[kept, place], near.take(asked[kept]))


def _likeliest(
    bank: MemoryBank, rows: NDArray[np.int64], similarities: NDArray[np.float32]
) -> tuple[NDArray[np.str_], NDArray[np.float64]]:
    """The likeliest tags (Q, MOST) of Q drafts, empty for none, and their shares; fewer where the bank has fewer."""
    names = np.array([*bank.tag_names, ""])  # the code of a video without a tag is -1: it votes for none
    votes = np.zeros((len(rows), len(names)))
    each = np.exp((similarities.astype(np.float64) - similarities[:, :1]) / _TEMPERATURE)
    np.add.at(votes, (np.arange(len(rows))[:, None], bank.tag_codes[rows]), each)
    codes = np.argsort(-votes, axis=1, kind="stable")[:, :MOST]
    found = np.take_along_axis(votes, codes, axis=1)
    return names[codes], found / found.sum(axis=1, keepdims=True)
