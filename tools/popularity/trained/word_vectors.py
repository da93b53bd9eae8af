"""Vectors of single words, each made once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .least_span import words_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...embedding.types import Encoder

_MOST = 20_000
"""Words that are remembered: at 384 numbers of two bytes they take 15 MB."""


class WordVectors:
    """An encoder of words with a memory: drafts of one request share most of theirs."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, NDArray[np.float16]] = {}

    def learn(self, titles: Sequence[str]) -> None:
        """Encode the words of all titles at once, so that asking for each by itself costs nothing."""
        self(sorted({word for title in titles for word in words_of(title)}))

    def __call__(self, words: Sequence[str]) -> NDArray[np.float32]:
        """The vectors (W, D) of words. What is kept is rounded, so that a word always has the same one."""
        if not words:
            return np.zeros((0, self._encoder.dimension), np.float32)
        new = [word for word in words if word not in self._known]
        if len(self._known) + len(new) > _MOST:
            self._known.clear()
            new = list(words)
        if new:
            self._known |= zip(new, self._encoder.encode(new).astype(np.float16), strict=True)
        return np.stack([self._known[word] for word in words]).astype(np.float32)
