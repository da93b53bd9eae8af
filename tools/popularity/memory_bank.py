"""What a predictor retrieves from: past videos as vectors, with their popularity and tags.

Popularity is log2(comments). A video without comments counts as one with a single comment: both have popularity 0.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ...errors import PredictionError

if TYPE_CHECKING:
    from numpy.typing import NDArray

BANK_SHARE = 0.6
"""The share of counted references that goes into the bank when a catalogue has no training split."""
FEWEST = 20
"""Videos below which a bank predicts nothing, and references below which a training split leaves too few."""


def popularity(comments: NDArray[np.float64]) -> NDArray[np.float64]:
    """log2 of comment counts, 0 for a count of 0; NaN stays NaN."""
    return np.log2(np.maximum(comments, 1.0))


@dataclass(frozen=True, slots=True)
class BankRows:
    """Which rows of a catalogue a predictor learns from; the other counted rows stay for retrieval."""

    rows: NDArray[np.int64]
    notice: str = ""
    """What has to be said about the choice, empty for the usual one."""


def bank_rows(ids: Sequence[str], splits: Sequence[str], comments: NDArray[np.float64]) -> BankRows:
    """The bank's rows of a catalogue with `ids` (N), `splits` (N) and `comments` (N,), NaN where there is no count.

    With splits these are the counted rows of `train`. Without, and where `train` leaves fewer than 20 counted rows on
    one side, they are the about 60 % of the counted rows whose id's hash says so, the same ones every time.
    """
    counted = np.isfinite(comments)
    train = np.array([split == "train" for split in splits], dtype=bool)
    if len(train) and train.any():
        inside, outside = int((train & counted).sum()), int((~train & counted).sum())
        if inside >= FEWEST and outside >= FEWEST:
            return BankRows(np.flatnonzero(train & counted))
        notice = (
            f"the training split has {inside} references with a comment count and leaves {outside}: "
            "the bank was drawn by id instead"
        )
    else:
        notice = ""
    drawn = np.fromiter((_draw(known) < BANK_SHARE for known in ids), dtype=bool, count=len(ids))
    return BankRows(np.flatnonzero(drawn & counted), notice)


def _draw(known: str) -> float:
    """A number from 0 to 1 that depends on the id alone."""
    return int.from_bytes(hashlib.sha256(known.encode("utf-8", "surrogatepass")).digest()[:8], "big") / 2**64


@dataclass(frozen=True)
class MemoryBank:
    """Past videos of one named set, row by row."""

    ids: tuple[str, ...]
    vectors: NDArray[np.float32]
    """(N, D), unit rows."""
    labels: NDArray[np.float64]
    """(N,), log2(comments)."""
    tags: tuple[str, ...]
    """(N), empty for a video without a tag."""
    catalogue: str
    """The catalogue the videos come from."""
    catalogue_digest: str
    """The catalogue's digest when the bank was made, to know a stale one by."""
    source: str
    """How the set is named for people, e.g. `microlens`."""
    encoder: str
    illustrative: bool = False
    """True when the counts are invented."""
    as_drafts: Callable[[NDArray[np.int64]], NDArray[np.float32]] | None = field(default=None, compare=False)
    """The vectors (Q, D) of rows (Q,) read as drafts are; None where their texts are not at hand."""

    def __post_init__(self) -> None:
        """Raises PredictionError for a bank that nothing can be predicted from."""
        rows = len(self.ids)
        if rows < FEWEST:
            raise PredictionError(
                f"{rows} references of {self.catalogue!r} have a comment count to learn from, and {FEWEST} are needed",
                hint="Import a catalogue with more counted references.",
            )
        if self.vectors.shape[:1] != (rows,) or self.labels.shape != (rows,) or len(self.tags) != rows:
            raise PredictionError(
                f"a bank of {rows} ids has vectors of shape {self.vectors.shape}, labels of shape {self.labels.shape} "
                f"and {len(self.tags)} tags"
            )
        bad = np.flatnonzero(~(np.isfinite(self.labels) & np.isfinite(self.vectors).all(axis=1)))
        if len(bad):
            raise PredictionError(
                f"{len(bad)} references of {self.catalogue!r} have no usable label or vector, the first is "
                f"{self.ids[bad[0]]!r}",
                hint="Import the catalogue again.",
            )

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def tag_names(self) -> tuple[str, ...]:
        """The tags in alphabetical order, without the empty one."""
        return tuple(sorted(set(self.tags) - {""}))

    @cached_property
    def tag_codes(self) -> NDArray[np.int64]:
        """(N,), each row's place in `tag_names`, -1 for none."""
        places = {name: place for place, name in enumerate(self.tag_names)}
        return np.array([places.get(tag, -1) for tag in self.tags], dtype=np.int64)

    def code_of(self, tag: str) -> int:
        """The tag's place in `tag_names`; -2, which no row has, when it is unknown or empty."""
        return self.tag_names.index(tag) if tag in self.tag_names else -2

    @cached_property
    def digest(self) -> str:
        """SHA-256 over ids, labels, tags and vectors, as 64 hex digits."""
        total = hashlib.sha256(json.dumps([self.ids, self.tags, self.encoder]).encode())
        total.update(np.ascontiguousarray(self.labels).data)
        total.update(np.ascontiguousarray(self.vectors).data)
        return total.hexdigest()


def nearest_similarities(bank: MemoryBank, queries: NDArray[np.floating]) -> NDArray[np.float32]:
    """The cosine similarity of each query (Q, D) to the bank's nearest video, (Q,)."""
    parts = np.array_split(np.asarray(queries, dtype=np.float32), max(1, -(-len(queries) // 512)))
    return np.concatenate([(part @ bank.vectors.T).max(axis=1) for part in parts])


@dataclass(frozen=True, slots=True)
class BankSource:
    """Where a predictor's bank comes from, without making it: a fit that stands may do."""

    catalogue: str
    """The catalogue's name."""
    catalogue_digest: str
    make: Callable[[], MemoryBank]
    """Makes the bank of that catalogue as it stands."""
