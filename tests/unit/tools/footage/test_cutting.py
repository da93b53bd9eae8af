"""Where clips begin and end, as arithmetic."""

from __future__ import annotations

import itertools

import pytest
from popcorn.tools.footage.cutting import Lengths, Pause, cut, pauses_of, shots
from popcorn.tools.footage.look import Look, Stretch
from popcorn.tools.footage.types import HeardWord

USUAL = Lengths(2.0, 8.0)


def look(seconds: float, *cuts: float, black: tuple[Stretch, ...] = (), frozen: tuple[Stretch, ...] = ()) -> Look:
    return Look(640, 360, 25.0, seconds, "h264", True, 0.0, cuts, black, frozen, ())


def pieces(*edges: float) -> list[Stretch]:
    return [Stretch(start, end) for start, end in itertools.pairwise(edges)]


@pytest.mark.parametrize(
    ("film", "expected"),
    [
        (look(8.0), pieces(0, 8)),
        (look(8.1), pieces(0, 4.05, 8.1)),
        (look(24.0), pieces(0, 8, 16, 24)),
        (look(1.9), []),
        (look(10.0, 4.0), pieces(0, 4, 10)),
        (look(10.0, 1.0, 4.0), pieces(1, 4, 10)),
        (look(9.0, black=(Stretch(3.0, 4.0),)), [Stretch(0, 3), Stretch(4, 9)]),
        (look(9.0, frozen=(Stretch(3.0, 6.0),)), pieces(0, 3, 6, 9)),
    ],
)
def test_where_nobody_speaks_shots_are_clips_and_long_ones_fall_into_equal_parts(
    film: Look, expected: list[Stretch]
) -> None:
    assert cut(film, (), USUAL) == expected


def test_a_shot_too_long_for_one_clip_and_too_short_for_two_stays_one() -> None:
    assert cut(look(9.0), (), Lengths(5.0, 8.0)) == pieces(0, 9)


@pytest.mark.parametrize(
    ("film", "expected"),
    [
        (look(90.0), pieces(0, 90)),
        (look(9.0, 2.0, 5.5), pieces(0, 2, 5.5, 9)),
        (look(9.0, 0.3, 4.0, 4.2, 8.7), pieces(0, 4, 9)),
        (look(0.4), pieces(0, 0.4)),
        (look(9.0, 3.0, black=(Stretch(5.0, 6.0),), frozen=(Stretch(7.0, 9.0),)), pieces(0, 3, 9)),
    ],
)
def test_a_finished_film_falls_into_its_shots_and_nothing_of_it_is_lost(film: Look, expected: list[Stretch]) -> None:
    assert shots(film, 0.6) == expected


def test_punctuation_gives_pauses_half_way_to_the_next_word() -> None:
    words = [
        HeardWord("Well,", 0.0, 0.4),
        HeardWord("look.", 0.6, 1.0),
        HeardWord('"Good!"', 2.0, 2.4),
        HeardWord("Yes", 2.4, 2.8),
    ]
    assert pauses_of(words) == [Pause(0.5, False), Pause(1.5, True), Pause(2.4, True)]


def sentence(*words: tuple[str, float, float]) -> list[HeardWord]:
    return [HeardWord(*word) for word in words]


def test_clips_end_with_sentences_and_short_sentences_stay_with_the_next() -> None:
    words = sentence(("Hi.", 0.2, 0.8), ("This is it.", 1.0, 3.0), ("Take it.", 3.4, 6.0), ("Bye", 6.2, 7.0))
    assert cut(look(9.0), words, USUAL) == pieces(0, 3.2, 6.1, 9)


def test_a_sentence_longer_than_a_clip_is_cut_at_its_last_comma_that_fits() -> None:
    words = sentence(("One,", 0, 3), ("two,", 3, 6), ("three,", 6, 9), ("four", 9, 12))
    assert cut(look(12.0), words, USUAL) == pieces(0, 6, 12)


def test_speech_without_punctuation_is_cut_like_silence() -> None:
    words = sentence(*((str(number), number, number + 0.5) for number in range(12)))
    assert cut(look(12.0), words, USUAL) == pieces(0, 6, 12)


def test_a_cut_in_the_picture_ends_a_clip_even_inside_a_sentence() -> None:
    words = sentence(("One", 0, 3), ("sentence.", 3, 6), ("End", 6, 7))
    assert cut(look(8.0, 4.0), words, USUAL) == [Stretch(0, 4.0), Stretch(4.0, 6.0), Stretch(6.0, 8.0)]
