"""What voices have in common before a line is put together: samples with their rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Samples:
    """Sound in memory: mono, (samples,) float32 in -1..1."""

    values: NDArray[np.float32]
    rate: int
    """Samples a second."""

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.values) / self.rate
