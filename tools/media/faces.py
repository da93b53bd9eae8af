"""Faces in pictures: MediaPipe's full-range BlazeFace, run by OpenCV (arXiv 1907.05047; weights: faces_data/)."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .area import Area

if TYPE_CHECKING:
    import cv2
    from numpy.typing import NDArray

_WEIGHTS = Path(__file__).parent / "faces_data" / "face_detection_full_range.tflite"
_SIDE, _GRID = 192, 48
_OUTPUTS = ("reshaped_regressor_face_4", "reshaped_classifier_face_4")
_SURE = 0.6
"""Probability from which a box counts as a face: at 0.5, which is usual, hands and bottles do."""
_OVERLAP = 0.3
"""Two boxes that share at least this part of their union are one face."""


class FaceFinder:
    """Finds faces; the weights load with the first picture. Safe to use from several threads."""

    def __init__(self) -> None:
        """Nothing is loaded yet."""
        self._net: cv2.dnn.Net | None = None
        self._lock = threading.Lock()

    def find(self, picture: NDArray[np.uint8]) -> tuple[Area, ...]:
        """The faces of a picture, (h, w, 3) uint8 BGR, the surest first."""
        import cv2

        square, scale = _square(picture)
        blob = square[None, ..., ::-1].transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1
        with self._lock:
            if self._net is None:
                # OpenCV's newer engine knows only one of the two outputs.
                self._net = cv2.dnn.readNetFromTFLite(str(_WEIGHTS), cv2.dnn.ENGINE_CLASSIC)
            self._net.setInput(np.ascontiguousarray(blob))
            raw, logits = self._net.forward(_OUTPUTS)
        boxes, scores = _decoded(np.asarray(raw, np.float32)[0], np.asarray(logits, np.float32).reshape(-1))
        kept = cv2.dnn.NMSBoxes(boxes.tolist(), scores.tolist(), _SURE, _OVERLAP)
        areas = (_area(boxes[place] * scale) for place in np.asarray(kept).reshape(-1))
        return tuple(area for area in areas if area.width > 0 and area.height > 0)


def _square(picture: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """The picture in the top left of a square, and what makes parts of the square parts of the picture: x, y, x, y."""
    import cv2

    height, width = picture.shape[:2]
    scale = _SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    square = np.zeros((_SIDE, _SIDE, 3), np.uint8)
    square[: size[1], : size[0]] = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return square, np.array([_SIDE / size[0], _SIDE / size[1]] * 2, np.float32)


def _decoded(raw: NDArray[np.float32], logits: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Boxes as (n, 4) left, top, width, height in parts of the square, and their probabilities (n,)."""
    scores = 1 / (1 + np.exp(-np.clip(logits, -80, 80)))
    likely = np.flatnonzero(scores >= _SURE)
    rows, columns = np.divmod(likely, _GRID)
    middles = (np.stack([columns, rows], axis=1) + 0.5) / _GRID + raw[likely, :2] / _SIDE
    sizes = raw[likely, 2:4] / _SIDE
    return np.concatenate([middles - sizes / 2, sizes], axis=1).astype(np.float32), scores[likely].astype(np.float32)


def _area(box: NDArray[np.float32]) -> Area:
    """The part of a box that lies in the picture."""
    left, top = (float(np.clip(value, 0, 1)) for value in box[:2])
    right, bottom = (float(np.clip(value, 0, 1)) for value in box[:2] + box[2:])
    return Area(round(left, 4), round(top, 4), round(right - left, 4), round(bottom - top, 4))
