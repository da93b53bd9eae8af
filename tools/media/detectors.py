"""What FFmpeg's own detectors say of a file, in one decoding of it: black and frozen stretches, change, blur, detail.

Every frame is scaled down first, so that time and memory hardly depend on the picture's size and memory not at all on
the file's length. libavfilter's filters write their findings into each frame's metadata.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
from av.filter import Graph

from ...errors import BadClipError
from .probe import opened

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

SMALL = 320
"""Pixels of the longer side on which change, black and stillness are measured."""
_CLOSER = 640
"""Pixels of the longer side on which blur and detail are measured: a smaller picture is always sharp."""
_LEAST = 16
"""Pixels of the shorter side below which filters refuse a picture."""
_BLACK = "d=0.3:pic_th=0.98:pix_th=0.08"
"""blackdetect: at least so many seconds in which 98 % of the pixels are darker than 8 % of the range."""
_FROZEN = "n=0.0003:d=0.5"
"""freezedetect: at least so many seconds in which pixels differ by less than this share of the range, on average."""
_BLUR = "block_width=40:block_height=40:block_pct=15"
_UNKNOWN_RATE = 25.0


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """What is known of a file's picture before it is decoded, and after its first frame."""

    width: int
    """Pixels as a player shows it: turned, and with square pixels."""
    height: int
    fps: float
    codec: str
    has_sound: bool
    begins: float
    """The first frame's own time in seconds, which is the clock that the sound is on; mostly 0."""


@dataclass(frozen=True, slots=True)
class Glance:
    """One frame of a file, upright, with what the detectors say of it."""

    at: float
    """Seconds from the first frame."""
    seconds: float
    """How long it is shown, as far as the file says."""
    picture: NDArray[np.uint8]
    """(h, w, 3) uint8 BGR, the longer side SMALL pixels at most."""
    change: float
    """Mean absolute difference of luma from the frame before, 0 to 1 (scdet's `mafd`)."""
    marks: Mapping[str, float]
    """`black_start`, `black_end`, `freeze_start`, `freeze_end`, in seconds, on the frame where they were noticed."""
    frame: av.VideoFrame
    """The whole frame; `enlarged` and `sharpness` look at it."""


@dataclass(frozen=True, slots=True)
class Sharpness:
    """How clear one frame is."""

    blur: float
    """Width of the edges in the clearest parts, in pixels of a picture with 640 on its longer side; low is sharp.

    blurdetect over the sharpest 15 % of its blocks, so that a soft background behind a sharp subject is no blur.
    0 where there is no edge to measure.
    """
    detail: float
    """Spatial information of ITU-T P.910 (siti): the spread of edges; low is a plain picture."""


class FrameMeter:
    """Blur and detail of single frames; keeps its filter graph between frames of one size."""

    def __init__(self) -> None:
        """No graph yet."""
        self._graphs: dict[tuple[int, int, str], Graph] = {}

    def measure(self, frame: av.VideoFrame) -> Sharpness:
        """Look at one frame."""
        key = (frame.width, frame.height, frame.format.name)
        if key not in self._graphs:
            self._graphs = {key: _graph(frame, _CLOSER, (("blurdetect", _BLUR), ("siti", "")))}
        said = _through(self._graphs[key], frame)
        found = said[0].metadata if said else {}
        blur = float(found.get("lavfi.blur", 0.0))
        return Sharpness(blur if math.isfinite(blur) else 0.0, float(found.get("lavfi.siti.si", 0.0)))


def glances(path: Path) -> Iterator[Glance]:
    """Every frame that can be decoded, in order; damaged ones are passed over.

    Raises DataError where there is no picture, BadClipError where nothing can be decoded.
    """
    with opened(path) as (container, stream):
        stream.thread_type = "AUTO"
        seen = False
        for frame, said, start in _filtered(container, stream):
            seen = True
            yield _glance(frame, said, start, stream)
    if not seen:
        raise BadClipError(f"no frame of {str(path)!r} can be decoded", hint="the file may be cut short or damaged")


def facts(path: Path) -> VideoFacts:
    """The picture's size, rate and codec. Raises as `glances`."""
    with opened(path) as (container, stream):
        frame = next(_frames(container, stream), None)
        if frame is None:
            raise BadClipError(f"no frame of {str(path)!r} can be decoded", hint="the file may be cut short or damaged")
        width, height = _shown(frame, stream)
        return VideoFacts(
            width, height, _rate(stream), stream.codec_context.name, bool(container.streams.audio), frame.time or 0.0
        )


def enlarged(frame: av.VideoFrame, side: int) -> NDArray[np.uint8]:
    """A frame upright as (h, w, 3) uint8 BGR, the longer side `side` pixels at most."""
    width, height = _fitted(frame.width, frame.height, side)
    return _upright(frame.to_ndarray(format="bgr24", width=width, height=height, interpolation="AREA"), frame.rotation)


def _glance(frame: av.VideoFrame, said: av.VideoFrame, start: float, stream: VideoStream) -> Glance:
    found = said.metadata
    marks = {
        name.rsplit(".", 1)[-1]: float(value) - start
        for name, value in found.items()
        if name.endswith(("black_start", "black_end", "freeze_start", "freeze_end"))
    }
    step = 1 / _rate(stream)
    length = float(frame.duration * frame.time_base) if frame.duration and frame.time_base else step
    return Glance(
        at=max(0.0, (said.time or 0.0) - start),
        seconds=length if 0 < length < 60 * step else step,
        picture=_upright(said.to_ndarray(format="bgr24"), frame.rotation),
        change=min(1.0, float(found.get("lavfi.scd.mafd", 0.0)) / 100),
        marks=marks,
        frame=frame,
    )


def _filtered(container: InputContainer, stream: VideoStream) -> Iterator[tuple[av.VideoFrame, av.VideoFrame, float]]:
    """Each frame, the small one that the detectors saw, and the first one's time."""
    graph, shape, start, last = None, (0, 0, ""), 0.0, -math.inf
    filters = (("scdet", "threshold=100"), ("blackdetect", _BLACK), ("freezedetect", _FROZEN))
    for frame in _frames(container, stream):
        at = _time(frame, stream, last)
        if at <= last:
            continue  # out of order or twice the same moment: detectors want a clock that runs forwards
        key = (frame.width, frame.height, frame.format.name)
        if graph is None or key != shape:
            start = at if graph is None else start
            graph, shape = _graph(frame, SMALL, filters), key
        last = at
        for said in _through(graph, frame):
            yield frame, said, start


def _time(frame: av.VideoFrame, stream: VideoStream, last: float) -> float:
    """When a frame is shown; one that does not say follows the one before it."""
    if frame.pts is None:
        base = frame.time_base or stream.time_base or Fraction(1, 90_000)
        following = last + 1 / _rate(stream) if math.isfinite(last) else 0.0
        frame.pts, frame.time_base = round(following / base), base
    return frame.time or 0.0


def _frames(container: InputContainer, stream: VideoStream) -> Iterator[av.VideoFrame]:
    """What decodes; packets that do not are passed over, since one of them is no reason to lose the file."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except av.FFmpegError:
            return
        if packet is None:
            return
        try:
            yield from packet.decode()
        except av.FFmpegError:
            continue


def _graph(frame: av.VideoFrame, side: int, filters: tuple[tuple[str, str], ...]) -> Graph:
    width, height = _fitted(frame.width, frame.height, side)
    graph = Graph()
    graph.threads = 1
    with _filtering():
        nodes = [
            graph.add_buffer(
                width=frame.width,
                height=frame.height,
                format=frame.format,
                time_base=frame.time_base or Fraction(1, 90_000),
            ),
            graph.add("scale", f"w={width}:h={height}:flags=area"),
            graph.add("format", "yuv420p"),
            *(graph.add(name, arguments) if arguments else graph.add(name) for name, arguments in filters),
            graph.add("buffersink"),
        ]
        graph.link_nodes(*nodes).configure()
    return graph


def _through(graph: Graph, frame: av.VideoFrame) -> list[av.VideoFrame]:
    """The frames that come out once this one is put in: one, since none of these filters waits for more."""
    with _filtering():
        graph.vpush(frame)
        out = []
        while True:
            try:
                out.append(graph.vpull())
            except (av.BlockingIOError, av.EOFError):
                return out


@contextmanager
def _filtering() -> Iterator[None]:
    """The border at which a filter's refusal becomes ours."""
    try:
        yield
    except (av.FFmpegError, ValueError) as exc:
        raise BadClipError(
            f"the picture cannot be measured: {exc}", hint="the file is damaged or of a kind that cannot be filtered"
        ) from exc


def _fitted(width: int, height: int, side: int) -> tuple[int, int]:
    """Even sizes with the longer side at most `side`, and neither too small for a filter."""
    scale = min(1.0, side / max(width, height))
    return max(_LEAST, round(width * scale / 2) * 2), max(_LEAST, round(height * scale / 2) * 2)


def _upright(picture: NDArray[Any], rotation: int) -> NDArray[np.uint8]:
    return np.ascontiguousarray(np.rot90(picture, round(rotation / 90) % 4), dtype=np.uint8)


def _shown(frame: av.VideoFrame, stream: VideoStream) -> tuple[int, int]:
    aspect = stream.sample_aspect_ratio
    width = round(frame.width * aspect) if aspect and 0.1 < aspect < 10 else frame.width
    return (frame.height, width) if round(frame.rotation / 90) % 2 else (width, frame.height)


def _rate(stream: VideoStream) -> float:
    rate = float(stream.average_rate or stream.guessed_rate or 0)
    return rate if 0 < rate <= 1000 else _UNKNOWN_RATE
