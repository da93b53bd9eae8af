"""Numbers with their units, however they are written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from popcorn.tools.editing.claims.cues import Bound, Purpose
from popcorn.tools.editing.claims.quantities import OFF, PERCENT, quantities
from popcorn.tools.editing.types import ClaimKind


def _only(text: str, *hidden: str) -> tuple[Decimal, str]:
    (found,) = quantities(text, hidden)
    return found.value, found.unit


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("holds 350 ml", "350", "ml"), ("holds 0.35 litres", "350", "ml"), ("0.35L bottle", "350", "ml"),
        ("a 2-year warranty", "24", "month"), ("hot for six hours", "21600", "s"), ("twelve colours", "12", "colour"),
        ("only $24.99", "24.99", "USD"), ("for 24.99 dollars", "24.99", "USD"), ("99 cents", "0.99", "USD"),
        ("1,250 reviews", "1250", "review"), ("two thousand recipes", "2000", "recipe"),
        ("$2.5 million", "2500000", "USD"),
        ("3x faster", "3", "times"), ("20% off", "20", OFF), ("80% cotton", "80", PERCENT), ("half-price", "50", OFF),
        ("zero sugar", "0", "sugar"), ("仅需4.69万元", "46900", "CNY"), ("现金直降35000", "35000", "CNY"),
        ("到手价九块九", "9.9", "CNY"), ("0点01元", "0.01", "CNY"), ("一百二十元", "120", "CNY"), ("8.5折", "15", OFF),
        ("五折", "50", OFF), ("百分之三十", "30", PERCENT), ("五斤装", "2500", "g"), ("2.5公斤", "2500", "g"),
        ("车长四米722", "4.722", "m"), ("160匹马力", "160", "hp"), ("七座", "7", "座"), ("两百一十毫克", "0.21", "g"),
        ("27 in screen", "0.6858", "m"), ("5-inch", "0.127", "m"), ("a 1.5 m cable", "1.5", "m"),
        ("5万8千元", "58000", "CNY"), ("100G流量", "100000000000", "B"), ("0糖", "0", "糖"), ("零添加", "0", "添加"),
    ],
)  # fmt: skip
def test_a_number_is_counted_in_its_base_unit(text: str, value: str, unit: str) -> None:
    assert _only(text) == (Decimal(value), unit)


@pytest.mark.parametrize(
    "text",
    [
        "one of a kind", "in one day, maybe", "come in at 9:30", "open 24/7", "第一次来", "一款好杯子", "一起来吧",
        "快来618",
        "百亿补贴", "早上十点上班",
        "零件齐全", "L2级智驾", "一块吃饭", "有机会来", "忙碌一天", "2025年新款", "几十块钱", "Q7", "your 2nd cup",
    ],
)  # fmt: skip
def test_what_claims_nothing_is_no_number(text: str) -> None:
    assert quantities(text) == []


@pytest.mark.parametrize("text", ["十十一", "二2亿5米三", "点二十零", "9" * 400 + "万元", "一" * 200])
def test_numerals_that_are_no_number_do_no_harm(text: str) -> None:
    assert isinstance(quantities(text), list)


def test_two_in_one_has_no_inches() -> None:
    assert "m" not in {one.unit for text in ("a 2-in-1 mug", "3 in the box") for one in quantities(text)}


def test_digits_of_the_products_own_name_claim_nothing() -> None:
    assert quantities("Meet the Bolt 3000 today", ("Bolt 3000",)) == []
    assert _only("Meet the Bolt 3000 with 2 motors", "Bolt 3000") == (Decimal(2), "motor")


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("up to 6 hours", Bound.AT_MOST), ("over 6 hours", Bound.AT_LEAST), ("6+ hours", Bound.AT_LEAST),
        ("about 6 hours", Bound.ABOUT), ("6 hours", Bound.EXACTLY), ("6小时以上", Bound.AT_LEAST),
        ("最高3000元", Bound.AT_MOST), ("59.2元起", Bound.AT_LEAST), ("约6小时", Bound.ABOUT), ("三万多", Bound.ABOUT),
    ],
)  # fmt: skip
def test_the_words_around_say_how_exact_it_is(text: str, bound: Bound) -> None:
    assert quantities(text)[0].bound is bound


@pytest.mark.parametrize(
    ("text", "purpose"),
    [
        ("only $5", Purpose.PRICE), ("save $5", Purpose.SAVING), ("was $5", Purpose.FORMER),
        ("$5 a month", Purpose.MONTHLY),
        ("a deposit of $5", Purpose.DEPOSIT), ("仅需5元", Purpose.PRICE), ("补贴5元", Purpose.SAVING),
        ("月租5元", Purpose.MONTHLY),
        ("价格优惠至5元", Purpose.PRICE), ("$5", Purpose.UNKNOWN),
    ],
)  # fmt: skip
def test_the_words_around_money_say_what_it_is_for(text: str, purpose: Purpose) -> None:
    assert quantities(text)[0].purpose is purpose


@pytest.mark.parametrize(
    ("text", "kind"),
    [("$5", ClaimKind.PRICE), ("5%", ClaimKind.PERCENTAGE), ("5折", ClaimKind.PERCENTAGE), ("5 kg", ClaimKind.NUMBER)],
)
def test_kinds_follow_the_units(text: str, kind: ClaimKind) -> None:
    assert quantities(text)[0].kind is kind


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789.,%$万千百亿零一二两三十点元块折米多几斤年 -+xX\x00abhundredL", max_size=30))
def test_whatever_stands_in_a_text_numbers_lie_inside_it_in_order(text: str) -> None:
    found = quantities(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert [one.start for one in found] == sorted(one.start for one in found)
