"""An encoder without a model: hashed words and letter groups (Weinberger et al., ICML 2009).

It knows no meaning, only spelling. It serves where the model's seconds of loading are too long, as in tests.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from .types import Progress

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WORD = re.compile(r"\w+")


class HashingEncoder:
    """Unit vectors from words and their three-letter groups; the same text gives the same vector everywhere."""

    name = "hashing"

    def __init__(self, dimension: int = 384) -> None:
        self.dimension = dimension

    def preload(self) -> None:
        """There is nothing to load."""

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """`texts` as an array (N, dimension) float32 of unit rows; a text without words points along the first axis."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            codes = [code for word in _WORD.findall(text.casefold()) for code in _codes(word)]
            places, signs = np.array(codes, dtype=np.int64).reshape(-1, 2).T
            np.add.at(vectors[row], places % self.dimension, signs)
            norm = np.linalg.norm(vectors[row])
            vectors[row] = vectors[row] / norm if norm else np.eye(1, self.dimension)
            if progress:
                progress(row + 1, len(texts))
        return vectors


@lru_cache(maxsize=2**15)
def _codes(word: str) -> tuple[tuple[int, int], ...]:
    """A place and a sign for the word and for each of its three-letter groups."""
    padded = f"<{word}>"
    features = [word, *(padded[at : at + 3] for at in range(len(padded) - 2))]
    codes = [zlib.crc32(feature.encode("utf-8", "replace")) for feature in features]
    return tuple((code & 0x7FFFFFFF, 1 if code & 0x80000000 else -1) for code in codes)
