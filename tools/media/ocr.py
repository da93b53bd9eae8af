"""Text in pictures: PP-OCRv6 through rapidocr, which carries the weights; Chinese, English, Japanese and more."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .area import Area

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SIDE = 736
"""Pixels of the longer side on which text is looked for; found text is read at the picture's own size."""
_SURE = 0.6
_SURE_IF_SHORT = 0.85
"""For one or two characters, which it also sees in folds and bottles."""
_SHORT = 2


@dataclass(frozen=True, slots=True)
class ReadText:
    """One line of text as it stands in a picture."""

    text: str
    area: Area
    """The upright rectangle around it."""
    certainty: float
    """0 to 1, as the reader says."""
    contrast: float
    """How far its bright and its dark parts are apart, 0 to 1."""


class TextReader:
    """Reads text; the weights load with the first picture. Safe to use from several threads."""

    def __init__(self, threads: int = 0) -> None:
        """`threads` for one picture; 0 takes half of the cores, since threads that wait keep theirs busy."""
        self._threads = threads or max(1, (os.cpu_count() or 1) // 2)
        self._engine: Any = None
        self._lock = threading.Lock()

    def read(self, picture: NDArray[np.uint8]) -> tuple[ReadText, ...]:
        """The texts of a picture, (h, w, 3) uint8 BGR, from top to bottom."""
        with self._lock:
            if self._engine is None:
                self._engine = _engine(self._threads)
            result = self._engine(picture)
        if result.boxes is None or result.txts is None:
            return ()
        found = (
            _read_text(picture, np.asarray(box), text, float(score))
            for box, text, score in zip(result.boxes, result.txts, result.scores, strict=True)
            if score >= (_SURE_IF_SHORT if len(text.strip()) <= _SHORT else _SURE) and text.strip()
        )
        return tuple(sorted(found, key=lambda text: (text.area.top, text.area.left)))


def _engine(threads: int) -> Any:
    """rapidocr's; it says nothing, neither of the weights that it loads nor of pictures without text."""
    from rapidocr import RapidOCR

    settings: dict[str, Any] = {
        "EngineConfig.onnxruntime.intra_op_num_threads": threads,
        "Global.log_level": "critical",
        "Global.use_cls": False,  # text upside down is no caption
        "Det.limit_type": "max",
        "Det.limit_side_len": _SIDE,
    }
    return RapidOCR(params=settings)


def _read_text(picture: NDArray[np.uint8], box: NDArray[np.float64], text: str, certainty: float) -> ReadText:
    height, width = picture.shape[:2]
    left, top = (int(edge) for edge in np.clip(box.min(axis=0), 0, (width - 1, height - 1)))
    right, bottom = (int(edge) for edge in np.clip(np.ceil(box.max(axis=0)), (left + 1, top + 1), (width, height)))
    luma = picture[top:bottom, left:right].mean(axis=2)
    dark, bright = np.percentile(luma, (5, 95))
    area = Area(
        round(left / width, 4),
        round(top / height, 4),
        round((right - left) / width, 4),
        round((bottom - top) / height, 4),
    )
    return ReadText(text.strip(), area, round(certainty, 3), round(float(bright - dark) / 255, 3))
