"""When the words of a known English text are heard in its sound (forced alignment by PocketSphinx).

The acoustic model (en-us, in the wheel) hears 100 frames a second. Whisper's word times lie about 0.3 s early, so they
are not used. A word after a pause begins where the sound does: there its time is moved to the energy's onset. Before
the first word of a part a pause is looked for even where the aligner heard none: it gives short ones to the words
beside them.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence, Set
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from ....errors import RenderError
from ..types import SpokenWord
from .pronunciation import Pronounced, pronounced
from .silence import STEP, loud
from .types import Samples

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pocketsphinx import Decoder

_RATE = 16_000
_FRAMES = 100
"""Frames a second of the acoustic model."""
_PAUSE = 0.05
"""Seconds of silence beside a word that are a pause."""
_NEAR = 0.08
"""Seconds by which a word's beginning and end may be moved there."""
_NEAR_FIRST = 0.15
"""Seconds by which the beginning of a part's first word may be moved."""
_HELD, _HELD_SHARE = 0.12, 0.8
"""Seconds of which this share is loud where a part begins: the burst that ends `cup` is no beginning."""
_lock = threading.Lock()


class UnalignedError(RenderError):
    """The text was not found in the sound."""


def align(sound: Samples, parts: Sequence[str]) -> list[list[SpokenWord]]:
    """The words of each part of a text that is spoken in order; a part in which nothing is read out has none.

    Raises UnalignedError where the text cannot be found in the sound.
    """
    words = [pronounced(part) for part in parts]
    firsts = {sum(map(len, words[:number])) for number in range(len(words))}
    times = iter(_sharpened(_times(sound, [word for part in words for word in part]), sound, firsts))
    return [[SpokenWord(word.text, *next(times)) for word in part] for part in words]


def _times(sound: Samples, words: list[Pronounced]) -> list[tuple[float, float]]:
    """Start and end of every word in seconds."""
    if not words:
        return []
    names = ["_".join(word.phones) for word in words]
    with _lock:
        decoder = _decoder()
        for name, word in zip(names, words, strict=True):
            if decoder.lookup_word(name) is None:
                decoder.add_word(name, " ".join(word.phones), True)
        decoder.set_align_text(" ".join(names))
        decoder.start_utt()
        decoder.process_raw(_pcm(sound), no_search=False, full_utt=True)
        decoder.end_utt()
        found = [(part.word, part.start_frame, part.end_frame) for part in decoder.seg() or ()]
    spoken = [(start / _FRAMES, (end + 1) / _FRAMES) for name, start, end in found if not name.startswith(("<", "["))]
    if len(spoken) != len(words):
        raise UnalignedError(
            f"{len(spoken)} of {len(words)} words were found in the sound of {' '.join(w.text for w in words)!r}",
            hint="The voice did not speak the text; choose another voice.",
        )
    return spoken


def _sharpened(times: list[tuple[float, float]], sound: Samples, firsts: Set[int]) -> list[tuple[float, float]]:
    """The same, with words that stand beside a pause moved to where the sound begins and ends there.

    `firsts` are the words that begin a part.
    """
    heard = loud(sound)
    sharp = []
    for number, (start, end) in enumerate(times):
        before = times[number - 1][1] if number else 0.0
        after = times[number + 1][0] if number + 1 < len(times) else sound.seconds
        if number in firsts:
            start = min(_edge(_without_bursts(heard), start, _NEAR_FIRST), end)
        elif start - before > _PAUSE:
            start = _edge(heard, start, _NEAR)
        if after - end > _PAUSE:
            end = max(start, sound.seconds - _edge(heard[::-1], sound.seconds - end, _NEAR))
        sharp.append((start, end))
    return sharp


def _edge(heard: NDArray[np.bool_], moment: float, reach: float) -> float:
    """The moment nearest by at which sound follows a pause; `moment` itself where there is none within `reach`."""
    quiet, near = round(_PAUSE / STEP), round(reach / STEP)
    at = round(moment / STEP)
    padded = np.concatenate([np.zeros(quiet, bool), heard])
    edges = [
        place
        for place in range(max(0, at - near), min(len(heard), at + near + 1))
        if heard[place] and not padded[place : place + quiet].any()
    ]
    return min((place * STEP for place in edges), key=lambda place: abs(place - moment), default=moment)


def _without_bursts(heard: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The same with short sounds between silences silenced."""
    held, kept = round(_HELD / STEP), heard.copy()
    for place in np.flatnonzero(heard & ~np.concatenate([[False], heard[:-1]])):
        if heard[place : place + held].mean() < _HELD_SHARE:
            after = np.flatnonzero(~heard[place:])
            kept[place : place + int(after[0] if after.size else held)] = False
    return kept


def _pcm(sound: Samples) -> bytes:
    from math import gcd

    from scipy.signal import resample_poly

    common = gcd(sound.rate, _RATE)
    values = resample_poly(sound.values, _RATE // common, sound.rate // common)
    return bytes(np.clip(np.round(values * 32767), -32768, 32767).astype("<i2").tobytes())


@cache
def _decoder() -> Decoder:
    """With the mean of each utterance by itself (`batch`): what was aligned before decides nothing."""
    import tempfile

    import pocketsphinx

    with tempfile.NamedTemporaryFile("w", suffix=".dict") as words:
        words.write("AH AH\n")
        words.flush()
        return pocketsphinx.Decoder(lm=None, dict=words.name, loglevel="FATAL", cmn="batch")
