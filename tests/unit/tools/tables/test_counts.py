from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from popcorn.tools.tables.counts import LARGEST, NotACountError, count
from popcorn.tools.tables.texts import clean


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0", 0),
        ("007", 7),
        (" 12 ", 12),
        ("12.0", 12),
        ("1,234", 1234),
        ("1,234,567", 1234567),
        ("12 000", 12000),
        ("12\u202f000", 12000),
        ("1.2K", 1200),
        ("3m", 3_000_000),
        ("٣٤", 34),
        (12.0, 12),
        (str(LARGEST), LARGEST),
        ("", None),
        ("NaN", None),
        ("n/a", None),
        (float("nan"), None),
        (None, None),
    ],
)
def test_counts_are_read_as_people_write_them(written: object, meant: int | None) -> None:
    assert count(written) == meant


@pytest.mark.parametrize(
    "written", ["many", "-1", "1.5", "1,23", "12 3", True, -1, 1.5, LARGEST + 1, str(LARGEST + 1), "9" * 5000,
                float("inf"), [1], "0x10"]
)  # fmt: skip
def test_what_is_no_count_is_refused(written: object) -> None:
    with pytest.raises(NotACountError):
        count(written)


@given(st.integers(min_value=0, max_value=LARGEST))
def test_every_count_survives_being_written_with_thousands(number: int) -> None:
    assert count(f"{number:,}") == count(str(number)) == number


@pytest.mark.parametrize(
    ("text", "cleaned", "mended"),
    [
        ("  plain  title ", "plain title", ""),
        ("two\nlines\tand a tab", "two lines and a tab", ""),
        ("nul\x00 and escape\x1b[31m", "nul and escape [31m", "control characters"),
        ("paragraph\u2029separator", "paragraph separator", "control characters"),
        ("\u202eturned\u202c round", "turned round", "control characters"),
        ("👩\u200d🍳 کتاب\u200cها", "👩\u200d🍳 کتاب\u200cها", ""),
        ("caf\udce9", "caf\ufffd", "bytes that are not UTF-8"),
    ],
)
def test_texts_lose_their_control_characters_and_nothing_else(text: str, cleaned: str, mended: str) -> None:
    assert clean(text) == (cleaned, mended)


def test_a_description_may_keep_its_lines() -> None:
    assert clean(" one \r\n two\n\n\nthree", lines=True) == ("one\ntwo\nthree", "")


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once, _ = clean(text)
    assert clean(once) == (once, "")
