from __future__ import annotations

import pytest
from popcorn.graphs.create.labels import leaves_blank, names_itself, unlabelled
from popcorn.graphs.create.replies import DraftReply


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Title: Street tacos", "Street tacos"),
        ("Video title 2: **Street tacos**", "Street tacos"),
        ('"title": "Tacos at dawn"', "Tacos at dawn"),
        ("1. Tacos at dawn", "Tacos at dawn"),
        ("# Tacos at dawn", "Tacos at dawn"),
        ("- `Tacos at dawn`", "Tacos at dawn"),
        ("“Tacos at dawn”", "Tacos at dawn"),
        ("Tacos at dawn (50 characters)", "Tacos at dawn"),
        ("Video prompt: A cook folds a taco.", "A cook folds a taco."),
        ("标题：清晨的街头塔可", "清晨的街头塔可"),
        ("Título: tacos al amanecer", "tacos al amanecer"),
    ],
)
def test_a_text_is_freed_of_what_stands_around_it(written: str, text: str) -> None:
    assert unlabelled(written) == text


@pytest.mark.parametrize(
    "text",
    [
        "#1 taco of the street",
        "3 tacos, 1 sunrise",
        "10. Symphony, last bars",
        "Title fight: taco vs. dawn",
        "“Quick call” on a “Friday”",
        "**",
        "Title:",
        "Shot of espresso, one take",
        "Tacos (before the sun)",
    ],
)
def test_a_text_of_its_own_stays(text: str) -> None:
    assert unlabelled(text) == text


def test_a_title_that_is_only_too_long_by_its_label_is_used() -> None:
    title = "The taco stand that opens when the city sleeps in"
    reply = DraftReply(title=f"Title: {title} (49 characters)", video_prompt="A stand.", cover_prompt="Cover: a stand.")
    assert (reply.title, reply.cover_prompt) == (title, "a stand.")


@pytest.mark.parametrize(
    "text",
    [
        "[Your title here] tacos",
        "<insert a taco>",
        "{title} tacos",
        "$request at dawn",
        "title_of_tacos",
        "TBD: tacos",
        "[Insert a description of street tacos here]",
        "Lorem ipsum dolor sit amet",
    ],
)
def test_a_blank_is_to_be_filled_in(text: str) -> None:
    assert leaves_blank(text, "street tacos at dawn")


@pytest.mark.parametrize(
    "text",
    ["A$AP Rocky eats tacos", "[4K] tacos", "Tacos (at dawn)", "Todo sobre el café", "Rice (your way)", "Cats (video)"],
)
def test_brackets_and_dollars_of_a_title_are_no_blank(text: str) -> None:
    assert not leaves_blank(text, "street tacos at dawn")


@pytest.mark.parametrize(
    ("title", "request_", "names"),
    [
        ("A title about street tacos", "street tacos", True),
        ("Draft 1: tacos", "street tacos", True),
        ("Untitled tacos", "street tacos", True),
        ("Street tacos | Video Prompt", "street tacos", True),
        ("Draft beer and tacos", "street tacos", False),
        ("Title fight: taco vs. dawn", "street tacos", False),
        ("Untitled, 1967", "the painting Untitled by Rothko", False),
    ],
)
def test_a_title_that_says_it_is_one(title: str, request_: str, *, names: bool) -> None:
    assert names_itself(title, request_) is names
