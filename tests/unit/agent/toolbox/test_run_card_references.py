"""The card of a run: what it says of the references, and of wishes that nobody followed."""

from typing import Any

import pytest
from popcorn.agent.toolbox.run_card import card
from rich.console import Console

OFFLINE = "offline drafter (not a language model)"
SHAPED = "From “Why does rice never stick?” the draft takes the form of its title: a question."
RICE = "Why does rice never stick?"
REFERENCE = {"title": RICE, "comments": 90, "side": "popular", "similarity": 0.4, "illustrative": False}
SCORE: dict[str, Any] = {
    "log2_comments": 3.17, "percentile": 50.0, "percentile_low": 12.0, "percentile_high": 88.0, "comments": 9.0,
    "evidence": True, "against": "100 videos",
    "interval": {"low": 1.0, "high": 4.0, "coverage": 0.8},
    "predictor": "fake", "learned_from": "nothing", "basis": ["title"], "illustrative": False,
}  # fmt: skip
VIDEO = {"path": "clip.mp4", "width": 9, "height": 16, "seconds": 3.0, "fps": 30.0, "codec": "h264", "silent": True,
         "renderer": "toy", "demo": False}  # fmt: skip


def shown(request: str = "street tacos", chat: str = OFFLINE, reasoning: str = "") -> str:
    """The card as text, on one line."""
    data = {
        "request": request, "title": "Street tacos", "video_prompt": "Close-up: street tacos.", "score": SCORE,
        "references": [REFERENCE], "reasoning": [{"step": "brainstorm", "text": reasoning}], "contrast": [],
        "tags": ["Food"], "attempts": [], "video": VIDEO, "cover": {"path": "cover.jpg"}, "models": {"chat": chat},
        "notices": [], "run_id": "20260131-000000-abcdef", "accepted": True, "threshold": 50.0,
    }  # fmt: skip
    console = Console(width=200)
    with console.capture() as capture:
        console.print(card(data))
    return " ".join(capture.get().split())


def test_the_card_says_what_a_reference_gave_the_draft() -> None:
    assert "“Why does rice never stick?” gave the draft the form of its title: a question" in shown(reasoning=SHAPED)


def test_references_that_changed_nothing_are_called_found_and_no_more() -> None:
    assert "found for the request; none of them changed the draft" in shown()


def test_of_a_language_models_draft_nothing_is_said_that_nobody_knows() -> None:
    text = shown(chat="openai:gpt-4o", reasoning=SHAPED)
    assert "gave the draft" not in text
    assert "changed the draft" not in text


def test_a_wish_that_rules_cannot_follow_is_said_on_the_card() -> None:
    assert "“with text overlays” was not followed" in shown("make a video about street tacos with text overlays")
    assert "not followed" not in shown("make a video about street tacos with text overlays", chat="openai:gpt-4o")
    assert "not followed" not in shown("make a video about street tacos in 3 seconds please")


@pytest.mark.parametrize("model", ["offline drafter (not a language model)", "openai:gpt-4o"])
def test_a_deed_that_no_run_does_is_said_on_the_card_whoever_drafts(model: str) -> None:
    wish = "and upload it to YouTube"
    assert f"“{wish}” was not followed" in shown(f"make a video about street tacos {wish}", chat=model)
