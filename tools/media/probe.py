"""Facts about a clip, read from the file itself."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np

from ...errors import BadClipError, DataError

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

_BLACK = 0.06
_FLAT = 0.02
_STILL = 0.0006
_REPEATED = 1e-4  # a camera's noise alone changes more
_FLASH = 0.02
_BAR = 0.03
_GRID = 48  # luminance is looked at on about this many points a side


@dataclass(frozen=True, slots=True)
class ClipFacts:
    """What a file's container and packets say, without decoding more than one frame."""

    path: Path
    container: str
    codec: str
    width: int
    """Pixels, after rotation."""
    height: int
    rotation: int
    """Degrees counter-clockwise that a player turns the stored picture: 0, 90, 180 or 270."""
    fps: float
    frames: int
    seconds: float
    pix_fmt: str
    has_audio: bool
    constant_frame_rate: bool
    faststart: bool | None
    """True when an MP4's index stands before its media; None for other containers."""
    tags: dict[str, str]

    @property
    def provenance(self) -> dict[str, object]:
        """What the file says of its making, when a Popcorn made it; else empty."""
        try:
            facts = json.loads(self.tags.get("comment", ""))
        except json.JSONDecodeError:
            return {}
        return facts if isinstance(facts, dict) and "generator" in facts else {}


@dataclass(frozen=True, slots=True)
class Luminance:
    """Brightness of a clip's frames, each from 0 (black) to 1 (white)."""

    means: tuple[float, ...]
    """The mean of each frame."""
    spreads: tuple[float, ...]
    """The standard deviation inside each frame; near 0 is one flat colour."""
    changes: tuple[float, ...]
    """The mean absolute difference between each frame and the one before; one fewer than frames."""
    bars: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    """What share of the height (top, bottom) and the width (left, right) is black at the rim in every frame."""

    @property
    def is_black(self) -> bool:
        """No frame has anything to see."""
        return self.black_start == len(self.means)

    @property
    def black_start(self) -> int:
        """How many frames at the start have nothing to see."""
        pairs = zip(self.means, self.spreads, strict=True)
        return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] < _BLACK and pair[1] < _FLAT, pairs))

    @property
    def is_frozen(self) -> bool:
        """Nothing moves from the first frame to the last."""
        return bool(self.changes) and max(self.changes) < _STILL

    @property
    def distinct(self) -> float:
        """The share of frames that are not the frame before once more; 1 for a single frame."""
        return sum(change > _REPEATED for change in self.changes) / len(self.changes) if self.changes else 1.0

    @property
    def flicker(self) -> float:
        """The share of frames that are clearly brighter than both their neighbours, or clearly darker."""
        steps = [after - before for before, after in itertools.pairwise(self.means)]
        turns = [one * two < 0 and min(abs(one), abs(two)) > _FLASH for one, two in itertools.pairwise(steps)]
        return sum(turns) / len(turns) if turns else 0.0


@dataclass(frozen=True, slots=True)
class Stated:
    """What a file's header says of its picture; nothing was decoded, and it may be untrue."""

    width: int
    height: int
    seconds: float
    """0 where it is not stated."""


def stated(path: Path) -> Stated:
    """What the header says: enough to turn a file away before it is decoded.

    Raises DataError when there is no file or no video in it, BadClipError when it cannot be opened.
    """
    with opened(path) as (container, stream):
        context = stream.codec_context
        micros = container.duration or 0
        return Stated(context.width, context.height, max(0.0, micros / av.time_base))


def probe(path: Path) -> ClipFacts:
    """The facts of `path`. Reads every packet once and decodes one frame.

    Raises DataError when there is no file or no video in it, BadClipError when its video cannot be decoded.
    """
    with opened(path) as (container, stream):
        context = stream.codec_context
        pts = sorted(packet.pts for packet in container.demux(stream) if packet.pts is not None and packet.size)
        if not pts:
            raise BadClipError(f"{str(path)!r} holds no video frames", hint="the file may be cut short")
        base = float(stream.time_base or 1)
        fps = float(stream.average_rate or stream.guessed_rate or 0) or _rate(pts, base)
        rotation = _rotation(path)
        width, height = context.width, context.height
        if rotation in (90, 270):
            width, height = height, width
        return ClipFacts(
            path=path,
            container=container.format.name,
            codec=context.codec.canonical_name if hasattr(context.codec, "canonical_name") else context.name,
            width=width,
            height=height,
            rotation=rotation,
            fps=fps,
            frames=len(pts),
            seconds=_seconds(stream, pts, base, fps),
            pix_fmt=context.pix_fmt or "",
            has_audio=bool(container.streams.audio),
            constant_frame_rate=_constant(pts),
            faststart=_faststart(path),
            tags=dict(container.metadata),
        )


def luminance(path: Path) -> Luminance:
    """Decode all of `path` and measure each frame's brightness on a coarse grid; memory does not grow with pixels.

    Raises DataError and BadClipError as `probe` does; a clip that stops decoding half way is a BadClipError.
    """
    means: list[float] = []
    spreads: list[float] = []
    changes: list[float] = []
    before: NDArray[np.float32] | None = None
    brightest: NDArray[np.float32] | None = None
    with opened(path) as (container, stream):
        stream.thread_type = "AUTO"
        stream.codec_context.options = {"skip_loop_filter": "all"}  # smoothing changes no mean; it costs a third
        for frame in container.decode(stream):
            grid = _luma_grid(frame)
            means.append(float(grid.mean()))
            spreads.append(float(grid.std()))
            if before is not None and before.shape == grid.shape:
                changes.append(float(np.abs(grid - before).mean()))
            same = brightest is not None and brightest.shape == grid.shape
            brightest = np.maximum(brightest, grid) if brightest is not None and same else grid
            before = grid
    if not means or brightest is None:
        raise BadClipError(f"no frame of {str(path)!r} can be decoded", hint="the file may be cut short or damaged")
    return Luminance(tuple(means), tuple(spreads), tuple(changes), _bars(brightest))


@contextmanager
def opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """An open file and its first video stream: the border at which FFmpeg's errors become ours."""
    if not path.is_file():
        raise DataError(f"there is no clip at {str(path)!r}", hint="check the path")
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise DataError(f"{str(path)!r} has no video in it", hint="give a file with a picture")
            yield container, container.streams.video[0]
    except av.FFmpegError as exc:
        raise BadClipError(
            f"{str(path)!r} cannot be decoded: {exc.strerror}", hint="the file is damaged or not a video; try another"
        ) from exc


def _luma_grid(frame: av.VideoFrame) -> NDArray[np.float32]:
    """Luma on a grid of about 48 x 48 points, from 0 to 1."""
    if frame.format.name not in {"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p"}:
        frame = frame.reformat(format="yuv420p")
    plane = frame.planes[0]
    values = np.frombuffer(plane, np.uint8)  # type: ignore[call-overload]  # PyAV's stubs hide the buffer
    luma: NDArray[np.uint8] = values.reshape(-1, plane.line_size)[: plane.height, : plane.width]
    steps = (max(1, plane.height // _GRID), max(1, plane.width // _GRID))
    grid = luma[:: steps[0], :: steps[1]].astype(np.float32)
    light: NDArray[np.float32] = np.clip((grid - 16) / 219, 0, 1)
    return light


def _bars(brightest: NDArray[np.float32]) -> tuple[float, float, float, float]:
    """The dark shares at the rims of a grid; all of it when nothing is ever lit."""
    lit = brightest > _BAR
    shares = []
    for line in (lit.any(axis=1), lit.any(axis=0)):
        inside = np.flatnonzero(line)
        first, last = (int(inside[0]), int(inside[-1])) if inside.size else (line.size, -1)
        shares += [first / line.size, (line.size - 1 - last) / line.size]
    return shares[0], shares[1], shares[2], shares[3]


def _rotation(path: Path) -> int:
    """The display matrix is only known to a decoded frame."""
    with opened(path) as (container, stream):
        for frame in itertools.islice(container.decode(stream), 1):
            return round(frame.rotation) % 360
    raise BadClipError(f"no frame of {str(path)!r} can be decoded", hint="the file may be cut short or damaged")


def _seconds(stream: VideoStream, pts: list[int], base: float, fps: float) -> float:
    """The stream's own length where it is stated, else from the first frame's start to the last one's end."""
    if stream.duration:
        return float(stream.duration) * base
    return (pts[-1] - pts[0]) * base + (1 / fps if fps else 0.0)


def _rate(pts: list[int], base: float) -> float:
    span = (pts[-1] - pts[0]) * base
    return (len(pts) - 1) / span if span > 0 else 0.0


def _constant(pts: list[int]) -> bool:
    """Every step is alike, up to the rounding of a coarse time base."""
    steps = np.diff(np.asarray(pts, dtype=np.int64))
    return bool(steps.size == 0 or steps.max() - steps.min() <= 1)


def _faststart(path: Path) -> bool | None:
    """Walk an MP4's top-level boxes (ISO/IEC 14496-12, 4.2) until the index or the media turns up."""
    with path.open("rb") as file:
        while len(head := file.read(8)) == 8:
            size, kind = int.from_bytes(head[:4], "big"), head[4:]
            if kind in (b"moov", b"mdat"):
                return kind == b"moov"
            if not kind.isalnum() or (size < 8 and size != 1):
                return None
            if size == 1:
                size = int.from_bytes(file.read(8), "big") - 8
            file.seek(size - 8, 1)
    return None
