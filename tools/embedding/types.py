"""The seam behind which text encoders stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Progress = Callable[[int, int], None]
"""Called with what is done and the total."""


class Encoder(Protocol):
    """Turns texts into unit vectors, so that an inner product is a cosine similarity."""

    @property
    def name(self) -> str:
        """The model's name, as recorded in manifests."""
        ...

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        ...

    def preload(self) -> None:
        """Start to load in the background and return at once; a failure shows at the first use."""
        ...

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """`texts` as an array (N, dimension) float32 of unit rows; N may be 0."""
        ...
