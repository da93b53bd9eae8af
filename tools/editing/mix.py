"""The ad's sound: voice, music and the clips' own sound on one clock, all else under the voice, at one loudness.

Levels before the last step, as mixers set them: the voice at the target, the music `Levels.under` it where nobody
speaks and `Levels.ducked` further down where somebody does. The times of the speech are known, so no side chain has to
guess them: the music goes down before the first word and comes up after the last. Without a voice the music is as loud
as a voice. The clips' own sound is laid like music; without a voice it is as far under the music. Two passes make the
loudness: the mix is measured, turned to the target, limited and measured again.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...errors import DataError
from ..media.audio import stereo
from ..media.loudness import SILENCE, limited, loudness
from .timeline_parts import Levels, Sound, Timeline

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_log = logging.getLogger(__name__)

RATE = 48_000
_DOWN, _UP = 0.2, 0.5
"""Seconds in which the music goes down before speech and comes up after it."""
_BRIDGED = 0.9
"""Seconds between two lines over which the music stays down."""
_FADE_IN, _FADE_OUT = 0.2, 1.2
_CLIP_FADE = 0.03
"""Seconds in which a clip's own sound comes and goes."""
_MOST_LIFTED = 20.0
"""LU by which the clips' sound is made louder at most: the noise of a quiet room is to stay one."""
_LOOPED = 1.0
"""Seconds in which the music's end and its next beginning sound together."""
_PASSES = 6
_EXACT = 0.1
"""LU from the target at which it is good."""
_NEAR = 0.5
"""LU below the target up to which a limiter is enough."""


def mixed(timeline: Timeline) -> NDArray[np.float32]:
    """The whole sound as (samples, 2) float32 in -1..1 at 48 kHz, as long as the picture; silent without any sound.

    Raises BadClipError where a sound cannot be read, DataError where a track holds nothing to hear.
    """
    length, levels = round(timeline.seconds * RATE), timeline.levels
    voice = _voice(timeline.speech, length, levels.target)
    music = None if timeline.music is None else _bed(timeline.music, length, levels.target)
    clips = _clips(timeline.clip_sounds, length, levels.target)
    whole, duck = np.zeros((length, 2), np.float32), _ducking(timeline.speech, length, levels.ducked)[:, None]
    above = 0
    for track in (voice, music, clips):
        if track is not None:
            under = duck * 10 ** (-levels.under / 20) if voice is not None else 10 ** (-levels.under * above / 20)
            whole += track if track is voice else (track * under).astype(np.float32)
            above = 1
    return mastered(whole, levels) if above else whole


def mastered(whole: NDArray[np.float32], levels: Levels) -> NDArray[np.float32]:
    """The sound at the target's loudness with its peaks under the ceiling.

    A limiter alone cannot make sounds of short strokes loud: it turns each stroke down by what the gain gave it. Where
    it misses the target, peaks are cut off before it.
    """
    louder, missing = _turned(whole, levels, flattened=False)
    return louder if missing <= _NEAR else _turned(whole, levels, flattened=True)[0]


def _turned(whole: NDArray[np.float32], levels: Levels, *, flattened: bool) -> tuple[NDArray[np.float32], float]:
    """The sound turned to the target and limited, and the LU that it misses."""
    target = levels.target + levels.correction
    gain, ceiling = target - loudness(whole, RATE).integrated, levels.ceiling
    for _ in range(_PASSES):
        louder = limited((whole * 10 ** (gain / 20)).astype(np.float32), RATE, ceiling, flattened=flattened)
        reached = loudness(louder, RATE)
        missing, over = target - reached.integrated, reached.true_peak - levels.ceiling
        if abs(missing) <= _EXACT and over <= 0:
            break
        gain, ceiling = gain + missing, ceiling - max(0.0, over)
    _log.debug("mixed to %.2f LUFS, %.2f dBTP", reached.integrated, reached.true_peak)
    return louder, missing


def check_heard(music: Path, seconds: float) -> None:
    """Raises DataError where nothing is heard in the part of a music file that a clip of so many seconds plays."""
    part = stereo(music, rate=RATE, end=seconds + _LOOPED)
    if not len(part) or loudness(part, RATE).integrated <= SILENCE:
        raise DataError(
            f"the first {seconds:g} s of the music {str(music)!r} are silent", hint="Listen to it, and give another."
        )


def _voice(speech: Sequence[Sound], length: int, target: float) -> NDArray[np.float32] | None:
    """The lines at their times, all turned by one gain to the target; None where nobody speaks."""
    if not speech:
        return None
    track = np.zeros((length, 2), np.float32)
    for line in speech:
        samples = stereo(line.path, rate=RATE) * 10 ** (line.gain_db / 20)
        start = round(line.at * RATE)
        fitting = samples[: max(0, length - start)]
        track[start : start + len(fitting)] += fitting.astype(np.float32)
    return _levelled(track, "the voice", target + sum(line.gain_db for line in speech) / len(speech))


def _clips(sounds: Sequence[Sound], length: int, target: float) -> NDArray[np.float32] | None:
    """The clips' own sound, with short fades at each cut, turned to the target by one gain; None without any."""
    if not sounds:
        return None
    track = np.zeros((length, 2), np.float32)
    for one in sounds:
        piece = stereo(one.path, rate=RATE, start=one.start, end=one.start + one.seconds)
        piece = piece * _faded(len(piece))[:, None]
        start = round(one.at * RATE)
        fitting = piece[: max(0, length - start)]
        track[start : start + len(fitting)] += fitting.astype(np.float32)
    measured = loudness(track, RATE).integrated
    gain = min(_MOST_LIFTED, target - measured) + sounds[0].gain_db
    return (track * 10 ** (gain / 20)).astype(np.float32)


def _faded(length: int) -> NDArray[np.float32]:
    """(length,) gains that rise from 0 and fall to it in `_CLIP_FADE` seconds: a cut makes no click."""
    edge = max(1, min(length // 2, round(_CLIP_FADE * RATE)))
    at = np.arange(length, dtype=np.float32)
    return np.clip(np.minimum(at, length - 1 - at) / edge, 0.0, 1.0)


def _levelled(track: NDArray[np.float32], what: str, target: float) -> NDArray[np.float32]:
    measured = loudness(track, RATE).integrated
    if measured <= SILENCE:
        raise DataError(f"{what} is silent", hint="Listen to the file, and give another.")
    return (track * 10 ** ((target - measured) / 20)).astype(np.float32)


def _bed(music: Sound, length: int, target: float) -> NDArray[np.float32]:
    """The music at the target's loudness, from its beginning, repeated where it is short, faded in and out."""
    piece = stereo(music.path, rate=RATE, end=length / RATE + _LOOPED)
    if not len(piece):
        raise DataError(f"{str(music.path)!r} holds no sound", hint="Give a file with music in it.")
    bed = _levelled(_repeated(piece, length), f"the music {str(music.path)!r}", target + music.gain_db)
    rise, fall = (min(length, round(seconds * RATE)) for seconds in (_FADE_IN, _FADE_OUT))
    bed[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)[:, None]
    bed[length - fall :] *= np.linspace(1, 0, fall, dtype=np.float32)[:, None] ** 2
    return bed


def _repeated(piece: NDArray[np.float32], length: int) -> NDArray[np.float32]:
    """`length` samples of a piece that begins again before it ends, both ends fading at equal power."""
    over = min(round(_LOOPED * RATE), len(piece) // 4)
    bed = np.zeros((length, 2), np.float32)
    rising = np.sin(np.linspace(0, np.pi / 2, over, dtype=np.float32))[:, None]
    start = 0
    while start < length:
        part = piece.copy()
        if start:
            part[:over] *= rising
        part[len(part) - over :] *= rising[::-1]
        fitting = part[: length - start]
        bed[start : start + len(fitting)] += fitting
        start += len(piece) - over
    return bed


def _ducking(speech: Sequence[Sound], length: int, down_db: float) -> NDArray[np.float32]:
    """The music's gain at every sample, (length,): 1 where nobody speaks."""
    times, gains = [0.0], [0.0]
    for start, end in _spoken_stretches(speech):
        times += [max(times[-1], start - _DOWN), max(times[-1], start), end, end + _UP]
        gains += [0.0 if start > _DOWN else -down_db, -down_db, -down_db, 0.0]
    if speech and speech[0].at <= _DOWN:
        gains[0] = -down_db
    at = np.arange(length, dtype=np.float64) / RATE
    return (10 ** (np.interp(at, times, gains) / 20)).astype(np.float32)


def _spoken_stretches(speech: Sequence[Sound]) -> list[tuple[float, float]]:
    """When somebody speaks, with short gaps between lines bridged."""
    stretches: list[tuple[float, float]] = []
    for line in sorted(speech, key=lambda one: one.at):
        if stretches and line.at - stretches[-1][1] < _BRIDGED:
            stretches[-1] = (stretches[-1][0], max(stretches[-1][1], line.at + line.seconds))
        else:
            stretches.append((line.at, line.at + line.seconds))
    return stretches
