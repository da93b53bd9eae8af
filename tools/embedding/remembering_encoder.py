"""An encoder that remembers: one run encodes the same request, titles and references again and again."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING

from .types import Encoder, Progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

REMEMBERED = 4096
"""Vectors that are kept, the least recently used dropped first: 6 MiB at 384 dimensions, however long the texts are."""


class RememberingEncoder:
    """Another encoder's vectors, each text encoded once. Safe to use from several threads."""

    def __init__(self, encoder: Encoder) -> None:
        """Remembers what `encoder` gives."""
        self._encoder = encoder
        self._known: OrderedDict[bytes, NDArray[np.float32]] = OrderedDict()
        self._lock = Lock()

    @property
    def name(self) -> str:
        """The other encoder's name."""
        return self._encoder.name

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._encoder.dimension

    def preload(self) -> None:
        """Start to load the other encoder in the background."""
        self._encoder.preload()

    def learn(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Take the vectors (N, dimension) of N texts as known. Raises ValueError when the numbers differ."""
        with self._lock:
            self._keep(dict(zip(texts, vectors, strict=True)))

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """`texts` as an array (N, dimension) float32 of unit rows; `progress` counts the new ones."""
        import numpy as np

        with self._lock:
            keys = {text: _key(text) for text in texts}
            vectors = {text: self._known[key] for text, key in keys.items() if key in self._known}
        new = [text for text in keys if text not in vectors]
        vectors.update(zip(new, self._encoder.encode(new, progress), strict=True) if new else ())
        with self._lock:
            self._keep(vectors)
        return np.stack([vectors[text] for text in texts]) if texts else self._encoder.encode([])

    def _keep(self, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        """Remember these as the ones used last. A row of a large array would keep all of it in memory: it is copied."""
        for text, vector in vectors.items():
            key = _key(text)
            self._known[key] = vector if vector.base is None else vector.copy()
            self._known.move_to_end(key)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


def _key(text: str) -> bytes:
    """What a text is remembered by: short, however long the text is."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
