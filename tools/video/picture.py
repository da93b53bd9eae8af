"""Pictures of somebody's own, opened as what a stranger may have made: bounded, of few formats, and never a pipe."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from ...errors import RequestError
from ...trust import foreign_files
from .framing import fitting
from .types import Aspect, Fit

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PIXELS = 100_000_000
"""Pixels of a picture that is read: more is no photograph, or fills the memory."""
_BYTES = 200_000_000
_SMALLEST = 64
_ONE_COLOUR = 1.0
"""The standard deviation of values from 0 to 255 under which a picture shows nothing."""


def checked_picture(path: Path) -> str:
    """The digest of a picture that can be read. Raises RequestError for anything else."""
    data = _bytes(path)
    if float(read_picture(path).std(axis=(0, 1)).max()) < _ONE_COLOUR:
        raise RequestError(
            f"the picture {str(path)!r} is of one colour, so that nothing would be seen to move",
            hint="Name another picture.",
        )
    return hashlib.sha256(data).hexdigest()


def _bytes(path: Path) -> bytes:
    try:
        return foreign_files.read_file(path, _BYTES)
    except OSError as exc:
        raise RequestError(
            f"the picture {str(path)!r} cannot be read: {exc.strerror or exc}", hint="Name a JPEG, PNG or WebP file."
        ) from exc


def read_picture(path: Path) -> NDArray[np.uint8]:
    """The picture upright, (H, W, 3) uint8 sRGB; what is transparent stands on white. Raises RequestError."""
    try:
        with Image.open(io.BytesIO(_bytes(path)), formats=("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")) as opened:
            if opened.width * opened.height > _PIXELS or min(opened.size) < _SMALLEST:
                raise RequestError(
                    f"the picture {str(path)!r} has {opened.width}x{opened.height} pixels",
                    hint=f"A side has {_SMALLEST} or more, and the whole at most {_PIXELS // 10**6} million.",
                )
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as exc:
        raise RequestError(
            f"{str(path)!r} is no picture that can be read", hint="Name a JPEG, PNG or WebP file."
        ) from exc
    ground = Image.new("RGBA", upright.size, "white")
    ground.alpha_composite(upright)
    return np.asarray(ground.convert("RGB"), np.uint8)


def first_frame(path: Path, size: tuple[int, int], aspect: Aspect) -> NDArray[np.uint8]:
    """The picture as the first frame of a video model, `size` (width, height), cut around its subject.

    A model that cannot make the clip's aspect is shown the picture in that aspect, in the middle of a blurred copy: the
    clip is cut out of its frames again. Raises RequestError.
    """
    picture, (width, height) = read_picture(path), size
    across, down = aspect.size
    picture = _cut_to(picture, across / down)
    if abs(width / height - across / down) <= _SHAPE:
        return _sized(picture, width, height)
    scale = min(width / picture.shape[1], height / picture.shape[0])
    inside = _sized(picture, max(2, round(picture.shape[1] * scale)), max(2, round(picture.shape[0] * scale)))
    padded: NDArray[np.uint8] = fitting(inside[None], size, Fit.PAD)(inside)
    return padded


_SHAPE = 0.02
"""By how much two shapes may differ to be one."""


def _cut_to(picture: NDArray[np.uint8], shape: float) -> NDArray[np.uint8]:
    """The largest part of a picture in a shape (width by height), where most catches the eye."""
    height, width = picture.shape[:2]
    part = (round(height * shape), height) if width > height * shape else (width, round(width / shape))
    cut: NDArray[np.uint8] = fitting(picture[None], part, Fit.CROP)(picture)
    return cut


def _sized(picture: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    way = cv2.INTER_AREA if picture.shape[1] > width else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (width, height), interpolation=way), np.uint8)
