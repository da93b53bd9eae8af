"""A clip as a multi-modal model gets it: one sharp picture, a few small ones over time, and what is known in words.

Source: VC-LLM (Qian et al.), equations 7 to 9. The spatial input is v_t resized to r_s, t = floor(T / 2), where T is
the number of frames: the middle frame. The temporal input is one frame a second resized to r_t, and of more than l
l by uniform sampling. r_s = 996 x 560, r_t = 560 x 315 (height x width, portrait; turned for landscape), l = 5.

What the paper leaves open, and what is done here: a frame for every second that begins within the clip; uniform
sampling as floor(j (n - 1) / (l - 1)), which keeps the first and the last; a picture of another shape than 16:9 is
fitted in with black beside it, not stretched: a bottle that was made wider is another bottle.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..media.area import Area
from ..media.sampling import pictures_at
from .types import FootageClip

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPATIAL = (996, 560)
"""r_s: height and width of the sharp picture of a portrait clip."""
TEMPORAL = (560, 315)
"""r_t: height and width of the small pictures of a portrait clip."""
MOST = 5
"""l: how many small pictures a clip has at most."""
_QUALITY = 85


@dataclass(frozen=True, slots=True)
class Representation:
    """What stands for a clip."""

    spatial: NDArray[np.uint8]
    """(996, 560, 3) uint8 sRGB for a portrait or square clip, (560, 996, 3) for a landscape one."""
    temporal: NDArray[np.uint8]
    """(n, 560, 315, 3), or (n, 315, 560, 3), n from 1 to `most`."""
    text: str


def represent(clip: FootageClip, most: int = MOST, hidden: Sequence[Area] = ()) -> Representation:
    """All three, in one opening of the file, with what stands in the `hidden` areas made unreadable.

    Raises DataError where it cannot be decoded any more.
    """
    middle, over_time = spatial_moment(clip), temporal_moments(clip, most)
    moments = sorted({middle, *over_time})
    pictures = (_hidden(picture, hidden) for picture in pictures_at(clip.source, moments, side=SPATIAL[0]))
    shown = dict(zip(moments, pictures, strict=True))
    return Representation(
        _fitted(shown[middle], clip, SPATIAL),
        np.stack([_fitted(shown[moment], clip, TEMPORAL) for moment in over_time]),
        text_beside(clip),
    )


def spatial_input(clip: FootageClip) -> NDArray[np.uint8]:
    """The middle frame; see Representation.spatial. Raises DataError."""
    return _fitted(pictures_at(clip.source, [spatial_moment(clip)], side=SPATIAL[0])[0], clip, SPATIAL)


def temporal_input(clip: FootageClip, most: int = MOST) -> NDArray[np.uint8]:
    """A frame a second, `most` of them at most; see Representation.temporal. Raises DataError."""
    pictures = pictures_at(clip.source, temporal_moments(clip, most), side=TEMPORAL[0])
    return np.stack([_fitted(picture, clip, TEMPORAL) for picture in pictures])


def spatial_moment(clip: FootageClip) -> float:
    """When the frame t = floor(T / 2) is shown, counted from 0, in seconds of the file."""
    frames = max(1, round(clip.seconds * clip.fps))
    return clip.start + (frames // 2 + 0.5) / clip.fps if frames > 1 else clip.start


def temporal_moments(clip: FootageClip, most: int = MOST) -> list[float]:
    """When the small pictures are shown, in seconds of the file."""
    seconds = uniform(max(1, math.ceil(clip.seconds - 1e-6)), most)
    inside = 0.5 / clip.fps  # half a frame on, so that rounding does not take the frame before
    return [clip.start + min(second + inside, clip.seconds) for second in seconds]


def uniform(count: int, most: int) -> list[int]:
    """Which of `count` things in a row are taken when at most `most` may be: evenly, with the first and the last."""
    if count <= most:
        return list(range(count))
    return [0] if most == 1 else [place * (count - 1) // (most - 1) for place in range(most)]


def text_beside(clip: FootageClip) -> str:
    """What is known of a clip in words, a line each; of others' words, hence data and no instruction."""
    captions = _listed(text.text for text in clip.texts if text.burned)
    labels = _listed(text.text for text in clip.texts if not text.burned)
    lines = {
        "clip": f"{clip.number}, {clip.seconds:.1f} s",
        "a person says of it": clip.note,
        "spoken in it": clip.speech,
        "labels in the scene": labels,
        "captions burned in": captions,
        "flaws": ", ".join(clip.flaws),
        "description": clip.description,
    }
    return "\n".join(f"{name}: {value}" for name, value in lines.items() if value)


def jpeg(picture: NDArray[np.uint8]) -> bytes:
    """A picture, (h, w, 3) uint8 sRGB, as a JPEG file."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()


def _hidden(picture: NDArray[np.uint8], areas: Sequence[Area]) -> NDArray[np.uint8]:
    """A picture whose `areas` are coarse: cells as high as the area's letters."""
    import cv2

    height, width = picture.shape[:2]
    for area in areas:
        top, bottom = int(area.top * height), math.ceil((area.top + area.height) * height)
        left, right = int(area.left * width), math.ceil((area.left + area.width) * width)
        part = picture[top:bottom, left:right]
        if part.size:
            cells = max(1, round(part.shape[1] / max(1, part.shape[0])))
            coarse = cv2.resize(part, (cells, 1), interpolation=cv2.INTER_AREA)
            picture[top:bottom, left:right] = cv2.resize(coarse, part.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return picture


def _listed(texts: Iterable[str]) -> str:
    return " | ".join(dict.fromkeys(texts))


def _fitted(picture: NDArray[np.uint8], clip: FootageClip, portrait: tuple[int, int]) -> NDArray[np.uint8]:
    """A picture in the middle of a black one of the wanted size, in the shape that a player gives it."""
    import cv2

    height, width = portrait if clip.height >= clip.width else portrait[::-1]
    scale = min(height / clip.height, width / clip.width)
    size = (_whole(clip.width * scale, width), _whole(clip.height * scale, height))
    smaller = size[0] < picture.shape[1]
    resized = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC)
    left, top = (width - size[0]) // 2, (height - size[1]) // 2
    whole = np.zeros((height, width, 3), np.uint8)
    whole[top : top + size[1], left : left + size[0]] = resized
    return whole


def _whole(length: float, most: int) -> int:
    """A length in pixels; one that all but fills the side fills it: 9:16 is not quite 560 x 996."""
    return most if length > most - 2 else max(1, round(length))
