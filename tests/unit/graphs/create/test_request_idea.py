"""What a request is about, without the words of its command."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from popcorn.graphs.create.request.command import idea_of


@pytest.mark.parametrize(
    ("request_text", "subject"),
    [
        ("Create a video showcasing the making of goat cheese.", "the making of goat cheese"),
        ("Make a short, upbeat clip about otters", "otters"),
        ("Make a short upbeat clip about otters", "otters"),
        ("Please make me a 3-second video about green tea!", "green tea"),
        ("Could you generate a tutorial on tying knots?", "tying knots"),
        ("I want a vlog about my first marathon", "my first marathon"),
        ("Discuss how glaciers move", "how glaciers move"),
        ("Highlight forgotten card games", "forgotten card games"),
        ("Analyse the art of mime", "the art of mime"),
        ("Film a day in the life of a baker", "a day in the life of a baker"),
        ("Film music of the nineties", "Film music of the nineties"),
        ("Design trends for small kitchens", "Design trends for small kitchens"),
        ("Put together a montage of paragliding crashes", "paragliding crashes"),
        ("  Explore\n ways to reuse jars ", "ways to reuse jars"),
        ("make a video", "make a video"),
        ("Video", "Video"),
        ("制作一个关于茶的视频", "茶"),
        ("🍜", "🍜"),
        ("...", "..."),
    ],
)
def test_the_words_of_the_command_are_taken_off(request_text: str, subject: str) -> None:
    assert idea_of(request_text) == subject


@given(st.text(min_size=1))
def test_whatever_is_asked_something_is_left_of_it(text: str) -> None:
    assert bool(idea_of(text)) == bool(text.split())


def test_a_very_long_request_keeps_its_end() -> None:
    assert idea_of("Make a video about " + "tea " * 20_000 + "and biscuits").endswith("tea and biscuits")
