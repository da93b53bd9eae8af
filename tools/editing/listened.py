"""What the finished ad's sound holds: how loud, how high, where silent, and when each line is really heard in it.

A line is found in the mix by correlating its own sound with it, so music under it does no harm; where it begins to be
heard is measured by its energy, not taken from the aligner's word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..media.audio import sound, stereo
from ..media.loudness import Loudness, loudness
from .timeline_parts import Cue, Sound, Timeline

if TYPE_CHECKING:
    from numpy.typing import NDArray

RATE = 16_000
_FULL = 48_000
SILENT = -50.0
"""dBFS of 50 ms below which nothing is heard."""
_WINDOW = 0.05
_SEARCHED = 0.4
"""Seconds around its time in which a line is looked for in the mix."""
_CLIPPED = 0.9999
_RUN = 3
"""Samples in a row at full scale that are heard as clipping."""
_STEP = 0.01
_AUDIBLE = 30.0
"""dB below a line's loudest 10 ms at which its sound begins and ends."""
_PAUSE = 0.06
"""Seconds of silence before a word that make its beginning measurable."""
_HELD, _HELD_SHARE = 0.12, 0.8
"""Seconds of which this share has to be audible for a beginning: the burst that ends `not` is none."""
_REACH = 0.25
"""Seconds around the given time in which a word's beginning is looked for."""


@dataclass(frozen=True, slots=True)
class HeardLine:
    """A line in the mix."""

    sound: Sound
    at: float
    """Seconds on the ad's clock at which its sound really begins."""
    likeness: float
    """How much of the mix at that place it explains, 0 to 1: the highest correlation."""


@dataclass(frozen=True, slots=True)
class Listened:
    """What was heard."""

    seconds: float
    """Length of the sound track; 0 where there is none."""
    loudness: Loudness
    clipped: int
    """Samples in runs at full scale."""
    silent: tuple[tuple[float, float], ...]
    lines: tuple[HeardLine, ...]


def listened(ad: Path, timeline: Timeline) -> Listened:
    """Decode the ad's sound and measure it. Raises BadClipError where it cannot be decoded."""
    whole = stereo(ad, rate=_FULL)
    mono = sound(ad, rate=RATE)
    return Listened(
        len(whole) / _FULL,
        loudness(whole, _FULL),
        _clipped(whole),
        tuple(_silent(mono)),
        tuple(_found(line, mono) for line in timeline.speech),
    )


def onset(line: HeardLine, cue: Cue) -> float:
    """When a subtitle's words begin to be heard, on the ad's clock.

    Where silence stands before them, by their energy; inside flowing speech, where energy tells nothing, at the time
    that the alignment gave, moved by as much as the whole line was.
    """
    given = cue.start - line.sound.at
    begins = _energy_onset(sound(line.sound.path, rate=RATE), given)
    return line.at + (given if begins is None else begins)


def _clipped(samples: NDArray[np.float32]) -> int:
    full = (np.abs(samples) >= _CLIPPED).astype(np.int8)
    runs = np.minimum.reduce([full[offset : len(full) - _RUN + 1 + offset] for offset in range(_RUN)])
    return int(runs.sum()) if len(full) >= _RUN else 0


def _silent(mono: NDArray[np.float32]) -> list[tuple[float, float]]:
    """Stretches below `SILENT`, in seconds."""
    levels = _levels(mono, _WINDOW)
    stretches: list[tuple[float, float]] = []
    for number, level in enumerate(levels):
        start, end = number * _WINDOW, (number + 1) * _WINDOW
        if level >= SILENT:
            continue
        if stretches and abs(stretches[-1][1] - start) < _WINDOW / 2:
            stretches[-1] = (stretches[-1][0], end)
        else:
            stretches.append((start, end))
    return stretches


def _levels(mono: NDArray[np.float32], step: float) -> NDArray[np.float64]:
    """dBFS (RMS) of one step after another."""
    size = round(step * RATE)
    whole = mono[: len(mono) // size * size].reshape(-1, size).astype(np.float64)
    return np.asarray(20 * np.log10(np.sqrt((whole**2).mean(axis=1)) + 1e-9))


def _found(line: Sound, mono: NDArray[np.float32]) -> HeardLine:
    """Where in the mix a line's own sound correlates best."""
    from scipy.signal import correlate

    voice = _sharpened(sound(line.path, rate=RATE))
    first = max(0, round((line.at - _SEARCHED) * RATE))
    part = _sharpened(mono[first : round((line.at + line.seconds + _SEARCHED) * RATE)])
    if len(part) < len(voice) or not len(voice):
        return HeardLine(line, line.at, 0.0)
    products = correlate(part, voice, mode="valid", method="fft")
    place = int(np.argmax(products))
    norm = float(np.linalg.norm(voice) * np.linalg.norm(part[place : place + len(voice)]))
    likeness = float(products[place]) / norm if norm > 0 else 0.0
    return HeardLine(line, (first + place) / RATE, max(0.0, likeness))


def _sharpened(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """With the low tones, where music is loudest, turned down (a first difference)."""
    return np.diff(samples, prepend=samples[:1]).astype(np.float32) if len(samples) else samples


def _energy_onset(voice: NDArray[np.float32], given: float) -> float | None:
    """The beginning of sound after silence that is nearest to `given`, in seconds; None where there is none near."""
    levels = _levels(voice, _STEP)
    if not len(levels):
        return None
    loud = levels > levels.max() - _AUDIBLE
    quiet, held = round(_PAUSE / _STEP), round(_HELD / _STEP)
    before = np.concatenate([np.zeros(quiet, bool), loud])
    starts = [
        number * _STEP
        for number in range(len(loud))
        if loud[number]
        and not before[number : number + quiet].any()
        and loud[number : number + held].mean() >= _HELD_SHARE
    ]
    near = [start for start in starts if abs(start - given) <= _REACH]
    return min(near, key=lambda start: abs(start - given), default=None)


def spoken_cues(line: Sound, cues: Sequence[Cue]) -> list[Cue]:
    """The subtitles that belong to a line: those that begin while it is heard."""
    return [cue for cue in cues if line.at - _STEP <= cue.start < line.at + line.seconds]
