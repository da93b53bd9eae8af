"""The paper's rule for subtitle segments: widths, counts, whole words, nothing lost."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from popcorn.tools.editing.subtitles import MOST_UNITS, most_segments, segments, stretches, units
from popcorn.tools.editing.word_cuts import pieces, words

ENGLISH = st.lists(st.from_regex(r"[A-Za-z]{1,12}[,.!?;]?", fullmatch=True), max_size=40).map(" ".join)
CHINESE = st.text(
    "长安逸动保温杯咖啡空间大价格优惠最近想看车的老板们赶紧和我预约吧每天喝水，。！？、46万元Plus", max_size=80
)
ANY = st.text(max_size=120)


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("咖啡", 2),
        ("mug", 1.2),
        ("a mug", 2.1),
        ("350 ml", 2.5),
        ("，", 1),
        (",", 0.4),
        ("e\u0301", 0.4),
        ("４", 1),
    ],
)
def test_units_are_those_of_the_paper_and_of_what_it_leaves_open(text: str, width: float) -> None:
    assert units(text) == pytest.approx(width)


def test_an_english_script_is_cut_at_punctuation_and_between_words() -> None:
    script = "Meet the Aurora mug. It keeps 350 ml of coffee hot for 6 hours, and it's only $24.99!"
    assert segments(script) == (
        "Meet the Aurora mug.", "It keeps 350 ml of", "coffee hot for 6 hours,", "and it's only $24.99!",
    )  # fmt: skip


def test_a_chinese_script_keeps_words_numbers_and_units_whole() -> None:
    script = "长安逸动Plus限时活动价仅需4.69万元，1.4T，160匹马力，最近想看车的老板们赶紧和我预约吧。"
    assert segments(script) == (
        "长安逸动Plus限时", "活动价仅需4.69万元，", "1.4T，", "160匹马力，", "最近想看车的老板们", "赶紧和我预约吧。",
    )  # fmt: skip


def test_numbers_and_times_are_not_cut_at_their_points() -> None:
    assert segments("Open at 9:30, 1,250.75 a year.") == ("Open at 9:30,", "1,250.75 a year.")


def test_the_enumeration_comma_joins() -> None:
    assert segments("种钱、挖矿、解锁，") == ("种钱、挖矿、解锁，",)


def test_a_word_that_is_wider_than_a_segment_stands_alone() -> None:
    word = "Donaudampfschifffahrtsgesellschaftskapitän"
    assert segments(f"Ein {word} fährt.") == ("Ein", word, "fährt.")


def test_japanese_and_thai_are_cut_where_phrases_begin() -> None:
    assert segments("今日はとても美味しいコーヒーを飲みました。") == ("今日はとても美味しい", "コーヒーを飲みました。")
    assert max(map(units, segments("สวัสดีครับวันนี้เรามีกาแฟใหม่ที่อร่อยมากและราคาถูกกว่าเดิมมากมาย"))) <= MOST_UNITS


@pytest.mark.parametrize("text", ["", "  ", "\n\n"])
def test_nothing_gives_no_segment(text: str) -> None:
    assert segments(text) == ()


@settings(max_examples=150, deadline=None)
@given(st.one_of(ENGLISH, CHINESE, ANY))
def test_nothing_is_lost_and_the_order_is_kept(script: str) -> None:
    assert _bare("".join(segments(script))) == _bare(script)


@settings(max_examples=150, deadline=None)
@given(st.one_of(ENGLISH, CHINESE, ANY))
def test_a_segment_is_within_the_width_or_one_word(script: str) -> None:
    for segment in segments(script):
        assert units(segment) <= MOST_UNITS + 1e-9 or len(pieces(segment)) == 1


@settings(max_examples=150, deadline=None)
@given(st.one_of(ENGLISH, CHINESE))
def test_a_stretch_has_at_most_the_segments_of_the_paper_or_the_fewest_that_fit(script: str) -> None:
    for stretch in stretches(script):
        found = segments(stretch)
        if len(found) > most_segments(stretch):
            for one, other in itertools.pairwise(found):
                assert units(one) + units(other) > MOST_UNITS - 7  # the widest word: nothing more could be joined


@settings(max_examples=100, deadline=None)
@given(ENGLISH)
def test_no_english_word_is_divided(script: str) -> None:
    assert [word for segment in segments(script) for word in segment.split()] == script.split()


@settings(max_examples=100, deadline=None)
@given(CHINESE)
def test_no_chinese_word_is_divided(script: str) -> None:
    for stretch in stretches(script):
        whole = {part.strip() for part in pieces(stretch)}
        for segment in segments(stretch):
            assert segment.startswith(tuple(whole))


@settings(max_examples=100, deadline=None)
@given(ANY)
def test_pieces_joined_are_the_text(text: str) -> None:
    assert "".join(pieces(text)) == text


def test_a_very_long_script_without_a_mark_is_cut_too() -> None:
    found = segments("coffee " * 3000)
    assert len(found) > 500
    assert max(map(units, found)) <= MOST_UNITS


def test_words_have_no_signs_around_them() -> None:
    assert words("Hello, (big) 世界咖啡！") == ["Hello", "big", "世界", "咖啡"]
