"""Where sound begins and ends, by its energy."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from .types import Samples

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEP = 0.005
"""Seconds between two measurements of energy; each looks at twice as much."""
_BELOW_PEAK_DB = 35.0
"""What is so much quieter than the loudest stretch is silence: breath and a voice's own noise lie below, [f] above."""
_SILENT = 1e-4
"""RMS of sound in which nothing at all is said (-80 dBFS)."""
LEAD, TAIL = 0.03, 0.12
"""Seconds that are kept before the first sound and after the last: consonants begin and end softly."""


def energy(sound: Samples) -> NDArray[np.float64]:
    """The RMS around every STEP, (steps,)."""
    step = max(1, round(STEP * sound.rate))
    squares = np.concatenate([[0.0], np.cumsum(sound.values.astype(np.float64) ** 2)])
    centres = np.arange(0, len(sound.values), step)
    first, last = np.maximum(centres - step, 0), np.minimum(centres + step, len(sound.values))
    return np.asarray(np.sqrt((squares[last] - squares[first]) / np.maximum(last - first, 1)))


def loud(sound: Samples) -> NDArray[np.bool_]:
    """Whether there is sound around every STEP, (steps,)."""
    level = energy(sound)
    if not level.size or level.max() < _SILENT:
        return np.zeros(level.shape, bool)
    threshold = max(_SILENT, float(level.max()) * 10 ** (-_BELOW_PEAK_DB / 20))
    return np.asarray(level > threshold)


def paced(sound: Samples, longest: float) -> Samples:
    """The sound with every silence inside it cut to `longest` seconds, from the middle of the silence."""
    heard = np.flatnonzero(loud(sound))
    keep = np.ones(len(sound.values), bool)
    for before, after in itertools.pairwise(heard):
        if (after - before) * STEP > longest:
            first = before * STEP + longest / 2
            keep[round(first * sound.rate) : round((after * STEP - longest / 2) * sound.rate)] = False
    return Samples(sound.values[keep], sound.rate)


def trimmed(sound: Samples) -> Samples:
    """The sound without the silence around it, but LEAD and TAIL; empty where there is only silence."""
    heard = np.flatnonzero(loud(sound))
    if not heard.size:
        return Samples(sound.values[:0], sound.rate)
    first = max(0, round((heard[0] * STEP - LEAD) * sound.rate))
    last = round((heard[-1] * STEP + TAIL) * sound.rate)
    return Samples(sound.values[first:last], sound.rate)


def lead(sound: Samples) -> float:
    """Seconds of silence before its first sound; 0 where nothing is heard. A voice may begin in less than LEAD."""
    heard = np.flatnonzero(loud(sound))
    return float(heard[0]) * STEP if heard.size else 0.0
