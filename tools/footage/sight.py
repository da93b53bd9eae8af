"""What is looked for in single pictures with models that are heavy to load: text, faces, what draws the eye."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..media.area import Area

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .look import ReadText

_WHOLE = Area(0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Observation:
    """What was found in one picture."""

    focus: Area
    faces: tuple[Area, ...] = ()
    texts: tuple[ReadText, ...] | None = None


class Sight:
    """Loads its models when the first picture is shown; whoever opens one keeps it for the next survey."""

    @property
    def identity(self) -> str:
        """Which models look, fit for a file's name."""
        return "plain"

    def observe(self, close: NDArray[np.uint8], small: NDArray[np.uint8]) -> Observation:
        """Look at one picture in two sizes, both (h, w, 3) uint8 BGR."""
        return Observation(_WHOLE)
