"""Reading frames out of clips."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np

from ...errors import BadClipError, DataError
from .probe import opened

if TYPE_CHECKING:
    from numpy.typing import NDArray


def frames(path: Path, count: int, *, side: int | None = None) -> NDArray[np.uint8]:
    """`count` evenly spaced frames of `path` as (count, H, W, 3) uint8 sRGB, turned the way a player shows them.

    The clip is cut into `count` equal parts and the middle frame of each is taken; a clip with fewer frames repeats
    some. `side` scales the shorter side to that many pixels (aspect kept). Raises as `probe` does.
    """
    if count < 1:
        raise DataError(f"{count} frames cannot be taken from a clip", hint="ask for one or more")
    wanted = frame_numbers(path, count)
    taken: list[NDArray[np.uint8]] = []
    with opened(path) as (container, stream):
        stream.thread_type = "AUTO"
        for number, frame in enumerate(container.decode(stream)):
            while len(taken) < count and wanted[len(taken)] == number:
                taken.append(_picture(frame, side))
            if len(taken) == count:
                break
    if not taken:
        raise BadClipError(f"no frame of {str(path)!r} can be decoded", hint="the file may be cut short or damaged")
    taken += [taken[-1]] * (count - len(taken))
    return np.stack(taken)


def frame_numbers(path: Path, count: int) -> list[int]:
    """Which frames of `path` are the middles of `count` equal parts, counted from 0."""
    total = _count(path)
    return [min(total - 1, int((index + 0.5) * total / count)) for index in range(count)]


def frame(path: Path, number: int) -> NDArray[np.uint8]:
    """One frame at full size as (H, W, 3) uint8 sRGB; the last one that decodes when there are fewer."""
    with opened(path) as (container, stream):
        stream.thread_type = "AUTO"
        frames = deque(itertools.islice(container.decode(stream), number + 1), maxlen=1)
        if frames:
            return _picture(frames[0], None)
    raise BadClipError(f"no frame of {str(path)!r} can be decoded", hint="the file may be cut short or damaged")


def all_frames(path: Path) -> Iterator[NDArray[np.uint8]]:
    """Every frame in order, as `frame` gives them, one in memory at a time."""
    with opened(path) as (container, stream):
        stream.thread_type = "AUTO"
        for picture in container.decode(stream):
            yield _picture(picture, None)


def all_luma(path: Path) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    """Every frame's time in seconds and its luma (H, W) uint8 in limited range as it is stored, turned by nothing.

    Raises as `probe` does.
    """
    with opened(path) as (container, stream):
        stream.thread_type = "AUTO"
        base, first = float(stream.time_base or 1), stream.start_time or 0
        for picture in container.decode(stream):
            if picture.format.name != "yuv420p":
                picture = picture.reformat(format="yuv420p")
            plane = picture.planes[0]
            values = np.frombuffer(plane, np.uint8)  # type: ignore[call-overload]  # PyAV's stubs hide the buffer
            rows: NDArray[np.uint8] = values.reshape(-1, plane.line_size)[: plane.height, : plane.width]
            yield ((picture.pts or 0) - first) * base, rows


def _count(path: Path) -> int:
    with opened(path) as (container, stream):
        return max(1, sum(1 for packet in container.demux(stream) if packet.size))


def _picture(frame: av.VideoFrame, side: int | None) -> NDArray[np.uint8]:
    width, height = frame.width, frame.height
    if side is not None:
        scale = side / min(width, height)
        width, height = max(1, round(width * scale)), max(1, round(height * scale))
    picture = frame.to_ndarray(format="rgb24", width=width, height=height)
    turned: NDArray[np.uint8] = np.ascontiguousarray(np.rot90(picture, round(frame.rotation / 90) % 4))
    return turned
