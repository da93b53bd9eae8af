"""What is looked for in single pictures: text, faces, what draws the eye. Whoever opens one keeps its models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..media.area import Area
from ..media.attention import Attention, striped
from ..media.faces import FaceFinder
from ..media.ocr import ReadText, TextReader
from ..media.saliency import saliency, salient_area

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Sight:
    """The finders; their models load with the first picture."""

    def __init__(self, reader: TextReader | None = None, faces: FaceFinder | None = None) -> None:
        """Those that somebody else holds already, or new ones."""
        self.reader = reader or TextReader()
        self.faces = faces or FaceFinder()

    def focus(self, small: NDArray[np.uint8], moved: NDArray[np.float32] | None) -> tuple[Area, Attention]:
        """What draws the eye in a picture, (h, w, 3) uint8 BGR; `moved` as `saliency` takes it."""
        drawing = saliency(small, moved)
        return salient_area(drawing), striped(drawing)

    def texts(self) -> FileTexts:
        """What reads the pictures of one file, in order."""
        return FileTexts(self.reader)


_CELLS = 24
_SAME = 5.0
"""Grey levels by which no cell of a picture may differ on average for its text to be the same."""


@dataclass(slots=True)
class FileTexts:
    """Reads a file's pictures one after another; where nothing changed since the last one, neither did its text."""

    reader: TextReader
    _before: NDArray[np.int16] | None = None
    _read: tuple[ReadText, ...] = ()

    def read(self, close: NDArray[np.uint8]) -> tuple[ReadText, ...]:
        """The texts of the next picture, (h, w, 3) uint8 BGR."""
        grey = close.mean(axis=2).astype(np.int16)
        if self._before is None or self._before.shape != grey.shape or _change(self._before, grey) > _SAME:
            self._before, self._read = grey, self.reader.read(close)
        return self._read


def _change(before: NDArray[np.int16], now: NDArray[np.int16]) -> float:
    """The mean absolute difference in the cell that changed most."""
    import cv2

    change = np.abs(now - before).astype(np.float32)
    return float(np.max(cv2.resize(change, (_CELLS, _CELLS), interpolation=cv2.INTER_AREA)))
