"""A stretch of a file as frames of another size, shape and rate: what a cut of an edited video is made of.

Frames come at a constant rate: the one that a player shows at each moment. Rotation and pixel shape are honoured,
interlaced pictures are made progressive, and every kind of colour, HDR too, becomes BT.709 in limited range.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from av.filter import Graph

from ...errors import BadClipError
from .area import Area
from .encode import Yuv420
from .probe import opened

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

_TURNS = {90: ("transpose", "cclock"), 270: ("transpose", "clock")}
"""Degrees counter-clockwise that a player turns the stored picture."""
_SCALING = "lanczos+accurate_rnd+full_chroma_int"
_TO_BT709 = "out_color_matrix=bt709:out_range=tv"
_HDR = {16, 18}
"""ITU-T H.273, transfer characteristics: SMPTE ST 2084 (PQ), and ARIB STD-B67 (HLG), in which many phones film."""
_TO_SDR = f"{_TO_BT709}:out_primaries=bt709:out_transfer=bt709:intent=perceptual"
"""Wide colours and highlights are mapped as they are meant to be seen; libswscale does it since FFmpeg 7.1."""
_EARLY = 1e-4
"""Seconds by which a frame may come after its moment: times in files are rounded."""
_SOME_BASE = Fraction(1, 90_000)
_SHORT = 0.5
"""Seconds that may be missing at the end of a stretch, where the last frame stays; more of them is a broken file."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which part of a file is shown, and as what."""

    path: Path
    start: float
    """Seconds in the file."""
    frames: int
    fps: int
    crop: Area
    width: int
    height: int
    speed: float = 1.0
    """Seconds of the file a second of what is made."""


def frames_of(stretch: Stretch) -> Iterator[Yuv420]:
    """The stretch's frames in order, one in memory at a time.

    Raises DataError and BadClipError as `probe` does, and BadClipError where the file ends before the stretch.
    """
    with opened(stretch.path) as (container, stream):
        stream.thread_type = "AUTO"
        yield from _at_rate(_decoded(container, stream, stretch.start), stretch)


def _decoded(container: InputContainer, stream: VideoStream, start: float) -> Iterator[tuple[float, av.VideoFrame]]:
    """Frames from the last key frame before `start`, with their times from the stream's beginning."""
    base, first = float(stream.time_base or 1), stream.start_time or 0
    step = 1 / float(stream.average_rate or stream.guessed_rate or 25)
    if start > 0:
        container.seek(int(start / base) + first, stream=stream, backward=True, any_frame=False)
    last = -step
    for frame in _progressive(container.decode(stream)):
        last = last + step if frame.time is None else frame.time - first * base
        yield last, frame


def _progressive(frames: Iterable[av.VideoFrame]) -> Iterator[av.VideoFrame]:
    """The frames with the lines of both fields of one moment; progressive ones stay as they are."""
    graph: Graph | None = None
    for frame in frames:
        if graph is None and not frame.interlaced_frame:
            yield frame
            continue
        graph = graph or _linked(frame, [("bwdif", "mode=send_frame:deint=interlaced")])
        graph.vpush(frame)
        yield from _ready(graph)
    if graph is not None:
        graph.vpush(None)
        yield from _ready(graph)


def _ready(graph: Graph) -> Iterator[av.VideoFrame]:
    while True:
        try:
            yield graph.vpull()
        except (av.BlockingIOError, av.EOFError):
            return


def _at_rate(decoded: Iterator[tuple[float, av.VideoFrame]], stretch: Stretch) -> Iterator[Yuv420]:
    """Each moment's frame; one that is shown at several moments is converted once."""
    converter = _Converter(stretch)
    current = following = next(decoded, None)
    ended, shown, picture = 0.0, None, None
    for number in range(stretch.frames):
        moment = stretch.start + number * stretch.speed / stretch.fps
        while following is not None and following[0] <= moment + _EARLY:
            current, ended = following, following[0]
            following = next(decoded, None)
        if current is None or (following is None and moment - ended > _SHORT):
            raise BadClipError(
                f"{str(stretch.path)!r} ends at {ended:.2f} s, before {moment:.2f} s of it can be shown",
                hint="The file is cut short or damaged; leave it out.",
            )
        if picture is None or shown is not current:
            picture, shown = converter.converted(current[1]), current
        yield picture


class _Converter:
    """Turns, deinterlaces, cuts and scales frames; a filter graph for each kind of frame that turns up."""

    def __init__(self, stretch: Stretch) -> None:
        self._stretch = stretch
        self._kind: tuple[object, ...] = ()
        self._graph = Graph()

    def converted(self, frame: av.VideoFrame) -> Yuv420:
        """The frame as planes of the stretch's size."""
        kind = (frame.width, frame.height, frame.format.name, round(frame.rotation) % 360, frame.color_trc)
        if kind != self._kind:
            self._graph, self._kind = self._built(frame), kind
        frame.pts = None
        self._graph.vpush(frame)
        return _planes(self._graph.vpull())

    def _built(self, frame: av.VideoFrame) -> Graph:
        wanted, crop = self._stretch, self._stretch.crop
        window = f"iw*{crop.width:.9f}:ih*{crop.height:.9f}:iw*{crop.left:.9f}:ih*{crop.top:.9f}"
        colours = _TO_SDR if frame.color_trc in _HDR else _TO_BT709
        filters = [
            *_turned(round(frame.rotation) % 360),
            ("crop", window),
            ("scale", f"{wanted.width}:{wanted.height}:flags={_SCALING}:{colours}"),
            ("format", "yuv420p"),
        ]
        return _linked(frame, filters)


def _linked(frame: av.VideoFrame, filters: list[tuple[str, str]]) -> Graph:
    """A row of filters for frames like this one."""
    graph = Graph()
    base = frame.time_base or _SOME_BASE
    nodes = [graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=base)]
    nodes += [graph.add(name, options) for name, options in filters]
    nodes.append(graph.add("buffersink"))
    graph.link_nodes(*nodes)
    graph.configure()
    return graph


def _turned(degrees: int) -> list[tuple[str, str]]:
    if degrees == 180:
        return [("hflip", ""), ("vflip", "")]
    return [_TURNS[degrees]] if degrees in _TURNS else []


def _planes(frame: av.VideoFrame) -> Yuv420:
    sizes = ((frame.height, frame.width), *[((frame.height + 1) // 2, (frame.width + 1) // 2)] * 2)
    return Yuv420(*(_plane(plane, size) for plane, size in zip(frame.planes, sizes, strict=True)))


def _plane(plane: object, size: tuple[int, int]) -> NDArray[np.uint8]:
    values = np.frombuffer(plane, np.uint8)  # type: ignore[call-overload]  # PyAV's stubs hide the buffer
    whole: NDArray[np.uint8] = values.reshape(-1, plane.line_size)[: size[0], : size[1]]  # type: ignore[attr-defined]
    return whole
