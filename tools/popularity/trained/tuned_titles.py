"""The member that reads titles by the bundled encoder tuned end to end, beside a shift for each tag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tuned_encoder import TunedEncoder, encoder_arrays, encoder_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PREFIX = "tuned."


@dataclass(frozen=True)
class TunedTitles:
    """What a title is worth by an encoder that learned from counts."""

    encoder: TunedEncoder
    """Its utilities are in log2(comments)."""
    shifts: NDArray[np.float32]
    """(T + 1,), log2(comments) of a title that says nothing, by its tag's code; the last one without a known tag."""

    def predict(self, titles: Sequence[str], tags: NDArray[np.int64]) -> NDArray[np.float64]:
        """log2(comments) of titles (Q,) with the codes of their tags (Q,), -1 for none."""
        found: NDArray[np.float64] = self.encoder.utilities(titles) + self.shifts[tags]
        return found


def scaled(encoder: TunedEncoder, shifts: NDArray[np.float64], mean: float, spread: float) -> TunedTitles:
    """An encoder whose utilities are standard scores, with shifts (T + 1,), in log2(comments)."""
    head = (encoder.head * spread).astype(np.float32)
    return TunedTitles(replace(encoder, head=head), (shifts * spread + mean).astype(np.float32))


def titles_arrays(titles: TunedTitles | None) -> dict[str, NDArray[Any]]:
    """A member as arrays of a file; nothing for a predictor without it."""
    if titles is None:
        return {}
    return encoder_arrays(_PREFIX, titles.encoder) | {f"{_PREFIX}shifts": titles.shifts}


def titles_of(arrays: Mapping[str, NDArray[Any]], tags: int) -> TunedTitles | None:
    """The member that `titles_arrays` made arrays of, for so many tags; None where the file has none.

    Raises KeyError and ValueError where it is not whole.
    """
    if f"{_PREFIX}shifts" not in arrays:
        return None
    shifts = arrays[f"{_PREFIX}shifts"].astype(np.float32, copy=False)
    if shifts.shape != (tags + 1,):
        raise ValueError(f"the tuned titles know {shifts.size - 1:,} tags, not {tags:,}")
    return TunedTitles(encoder_of(_PREFIX, arrays), shifts)
