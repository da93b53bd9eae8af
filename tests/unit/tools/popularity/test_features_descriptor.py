"""Measurements of pictures: bounded for every picture, and each moved by what it is named after."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from popcorn.tools.popularity.features import descriptor
from popcorn.tools.popularity.features.descriptor import (
    APPEARANCE,
    CLIP,
    DIMENSION,
    MOTION,
    appearance,
    clip_facts,
    histogram_distance,
    motion,
    squared,
)


def noise(height: int = 128, width: int = 128, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def flat(*colour: int) -> np.ndarray:
    return np.full((128, 128, 3), colour, np.uint8)


def clouds(seed: int = 0) -> np.ndarray:
    """Soft coloured blobs: something that flow can follow."""
    return cv2.normalize(cv2.GaussianBlur(noise(160, 160, seed), (0, 0), 6), None, 0, 255, cv2.NORM_MINMAX)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 300), st.integers(1, 300), st.integers(0, 3), st.sampled_from([0, 1, 128, 255, None]))
def test_every_picture_has_bounded_measurements(height: int, width: int, seed: int, level: int | None) -> None:
    picture = noise(height, width, seed) if level is None else np.full((height, width, 3), level, np.uint8)
    found = appearance(squared(picture))
    assert found.shape == (APPEARANCE,)
    assert found.dtype == np.float32
    assert np.isfinite(found).all()
    assert np.abs(found).max() <= 1.001


@pytest.mark.parametrize("gap", [0.0, 0.001, 0.1, 30.0])
def test_every_motion_is_bounded(gap: float) -> None:
    for one, two in ((noise(), noise(seed=1)), (flat(0, 0, 0), flat(255, 255, 255)), (noise(), noise())):
        found = motion(one, two, gap, two)
        assert found.shape == (MOTION,)
        assert np.isfinite(found).all()
        assert np.abs(found).max() <= 1.001


@pytest.mark.parametrize(("seconds", "width", "height"), [(0.0, 1, 1), (1e5, 4000, 1), (3, 1, 4000)])
def test_the_facts_of_every_clip_are_bounded(seconds: float, width: int, height: int) -> None:
    for pictures in ([noise()], [flat(0, 0, 0), flat(255, 255, 255)] * 5):
        found = clip_facts(pictures, seconds, width, height)
        assert found.shape == (CLIP,)
        assert np.abs(found).max() <= 1.001
    assert DIMENSION == APPEARANCE + MOTION + CLIP


def test_hue_saturation_and_value_fall_into_their_bins() -> None:
    red, blue, black = (appearance(flat(*colour)) for colour in ((255, 0, 0), (0, 0, 255), (0, 0, 0)))
    assert (np.argmax(red[:12]), np.argmax(blue[:12])) == (0, 8)
    assert (np.argmax(red[12:18]), np.argmax(black[12:18])) == (5, 0)
    assert (np.argmax(red[18:26]), np.argmax(black[18:26])) == (7, 0)
    for found in (red[:12], red[12:18], red[18:26]):
        assert found.max() == pytest.approx(1)
        assert sorted(found)[-2] < -0.7


def test_colourfulness_and_contrast_are_those_of_the_picture() -> None:
    grey, vivid = appearance(flat(128, 128, 128)), appearance(noise())
    contrast, colourful = 32, 33
    assert (grey[contrast], grey[colourful]) == (-1, 0)
    assert vivid[contrast] > 0.2
    assert vivid[colourful] > 0.8


def test_brightness_is_told_where_it_is() -> None:
    picture = flat(0, 0, 0)
    picture[:43, -43:] = 255
    light = appearance(picture)[37:46].reshape(3, 3)
    assert light[0, 2] > 0.9
    assert np.sort(light.ravel())[-2] < -0.9


def test_stripes_have_the_orientation_of_their_edges() -> None:
    upright = flat(0, 0, 0)
    upright[:, (np.arange(128) // 8) % 2 == 1] = 200
    lying = np.ascontiguousarray(upright.swapaxes(0, 1))
    assert np.argmax(appearance(upright)[57:65]) == 0
    assert np.argmax(appearance(lying)[57:65]) == 4


def test_a_blurred_picture_is_less_sharp() -> None:
    sharp = clouds()[:128, :128]
    sharp[::4] = 255
    assert appearance(sharp)[76] > appearance(cv2.GaussianBlur(sharp, (0, 0), 3))[76] + 0.3


@pytest.mark.parametrize(("across", "down"), [(3, 0), (-3, 0), (0, 3), (0, -3)])
def test_motion_has_the_direction_in_which_things_go(across: int, down: int) -> None:
    picture = clouds()
    one = picture[16:144, 16:144]
    two = picture[16 - down : 144 - down, 16 - across : 144 - across]
    found = motion(np.ascontiguousarray(one), np.ascontiguousarray(two), 0.1, None)
    assert np.sign(np.round(found[5:7], 1)).tolist() == [np.sign(across), np.sign(down)]


def test_motion_is_measured_by_the_second_not_by_the_frame() -> None:
    picture = clouds()
    one = np.ascontiguousarray(picture[16:144, 16:144])
    near, far = (np.ascontiguousarray(picture[16:144, 16 - step : 144 - step]) for step in (2, 4))
    slow, same = motion(one, near, 0.05, None), motion(one, far, 0.1, None)
    assert slow[5] == pytest.approx(same[5], abs=0.1)


def test_zooming_in_and_out_differ_in_sign() -> None:
    picture = clouds()[:128, :128]
    closer = cv2.resize(picture[6:122, 6:122], (128, 128))
    into, out = motion(picture, closer, 0.1, None)[7], motion(closer, picture, 0.1, None)[7]
    assert into > 0.05 > -0.05 > out


def test_a_still_pair_does_not_move() -> None:
    assert np.abs(motion(clouds(), clouds(), 0.1, clouds())).max() == 0
    assert not motion(noise(), noise(seed=1), 0.0, None).any()


def test_a_new_shot_counts_as_a_cut_and_a_shade_does_not() -> None:
    assert histogram_distance(flat(250, 0, 0), flat(0, 0, 250)) == 1
    assert histogram_distance(clouds(), clouds()) == 0
    cut = [flat(250, 0, 0), flat(250, 0, 0), flat(0, 0, 250)]
    assert clip_facts(cut, 15, 1, 1).tolist() == [0, 0, 0, 0]
    shade = [flat(200, 10, 10), flat(210, 12, 12), flat(220, 20, 20)]
    assert clip_facts(shade, 15, 1, 1)[2] == -1


def test_a_tiny_picture_is_measured_like_a_large_one_of_its_colour() -> None:
    tiny = squared(np.full((1, 1, 3), (200, 40, 10), np.uint8))
    assert tiny.shape == (descriptor.SIDE, descriptor.SIDE, 3)
    assert np.array_equal(appearance(tiny), appearance(flat(200, 40, 10)))
