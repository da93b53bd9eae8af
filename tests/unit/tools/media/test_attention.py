"""Where a window stands so that it keeps what draws the eye."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from popcorn.tools.media.area import Area
from popcorn.tools.media.attention import STRIPES, Attention, best_start, of_areas, striped

FACE = Area(0.7, 0.1, 0.1, 0.3)


def test_a_drawing_is_counted_in_stripes_of_thousandths() -> None:
    drawing = np.zeros((64, 64), np.float32)
    drawing[0, 2:4] = 0.25
    drawing[63, 63] = 0.5
    found = striped(drawing)
    assert (found.columns[1], found.columns[31], sum(found.columns)) == (500, 500, 1000)
    assert (found.rows[0], found.rows[31]) == (500, 500)


def test_a_picture_without_anything_draws_everywhere_alike() -> None:
    assert len(set(striped(np.zeros((64, 64), np.float32)).columns)) == 1


def test_a_window_stands_around_a_face() -> None:
    start = best_start([of_areas([FACE]).columns], 0.3, 0.0, 0.7)
    assert start + 0.15 == pytest.approx(0.75, abs=0.02)


def test_a_window_keeps_what_is_there_for_longest_and_not_the_middle_of_both() -> None:
    left, right = of_areas([Area(0.05, 0, 0.1, 1)]).columns, of_areas([Area(0.85, 0, 0.1, 1)]).columns
    assert best_start([left, left, right], 0.3, 0.0, 0.7) <= 0.05
    assert best_start([left, right, right], 0.3, 0.0, 0.7) + 0.3 >= 0.95


@given(
    st.lists(st.lists(st.integers(0, 1000), min_size=STRIPES, max_size=STRIPES), min_size=1, max_size=5),
    st.floats(0.05, 1.0),
    st.floats(0, 0.4),
)
def test_no_window_leaves_its_room(stripes: list[list[int]], part: float, first: float) -> None:
    room = max(0.0, 1 - first - part)
    assert first - 1e-9 <= best_start(stripes, part, first, room) <= first + room + 1e-9


def test_what_a_checkpoint_gives_back_is_equal() -> None:
    whole = of_areas([FACE])
    assert Attention(list(whole.columns), list(whole.rows)) == whole  # type: ignore[arg-type]
