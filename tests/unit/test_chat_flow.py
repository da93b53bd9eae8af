"""Words that come in pieces."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from popcorn.agent.chat.flow import Flow


def written(pieces: list[str], width: int) -> str:
    out: list[str] = []
    flow = Flow(out.append, width)
    for piece in pieces:
        flow.feed(piece)
    flow.end()
    return "".join(out)


def test_no_word_is_broken_where_the_screen_ends() -> None:
    assert written(["one tw", "o three fo", "ur"], 9) == "one two\nthree\nfour\n"


def test_lines_of_the_text_stay_and_a_pipe_gets_no_others() -> None:
    assert written(["a\n\n  b", "c d"], 0) == "a\n\n  bc d\n"


def test_a_script_without_spaces_does_not_wait_for_its_end() -> None:
    out: list[str] = []
    flow = Flow(out.append, 40)
    flow.feed("夜" * 30)
    assert "".join(out) == "夜" * 30


@given(st.lists(st.text("ab \n", max_size=9), max_size=9), st.integers(3, 30))
def test_nothing_but_white_space_is_changed(pieces: list[str], width: int) -> None:
    assert written(pieces, width).split() == "".join(pieces).split()
