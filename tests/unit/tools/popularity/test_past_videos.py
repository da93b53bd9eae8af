"""The past videos that a score rests on, in words."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from popcorn.tools.popularity.past_videos import PastVideo, past_videos


@dataclass(frozen=True)
class Near:
    """A past video."""

    title: str
    comments: float
    share: float


TACOS, SOUP = Near("Tacos at 2 am", 1_571.4, 0.25), Near("Soup", 10, 0.125)


@pytest.mark.parametrize(
    ("near", "lines"),
    [
        ([], []),
        ([TACOS, SOUP], [PastVideo("Tacos at 2 am", "1,571", 0.25), PastVideo("Soup", "10", 0.125)]),
        (
            [TACOS, Near("", 7, 0.25), Near("", 2_000, 0.125)],
            [
                PastVideo("Tacos at 2 am", "1,571", 0.25),
                PastVideo("2 videos whose titles are not kept, of 900 clips", "7 to 2,000", 0.375),
            ],
        ),
        ([Near("", 7, 0.25)], [PastVideo("a video whose title is not kept, of 900 clips", "7", 0.25)]),
    ],
)
def test_videos_are_named_by_their_titles_and_the_others_are_counted(near: list[Near], lines: list[PastVideo]) -> None:
    assert past_videos(near, "900 clips", 5) == lines


def test_only_the_first_of_them_are_named() -> None:
    assert [one.words for one in past_videos([TACOS, SOUP, TACOS], "", 2)] == ["Tacos at 2 am", "Soup"]
