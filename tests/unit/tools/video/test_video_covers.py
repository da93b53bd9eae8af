"""A cover taken from a clip is its sharpest, best lit, best composed frame."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from popcorn.errors import DataError, RenderError
from popcorn.tools.media.encode import ClipWriter, Encoding
from popcorn.tools.video.covers import best_frame, frame_cover, judge, saliency

SHARP = 27
"""The one frame of the clip that is not blurred; the middle of a fifteenth part of 45 frames is 1, 4, ... 28."""


def picture(blur: float, light: float = 1.0) -> np.ndarray:
    """A chequered disc in the middle of a grey ramp, (144, 96, 3)."""
    y, x = np.mgrid[0:144, 0:96]
    ramp = np.broadcast_to(np.linspace(40, 120, 144)[:, None], (144, 96)).copy()
    disc = (x - 48) ** 2 + (y - 72) ** 2 < 30**2
    ramp[disc] = np.where(((x // 6 + y // 6) % 2)[disc] == 0, 235.0, 20.0)
    soft = cv2.GaussianBlur(ramp, (0, 0), blur) if blur else ramp
    return np.repeat((soft * light).astype(np.uint8)[..., None], 3, axis=2)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("clip") / "clip.mp4"
    with ClipWriter(out, Encoding(96, 144, quality=10)) as writer:
        for number in range(45):
            writer.write(picture(0 if SHARP <= number < SHARP + 3 else 4))
    return out


def test_the_sharp_frame_is_taken_from_a_blurred_clip(clip: Path) -> None:
    assert np.abs(best_frame(clip).astype(int) - picture(0)).mean() < 6
    assert np.abs(best_frame(clip).astype(int) - picture(4)).mean() > 15


def test_the_cover_is_a_jpeg_of_the_clips_size_and_nothing_else_is_left(clip: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "cover.jpg"
    assert frame_cover(clip, out) == out
    with Image.open(out) as cover:
        assert (cover.format, cover.size) == ("JPEG", (96, 144))
    assert [file.name for file in out.parent.iterdir()] == ["cover.jpg"]


def test_dark_and_blown_frames_are_worse_than_lit_ones() -> None:
    lit, dark, blown = judge(np.stack([picture(0), picture(0, 0.05), np.full((144, 96, 3), 255, np.uint8)]))
    assert lit.score > 4 * dark.score
    assert blown.score == 0


def test_a_subject_in_the_middle_is_better_composed_than_one_in_the_corner() -> None:
    middle = picture(0)
    middle, corner = judge(np.stack([middle, np.roll(middle, (-70, -46), axis=(0, 1))]))
    assert middle.composition > corner.composition + 0.2


def test_saliency_lies_where_the_one_odd_thing_is() -> None:
    grey = np.full((128, 128), 90, np.uint8)
    grey[90:100, 20:30] = 220
    seen = saliency(grey)
    row, column = np.unravel_index(int(seen.argmax()), seen.shape)
    assert seen.sum() == pytest.approx(1)
    assert (abs(row - 47), abs(column - 12)) <= (4, 4)


def test_a_place_that_cannot_be_written_is_a_render_error(clip: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RenderError, match="could not be written"):
        frame_cover(clip, tmp_path / "file" / "cover.jpg")


def test_a_clip_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no clip"):
        frame_cover(tmp_path / "gone.mp4", tmp_path / "cover.jpg")
