"""Pictures in layers: float32 RGBA (H, W, 4), 0 to 1, colours times their alpha."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def stamp(layer: NDArray[np.float32], pixels: NDArray[np.uint8], left: int, top: int) -> None:
    """Lay straight-alpha RGBA (h, w, 4) uint8 over the layer, cut to its edges."""
    height, width = layer.shape[:2]
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(width, left + pixels.shape[1]), min(height, top + pixels.shape[0])
    if x1 <= x0 or y1 <= y0:
        return
    part = pixels[y0 - top : y1 - top, x0 - left : x1 - left].astype(np.float32) / 255
    part[..., :3] *= part[..., 3:]
    under = layer[y0:y1, x0:x1]
    under[...] = part + under * (1 - part[..., 3:])
