"""What is a reply that goes in circles, and what is an answer of some length."""

from __future__ import annotations

import json

import pytest
from popcorn.graphs.asking.repetition import Repetition
from popcorn.graphs.asking.reply_reading import loops


def ended_after(text: str, piece: int = 7) -> int:
    """Characters after which a reply in pieces is taken to go in circles; 0 for one that comes to its end."""
    repetition = Repetition()
    for place in range(0, len(text), piece):
        if repetition.goes_in_circles(text[: place + piece]):
            return place + piece
    return 0


@pytest.mark.parametrize(
    "round_", ["Here is a tip to help you keep your requests in line. ", "_the_copy_book", " ", "\\n", "一遍又一遍。"]
)
@pytest.mark.parametrize("piece", [1, 7, 300])
def test_a_reply_that_says_the_same_over_and_over_is_ended_soon(round_: str, piece: int) -> None:
    begins = '{"title": "Street tacos at dawn", "video_prompt": "'
    assert 0 < ended_after(begins + round_ * 2000, piece) < 1500


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(
            [{"step": f"step {number}", "text": f"What belongs to part {number * 37}."} for number in range(60)]
        ),
        "ha " * 100 + "and then something else is said that comes to its end.",
        " ".join(f"Take {number}: slow push-in on street tacos, steam, neon." for number in range(80)),
    ],
)
def test_an_answer_that_repeats_itself_a_little_is_read_to_its_end(text: str) -> None:
    assert ended_after(text) == 0


def test_what_is_thought_before_an_answer_may_go_in_circles() -> None:
    thought = "hm, and so on, " * 300
    assert ended_after(f"<think>{thought}{{</think>{{}}") == 0
    assert ended_after(f"{thought}</think>{{}}") == 0
    assert ended_after(f"<think>{{ {thought}") == 0
    assert ended_after(f"<think>hm</think>{{ {thought}") > 0


def test_a_reply_that_was_ended_for_it_is_known_as_a_loop_afterwards() -> None:
    begins = " ".join(f"word{number * 7919 % 1000}" for number in range(300))
    assert not loops(begins)
    assert loops(begins + "Here is a tip to help you keep your requests in line. " * 13)
