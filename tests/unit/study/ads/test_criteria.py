"""Which ads are taken: the paper's numbers, and what rules see of the rest, with examples that pass and that do not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from finished_ads import LINES, known_ad
from popcorn.study.ads.criteria import REASONS, by_rule, limits
from popcorn.study.ads.finished_ads import FinishedAd
from popcorn.tools.editing.types import Product


def reasons(ad: FinishedAd) -> list[str]:
    found = [fault.reason for fault in (*limits(ad), *by_rule(ad))]
    assert set(found) <= set(REASONS)
    return found


@pytest.mark.parametrize(
    "scripts",
    [
        LINES,
        ("This mug keeps coffee hot, and I don't want another one.", "Skincare lovers: it's waterproof and leakproof!"),
        ("Trailcup? Yes, the Trailcup steel mug!", "350 ml for $24.99."),
    ],
)
def test_an_ad_as_people_write_it_is_taken(scripts: tuple[str, ...]) -> None:
    assert reasons(known_ad(scripts=scripts)) == []


@pytest.mark.parametrize(
    ("scripts", "reason"),
    [
        (("One line about the steel mug.",), "too few clips"),
        (tuple(f"Line number {word} about the mug." for word in "abcdefghi"), "too many clips"),
        (("", ""), "nothing is said"),
        (("The mug is hot.", "The mug is hot."), "not fluent"),
        (("hot mug hot mug " * 8, "mug hot mug"), "not fluent"),
        (("The mug \ufffd\ufffd keeps it hot.", "It holds coffee."), "not fluent"),
        (("mug", "hot"), "not fluent"),
        (("The mug keeps your coffe hot.", "It holds a lot."), "typos"),
        (("It is teh mug for work.", "So yuor coffee stays hot."), "typos"),
        (("Our pizza comes with cheese.", "Order before midnight."), "not relevant"),
    ],
)
def test_what_speaks_against_an_ad_is_named(scripts: tuple[str, ...], reason: str) -> None:
    assert reason in reasons(known_ad(scripts=scripts))


def test_an_ad_in_two_languages_says_which_clip_is_in_the_other() -> None:
    ad = known_ad(scripts=(*LINES, "这个杯子真的很好用，一整天都是热的"))
    (fault,) = by_rule(ad)
    assert (fault.reason, fault.detail, fault.by) == (
        "two languages",
        "clip 4 is in Chinese, the rest in English",
        "rule",
    )


def test_length_is_counted_to_the_second_and_eight_clips_are_no_fault() -> None:
    eight = tuple(
        f"The {word} mug keeps coffee hot."
        for word in ["red", "blue", "green", "white", "black", "small", "large", "new"]
    )
    assert limits(known_ad(scripts=eight)) == []
    assert limits(replace(known_ad(), seconds=120.0)) == []
    assert [fault.reason for fault in limits(replace(known_ad(), seconds=120.1))] == ["too long"]


def test_speech_that_was_not_understood_leaves_gaps() -> None:
    ad = replace(known_ad(), doubts=("somebody speaks, but 4 of 6 s were not understood",))
    assert [fault.reason for fault in limits(ad)] == ["not understood"]


def test_more_words_than_anybody_speaks_were_written_down_wrongly() -> None:
    ad = known_ad(scripts=("The mug keeps coffee hot and tea too.", "and soup, milk, water, juice or cocoa as well."))
    quick = replace(ad, clips=tuple(replace(clip, picture=replace(clip.picture, start=0, end=1)) for clip in ad.clips))
    slow = replace(ad, clips=tuple(replace(clip, picture=replace(clip.picture, start=0, end=5)) for clip in ad.clips))
    assert ["not fluent" in reasons(one) for one in (quick, slow)] == [True, False]


def test_chinese_is_counted_in_characters_and_is_relevant_by_its_words() -> None:
    product = Product("钢杯", facts=("保温六小时，一整天都是热的。",))
    ad = known_ad(scripts=("这个钢杯真的很好用", "保温六小时，一整天都是热的"), language="zh", product=product)
    assert reasons(ad) == []
    assert reasons(replace(ad, product=Product("绿茶", facts=("长在山上的茶叶，手工采摘。",)))) == ["not relevant"]


def test_relevance_is_left_open_where_script_and_product_text_are_in_two_languages() -> None:
    ad = known_ad(scripts=("这个杯子真的很好用啊", "喝水的时候特别方便"), language="zh")
    assert reasons(ad) == []
