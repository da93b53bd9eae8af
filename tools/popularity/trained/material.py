"""What a predictor is trained from: videos with features, labels and tags, split so that nothing is learned twice."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ....errors import DataError, PredictionError
from ..mmra.videos import Videos
from .drafts import Drafts
from .manifest import Origin

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from .least_span import Encode

FEWEST = 60
"""Videos with a comment count below which nothing is trained."""
_FEWEST_VALID = 5
_SHARES = (0.8, 0.9)
"""Where training and validation end when a set brings no split: 80/10/10, as the published code has it."""


@dataclass(frozen=True)
class Material:
    """N videos to learn from."""

    origin: Origin
    ids: tuple[str, ...]
    titles: tuple[str, ...]
    tags: tuple[str, ...]
    labels: NDArray[np.float64]
    """(N,), log2(comments), NaN where there is no count."""
    text: NDArray[np.floating]
    """(N, Dt)."""
    retrieval: NDArray[np.floating]
    """(N, Dr), unit rows; may be the same array as `text`."""
    splits: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    """What must stay on one side of a split, e.g. a video's channel; empty where nothing is known."""
    frames: NDArray[np.floating] | None = None
    frames_known: NDArray[np.bool_] | None = None
    as_drafts: Callable[[NDArray[np.int64]], NDArray[np.float32]] | None = None
    """The vectors (Q, D) of rows (Q,) read as drafts are; None where drafts are read as these videos were."""
    encode: Encode | None = None
    """Makes vectors of single words, for a predictor that reads these."""
    notes: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        """Raises DataError for features that are not finite, naming the first video."""
        for name, array in (("text", self.text), ("retrieval", self.retrieval), ("frame", self.frames)):
            bad = np.array([], np.int64) if array is None else _not_finite(array)
            if len(bad):
                raise DataError(
                    f"{len(bad)} videos have {name} features that are not finite, the first is {self.ids[bad[0]]!r}",
                    hint="Make the features again.",
                )

    def with_frames_only(self) -> Material:
        """The same without the counts of videos that have no frames: they are neither learned from nor kept.

        Raises DataError when no video has frames.
        """
        if self.frames is None:
            raise DataError(
                "the reference variant of MMRA needs frames, and these videos have none",
                hint="Name their clips with --videos DIR, or train the variant `popcorn`.",
            )
        if self.frames_known is None or self.frames_known.all():
            return self
        lacking = int((~self.frames_known & np.isfinite(self.labels)).sum())
        note = f"{lacking:,} videos with a comment count have no frames and were left out"
        return replace(self, labels=np.where(self.frames_known, self.labels, np.nan), notes=(*self.notes, note))

    def check_labels(self) -> None:
        """Raises PredictionError when all videos got the same: there is nothing to learn."""
        known = self.labels[np.isfinite(self.labels)]
        if len(known) and not np.ptp(known):
            raise PredictionError(
                f"all {len(known)} videos with a comment count have the same one: there is nothing to learn",
                hint="Look at the column that was imported as comments: `popcorn references stats`.",
            )

    @cached_property
    def tag_names(self) -> tuple[str, ...]:
        """The tags of the training videos in alphabetical order, without the empty one."""
        train = self.split.train
        return tuple(sorted({self.tags[row] for row in train} - {""}))

    @cached_property
    def videos(self) -> Videos:
        """The videos as networks see them."""
        places = {name: place for place, name in enumerate(self.tag_names)}
        codes = np.array([places.get(tag, -1) for tag in self.tags], dtype=np.int64)
        text_known = np.array([bool(title.strip()) for title in self.titles])
        return Videos(
            text=self.text,
            retrieval=self.retrieval,
            labels=self.labels,
            tags=codes,
            frames=self.frames,
            frames_known=self.frames_known,
            text_known=text_known,
        )

    def drafts(self, rows: NDArray[np.int64]) -> Drafts:
        """The videos `rows` as drafts to be scored."""
        return Drafts(
            titles=tuple(self.titles[row] for row in rows),
            tags=tuple(self.tags[row] for row in rows),
            text=np.asarray(self.text[rows], dtype=np.float32),
            retrieval=np.asarray(self.retrieval[rows], dtype=np.float32),
            frames=None if self.frames is None else np.asarray(self.frames[rows], dtype=np.float32),
            frames_known=None if self.frames_known is None else self.frames_known[rows],
            encode=self.encode,
        )

    def like_drafts(self, rows: NDArray[np.int64]) -> Drafts:
        """The videos `rows` as drafts mostly come: without a tag, and read as drafts are."""
        drafts = self.drafts(rows).untagged()
        if self.as_drafts is None:
            return drafts
        vectors = self.as_drafts(rows)
        return replace(drafts, text=vectors, retrieval=vectors)

    @cached_property
    def group_codes(self) -> NDArray[np.int64] | None:
        """(N,), equal for videos of one group; None when no groups are known."""
        if not self.groups:
            return None
        places: dict[str, int] = {}
        keys = [group or f"\0{known}" for group, known in zip(self.groups, self.ids, strict=True)]
        return np.array([places.setdefault(key, len(places)) for key in keys], dtype=np.int64)

    @cached_property
    def split(self) -> Split:
        """Which rows are learned from, chosen on and tested on."""
        return split_rows(self.ids, self.labels, self.splits, self.groups)


@dataclass(frozen=True, slots=True)
class Split:
    """Row numbers; rows without a comment count are in none of them."""

    train: NDArray[np.int64]
    valid: NDArray[np.int64]
    test: NDArray[np.int64]
    given: bool
    """True when the set brought its own split."""


def split_rows(
    ids: Sequence[str], labels: NDArray[np.float64], splits: Sequence[str] = (), groups: Sequence[str] = ()
) -> Split:
    """The set's own split where it has training and validation videos; else 80/10/10 by a hash of the group or the id.

    A video without a group is a group of its own. Raises PredictionError when too few videos have a comment count.
    """
    counted = np.isfinite(labels)
    if int(counted.sum()) < FEWEST:
        raise PredictionError(
            f"{int(counted.sum())} videos have a comment count to learn from, and {FEWEST} are needed",
            hint="Import a catalogue with more counted references; `--predictor neighbours` makes do with 20.",
        )
    named = np.array(splits, dtype=object) if len(splits) else np.full(len(ids), "", dtype=object)
    train, valid, test = (np.flatnonzero((named == name) & counted) for name in ("train", "valid", "test"))
    if len(train) >= FEWEST // 2 and len(valid) >= _FEWEST_VALID:
        return Split(train, valid, test, given=True)
    keys = [group or known for group, known in zip(groups, ids, strict=True)] if len(groups) else list(ids)
    drawn = np.array([_draw(key) for key in keys])
    side = np.digitize(drawn, _SHARES)
    train, valid, test = (np.flatnonzero((side == number) & counted) for number in range(3))
    if len(valid) < _FEWEST_VALID:
        raise PredictionError(
            f"the validation part of these {int(counted.sum())} videos has {len(valid)}, and {_FEWEST_VALID} are "
            "needed: too few videos, or too few groups",
            hint="Import a catalogue with more counted references, or give it a column `split`.",
        )
    return Split(train, valid, test, given=False)


def _not_finite(array: NDArray[np.floating]) -> NDArray[np.int64]:
    """The rows of an array (N, ...) with values that are not finite, looked through some at a time."""
    parts = range(0, len(array), 1024)
    found = [
        start + np.flatnonzero(~np.isfinite(array[start : start + 1024]).reshape(-1, array[0].size).all(axis=1))
        for start in parts
    ]
    return np.concatenate(found) if found else np.array([], np.int64)


def _draw(key: str) -> float:
    """A number from 0 to 1 that depends on the key alone; another one than the neighbours' bank is drawn by."""
    return int.from_bytes(hashlib.sha256(f"mmra:{key}".encode("utf-8", "surrogatepass")).digest()[:8], "big") / 2**64
