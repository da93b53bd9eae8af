"""The bundled encoder tuned further: what changed in its weights, and a head that turns a text into a number.

Only the differences to the published weights are kept, a byte each with one scale a row: 10.6 million of them. Scores
are taken in NumPy, as the bundled encoder's vectors are (docs/adr/0010).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import DataError
from ..embedding.bundled_encoder import BundledEncoder, bundled_folder
from ..embedding.mapped_weights import mapped_weights

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

Weights = Mapping[str, "NDArray[np.float32]"]

_STEPS = 127
"""What the largest change of a row becomes."""


@dataclass(frozen=True, slots=True)
class Change:
    """What tuning changed in one array of weights."""

    steps: NDArray[np.int8]
    scale: NDArray[np.float32]
    """(rows,) of a matrix, (1,) of a vector: what one step is worth."""

    def of(self, before: NDArray[np.float32]) -> NDArray[np.float32]:
        """The array as it is after tuning."""
        scale = self.scale.reshape(-1, *[1] * (self.steps.ndim - 1)) if self.steps.ndim > 1 else self.scale
        after: NDArray[np.float32] = before + self.steps.astype(np.float32) * scale
        return after


@dataclass(frozen=True)
class TunedEncoder:
    """The bundled encoder with its changes, and a head on the mean of its tokens."""

    changes: Mapping[str, Change]
    """By the names of transformers' BertModel; an array that is absent is as published."""
    head: NDArray[np.float32]
    """(384,): a text's utility is its inner product with the text's mean token."""

    def utilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """(N,), how much each text draws, up to a constant; only differences mean anything."""
        found: NDArray[np.float64] = self._encoder.encode(texts).astype(np.float64) @ self.head.astype(np.float64)
        return found

    def weights(self, published: Weights) -> dict[str, NDArray[np.float32]]:
        """All weights, after tuning. Raises DataError where the changes are not those of such weights."""
        strange = [
            name
            for name, change in self.changes.items()
            if name not in published or published[name].shape != change.steps.shape
        ]
        if strange:
            raise DataError(f"the changes to {strange[0]!r} fit no weights of the bundled encoder")
        return {
            name: self.changes[name].of(array) if name in self.changes else array for name, array in published.items()
        }

    @cached_property
    def _encoder(self) -> BundledEncoder:
        return BundledEncoder(bundled_folder(), self.weights)


def published_weights(folder: Path) -> dict[str, NDArray[np.float32]]:
    """The weights of the encoder at `folder`."""
    return mapped_weights(folder / "model.safetensors")


def changes_between(before: Weights, after: Weights) -> dict[str, Change]:
    """What changed, each row with a scale of its own; arrays that did not change are left out."""
    return {
        name: _change(after[name] - array)
        for name, array in before.items()
        if name in after and not np.array_equal(after[name], array)
    }


def _change(difference: NDArray[np.float32]) -> Change:
    rows = difference.reshape(len(difference), -1) if difference.ndim > 1 else difference.reshape(1, -1)
    scale = np.maximum(np.abs(rows).max(axis=1) / _STEPS, np.finfo(np.float32).tiny).astype(np.float32)
    steps = np.rint(rows / scale[:, None]).astype(np.int8).reshape(difference.shape)
    return Change(steps, scale)


def encoder_arrays(prefix: str, encoder: TunedEncoder) -> dict[str, NDArray[Any]]:
    """An encoder as arrays of a file, their names beginning with `prefix`."""
    arrays: dict[str, NDArray[Any]] = {f"{prefix}head": encoder.head}
    for name, change in encoder.changes.items():
        arrays |= {f"{prefix}steps.{name}": change.steps, f"{prefix}scale.{name}": change.scale}
    return arrays


def encoder_of(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> TunedEncoder:
    """The encoder that `encoder_arrays` made arrays of. Raises KeyError where one is missing."""
    steps = f"{prefix}steps."
    changes = {
        name.removeprefix(steps): Change(
            array.astype(np.int8, copy=False),
            arrays[f"{prefix}scale.{name.removeprefix(steps)}"].astype(np.float32, copy=False),
        )
        for name, array in arrays.items()
        if name.startswith(steps)
    }
    return TunedEncoder(changes, arrays[f"{prefix}head"].astype(np.float32))
