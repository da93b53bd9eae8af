"""Windows that keep the subject."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from popcorn.errors import RequestError
from popcorn.tools.editing.crops import Place, crop_for, overrides
from popcorn.tools.media.area import Area
from popcorn.tools.media.aspect import Aspect

SIDES = st.integers(16, 8192)
PARTS = st.floats(0, 0.9)


@given(SIDES, SIDES, st.sampled_from(Aspect), PARTS, PARTS)
def test_a_window_has_the_ads_shape_lies_in_the_picture_and_reaches_from_rim_to_rim(
    width: int, height: int, aspect: Aspect, left: float, top: float
) -> None:
    across, down = aspect.size
    window = crop_for(width, height, across, down, Area(left, top, 0.1, 0.1))
    assert window.width * width / (window.height * height) == pytest.approx(across / down)
    assert max(window.width, window.height) == pytest.approx(1)
    assert min(window.left, window.top) >= 0
    assert window.left + window.width <= 1 + 1e-9
    assert window.top + window.height <= 1 + 1e-9


def test_a_portrait_window_of_a_landscape_stands_around_the_subject() -> None:
    window = crop_for(1920, 1080, 1080, 1920, Area(0.7, 0.3, 0.1, 0.4))
    assert window.left < 0.7
    assert window.left + window.width > 0.8
    assert window.left + window.width / 2 == pytest.approx(0.75)


def test_a_subject_at_the_rim_pulls_the_window_to_the_rim_only() -> None:
    assert crop_for(1920, 1080, 1080, 1920, Area(0.95, 0.3, 0.05, 0.4)).left == pytest.approx(1 - 0.31640625)


@pytest.mark.parametrize(("place", "left"), [(Place.LEFT, 0.0), (Place.CENTER, 0.341796875), (Place.RIGHT, 0.68359375)])
def test_a_person_places_the_window(place: Place, left: float) -> None:
    assert crop_for(1920, 1080, 1080, 1920, Area(0.2, 0.3, 0.1, 0.4), place).left == pytest.approx(left)


def test_top_and_bottom_move_a_wide_window_of_a_tall_picture() -> None:
    tops = [
        crop_for(1080, 1920, 1920, 1080, Area(0.4, 0.5, 0.1, 0.1), place).top for place in (Place.TOP, Place.BOTTOM)
    ]
    assert tops == [0, pytest.approx(1 - 0.31640625)]


@given(SIDES, SIDES, st.sampled_from(Aspect), PARTS, st.floats(0, 0.4), st.sampled_from([None, *Place]))
def test_a_window_shows_nothing_of_burned_in_captions(
    width: int, height: int, aspect: Aspect, left: float, top: float, place: Place | None
) -> None:
    across, down = aspect.size
    clear = Area(0.0, top, 1.0, 0.6)
    window = crop_for(width, height, across, down, Area(left, 0.9, 0.1, 0.1), place, clear)
    assert window.width * width / (window.height * height) == pytest.approx(across / down)
    assert max(window.width, window.height / 0.6) == pytest.approx(1)
    assert window.top >= top - 1e-9
    assert window.top + window.height <= top + 0.6 + 1e-9
    assert 0 <= window.left <= 1 - window.width + 1e-9


def test_overrides_are_read() -> None:
    assert overrides(["scene=2:left", " Scene=4:TOP "]) == {2: Place.LEFT, 4: Place.TOP}


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["2:left"], "the crop '2:left' is not understood"),
        (["scene=2:west"], "the crop 'scene=2:west' is not understood"),
        (["scene=0:left"], "the crop 'scene=0:left' names scene 0"),
        (["scene=1:left", "scene=1:right"], "scene 1 is to be cropped both left and right"),
    ],
)
def test_overrides_that_make_no_sense_are_errors_with_a_way_out(texts: list[str], message: str) -> None:
    with pytest.raises(RequestError, match=message) as wrong:
        overrides(texts)
    assert wrong.value.hint
