"""The cover: a still from the same scene, with the title set for a thumbnail."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..covers import write_jpeg
from . import layers
from .colour import mix
from .scene import Scene
from .stage import Box, chain, placing
from .titles import fit, set_lines

_MOMENT = 0.56  # of the clip: the scene is open, its move half done


def draw_cover(scene: Scene, title: str, out: Path) -> Path:
    """Write the cover as a JPEG at the clip's size, atomically. Raises RenderError when it cannot be written."""
    frame = scene.picture(_MOMENT)
    frame.lay(_shade(scene), np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]))
    for layer in _lettering(scene, title):
        frame.lay(layer, chain(placing((0, 0), 1.0), placing(layer.origin, layer.scale)))
    return write_jpeg(frame.rgb(), out)


def _shade(scene: Scene) -> layers.Layer:
    """A soft darkening behind the title: from above in tall pictures, from the left in wide ones."""
    stage = scene.stage
    fall = np.linspace(1, 0, round((stage.width if stage.is_wide else stage.height) * 0.62)) ** 1.4 * 165
    pixels = np.empty((len(fall), stage.width, 4), np.uint8)
    pixels[..., 3] = fall[:, None]
    if stage.is_wide:
        pixels = np.empty((stage.height, len(fall), 4), np.uint8)
        pixels[..., 3] = fall[None, :]
    pixels[..., :3] = mix(scene.palette.top, (12, 8, 26), 0.7)
    return layers.Layer(layers.from_rgba(pixels), (0, 0))


def _lettering(scene: Scene, title: str) -> list[layers.Layer]:
    box = scene.stage.title
    box = Box(box.left, box.top, box.width, box.height * 1.04)
    lines = fit(title, box, largest=0.19)
    return set_lines(lines, box, box.top, mix((255, 255, 255), scene.palette.light, 0.12), dark=True)
