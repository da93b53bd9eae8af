"""How loud a sound is and how high it peaks, and a limiter that holds the peak.

Loudness is that of ITU-R BS.1770 with the gates of EBU R128, in LUFS; a true peak is that of the oversampled signal, in
dBTP. Both are measured by FFmpeg's `ebur128`. FFmpeg's `loudnorm` is not used: where a peak stands in its way, it
changes to a mode that compresses everything, and says nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
from av.filter import Graph

from ...errors import RenderError

if TYPE_CHECKING:
    from av.filter.context import FilterContext
    from numpy.typing import NDArray

SILENCE = -70.0
"""LUFS of what the gate leaves nothing of."""
_BLOCK = 48_000
_OVERSAMPLED = 4
"""BS.1770-4, annex 2: a true peak is that of at least four times the rate."""


@dataclass(frozen=True, slots=True)
class Loudness:
    """What was measured of a whole sound."""

    integrated: float
    """LUFS; `SILENCE` where nothing is heard."""
    true_peak: float
    """dBTP; minus infinity for digital silence."""


def loudness(samples: NDArray[np.float32], rate: int) -> Loudness:
    """The loudness of (samples, channels) float32 in -1..1, one or two channels."""
    last: dict[str, str] = {}
    for frame in through(samples, rate, [("ebur128", "metadata=1:peak=true")]):
        last = frame.metadata or last
    peaks = [float(value) for name, value in last.items() if "true_peaks_ch" in name]
    highest = max(peaks, default=0.0)
    integrated = float(last.get("lavfi.r128.I", SILENCE))
    return Loudness(max(SILENCE, integrated), 20 * math.log10(highest) if highest > 0 else -math.inf)


def limited(samples: NDArray[np.float32], rate: int, ceiling: float, *, flattened: bool = False) -> NDArray[np.float32]:
    """The sound with no true peak above `ceiling` dBTP: turned down around peaks, untouched elsewhere.

    `flattened` cuts the peaks off first: short strokes, which a limiter only turns down, get louder by that.
    """
    limit = 10 ** (ceiling / 20)
    filters = [
        ("aresample", str(rate * _OVERSAMPLED)),
        *([("asoftclip", f"type=hard:threshold={limit:.6f}")] if flattened else []),
        ("alimiter", f"limit={limit:.6f}:attack=5:release=80:level=0:latency=1"),
        ("aresample", str(rate)),
    ]
    parts = [frame.to_ndarray().reshape(-1, samples.shape[1]) for frame in through(samples, rate, filters)]
    whole = np.concatenate(parts).astype(np.float32)
    return _as_long_as(whole, len(samples))


def _as_long_as(samples: NDArray[np.float32], length: int) -> NDArray[np.float32]:
    return np.pad(samples[:length], ((0, max(0, length - len(samples))), (0, 0)))


def through(samples: NDArray[np.float32], rate: int, filters: list[tuple[str, str]]) -> Iterator[av.AudioFrame]:
    """What comes out of a row of FFmpeg's filters, each a name with its options, as interleaved float32."""
    layout = {1: "mono", 2: "stereo"}[samples.shape[1]]
    try:
        graph, nodes = Graph(), []
        nodes.append(graph.add_abuffer(sample_rate=rate, format="flt", layout=layout, time_base=Fraction(1, rate)))
        nodes += [graph.add(name, options) for name, options in filters]
        nodes += [graph.add("aformat", "sample_fmts=flt"), graph.add("abuffersink")]
        graph.link_nodes(*nodes)
        graph.configure()
        for start in range(0, len(samples), _BLOCK):
            graph.push(_frame(samples[start : start + _BLOCK], rate, layout, start))
            yield from _ready(nodes[-1])
        graph.push(None)
        yield from _ready(nodes[-1])
    except av.FFmpegError as exc:
        raise RenderError(f"the sound cannot be measured: {exc.strerror}", hint="Install av again.") from exc


def _frame(block: NDArray[np.float32], rate: int, layout: str, start: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block).reshape(1, -1), format="flt", layout=layout)
    frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
    return frame


def _ready(sink: FilterContext) -> Iterator[av.AudioFrame]:
    while True:
        try:
            frame = sink.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        if isinstance(frame, av.AudioFrame):
            yield frame
