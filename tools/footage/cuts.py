"""Where one shot ends and the next begins, on the frames of the one decoding.

Cuts come from PySceneDetect's adaptive detector, fades to black and white from its threshold detectors, dissolves from
dissolves.py. PySceneDetect can open files itself (its PyAV back end); it is given frames here instead, so that a file
is decoded once for cuts and everything else, and packets that do not decode are passed over. benchmarks/footage.py
compares what comes out with its own command, and finds out how many dissolves and fades are found.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from .dissolves import DissolveFinder, apart

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SHORTEST_SHOT = 0.6
"""Seconds; the default of PySceneDetect's command."""
_CLOCK = 90_000
"""Ticks a second of the time that is handed on."""
_DARK, _LIGHT = 12, 243
"""Mean levels of 0 to 255 below and above which a picture has faded: PySceneDetect's own, and the same from white."""


class CutFinder:
    """Takes frames in order and remembers where another shot begins."""

    def __init__(self, fps: float) -> None:
        """`fps` is the file's nominal rate; each frame says its own time."""
        self._fps = fps
        self._detector, self._faders = _detector(), _faders()
        self._dissolves = DissolveFinder()
        self._shape: tuple[int, ...] = ()
        self._hard: list[float] = []
        self._faded: list[float] = []

    @property
    def cuts(self) -> list[float]:
        """Seconds, in order: hard cuts, and the middles of fades and dissolves that are not near one."""
        return apart(self._hard, [*self._faded, *self._dissolves.found])

    def add(self, at: float, picture: NDArray[np.uint8]) -> None:
        """The frame that is shown `at` so many seconds: (h, w, 3) uint8 BGR, small."""
        from scenedetect import FrameTimecode
        from scenedetect.common import Timecode

        if self._shape and picture.shape != self._shape:  # the file changes its size: another recording follows
            self._hard.append(at)
            self._detector, self._faders = _detector(), _faders()
            self._dissolves.restart()
        self._shape = picture.shape
        moment = FrameTimecode(Timecode(round(at * _CLOCK), Fraction(1, _CLOCK)), fps=self._fps)
        self._hard += [cut.seconds for cut in self._detector.process_frame(moment, picture)]
        self._faded += [cut.seconds for fader in self._faders for cut in fader.process_frame(moment, picture)]
        self._dissolves.add(at, picture)


def _detector() -> Any:
    import scenedetect

    adaptive: Any = scenedetect.AdaptiveDetector
    return adaptive(min_scene_len=_SHORTEST_SHOT)


def _faders() -> list[Any]:
    import scenedetect

    fader: Any = scenedetect.ThresholdDetector
    return [
        fader(threshold=_DARK, min_scene_len=_SHORTEST_SHOT),
        fader(threshold=_LIGHT, min_scene_len=_SHORTEST_SHOT, method=fader.Method.CEILING),
    ]
