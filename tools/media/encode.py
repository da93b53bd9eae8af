"""Writing clips: frames in, a silent H.264 MP4 out, whole or not at all."""

from __future__ import annotations

import json
import logging
import queue
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import av
import numpy as np

from ... import files
from ...errors import RenderError
from ...redaction import scrubbed_value
from .probe import opened

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.packet import Packet
    from av.stream import Stream
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

_log = logging.getLogger(__name__)

_BT709 = 1  # ITU-T H.273: the same code point for primaries, transfer and matrix
_LIMITED_RANGE = 1
_ROOM = "check that the folder is writable and not full"
_AHEAD = 4  # frames that may wait for the encoder: what keeps memory flat


@dataclass(frozen=True, slots=True)
class Yuv420:
    """One frame as planes: luma (H, W) and two chroma (H / 2, W / 2), uint8, BT.709, limited range."""

    y: NDArray[np.uint8]
    u: NDArray[np.uint8]
    v: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a clip is encoded: H.264, yuv420p, BT.709, constant frame rate, faststart."""

    width: int
    height: int
    fps: int = 30
    quality: float = 20.0
    """x264's constant rate factor: lower is better and larger."""
    preset: str = "superfast"
    threads: int = 0
    """Encoder threads; 0 leaves it to x264."""
    x264: str = ""
    """Further x264 parameters, `name=value` with colons between."""


class ClipWriter:
    """Writes frames to `out` through a temporary file beside it, which is renamed when all went well.

    The same frames, encoding and provenance give the same bytes, on one machine at any time: how many threads x264
    starts, and so what it decides, follows the number of cores.

    Encoding runs in a thread of its own, beside the caller's drawing. Used as a context manager: an exception inside
    leaves nothing behind. Raises RenderError when the encoder or the disk refuses.
    """

    def __init__(self, out: Path, encoding: Encoding, provenance: Mapping[str, str | bool] | None = None) -> None:
        if encoding.width % 2 or encoding.height % 2 or min(encoding.width, encoding.height) < 2:
            raise RenderError(
                f"a picture of {encoding.width}x{encoding.height} cannot be stored as yuv420p",
                hint="use an even width and height",
            )
        self._out = out
        self._encoding = encoding
        self._made: files.Replacement | None = None
        self._provenance = dict(provenance or {})
        self._frames: queue.Queue[av.VideoFrame | None] = queue.Queue(_AHEAD)
        self._failure: Exception | None = None
        self._written = 0
        self.cpu_seconds = 0.0
        """Processor time of the writing thread; x264's own threads are not in it."""

    def __enter__(self) -> ClipWriter:
        try:
            self._container = self._open()
            self._stream = self._add_stream(self._container)
        except (av.FFmpegError, OSError, ValueError) as exc:
            self._discard()
            raise refused(self._out, exc) from exc
        self._thread = threading.Thread(target=self._encode, name="popcorn-encode", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._frames.put(None)
        self._thread.join()
        try:
            if kind is None and self._failure is None:
                self._finish()
            else:
                self._abandon()
        finally:
            self._discard()
        if kind is None and self._failure is not None:
            raise refused(self._out, self._failure) from self._failure

    def write(self, frame: NDArray[np.uint8] | Yuv420) -> None:
        """Append a frame: RGB (H, W, 3) or RGBA (H, W, 4) uint8, sRGB, or planes that are already BT.709."""
        if self._failure is not None:
            raise refused(self._out, self._failure) from self._failure
        picture = _from_planes(frame) if isinstance(frame, Yuv420) else _from_rgb(frame)
        if (picture.width, picture.height) != (self._encoding.width, self._encoding.height):
            raise RenderError(
                f"frame {self._written} is {picture.width}x{picture.height}, "
                f"the clip {self._encoding.width}x{self._encoding.height}",
                hint="draw every frame at the size of the clip",
            )
        picture.pts = self._written
        self._written += 1
        self._frames.put(picture)

    def _open(self) -> OutputContainer:
        self._made = files.Replacement(self._out)
        container = av.open(str(self._made.path), "w", format="mp4", options={"movflags": "+faststart"})
        container.metadata.update(file_tags(self._provenance))
        return container

    def _add_stream(self, container: OutputContainer) -> VideoStream:
        encoding = self._encoding
        stream = container.add_stream(
            "libx264",
            rate=encoding.fps,
            options={
                "preset": encoding.preset,
                "crf": str(encoding.quality),
                "x264-params": ":".join(filter(None, ("force-cfr=1", _sound_instructions(), encoding.x264))),
            },
        )
        stream.width, stream.height, stream.pix_fmt = encoding.width, encoding.height, "yuv420p"
        context = stream.codec_context
        context.thread_count = encoding.threads
        context.color_primaries = context.color_trc = context.colorspace = _BT709
        context.color_range = _LIMITED_RANGE
        return stream

    def _encode(self) -> None:
        started = time.thread_time()
        while (picture := self._frames.get()) is not None:
            if self._failure is None:
                try:
                    self._container.mux(self._stream.encode(picture))
                except Exception as exc:  # whatever it is, the drawing thread must hear of it, or it waits for ever
                    self._failure = exc
        self.cpu_seconds = time.thread_time() - started

    def _finish(self) -> None:
        if not self._written:
            self._failure = ValueError("no frame was written")
            self._abandon()
            return
        try:
            self._container.mux(self._stream.encode(None))
            self._container.close()
            if self._made is not None:
                self._made.keep()
        except (av.FFmpegError, OSError, ValueError) as exc:
            self._failure = exc

    def _abandon(self) -> None:
        try:
            self._container.close()
        except (av.FFmpegError, OSError, ValueError) as exc:  # the first failure is the one to report
            _log.debug("closing an abandoned clip: %s", exc)

    def _discard(self) -> None:
        if self._made is not None:
            self._made.discard()


def retag(source: Path, out: Path, provenance: Mapping[str, str | bool]) -> Path:
    """Copy an MP4 without encoding it again, with `provenance` in place of what it said of its making; faststart.

    Raises BadClipError when `source` cannot be read, RenderError when `out` cannot be written.
    """
    with opened(source) as (container, stream):
        kept = [stream, *container.streams.audio[:1]]
        packets = [packet for packet in container.demux(kept) if packet.dts is not None]
        try:
            with files.replacing_by_name(out) as temporary:
                _write_packets(temporary, kept, packets, {**container.metadata, **file_tags(provenance)})
        except (av.FFmpegError, OSError, ValueError) as exc:
            raise refused(out, exc) from exc
    return out


def _write_packets(
    out: Path, kept: Sequence[Stream], packets: Iterable[Packet[Stream]], tags: Mapping[str, str]
) -> None:
    with av.open(str(out), "w", format="mp4", options={"movflags": "+faststart"}) as copy:
        copy.metadata.update(tags)
        streams = {stream.index: copy.add_stream_from_template(stream) for stream in kept}
        for packet in packets:
            packet.stream = streams[packet.stream.index]
            copy.mux(packet)


def refused(out: Path, exc: Exception) -> RenderError:
    """What to say when the encoder or the disk refuses."""
    reason = getattr(exc, "strerror", None) or exc
    return RenderError(f"{str(out)!r} could not be written: {reason}", hint=_ROOM)


@cache
def _sound_instructions() -> str:
    """The x264 parameter that keeps it off AVX-512, whose macroblock tree reads memory that nobody wrote.

    With B frames two encodings of the same frames differ then. AVX2 decides as the older sets do and takes 7 % longer;
    without the tree a clip is three times as large.
    """
    import pyarrow

    return "asm=avx2" if pyarrow.runtime_info().detected_simd_level == "avx512" else ""


def _from_rgb(frame: NDArray[np.uint8]) -> av.VideoFrame:
    """An RGB(A) frame as BT.709, limited range; alpha is dropped, so draw over something opaque."""
    from av.video.reformatter import Colorspace

    rgb = np.ascontiguousarray(frame[..., :3])
    return av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709)


def _from_planes(frame: Yuv420) -> av.VideoFrame:
    height, width = frame.y.shape
    picture = av.VideoFrame(width, height, "yuv420p")
    for plane, values in zip(picture.planes, (frame.y, frame.u, frame.v), strict=True):
        memory = np.frombuffer(plane, np.uint8)  # type: ignore[call-overload]  # PyAV's stubs hide the buffer
        memory.reshape(plane.height, plane.line_size)[:, : values.shape[1]] = values
    return picture


def file_tags(provenance: Mapping[str, str | bool]) -> dict[str, str]:
    """Container tags: title and kind, which players show, and the whole provenance as JSON in `comment`."""
    provenance = scrubbed_value(provenance)
    tags = {"comment": json.dumps(provenance, ensure_ascii=False, sort_keys=True)}
    for name, key in (("title", "title"), ("description", "kind")):
        if words := provenance.get(key):
            tags[name] = str(words)
    return tags
