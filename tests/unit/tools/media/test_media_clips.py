"""Clips: written whole or not at all, and read back as they are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from popcorn.errors import BadClipError, DataError, RenderError
from popcorn.tools.media.decode import frames
from popcorn.tools.media.encode import ClipWriter, Encoding, Yuv420
from popcorn.tools.media.probe import luminance, probe

SMALL = Encoding(64, 96)


def ramp(number: int) -> np.ndarray:
    """A grey frame that gets brighter, with a dark corner."""
    frame = np.full((96, 64, 3), 40 + 10 * (number % 16), np.uint8)
    frame[:30, :30] = 10
    return frame


def write(out: Path, count: int = 12, **provenance: str | bool) -> Path:
    with ClipWriter(out, SMALL, provenance) as writer:
        for number in range(count):
            writer.write(ramp(number))
    return out


def test_a_clip_is_silent_h264_with_its_index_first_and_an_even_rate(tmp_path: Path) -> None:
    facts = probe(write(tmp_path / "clip.mp4"))
    assert (facts.codec, facts.pix_fmt, facts.width, facts.height) == ("h264", "yuv420p", 64, 96)
    assert (facts.frames, facts.fps, facts.seconds) == (12, 30.0, pytest.approx(0.4))
    assert facts.constant_frame_rate
    assert facts.faststart
    assert not facts.has_audio


def test_a_clip_says_who_made_it_and_that_it_is_a_demo(tmp_path: Path) -> None:
    facts = probe(write(tmp_path / "clip.mp4", generator="Popcorn 0", renderer="animatic", demo=True, title="Été 夏"))
    assert facts.provenance == {"generator": "Popcorn 0", "renderer": "animatic", "demo": True, "title": "Été 夏"}
    assert facts.tags["title"] == "Été 夏"


def test_colours_survive_the_way_through_bt709(tmp_path: Path) -> None:
    bars = np.zeros((96, 64, 3), np.uint8)
    bars[:32], bars[32:64], bars[64:] = (200, 40, 40), (40, 160, 60), (50, 60, 190)
    with ClipWriter(tmp_path / "bars.mp4", Encoding(64, 96, quality=10)) as writer:
        for _ in range(3):
            writer.write(bars)
    read = frames(tmp_path / "bars.mp4", 1)[0]
    for row, colour in ((16, (200, 40, 40)), (48, (40, 160, 60)), (80, (50, 60, 190))):
        assert np.abs(read[row, 32].astype(int) - colour).max() <= 12


def test_planes_and_rgb_give_the_same_picture(tmp_path: Path) -> None:
    grey = Yuv420(
        *(np.full(shape, value, np.uint8) for shape, value in (((96, 64), 126), ((48, 32), 128), ((48, 32), 128)))
    )
    with ClipWriter(tmp_path / "planes.mp4", SMALL) as writer:
        writer.write(grey)
    with ClipWriter(tmp_path / "rgb.mp4", SMALL) as writer:
        writer.write(np.full((96, 64, 4), 128, np.uint8))
    difference = frames(tmp_path / "planes.mp4", 1).astype(int) - frames(tmp_path / "rgb.mp4", 1)
    assert np.abs(difference).max() <= 2


def test_an_exception_while_drawing_leaves_no_file_and_keeps_the_old_one(tmp_path: Path) -> None:
    out = write(tmp_path / "clip.mp4")
    before = out.read_bytes()

    def draw_and_stop() -> None:
        with ClipWriter(out, SMALL) as writer:
            writer.write(ramp(0))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        draw_and_stop()
    assert out.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["clip.mp4"]


def test_a_frame_of_another_size_is_refused_with_both_sizes(tmp_path: Path) -> None:
    with (
        pytest.raises(RenderError, match="frame 0 is 32x32, the clip 64x96"),
        ClipWriter(tmp_path / "c.mp4", SMALL) as w,
    ):
        w.write(np.zeros((32, 32, 3), np.uint8))
    assert list(tmp_path.iterdir()) == []


def test_an_odd_size_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="65x96"):
        ClipWriter(tmp_path / "c.mp4", Encoding(65, 96))


def test_a_folder_that_cannot_be_made_is_a_render_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RenderError, match="could not be written"), ClipWriter(tmp_path / "file" / "c.mp4", SMALL) as w:
        w.write(ramp(0))


def test_a_clip_without_frames_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="no frame was written"), ClipWriter(tmp_path / "c.mp4", SMALL):
        pass
    assert list(tmp_path.iterdir()) == []


def test_black_frozen_and_living_clips_are_told_apart(tmp_path: Path) -> None:
    for name, values in {"black": [0] * 6, "frozen": [90] * 6, "living": [40, 60, 80, 100, 120, 140]}.items():
        with ClipWriter(tmp_path / f"{name}.mp4", SMALL) as writer:
            for value in values:
                frame = np.full((96, 64, 3), value, np.uint8)
                frame[10:40, 10:40] = value // 2
                writer.write(frame)
    seen = {name: luminance(tmp_path / f"{name}.mp4") for name in ("black", "frozen", "living")}
    assert {name: (light.is_black, light.is_frozen) for name, light in seen.items()} == {
        "black": (True, True),
        "frozen": (False, True),
        "living": (False, False),
    }


def test_frames_come_from_the_middles_of_equal_parts(tmp_path: Path) -> None:
    read = frames(write(tmp_path / "clip.mp4", 12), 3)
    assert read.shape == (3, 96, 64, 3)
    assert [int(frame[60, 50, 0]) for frame in read] == pytest.approx([60, 100, 140], abs=4)


def test_more_frames_than_there_are_repeat_some(tmp_path: Path) -> None:
    assert frames(write(tmp_path / "clip.mp4", 2), 5, side=32).shape == (5, 48, 32, 3)


@pytest.mark.parametrize("content", [b"", b"no video at all", b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 40])
def test_what_is_no_video_is_a_clear_error(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken.mp4"
    file.write_bytes(content)
    for read in (probe, luminance, lambda path: frames(path, 2)):
        with pytest.raises((BadClipError, DataError), match=r"broken\.mp4"):
            read(file)


def test_a_missing_file_is_a_data_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no clip"):
        probe(tmp_path / "nowhere.mp4")


def test_a_clip_cut_short_does_not_pass_for_whole(tmp_path: Path) -> None:
    whole = write(tmp_path / "whole.mp4", 60)
    cut = tmp_path / "cut.mp4"
    content = whole.read_bytes()
    cut.write_bytes(content[: content.index(b"mdat") + 200])
    try:
        decoded = len(luminance(cut).means)
    except BadClipError:
        decoded = 0
    assert decoded < 60


WRITES_ONE_CLIP = """
import sys
from pathlib import Path
import numpy as np
from popcorn.tools.media.encode import ClipWriter, Encoding
drawn = np.random.default_rng(5)
with ClipWriter(Path(sys.argv[1]), Encoding(54, 96, 24, 17.0, "fast")) as writer:
    for _ in range(9):
        blocks = drawn.integers(0, 256, (16, 9), np.uint8).repeat(6, 0).repeat(6, 1)
        writer.write(np.dstack([blocks] * 3))
"""


def test_the_same_frames_are_the_same_bytes_whatever_memory_held_before(tmp_path: Path) -> None:
    made = set()
    for filling in ("0", "85", "170", "255"):  # of what malloc gives out, where the C library is glibc
        out = tmp_path / f"{filling}.mp4"
        environment = os.environ | {"MALLOC_PERTURB_": filling}
        subprocess.run([sys.executable, "-c", WRITES_ONE_CLIP, str(out)], env=environment, check=True)
        made.add(out.read_bytes())
    assert len(made) == 1
