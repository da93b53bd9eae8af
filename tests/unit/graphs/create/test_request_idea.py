"""What a request is about, without the words of its command."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from popcorn.graphs.create.request.command import idea_of, take_apart


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


@pytest.mark.parametrize(
    ("request_text", "subject"),
    [
        ("a vidoe abuot my grandmothr's kitchn", "my grandmothr's kitchen"),
        ("vegtables and strawbery jam", "vegetables and strawberry jam"),
        ("a swiming pengiun in a libary", "a swimming penguin in a library"),
        ("My aunt keeps bees. make a short vidoe abuot her hnoey", "my aunt's honey"),
        ("things i never told my frend", "things I never told my friend"),
        ("a reel abt ridge hikes w/ my aunt", "ridge hikes with my aunt"),
    ],
)
def test_a_slip_of_the_fingers_is_mended_where_one_mending_alone_is_likely(request_text: str, subject: str) -> None:
    assert idea_of(request_text) == subject


@pytest.mark.parametrize("word", ["macaron", "matcha", "roblox", "kombucha", "zoomies", "elefant", "lululemon"])
def test_a_word_that_no_dictionary_has_stays(word: str) -> None:
    assert idea_of(f"a clip about {word} at noon") == f"{word} at noon"


@pytest.mark.parametrize(
    ("request_text", "subject"),
    [
        ("My uncle mends clocks. Make a short film of his bench", "my uncle's bench"),
        ("Our neighbours keep goats. I want a reel about their shed", "our neighbours’ shed"),
        ("A crow stole a whole pretzel. Can you make a video of that?", "A crow stole a whole pretzel"),
        ("our van broke down in the desert. make a clip about it", "our van broke down in the desert"),
    ],
)
def test_what_points_back_is_said_in_words(request_text: str, subject: str) -> None:
    assert idea_of(request_text) == subject


@pytest.mark.parametrize(
    ("request_text", "subject"),
    [
        ("Create a promo for our rain boots, targeted at parents of toddlers", "our rain boots"),
        ("Explain how tides work in simple terms", "how tides work"),
        ("A silly parody of a spy film with hamsters", "a spy film with hamsters"),
        ("need a quick reel about moving out", "moving out"),
    ],
)
def test_for_whom_and_in_what_words_is_no_part_of_it(request_text: str, subject: str) -> None:
    assert idea_of(request_text) == subject


def test_whose_offer_it_is_is_told_behind_it() -> None:
    assert idea_of("We opened a pottery studio and need a clip about our clay nights") == (
        "our clay nights. A pottery studio."
    )


@given(st.text(min_size=1))
def test_whatever_is_asked_something_is_left_of_it(text: str) -> None:
    assert bool(idea_of(text)) == bool(text.split())


def test_a_very_long_request_keeps_its_end() -> None:
    assert idea_of("Make a video about " + "tea " * 20_000 + "and biscuits").endswith("tea and biscuits")


@pytest.mark.parametrize(
    ("request_text", "idea"),
    [
        ("We've just launched a bike repair van and want students to call us", "a bike repair van"),
        ("I make wooden toys, and I want more shops to know them", "wooden toys"),
        ("my grandmother knits hats and we'd like to sell a few", "my grandmother knits hats"),
        ("we adopted three hens and want them to feel at home", "adopting three hens"),
        ("We would like families to visit our pumpkin field on Sunday", "our pumpkin field on Sunday"),
        ("please help me get neighbours to sign up for the tool library", "the tool library"),
        ("I want everyone to know about the night bus", "the night bus"),
    ],
)
def test_what_somebody_hopes_for_is_no_part_of_what_the_video_is_about(request_text: str, idea: str) -> None:
    assert take_apart(request_text).idea == idea


@pytest.mark.parametrize(
    "request_text",
    ["two cats meet and want to play", "a ghost wakes up and wants more tea", "I want our grandparents to visit us"],
)
def test_what_those_in_the_video_want_stays_in_it(request_text: str) -> None:
    assert take_apart(request_text).idea == request_text.removeprefix("I want ")
