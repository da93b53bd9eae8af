"""What is said over a clip: in which language, and what of it fits."""

from __future__ import annotations

import pytest
from popcorn.graphs.create.speaking import most_units, readings, spoken_language, spoken_text


@pytest.mark.parametrize(
    ("request_", "language", "code"),
    [
        ("street tacos at dawn", "", "en"),
        ("cats", "", "en"),
        ("Haz un video sobre la paella valenciana", "", "es"),
        ("做一个关于饺子的视频", "", "zh"),
        ("夜の京都の屋台", "", "ja"),
        ("street tacos at dawn", "Spanish", "es"),
        ("street tacos at dawn", "de-AT", "de"),
        ("zrób film o kotach śpiących na parapecie w zimie", "", "pl"),
    ],
)
def test_the_language_is_that_of_the_drafts_else_that_of_the_request(request_: str, language: str, code: str) -> None:
    assert spoken_language(request_, language) == code


def test_as_many_words_fit_as_the_voice_says_in_the_time_that_there_is() -> None:
    assert [most_units(2.87, seconds) for seconds in (3, 6, 15)] == [7, 16, 42]
    assert most_units(0.1, 3) == 2


def test_what_does_not_fit_is_left_out_from_the_end_and_then_title_and_idea_are_tried() -> None:
    assert [*readings("First the rice, then the saffron. Look!", "Biryani: the pot", "biryani")] == [
        "First the rice, then the saffron. Look!",
        "First the rice, then the saffron.",
        "First the rice",
        "Biryani: the pot",
        "Biryani",
        "biryani",
    ]
    assert [*readings("", "🔥🔥", "")] == []


def test_signs_that_nobody_says_are_not_said() -> None:
    assert spoken_text("“Tacos” 🌮 #streetfood > all") == "Tacos streetfood all"
