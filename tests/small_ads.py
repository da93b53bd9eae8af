"""Small footage, sounds and timelines for tests of the editing: everything moves, and everything is made here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
from popcorn.tools.editing.timeline import timeline_of
from popcorn.tools.editing.timeline_parts import SourceClip, Timeline
from popcorn.tools.editing.types import Line, Role, SpokenLine, SpokenWord
from popcorn.tools.media.area import Area
from popcorn.tools.media.audio import write_wav
from popcorn.tools.media.encode import ClipWriter, Encoding, Yuv420

SIZE = (320, 568)
RATE = 24_000
MIDDLE = Area(0.4, 0.4, 0.2, 0.2)
SUBTITLES = (("Pour it slowly,", "watch it bloom."), ("只需十秒", "就能喝到"))


def footage(
    path: Path,
    *,
    seconds: float = 3.0,
    fps: int = 25,
    size: tuple[int, int] = (320, 240),
    hue: int = 0,
    still: tuple[float, float] = (0.0, 0.0),
) -> Path:
    """A clip in which a grating slides over a slope of colours.

    In the seconds of `still` nothing moves but the colours, whose brightness stays: a survey sees no picture that
    stands still, and the check of the finished ad does.
    """
    width, height = size
    y, x = np.mgrid[:height, :width].astype(np.float32)
    with ClipWriter(path, Encoding(width, height, fps, quality=16)) as writer:
        for number in range(round(seconds * fps)):
            at = number / fps
            moved = 5 * (number if at < still[0] else max(still[0], at - still[1] + still[0]) * fps)
            wave = 127 + 90 * np.sin((x + y / 2 + moved) / 11)
            picture = np.dstack([wave, (wave + hue) % 256, 255 * y / height]).astype(np.uint8)
            writer.write(_reddened(picture, 8 * np.sin(number)) if still[0] <= at < still[1] else picture)
    return path


def _reddened(picture: np.ndarray, red: float) -> Yuv420:
    """An RGB picture with so much more of one colour difference, and the same luma."""
    frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
    planes = frame.reformat(format="yuv444p", dst_colorspace="ITU709", dst_color_range="MPEG").to_ndarray()
    redder = np.clip(planes[2, ::2, ::2] + red, 16, 240).astype(np.uint8)
    return Yuv420(planes[0], np.ascontiguousarray(planes[1, ::2, ::2]), redder)


def whistling(path: Path, seconds: float = 8.0) -> Path:
    """Music with a tone above what AAC keeps: the mix is loud enough, and the file too soft."""
    at = np.arange(round(seconds * 2 * RATE)) / (2 * RATE)
    tones = 0.05 * np.sin(2 * np.pi * 330 * at) + 0.03 * np.sin(2 * np.pi * 20_800 * at)
    return write_wav(path, tones.astype(np.float32), 2 * RATE)


def ticking(path: Path, seconds: float = 8.0) -> Path:
    """Music of short strokes: its peaks stand in the way of its loudness."""
    from scipy.signal import square

    at = np.arange(round(seconds * RATE)) / RATE
    strokes = 0.9 * square(2 * np.pi * 3700 * at) * (at % 0.125 < 0.003)
    return write_wav(path, strokes.astype(np.float32), RATE)


def voice(path: Path, seconds: float, words: tuple[tuple[float, float], ...], seed: int = 0) -> Path:
    """Noise of a voice's colour at the times of the words, silence between them."""
    from scipy.signal import butter, lfilter

    noise = np.random.default_rng(seed).normal(0, 0.25, round(seconds * RATE))
    numerator, denominator = butter(2, [200, 3000], "bandpass", fs=RATE)
    spoken = np.zeros_like(noise)
    for start, end in words:
        span = slice(round(start * RATE), round(end * RATE))
        spoken[span] = lfilter(numerator, denominator, noise)[span]
    return write_wav(path, spoken.astype(np.float32), RATE)


def music(path: Path, seconds: float = 2.0) -> Path:
    """A chord."""
    at = np.arange(round(seconds * RATE)) / RATE
    chord = sum(0.1 * np.sin(2 * np.pi * tone * at) for tone in (220, 277, 330))
    return write_wav(path, np.asarray(chord, np.float32), RATE)


def source(
    number: int, path: Path, *, start: float = 0.2, end: float = 2.8, size: tuple[int, int] = (320, 240)
) -> SourceClip:
    return SourceClip(number, path, start, end, *size, MIDDLE)


def script() -> list[Line]:
    roles = (Role.HOOK, Role.OFFER)
    return [
        Line(number, " ".join(parts), role, parts)
        for number, (parts, role) in enumerate(zip(SUBTITLES, roles, strict=True), 1)
    ]


def spoken(folder: Path) -> list[SpokenLine]:
    """Both lines: words from 0.05 to 0.5 s and from 0.7 to 1.0 s of the first, a little later in the second."""
    sounds = []
    for number, parts in enumerate(SUBTITLES):
        times = ((0.05, 0.5), (0.7 + 0.05 * number, 1.0))
        words = tuple(SpokenWord(text, *when) for text, when in zip(parts, times, strict=True))
        sounds.append(SpokenLine(voice(folder / f"line{number}.wav", 1.05, times, number), 1.05, words, times))
    return sounds


def sources(folder: Path) -> dict[int, SourceClip]:
    """Two clips of different rates and shapes."""
    wide = footage(folder / "wide.mp4")
    tall = footage(folder / "tall.mp4", fps=30, size=(180, 320), hue=120)
    return {1: source(1, wide), 2: source(2, tall, size=(180, 320))}


def small_ad(folder: Path, *, with_music: bool = False) -> Timeline:
    """An ad of about 3 s at 320x568."""
    bed = music(folder / "music.wav") if with_music else None
    return timeline_of("Coffee", script(), spoken(folder), sources(folder), size=SIZE, music=bed)


def silent(timeline: Timeline) -> Timeline:
    """The ad without any sound."""
    return replace(timeline, speech=(), music=None)
