"""What platforms take: every figure has its source, and a clip is told what does not fit."""

from __future__ import annotations

from datetime import date

import pytest
from popcorn.tools.media.platforms import platforms, ratio_of, strictest

BY_KEY = {one.key: one for one in platforms()}


def test_the_four_places_of_short_videos_are_known() -> None:
    assert list(BY_KEY) == ["tiktok", "reels", "shorts", "bilibili"]


@pytest.mark.parametrize("key", BY_KEY)
def test_every_platform_names_its_sources_with_dates(key: str) -> None:
    assert BY_KEY[key].sources
    for source in BY_KEY[key].sources:
        assert source.url.startswith("https://")
        assert date.fromisoformat(source.date)
        assert source.gives


def test_one_file_for_all_keeps_the_strictest_margins() -> None:
    margins = strictest()
    assert (margins.top, margins.bottom, margins.left, margins.right) == (0.14, 0.35, 0.06, 0.14)


@pytest.mark.parametrize(
    ("key", "ratio", "seconds", "title", "faults"),
    [
        ("tiktok", "9:16", 3.0, "T", []),
        ("tiktok", "9:16", 2.96, "T", []),
        ("tiktok", "4:5", 601, "T", [
            "4:5 is none of its shapes (9:16, 1:1, 16:9)", "601.0 s is longer than its 600 s",
        ]),
        ("reels", "4:5", 2, "T", ["2.0 s is shorter than its 3 s"]),
        ("shorts", "16:9", 0.5, "T" * 101, [
            "16:9 is none of its shapes (9:16, 4:5, 1:1)", "the title has 101 characters, 100 are taken",
        ]),
        ("bilibili", "16:9", 0.5, "T" * 500, []),
    ],
)  # fmt: skip
def test_a_clip_is_told_what_does_not_fit(key: str, ratio: str, seconds: float, title: str, faults: list[str]) -> None:
    assert BY_KEY[key].faults(ratio, seconds, title) == faults


@pytest.mark.parametrize(
    ("size", "name"),
    [((1080, 1920), "9:16"), ((480, 832), "9:16"), ((704, 880), "4:5"), ((624, 624), "1:1"), ((1280, 720), "16:9"),
     ((640, 480), "640:480")],
)  # fmt: skip
def test_a_shape_has_the_name_of_the_nearest(size: tuple[int, int], name: str) -> None:
    assert ratio_of(*size) == name
