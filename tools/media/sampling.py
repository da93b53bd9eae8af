"""A few moments of a clip, each with a frame just after it, whatever the clip's length and health."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np

from ...errors import DataError

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

GAP = 0.1
"""Seconds between a moment's frame and the later one that shows its motion."""
_JUMP = 4.0
"""A moment at least this many seconds ahead is sought; nearer ones are reached by decoding on."""
_PATIENCE = 1500
"""Packets read for one moment before the nearest frame is taken instead: what keeps time flat."""
_WINDOW = 8
"""Frames held at once: what keeps memory flat."""
_SLACK = 0.1
"""Frames: less than the ninth by which one of ten positions falls short of a frame that it does not mean."""
_FAR = 1e7
"""A time in seconds after every clip's end."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One moment of a clip, upright. Both pictures are uint8 sRGB."""

    at: float
    """Seconds from the clip's start."""
    picture: NDArray[np.uint8]
    """(H, W, 3), the frame that a player shows at that moment."""
    later: NDArray[np.uint8]
    """(H, W, 3), the frame shown a little later; `picture` itself when the clip ends before."""
    gap: float
    """Seconds from `picture` to `later`; 0 when they are the same."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """Evenly spaced moments of a clip, in order."""

    samples: tuple[Sample, ...]
    seconds: float
    """The length of what can be decoded."""
    notes: tuple[str, ...]
    """What was wrong with the clip, and what was done instead; empty for a sound one."""


def sample(path: Path, count: int, *, side: int | None = None, to_the_ends: bool = False) -> Sampling:
    """The middles of `count` equal parts of `path`; frames repeat when there are fewer.

    `to_the_ends` takes as many moments from the first frame to the last instead, at equal distances.

    Long clips are sought in, so that time and memory do not grow with length. `side` scales pictures down until the
    shorter side is at most that many pixels. Decoding is single-threaded, so that damaged clips too give the same
    pictures every time. Raises DataError when no frame can be had.
    """
    if count < 1:
        raise DataError(f"{count} moments cannot be taken from a clip", hint="Ask for one or more.")
    with _opened(path) as (container, stream):
        return _sampled(_Reader(container, stream), path, count, side, to_the_ends=to_the_ends)


def pictures_at(path: Path, moments: Sequence[float], *, side: int | None = None) -> list[NDArray[np.uint8]]:
    """The frames that a player shows at these moments, in seconds from the first frame and in order.

    Each is (H, W, 3) uint8 sRGB, upright; `side` as `sample` has it. A moment after the end gives the last frame.
    Raises DataError when there is no frame.
    """
    with _opened(path) as (container, stream):
        reader = _Reader(container, stream)
        pictures = [_picture(reader.shown[1], side) for moment in moments if reader.move(moment)]
    if len(pictures) < len(moments):
        raise DataError(f"no frame of {str(path)!r} can be decoded", hint="The file may be cut short or damaged.")
    return pictures


@contextmanager
def _opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """As `probe.opened`, with tags of any encoding, one thread, and every failure a DataError."""
    if not path.is_file():
        raise DataError(f"there is no clip at {str(path)!r}", hint="Check the path.")
    try:
        with av.open(str(path), metadata_errors="replace") as container:
            if not container.streams.video:
                raise DataError(f"{str(path)!r} has no video in it", hint="Give a file with a picture.")
            stream = container.streams.video[0]
            if getattr(stream, "codec_context", None) is None:
                raise DataError(f"{str(path)!r} is encoded in no way that is known", hint="The file may be damaged.")
            stream.thread_type = "NONE"
            stream.codec_context.thread_count = 1
            yield container, stream
    except av.FFmpegError as exc:
        raise DataError(
            f"{str(path)!r} cannot be decoded: {exc.strerror}", hint="The file is damaged or not a video."
        ) from exc


def _sampled(reader: _Reader, path: Path, count: int, side: int | None, *, to_the_ends: bool) -> Sampling:
    notes: list[str] = []
    end = reader.end
    samples, reached = _taken(reader, end, _moments(reader, end, count, to_the_ends=to_the_ends), side)
    if reached is not None:
        notes.append(f"it says that it lasts {end:.1f} s, but only {reached:.1f} s can be decoded")
        end = reached
        samples, _ = _taken(reader, end, _moments(reader, end, count, to_the_ends=to_the_ends), side)
    if not samples:
        raise DataError(f"no frame of {str(path)!r} can be decoded", hint="The file may be cut short or damaged.")
    samples += samples[-1:] * (count - len(samples))
    if reached is None and reader.stated and abs(reader.stated - end) > max(1.0, 0.1 * end):
        notes.append(f"its header says {reader.stated:.1f} s, its frames last {end:.1f} s")
    if reader.damaged:
        notes.append("parts of it cannot be decoded and were passed over")
    if reader.late:
        notes.append(f"{reader.late} moments were taken early: it can hardly be sought in")
    if len({item.at for item in samples}) < count:
        notes.append(f"it has too few frames for {count} moments: some repeat")
    return Sampling(samples, end, tuple(notes))


def _moments(reader: _Reader, end: float, count: int, *, to_the_ends: bool) -> list[float]:
    """Seconds from the first frame, in order."""
    if to_the_ends:
        last = min(reader.final, end)
        # times are rounded in files and here: without slack a frame that is met exactly gives the one before it
        return [last * index / max(1, count - 1) + _SLACK * reader.step for index in range(count)]
    return [(index + 0.5) * end / count for index in range(count)]


def _taken(
    reader: _Reader, end: float, moments: Sequence[float], side: int | None
) -> tuple[tuple[Sample, ...], float | None]:
    """The samples, and the time at which the clip broke off when that was before the last of them."""
    samples: list[Sample] = []
    for moment in moments:
        if not reader.move(moment) or reader.broken_off(moment):
            return tuple(samples), reader.last
        at, frame = reader.shown
        then, following = reader.following(min(GAP, end / len(moments)))
        picture = _picture(frame, side)
        later = picture if following is frame else _picture(following, side)
        samples.append(Sample(at, picture, later, then - at))
    return tuple(samples), None


class _Reader:
    """A clip's decoded frames around one moment after another. Times are seconds from the first frame."""

    def __init__(self, container: InputContainer, stream: VideoStream) -> None:
        self._container, self._stream = container, stream
        self._base = float(stream.time_base or 1)
        self.step = 1 / float(stream.average_rate or stream.guessed_rate or 25)
        """Seconds from a frame to the next, on average."""
        self._start = (stream.start_time or 0) * self._base
        self._window: deque[tuple[float, av.VideoFrame]] = deque()
        self._spent = 0
        self._seekable = True
        self.damaged = 0
        self.late = 0
        self.last = 0.0
        """The time of the latest frame that was decoded."""
        length = stream.duration * self._base if stream.duration else (container.duration or 0) / av.time_base
        self.stated = float(length)
        self.end, self.final = self._span()
        self._frames = self._restarted(0.0)

    @property
    def shown(self) -> tuple[float, av.VideoFrame]:
        """The frame shown at the current moment, and its time."""
        return self._window[0]

    def move(self, moment: float) -> bool:
        """Make `moment` the current one; False when there is no frame at all."""
        if self._spent >= _PATIENCE:
            self._frames = self._decoded()
        self._spent = 0
        position = self._window[0][0] if self._window else 0.0
        if moment < position - self.step or (moment - position > _JUMP and self._seekable):
            self._frames = self._restarted(moment)
        while not (len(self._window) > 1 and self._window[1][0] > moment):
            if len(self._window) > 1:
                self._window.popleft()
            elif (self._window and self._window[0][0] > moment) or not self._pull():
                break
        return bool(self._window)

    def broken_off(self, moment: float) -> bool:
        """Whether the clip ended before its last frame and well before `moment`."""
        at = self.shown[0]
        if len(self._window) > 1:
            return False
        if self._spent >= _PATIENCE and at < moment - _JUMP:
            self.late += 1
            self._seekable = False
            return False
        return at < min(moment, self.final) - max(0.5, 2 * self.step)

    def following(self, gap: float) -> tuple[float, av.VideoFrame]:
        """The first frame at least `gap` seconds after the shown one, or the last before the end."""
        aim = self.shown[0] + gap - self.step / 4
        for index in range(1, _WINDOW):
            if index >= len(self._window) and not self._pull():
                break
            if self._window[index][0] >= aim:
                return self._window[index]
        return self._window[-1]

    def _pull(self) -> bool:
        frame = next(self._frames, None)
        if frame is None:
            return False
        time = self._time(frame)
        self.last = max(self.last, time)
        self._window.append((time, frame))
        return True

    def _time(self, frame: av.VideoFrame) -> float:
        stamp = frame.pts if frame.pts is not None else frame.dts
        if stamp is None:
            return self._window[-1][0] + self.step if self._window else 0.0
        return stamp * self._base - self._start

    def _restarted(self, moment: float) -> Iterator[av.VideoFrame]:
        self._window.clear()
        self._seek(moment)
        return self._decoded()

    def _seek(self, moment: float) -> bool:
        try:
            stamp = int((moment + self._start) / self._base)
            self._container.seek(stamp, stream=self._stream, backward=True, any_frame=False)
        except av.FFmpegError:
            return False
        return True

    def _decoded(self) -> Iterator[av.VideoFrame]:
        for packet in self._packets():
            self._spent += 1
            try:
                yield from packet.decode()
            except av.FFmpegError:
                self.damaged += 1
            if self._spent >= _PATIENCE:
                return

    def _packets(self) -> Iterator[Packet[VideoStream]]:
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except av.FFmpegError:
                self.damaged += 1
                return
            if packet is None:
                return
            yield packet

    def _span(self) -> tuple[float, float]:
        """When the clip ends, and when its last frame starts, by its packets: headers are often wrong."""
        if self._seek(_FAR) and (tail := self._tail()):
            return tail
        self._seek(0.0)
        return self._tail() or (self.stated, 0.0)

    def _tail(self) -> tuple[float, float] | None:
        ends, starts = 0.0, 0.0
        found = False
        for packet in self._packets():
            stamp = packet.pts if packet.pts is not None else packet.dts
            if stamp is None or not packet.size:
                continue
            found = True
            start = stamp * self._base - self._start
            starts = max(starts, start)
            ends = max(ends, start + ((packet.duration or 0) * self._base or self.step))
        return (ends, starts) if found else None


def _picture(frame: av.VideoFrame, side: int | None) -> NDArray[np.uint8]:
    width, height = frame.width, frame.height
    if side is not None and min(width, height) > side:
        scale = side / min(width, height)
        width, height = max(1, round(width * scale)), max(1, round(height * scale))
    picture = frame.to_ndarray(format="rgb24", width=width, height=height, interpolation="AREA")
    turned: NDArray[np.uint8] = np.ascontiguousarray(np.rot90(picture, round(frame.rotation / 90) % 4))
    return turned
