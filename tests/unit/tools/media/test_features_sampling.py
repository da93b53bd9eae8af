"""Moments of a clip: evenly spaced by time, in clips of any length, rate and health."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from popcorn.errors import DataError
from popcorn.tools.media.sampling import Sampling, sample


def grey(number: int) -> int:
    """The grey level by which a frame is known again."""
    return 20 + number * 7 % 211


def write(
    path: Path,
    stamps: Iterable[int],
    *,
    rate: int = 10,
    gop: int = 10,
    codec: str = "mpeg4",
    size: tuple[int, int] = (32, 32),
) -> Path:
    """A clip with a grey frame at each of `stamps`, in 1 / rate seconds."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.gop_size = gop
        stream.bit_rate = 4_000_000
        stream.options = {"sc_threshold": "0", "preset": "ultrafast"} if codec == "libx264" else {}
        stream.codec_context.time_base = Fraction(1, rate)
        for number, stamp in enumerate(stamps):
            frame = av.VideoFrame.from_ndarray(np.full((*size[::-1], 3), grey(number), np.uint8), format="rgb24")
            frame.pts, frame.time_base = stamp, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def greys(sampling: Sampling) -> list[int]:
    return [round(float(one.picture.mean())) for one in sampling.samples]


def near(found: list[int], numbers: Iterable[int]) -> bool:
    return all(abs(one - grey(number)) <= 3 for one, number in zip(found, numbers, strict=True))


@pytest.mark.parametrize("ending", ["mp4", "mkv", "avi", "mov", "ts"])
def test_moments_are_the_middles_of_equal_parts(tmp_path: Path, ending: str) -> None:
    taken = sample(write(tmp_path / f"clip.{ending}", range(100)), 10)
    assert [one.at for one in taken.samples] == pytest.approx([0.5 + part for part in range(10)], abs=0.101)
    assert taken.seconds == pytest.approx(10, abs=0.11)
    assert taken.notes == ()
    assert near(greys(taken), [round(one.at * 10) for one in taken.samples])


def test_each_moment_has_a_frame_a_little_later(tmp_path: Path) -> None:
    taken = sample(write(tmp_path / "clip.mp4", range(100), rate=50), 4)
    for one in taken.samples:
        assert one.gap == pytest.approx(0.1, abs=0.021)
        assert near([round(float(one.later.mean()))], [round((one.at + one.gap) * 50)])


def test_long_clips_are_sought_in_not_decoded(tmp_path: Path) -> None:
    """Two hours at a frame a second: the same answer whether a part is sought or decoded up to."""
    taken = sample(write(tmp_path / "long.mp4", range(7200), rate=1, gop=20), 10)
    assert [one.at for one in taken.samples] == [360 + 720 * part for part in range(10)]
    assert near(greys(taken), range(360, 7200, 720))
    assert taken.notes == ()


def test_a_long_clip_with_one_keyframe_is_not_decoded_for_ever(tmp_path: Path) -> None:
    taken = sample(write(tmp_path / "long.mp4", range(9000), rate=10, gop=100_000, codec="libx264"), 3)
    ats = [one.at for one in taken.samples]
    assert ats == sorted(ats)
    assert len(taken.samples) == 3
    assert any("taken early" in note for note in taken.notes)


def test_moments_are_spaced_by_time_where_frames_are_not(tmp_path: Path) -> None:
    stamps = [*range(10), *range(10, 100, 30), 99]  # ten frames in the first second, five in the other nine
    taken = sample(write(tmp_path / "uneven.mkv", stamps), 5)
    assert [one.at for one in taken.samples] == pytest.approx([1, 1, 4, 7, 7], abs=0.01)
    assert near(greys(taken), [10, 10, 11, 12, 12])


def test_the_only_frame_of_a_clip_is_repeated_without_motion(tmp_path: Path) -> None:
    taken = sample(write(tmp_path / "one.mp4", [0]), 10)
    assert near(greys(taken), [0] * 10)
    assert {one.gap for one in taken.samples} == {0}
    assert "it has too few frames for 10 moments: some repeat" in taken.notes


@pytest.mark.parametrize("ending", ["mkv", "ts", "avi"])
def test_of_a_broken_tail_what_decodes_is_taken(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path / f"clip.{ending}", range(200), size=(64, 64))
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 6 // 10])
    taken = sample(path, 10)
    assert len(taken.samples) == 10
    assert 8 < taken.seconds < 16
    assert near(greys(taken), [round(one.at * 10) for one in taken.samples])
    assert len({one.at for one in taken.samples}) == 10


def test_a_tail_of_rubbish_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mp4", range(200), size=(64, 64))
    content = bytearray(path.read_bytes())
    start = content.index(b"mdat") + 4
    size = struct.unpack(">I", content[start - 8 : start - 4])[0] - 8
    content[start + size // 2 : start + size] = bytes(size - size // 2)
    path.write_bytes(content)
    taken = sample(path, 10)
    assert len(taken.samples) == 10
    assert taken.notes


@pytest.mark.parametrize("seconds", [7200, 2])
def test_a_header_that_lies_about_the_length_is_not_believed(tmp_path: Path, seconds: float) -> None:
    path = write(tmp_path / "clip.mkv", range(100))
    content = bytearray(path.read_bytes())
    place = content.index(b"\x44\x89\x88") + 3  # Matroska's Duration, a double in milliseconds
    content[place : place + 8] = struct.pack(">d", seconds * 1000)
    path.write_bytes(content)
    taken = sample(path, 5)
    assert [one.at for one in taken.samples] == pytest.approx([1, 3, 5, 7, 9], abs=0.101)
    assert taken.notes == (f"its header says {seconds:.1f} s, its frames last 10.0 s",)


def test_pictures_are_scaled_down_by_their_shorter_side_never_up(tmp_path: Path) -> None:
    path = write(tmp_path / "wide.mp4", range(5), size=(128, 64))
    shapes = {side: sample(path, 1, side=side).samples[0].picture.shape for side in (16, 64, 500, None)}
    assert shapes == {16: (16, 32, 3), 64: (64, 128, 3), 500: (64, 128, 3), None: (64, 128, 3)}


def test_a_damaged_clip_gives_the_same_pictures_every_time(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mkv", range(100), size=(64, 64))
    content = bytearray(path.read_bytes())
    content[len(content) // 3 :: 97] = bytes(len(content[len(content) // 3 :: 97]))
    path.write_bytes(content)
    one, two = sample(path, 10), sample(path, 10)
    assert one.notes == two.notes != ()
    for first, second in zip(one.samples, two.samples, strict=True):
        assert np.array_equal(first.picture, second.picture)


def test_tags_that_are_not_utf_8_do_not_matter(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mkv", range(20))
    path.write_bytes(path.read_bytes().replace(b"ENCODER", b"ENC\xf6DER"))
    assert len(sample(path, 4).samples) == 4


def test_a_codec_that_nobody_knows_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mkv", range(20))
    path.write_bytes(path.read_bytes().replace(b"V_MPEG4/ISO/ASP", b"V_MPEG4/ISO/XYZ"))
    with pytest.raises(DataError, match=r"clip\.mkv' is encoded in no way that is known"):
        sample(path, 4)


def no_file(path: Path) -> None:
    assert not path.exists()


def a_folder(path: Path) -> None:
    path.mkdir()


def nothing(path: Path) -> None:
    path.write_bytes(b"")


def rubbish(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 64)


def a_header(path: Path) -> None:
    write(path, range(20))
    path.write_bytes(path.read_bytes()[:200])


def sound_alone(path: Path) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


@pytest.mark.parametrize("make", [no_file, a_folder, nothing, rubbish, a_header, sound_alone])
def test_a_clip_without_a_picture_is_an_error_with_its_path(tmp_path: Path, make: Callable[[Path], None]) -> None:
    path = tmp_path / "clip.mp4"
    make(path)
    with pytest.raises(DataError, match=r"clip\.mp4") as caught:
        sample(path, 10)
    assert caught.value.hint


def test_no_moment_is_no_sampling(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="0 moments cannot be taken"):
        sample(tmp_path / "clip.mp4", 0)


@pytest.mark.parametrize("count", [1, 5, 10])
def test_to_the_ends_the_first_and_the_last_frame_are_taken_and_equal_steps_between(tmp_path: Path, count: int) -> None:
    taken = sample(write(tmp_path / "clip.mp4", range(91)), count, to_the_ends=True)
    numbers = np.linspace(0, 90, count).astype(int)
    assert [one.at for one in taken.samples] == pytest.approx(numbers / 10, abs=0.101)
    assert near(greys(taken)[:1], [0])
    assert count == 1 or near(greys(taken)[-1:], [90])
    assert taken.notes == ()


@pytest.mark.parametrize("rate", [12, 25, 30, 50])
@pytest.mark.parametrize("frames", [10, 91, 100, 137])
@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_to_the_ends_of_a_steady_clip_gives_the_frames_that_linspace_numbers(
    tmp_path: Path, ending: str, frames: int, rate: int
) -> None:
    taken = sample(write(tmp_path / f"clip.{ending}", range(frames), rate=rate), 10, to_the_ends=True)
    assert near(greys(taken), np.linspace(0, frames - 1, 10).astype(int))
