"""Where one shot ends and the next begins: PySceneDetect's adaptive detector on the frames of the one decoding.

PySceneDetect can open files itself (its PyAV back end); it is given frames here instead, so that a file is decoded
once for cuts and everything else, and packets that do not decode are passed over. benchmarks/footage.py compares
what comes out with its own command.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SHORTEST_SHOT = 0.6
"""Seconds; the default of PySceneDetect's command."""
_CLOCK = 90_000
"""Ticks a second of the time that is handed on."""


class CutFinder:
    """Takes frames in order and remembers where another shot begins."""

    def __init__(self, fps: float) -> None:
        """`fps` is the file's nominal rate; each frame says its own time."""
        self._fps = fps
        self._detector = _detector()
        self._shape: tuple[int, ...] = ()
        self.cuts: list[float] = []

    def add(self, at: float, picture: NDArray[np.uint8]) -> None:
        """The frame that is shown `at` so many seconds: (h, w, 3) uint8 BGR, small."""
        from scenedetect import FrameTimecode
        from scenedetect.common import Timecode

        if self._shape and picture.shape != self._shape:  # the file changes its size: another recording follows
            self.cuts.append(at)
            self._detector = _detector()
        self._shape = picture.shape
        moment = FrameTimecode(Timecode(round(at * _CLOCK), Fraction(1, _CLOCK)), fps=self._fps)
        self.cuts += [cut.seconds for cut in self._detector.process_frame(moment, picture)]


def _detector() -> Any:
    import scenedetect

    adaptive: Any = scenedetect.AdaptiveDetector
    return adaptive(min_scene_len=_SHORTEST_SHOT)
