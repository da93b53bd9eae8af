"""Words that come in pieces."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from popcorn.commands.terminal.line_wrap import Flow


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


def test_a_line_as_wide_as_the_screen_is_full_and_the_next_word_and_the_end_go_below_it() -> None:
    assert written(["one three", " x"], 9) == "one three\nx\n"
    assert written(["one three"], 9) == "one three\n"
    assert written(["nine-wide", " nine-wide ", "x"], 9) == "nine-wide\nnine-wide\nx\n"


def test_a_word_longer_than_the_screen_is_left_whole_and_what_follows_knows_where_it_ended() -> None:
    address = "https://example.org/" + "a" * 40  # 60 cells: three lines of 20, the last one full
    assert written([address[:33], address[33:], " b"], 20) == f"{address}\nb\n"
    assert written([address, "cd e fg", " hi"], 20) == f"{address}cd e fg hi\n"
    assert written(["夜" * 5, " x yz"], 3) == "夜夜夜夜夜\nx\nyz\n"  # one a line, each with an empty cell


def test_a_tab_is_as_wide_as_it_is_counted() -> None:
    assert written(["a\tbcd ef"], 9) == "a    bcd\nef\n"
    assert written(["a\tb"], 0) == "a\tb\n"


def test_one_piece_is_written_in_one_go() -> None:
    out: list[str] = []
    flow = Flow(out.append, 40)
    flow.feed("many short words in one piece\nof what came ")
    assert out == ["many short words in one piece\nof what came"]


@given(st.lists(st.text("ab \n", max_size=9), max_size=20), st.integers(24, 40))
def test_no_line_is_wider_than_the_screen(pieces: list[str], width: int) -> None:
    words = "".join(pieces).split()
    lines = written(pieces, width).splitlines()
    assert all(len(line) <= width for line in lines) or any(len(word) > 24 for word in words)  # what is waited for
