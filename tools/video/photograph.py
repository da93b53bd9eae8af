"""A moving photograph: a picture of somebody's own as a clip, zoomed or panned on the CPU. Nothing in it is generated.

The movement is the one that the video prompt names (pull-back, pan, tilt); without one the seed chooses. It ends where
the picture draws the eye.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from ...errors import BadClipError, RenderError
from ...version import VERSION
from ..media.encode import ClipWriter, Encoding
from .checks import checked
from .covers import saliency, write_jpeg
from .framing import fitted_size, fitting
from .picture import checked_picture, read_picture
from .provenance import provenance
from .types import Clip, Estimate, FrameProgress, RenderRequest

if TYPE_CHECKING:
    from numpy.typing import NDArray

NAME = "photograph"
_FPS = 30
_LONGEST = 60.0
_CLOSER = 1.18
"""How much nearer the end of a push-in is than its beginning."""
_KIND = "a picture moved by a program: zoom and pan, nothing in it was generated here"
_CUES = {
    "out": r"pull[- ]?(?:back|out)|zoom(?:s|ing)? out|dolly out",
    "pan": r"\bpan(?:s|ning)?\b|\btilt(?:s|ing)?\b|tracking|slides?\b|sweep",
    "in": r"push[- ]?in|zoom(?:s|ing)? in|dolly in|close[s]? in",
}
_MOVES = ("in", "out", "pan")


@dataclass(frozen=True, slots=True)
class Window:
    """What is seen of a picture: its middle and its width, as parts of the picture from 0 to 1."""

    x: float
    y: float
    part: float


class PhotographRenderer:
    """Moves one picture."""

    def __init__(self, picture: Path) -> None:
        """Raises RequestError where the file is no picture that can be read."""
        self.name = NAME
        self.picture = picture
        self._sha256 = checked_picture(picture)

    def identity(self, request: RenderRequest) -> dict[str, str | int | float]:
        """The picture's digest, how it is moved, and what the file says of itself."""
        return {
            "renderer": self.name,
            "revision": VERSION,
            "picture_sha256": self._sha256,
            "move": move_of(request),
            "title": request.title,
            "video_prompt": request.video_prompt,
            "aspect": request.aspect.value,
            "fit": request.fit.value,
            "seconds": request.seconds,
            "seed": request.seed,
        }

    def estimate(self, request: RenderRequest) -> Estimate:
        """About real time."""
        return Estimate(seconds=request.seconds)

    def render(self, request: RenderRequest, out: Path, progress: FrameProgress | None = None) -> Clip:
        """Write a checked clip. Raises RenderError or BadClipError; if `progress` raises, no file is left."""
        if not 0.1 <= request.seconds <= _LONGEST:
            raise RenderError(
                f"a picture cannot be moved for {request.seconds} seconds",
                hint=f"ask for 0.1 to {_LONGEST:.0f} seconds",
            )
        width, height = request.aspect.size
        frames = max(2, round(request.seconds * _FPS))
        unchecked = out.with_name(f".{out.stem}.unchecked.mp4")
        said = provenance(self.name, request, self.identity(request), kind=_KIND) | {"demo": False}
        said["picture_sha256"] = self._sha256
        said.pop("digital_source_type")  # what the picture is nobody knows here
        shown = self._framed(request)
        start, end = windows(shown, move_of(request))
        try:
            with ClipWriter(unchecked, Encoding(width, height, _FPS), said) as writer:
                for number in range(frames):
                    writer.write(_seen(shown, _between(start, end, number / (frames - 1)), width, height))
                    if progress is not None:
                        progress(number + 1, frames)
            return checked(unchecked, self.name, width, height, _FPS, request.seconds, out=out)
        except BadClipError as exc:
            exc.hint = f"name a brighter picture in a new run, or have it cropped where it was padded; {exc.hint}"
            raise
        except OSError as exc:
            raise RenderError(
                f"{str(out)!r} cannot be written: {exc.strerror or exc}", hint="name another file"
            ) from exc
        finally:
            with suppress(OSError):  # it is gone when all went well, and was never there in a bad place
                unchecked.unlink()

    def cover(self, request: RenderRequest, clip: Path, out: Path) -> Path:
        """Write the whole picture, in the clip's shape, as a cover (JPEG)."""
        width, height = request.aspect.size
        return write_jpeg(_seen(self._framed(request), Window(0.5, 0.5, 1.0), width, height), out)

    def _framed(self, request: RenderRequest) -> NDArray[np.uint8]:
        """The picture (H, W, 3) uint8 sRGB in the shape of the clip: cut around its subject, or padded."""
        picture = read_picture(self.picture)
        wanted = fitted_size(picture.shape[1], picture.shape[0], request.aspect, request.fit)[0]
        scale = request.aspect.size[0] * _CLOSER / wanted
        if scale < 1:  # more than is seen even from near, and a warp reads four pixels
            picture = np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
        size = fitted_size(picture.shape[1], picture.shape[0], request.aspect, request.fit)
        framed: NDArray[np.uint8] = fitting(picture[None], size, request.fit)(picture)
        return framed


def move_of(request: RenderRequest) -> str:
    """`in`, `out` or `pan`: what the prompt names first, else by the seed."""
    found = {name: cue.start() for name, cues in _CUES.items() if (cue := re.search(cues, request.video_prompt, re.I))}
    return min(found, key=lambda name: found[name]) if found else _MOVES[request.seed % len(_MOVES)]


def windows(picture: NDArray[np.uint8], move: str) -> tuple[Window, Window]:
    """Where a movement begins and ends in a picture (H, W, 3): near is around what draws the eye."""
    part = 1 / _CLOSER
    x, y = (min(max(at, part / 2), 1 - part / 2) for at in _draws_the_eye(picture))
    near, whole = Window(x, y, part), Window(0.5, 0.5, 1.0)
    if move == "in":
        return whole, near
    if move == "out":
        return near, whole
    along = picture.shape[1] >= picture.shape[0]
    first, last = part / 2, 1 - part / 2
    if (x if along else y) < 0.5:
        first, last = last, first
    return (Window(first, y, part), Window(last, y, part)) if along else (Window(x, first, part), Window(x, last, part))


def _draws_the_eye(picture: NDArray[np.uint8]) -> tuple[float, float]:
    """The middle of what is salient, as parts of the picture."""
    grey = cv2.cvtColor(cv2.resize(picture, (64, 64), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    weights = saliency(np.asarray(grey, np.uint8))
    total = float(weights.sum())
    if not total:
        return 0.5, 0.5
    height, width = weights.shape
    x = float((weights.sum(axis=0) * (np.arange(width) + 0.5)).sum() / total / width)
    y = float((weights.sum(axis=1) * (np.arange(height) + 0.5)).sum() / total / height)
    return x, y


def _between(start: Window, end: Window, at: float) -> Window:
    """The window at a moment from 0 to 1; it sets off and comes to rest gently."""
    eased = at * at * (3 - 2 * at)
    mixed = (one + (other - one) * eased for one, other in ((start.x, end.x), (start.y, end.y), (start.part, end.part)))
    return Window(*mixed)


def _seen(picture: NDArray[np.uint8], window: Window, width: int, height: int) -> NDArray[np.uint8]:
    """What stands in the window, (height, width, 3) uint8, placed to parts of a pixel."""
    scale = width / (picture.shape[1] * window.part)
    across = width / 2 - window.x * picture.shape[1] * scale
    down = height / 2 - window.y * picture.shape[0] * scale
    matrix = np.array([[scale, 0, across], [0, scale, down]], np.float64)
    seen = cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, np.uint8)
