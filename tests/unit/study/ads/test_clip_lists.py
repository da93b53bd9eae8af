from __future__ import annotations

import pytest
from popcorn.study.ads.clip_lists import MOST, UnreadableError, clips_of, name_of

SHOWN = ("1", "2", "3")


@pytest.mark.parametrize(
    "written",
    [
        [3, 1, 2],
        ["3", "1", "2"],
        [3.0, "01", " 2 "],
        ["clip 3", "Clip_1", "shot #2"],
        ["片段3", "第1个", "镜头 2"],
        ["３", "１", "２"],
        [{"clip": 3}, {"number": 1}, {"id": "2"}],
        ["I take clip 3", "then clip 1", "2 closes it"],
        ["3,1,2"],
        "3,1,2",
        "3，1、2。",
        "[3, 1, 2]",
        "3 -> 1 -> 2",
        "3.0, 1.0, 2.0",
        "The order is 3, 1, 2.",
        "1. clip 3\n2. clip 1\n3. clip 2",
        "Clips 1, 2 and 3 are alike, so I say: 3, 1, 2",
        "<think>1, 2, 3?</think>3,1,2",
    ],
)
def test_an_order_is_read_however_it_is_written(written: object) -> None:
    assert clips_of(written, SHOWN) == ("3", "1", "2")


def test_what_names_no_clip_keeps_its_place() -> None:
    assert clips_of([3, None, "none", 2, True, [1, 2]], SHOWN) == ("3", "", "none", "2", "", "")


@pytest.mark.parametrize("written", [[], "", "抱歉，我无法识别出顺序。", "no clip fits", "it costs 4.69"])
def test_an_answer_without_a_clip_is_empty(written: object) -> None:
    assert clips_of(written, SHOWN) == ()


def test_names_that_are_no_numbers_are_kept_whole() -> None:
    shown = ("f2a62.mp4", "fde26.mp4")
    assert clips_of(["FDE26.mp4", "f2a62.mp4"], shown, numbered=False) == ("fde26.mp4", "f2a62.mp4")
    assert clips_of("fde26.mp4, f2a62.mp4", shown, numbered=False) == ("fde26.mp4", "f2a62.mp4")
    assert clips_of("first fde26.mp4 and then f2a62.mp4", shown, numbered=False) == ("fde26.mp4", "f2a62.mp4")


def test_one_clip_has_one_spelling() -> None:
    assert [name_of(value) for value in (7, 7.0, "7", "007", "clip 7", "(7)", "７", "Clip-7.")] == ["7"] * 8
    assert [name_of(value) for value in (7.5, -1, "clip_7.mp4", None, False)] == ["7.5", "-1", "clip_7.mp4", "", ""]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "is nothing, and has to be a list of clips"),
        (True, "is true or false"),
        ({"a": 1}, "is an object"),
        (float("inf"), "is no finite number"),
        ([1] * (MOST + 1), "has more than 10,000 entries"),
    ],
)
def test_what_is_no_list_of_clips_is_refused_in_words(value: object, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        clips_of(value, SHOWN)
