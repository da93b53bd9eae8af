"""From samples to a spoken line: aligned as a whole, or put together from segments that were spoken one by one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from ....errors import RenderError
from ...media.audio import write_wav
from ..subtitles import units
from ..types import Line, SpokenLine, SpokenWord
from ..word_cuts import words
from .alignment import UnalignedError, align
from .silence import LEAD, TAIL, lead, paced, trimmed
from .types import Samples

_log = logging.getLogger(__name__)

PAUSES = {
    **dict.fromkeys(".!?。！？…", 0.30),
    **dict.fromkeys(",;:，；：、—", 0.15),
}
"""Seconds after a segment, by the sign that it ends with."""
_NO_PAUSE = 0.02
_SHORT = 3.0
"""Subtitle units of a line on which no pace can be judged: a number may be one sign and six words."""
_SLOWEST, _FASTEST = 0.8, 20.0
"""Subtitle units a second: people speak 4 to 8, in Chinese and in English."""
LONGEST_PAUSE = 0.35
"""Seconds of silence inside a line: voices that were trained on books pause for twice as long between sentences."""


_NOTHING = Samples(np.zeros(0, np.float32), 1)


def aligned(say: Callable[[str], Samples], line: Line, out: Path) -> SpokenLine:
    """A line that is spoken whole, in English, and whose words are found in the sound; where they cannot be found its
    subtitles are spoken one by one. Raises RenderError.
    """
    sound = paced(_audible(say(line.script), line.script), LONGEST_PAUSE)
    _check_pace(line.script, sound.seconds)
    try:
        heard = align(sound, line.subtitles or (line.script,))
    except UnalignedError as exc:
        _log.info("%s Its subtitles are spoken one by one.", exc.message)
        return in_segments(say, line, out)
    words = tuple(word for part in heard for word in part)
    times = _segments(heard, sound.seconds)
    return SpokenLine(write_wav(out, sound.values, sound.rate), sound.seconds, words, tuple(times))


def in_segments(say: Callable[[str], Samples], line: Line, out: Path) -> SpokenLine:
    """A line whose subtitles are spoken one by one, so that their times are known. Raises RenderError."""
    parts = line.subtitles or (line.script,)
    sounds = [trimmed(say(part)) if any(map(str.isalnum, part)) else _NOTHING for part in parts]
    rate = _audible(max(sounds, key=lambda sound: sound.values.size), line.script).rate
    blocks: list[np.ndarray[tuple[int], np.dtype[np.float32]]] = []
    times, at = [], 0
    for number, (part, sound) in enumerate(zip(parts, sounds, strict=True)):
        start = at / rate
        begins = start + lead(sound)
        at += len(sound.values)
        ends = max(begins, at / rate - TAIL)
        times.append((begins, ends))
        pause = 0 if number == len(parts) - 1 else max(0, round((_pause(part) - LEAD - TAIL) * rate))
        at += pause
        blocks += [sound.values, np.zeros(pause, np.float32)]
    values = np.concatenate(blocks)
    _check_pace(line.script, sum(end - start for start, end in times))
    spoken = tuple(SpokenWord(part, *when) for part, when in zip(parts, times, strict=True) if when[1] > when[0])
    return SpokenLine(write_wav(out, values, rate), len(values) / rate, spoken, tuple(times))


def _check_pace(script: str, seconds: float) -> None:
    """Raises RenderError where no voice speaks so fast or so slowly: it left words out, or it is no speech."""
    said = sum(units(word) for word in words(script))
    if said < _SHORT or _SLOWEST <= said / max(seconds, 1e-9) <= _FASTEST:
        return
    raise RenderError(
        f"the voice took {seconds:.1f} s for {script[:60]!r}: that is no reading of it",
        hint="Choose another voice with --voice, or one that speaks the ad's language.",
    )


def _pause(part: str) -> float:
    return PAUSES.get(part.rstrip("\"'”’」』）)").strip()[-1:], _NO_PAUSE)


def _audible(sound: Samples, script: str) -> Samples:
    """Without the silence around it. Raises RenderError where there is nothing else."""
    heard = trimmed(sound)
    if not heard.values.size:
        raise RenderError(f"the voice said nothing to {script!r}", hint="Put words into the line, or drop it.")
    return heard


def _segments(heard: Sequence[Sequence[SpokenWord]], seconds: float) -> list[tuple[float, float]]:
    """When each segment is heard; one in which nothing is read out lasts no time, where the one before it ends."""
    times: list[tuple[float, float]] = []
    for part in heard:
        if part:
            times.append((part[0].start, min(part[-1].end, seconds)))
        else:
            at = times[-1][1] if times else 0.0
            times.append((at, at))
    return times
