"""Clips of one encoding put one after another without encoding them again, with a sound track in AAC.

Every clip begins with a key frame and its own clock at 0, so its packets only need a later time. A single clip keeps
its own times (`with_sound`). The sound is 48 kHz stereo; its encoder's first samples (the priming) are cut off by the
file's edit list, so it begins with the picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np

from ... import files
from ...errors import RenderError
from .encode import file_tags, refused
from .probe import opened

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer, OutputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

SOUND_RATE = 48_000
_BLOCK = 1024  # samples: a frame of AAC
_BITRATE = 192_000


def join(
    clips: Sequence[Path],
    fps: int,
    out: Path,
    provenance: Mapping[str, str | bool],
    *,
    sound: NDArray[np.float32] | None = None,
) -> Path:
    """Write `clips` one after another as one MP4 with its index first, whole or not at all.

    `sound` is (samples, 2) float32 in -1..1 at 48 kHz; without it the file is silent. All clips have to come from one
    `Encoding`. Raises RenderError where they do not, or where `out` cannot be written, and BadClipError where one
    cannot be read.
    """
    if not clips:
        raise RenderError("there is nothing to join", hint="Give one clip or more.")
    try:
        with (
            files.replacing_by_name(out) as part,
            av.open(str(part), "w", format="mp4", options={"movflags": "+faststart"}) as container,
        ):
            container.metadata.update(file_tags(provenance))
            _write(container, clips, fps, sound)
    except (av.FFmpegError, OSError, ValueError) as exc:
        raise refused(out, exc) from exc
    return out


def alike(clips: Sequence[Path]) -> bool:
    """Whether clips come from one encoding, so that `join` can put them together. Raises BadClipError."""
    seen = set()
    for clip in clips:
        with opened(clip) as (_, stream):
            codec = stream.codec_context
            seen.add((codec.name, codec.width, codec.height, codec.extradata, stream.average_rate))
    return len(seen) == 1


def with_sound(clip: Path, out: Path, provenance: Mapping[str, str | bool], sound: NDArray[np.float32] | None) -> Path:
    """Write a clip's picture, packet by packet as it is, under another sound: (samples, 2) float32 in -1..1 at 48 kHz.

    Raises BadClipError where the clip cannot be read, RenderError where `out` cannot be written.
    """
    try:
        with (
            opened(clip) as (source, stream),
            files.replacing_by_name(out) as part,
            av.open(str(part), "w", format="mp4", options={"movflags": "+faststart"}) as container,
        ):
            container.metadata.update(file_tags(provenance))
            picture = container.add_stream_from_template(stream)
            _interleave(container, _as_they_are(source, stream, picture), sound)
    except (av.FFmpegError, OSError, ValueError) as exc:
        raise refused(out, exc) from exc
    return out


def _as_they_are(source: InputContainer, stream: VideoStream, picture: VideoStream) -> Iterator[Packet[VideoStream]]:
    for packet in source.demux(stream):
        if packet.dts is not None:
            packet.stream = picture
            yield packet


def _write(container: OutputContainer, clips: Sequence[Path], fps: int, sound: NDArray[np.float32] | None) -> None:
    with opened(clips[0]) as (_, template):
        picture = container.add_stream_from_template(template)
    _interleave(container, _pictures(clips, picture, fps), sound)


def _interleave(
    container: OutputContainer, pictures: Iterator[Packet[VideoStream]], sound: NDArray[np.float32] | None
) -> None:
    """Pictures and sound in the order of their times: both streams are known before the first packet."""
    track = None if sound is None else _sound_stream(container)
    blocks = iter(()) if sound is None or track is None else _encoded(track, sound)
    heard = next(blocks, None)
    for packet in pictures:
        while heard is not None and _time(heard) <= _time(packet):
            container.mux(heard)
            heard = next(blocks, None)
        container.mux(packet)
    while heard is not None:
        container.mux(heard)
        heard = next(blocks, None)


def _pictures(clips: Sequence[Path], picture: VideoStream, fps: int) -> Iterator[Packet[VideoStream]]:
    """Every clip's packets on one clock.

    Frames are decoded in another order than they are shown in, and a short clip is reordered less than a long one: so
    the times of decoding are counted anew, as far before those of showing as the most reordered clip wants it.
    """
    delay = max(_delay(clip, fps) for clip in clips)
    extradata, decoded, shown = picture.codec_context.extradata, -delay, 0
    for clip in clips:
        with opened(clip) as (source, stream):
            if stream.codec_context.extradata != extradata:
                raise RenderError(f"{str(clip)!r} is encoded otherwise than the first clip", hint="Render it again.")
            first = decoded
            for packet, number in _numbered(source, stream, fps):
                tick = round(1 / (fps * Fraction(packet.time_base)))
                packet.pts, packet.dts = (shown + number) * tick, decoded * tick
                packet.stream = picture
                decoded += 1
                yield packet
            shown += decoded - first


def _delay(clip: Path, fps: int) -> int:
    """By how many frames a clip's packets stand before the frame they are shown as, at most."""
    with opened(clip) as (source, stream):
        numbers = [number for _, number in _numbered(source, stream, fps)]
    return max((place - number for place, number in enumerate(numbers)), default=0)


def _numbered(source: InputContainer, stream: VideoStream, fps: int) -> Iterator[tuple[Packet[VideoStream], int]]:
    """Packets as they are decoded, and which frame each is, from 0."""
    for packet in source.demux(stream):
        if packet.pts is not None and packet.size:
            yield packet, round(packet.pts * Fraction(packet.time_base) * fps)


def _sound_stream(container: OutputContainer) -> AudioStream:
    stream = container.add_stream("aac", rate=SOUND_RATE, layout="stereo")
    stream.bit_rate = _BITRATE
    return stream


def _encoded(stream: AudioStream, sound: NDArray[np.float32]) -> Iterator[Packet[AudioStream]]:
    for start in range(0, len(sound), _BLOCK):
        planes = np.ascontiguousarray(sound[start : start + _BLOCK].T, dtype=np.float32)
        frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, start, Fraction(1, SOUND_RATE)
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _time(packet: Packet[VideoStream] | Packet[AudioStream]) -> Fraction:
    return Fraction(packet.dts or 0) * Fraction(packet.time_base)
