"""The paper's two inputs (VC-LLM, equations 7 to 9), by hand-made cases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from footage_clips import clip, still
from popcorn.errors import DataError
from popcorn.tools.footage.representation import (
    jpeg,
    represent,
    spatial_input,
    spatial_moment,
    temporal_input,
    temporal_moments,
    text_beside,
    uniform,
)
from popcorn.tools.footage.types import FootageClip, HeardWord, SeenText
from popcorn.tools.media.area import WHOLE, Area

GREY_STEP = 8


def footage_clip(path: Path, start: float, end: float, width: int, height: int, fps: float = 25.0) -> FootageClip:
    return FootageClip(1, path, "", start, end, width, height, fps, WHOLE)


def counting(path: Path, width: int, height: int, seconds: float) -> Path:
    """Each frame is of one grey, eight levels brighter than the one before, and black again after thirty."""
    return clip(path, (lambda number: np.full((height, width, 3), GREY_STEP * (number % 30), np.uint8), seconds))


def numbers(pictures: np.ndarray) -> list[int]:
    """Which frame each picture was, by its middle."""
    height, width = pictures.shape[1:3]
    return [round(float(picture[height // 2, width // 2].mean()) / GREY_STEP) for picture in pictures]


@pytest.mark.parametrize(
    ("start", "end", "middle"), [(0.0, 0.4, 5), (0.0, 0.44, 5), (0.0, 0.48, 6), (0.4, 0.8, 15), (0.0, 0.04, 0)]
)
def test_the_spatial_input_is_the_middle_frame(tmp_path: Path, start: float, end: float, middle: int) -> None:
    """t = floor(T / 2) of T = 10, 11, 12 frames, of 10 frames from the tenth on, and of a single one."""
    path = counting(tmp_path / "a.mp4", 90, 160, 1.2)
    assert numbers(spatial_input(footage_clip(path, start, end, 90, 160))[None]) == [middle]


def test_the_temporal_input_is_a_frame_a_second() -> None:
    moments = temporal_moments(footage_clip(Path(), 10.0, 13.5, 90, 160))
    assert moments == pytest.approx([10.02, 11.02, 12.02, 13.02])


def test_of_more_seconds_than_five_five_are_taken_evenly() -> None:
    moments = temporal_moments(footage_clip(Path(), 0.0, 8.0, 90, 160))
    assert moments == pytest.approx([0.02, 1.02, 3.02, 5.02, 7.02])


@pytest.mark.parametrize(
    ("count", "most", "taken"),
    [(3, 5, [0, 1, 2]), (5, 5, [0, 1, 2, 3, 4]), (6, 5, [0, 1, 2, 3, 5]), (9, 5, [0, 2, 4, 6, 8]), (7, 1, [0])],
)
def test_uniform_sampling_keeps_the_first_and_the_last(count: int, most: int, taken: list[int]) -> None:
    assert uniform(count, most) == taken


def test_the_pictures_of_a_portrait_clip_have_the_papers_sizes(tmp_path: Path) -> None:
    path = counting(tmp_path / "a.mp4", 90, 160, 1.2)
    both = represent(footage_clip(path, 0.0, 1.2, 90, 160))
    assert both.spatial.shape == (996, 560, 3)
    assert both.temporal.shape == (2, 560, 315, 3)
    assert numbers(both.temporal) == [0, 25]
    assert both.spatial.min() > 100  # it fills the picture: no black beside it


def test_the_pictures_of_a_landscape_clip_are_turned(tmp_path: Path) -> None:
    clip = footage_clip(counting(tmp_path / "a.mp4", 160, 90, 0.4), 0.0, 0.4, 160, 90)
    assert spatial_input(clip).shape == (560, 996, 3)
    assert temporal_input(clip).shape == (1, 315, 560, 3)


def test_a_square_picture_is_not_stretched(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", (lambda _: np.full((96, 96, 3), 200, np.uint8), 0.4))
    picture = spatial_input(footage_clip(path, 0.0, 0.4, 96, 96))
    lit = picture.mean(axis=2) > 100
    assert picture.shape == (996, 560, 3)
    assert lit.any(axis=1).sum() == lit.any(axis=0).sum() == 560


def test_what_is_known_in_words_stands_beside_the_pictures() -> None:
    known = replace(
        footage_clip(Path("a.mp4"), 0.0, 2.5, 90, 160),
        note="the blue one",
        words=(HeardWord("Hello", 0.0, 0.5), HeardWord("there.", 0.5, 1.0)),
        texts=(SeenText("TEA", WHOLE, 0.0, 1.0, False), SeenText("Buy now", WHOLE, 0.0, 1.0, True)),
        description="Measured, not understood: bright.",
    )
    assert text_beside(known).splitlines() == [
        "clip: 1, 2.5 s",
        "a person says of it: the blue one",
        "spoken in it: Hello there.",
        "labels in the scene: TEA",
        "captions burned in: Buy now",
        "description: Measured, not understood: bright.",
    ]


def test_a_picture_becomes_a_jpeg() -> None:
    assert jpeg(np.zeros((4, 4, 3), np.uint8))[:3] == b"\xff\xd8\xff"


def test_a_file_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no clip at"):
        represent(footage_clip(tmp_path / "gone.mp4", 0.0, 1.0, 90, 160))


def test_the_middle_of_a_clip_at_an_odd_rate_is_a_frame_of_it() -> None:
    assert spatial_moment(footage_clip(Path(), 0.0, 1.001, 90, 160, 29.97)) == pytest.approx(15.5 / 29.97)


def test_what_is_hidden_is_coarse_and_the_rest_stays(tmp_path: Path) -> None:
    path = clip(tmp_path / "clip.mp4", (still(4, 560, 996), 1.0))
    shot = footage_clip(path, 0.0, 1.0, 560, 996)
    plain, hidden = represent(shot).spatial, represent(shot, hidden=[Area(0.0, 0.5, 1.0, 0.1)]).spatial
    assert (plain[:490] == hidden[:490]).all()
    assert (plain[605:] == hidden[605:]).all()
    from_row_to_row = [int(np.ptp(one[500:596].astype(int), axis=0).max()) for one in (plain, hidden)]
    assert from_row_to_row[1] <= 2 < 50 < from_row_to_row[0]
