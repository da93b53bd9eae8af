"""Sound out of files and into them."""

from __future__ import annotations

import itertools
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np

from ...errors import BadClipError
from ...files import replacing_by_name

if TYPE_CHECKING:
    from av.container import InputContainer
    from numpy.typing import NDArray


_ROUNDING = 0.02
"""Seconds by which a frame's time may differ from the end of the samples before it, once there are some."""


def sound(path: Path, *, rate: int = 16_000, start: float = 0.0, end: float | None = None) -> NDArray[np.float32]:
    """The first sound track of a file between two moments (seconds), mono, as (samples,) float32 in -1..1.

    Empty where the file has none. Raises BadClipError for a file that cannot be read at all.
    """
    blocks = list(sound_blocks(path, rate=rate, start=start, end=end))
    return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)


def stereo(path: Path, *, rate: int = 48_000, start: float = 0.0, end: float | None = None) -> NDArray[np.float32]:
    """As `sound`, with two channels: (samples, 2). A mono track's power is parted between them."""
    blocks = list(_opened_blocks(path, "stereo", rate, start, end))
    return np.concatenate(blocks) if blocks else np.zeros((0, 2), np.float32)


def sound_blocks(
    path: Path, *, rate: int = 16_000, start: float = 0.0, end: float | None = None
) -> Iterator[NDArray[np.float32]]:
    """As `sound`, a block after another: an hour of footage needs no more memory than a second of it."""
    for block in _opened_blocks(path, "mono", rate, start, end):
        yield block.reshape(-1)


def _opened_blocks(
    path: Path, layout: str, rate: int, start: float, end: float | None
) -> Iterator[NDArray[np.float32]]:
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                return
            if start > 0:
                container.seek(round(start * av.time_base))
            yield from _blocks(container, layout, rate, start, end)
    except av.FFmpegError as exc:
        raise BadClipError(
            f"the sound of {str(path)!r} cannot be decoded: {exc.strerror}", hint="the file is damaged; try another"
        ) from exc


def _blocks(
    container: InputContainer, layout: str, rate: int, start: float, end: float | None
) -> Iterator[NDArray[np.float32]]:
    """Blocks (samples, channels) between the moments, on the clock of the frames' own times; gaps in it stay silent."""
    channels = 2 if layout == "stereo" else 1
    resampler = av.AudioResampler(format="flt", layout=layout, rate=rate)
    at, last, allowed = round(start * rate), None if end is None else round(end * rate), 0
    for frame in itertools.chain(container.decode(audio=0), (None,)):
        for piece in resampler.resample(frame):
            samples = np.asarray(piece.to_ndarray(), np.float32).reshape(-1, channels)
            late = 0 if piece.time is None else round(piece.time * rate) - at
            if late > allowed:
                samples = np.concatenate([np.zeros((late, channels), np.float32), samples])
            elif late < -allowed:
                samples = samples[-late:]
            samples = samples if last is None else samples[: max(0, last - at)]
            if samples.size:
                yield samples
                at, allowed = at + len(samples), round(_ROUNDING * rate)
            if last is not None and at >= last:
                return


def write_wav(path: Path, samples: NDArray[np.float32], rate: int) -> Path:
    """Write mono samples in -1..1, (samples,) float32, as a WAV file of 16 bit, whole or not at all."""
    whole = np.clip(np.round(samples * 32767.0), -32768, 32767).astype("<i2")
    with replacing_by_name(path, ending=".wav") as part, wave.open(str(part), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(whole.tobytes())
    return path
