from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from popcorn.agent.runs.request import LONGEST, clean_request
from popcorn.errors import RequestError


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("  street\ttacos \n at  dawn ", "street tacos at dawn"),
        ("tacos\x00\x1b[31m red", "tacos[31m red"),
        ("كيف تصنع القهوة العربية", "كيف تصنع القهوة العربية"),
        ("abc\u202edef", "abcdef"),
        ("👩‍🍳🔥", "👩‍🍳🔥"),
        ("制作一个关于西安美食的视频", "制作一个关于西安美食的视频"),
        ("cafe\u0301", "café"),
    ],
)
def test_a_request_loses_what_cannot_be_seen_and_keeps_the_rest(typed: str, cleaned: str) -> None:
    assert clean_request(typed) == cleaned


@pytest.mark.parametrize("typed", ["", "   ", "\n\t"])
def test_an_empty_request_is_refused(typed: str) -> None:
    with pytest.raises(RequestError, match="there is no request: it is empty") as caught:
        clean_request(typed)
    assert "popcorn ask" in caught.value.hint


def test_a_request_of_control_characters_is_refused() -> None:
    with pytest.raises(RequestError, match="nothing but control characters"):
        clean_request("\x00\x07\u200b")


def test_a_request_of_100_kilobytes_is_refused_with_both_figures() -> None:
    with pytest.raises(RequestError, match=f"100,000 characters; the most is {LONGEST:,}"):
        clean_request("x" * 100_000)


@given(st.text(max_size=200))
def test_a_cleaned_request_is_clean_already(typed: str) -> None:
    try:
        once = clean_request(typed)
    except RequestError:
        return
    assert clean_request(once) == once
    assert len(once.splitlines()) == 1
