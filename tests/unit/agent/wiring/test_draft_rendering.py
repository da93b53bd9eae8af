"""What a renderer is asked for, where a draft is rendered alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from popcorn.agent.wiring.draft_rendering import render_request
from popcorn.errors import RequestError
from popcorn.settings import load_settings


def test_a_draft_is_of_its_request_or_else_of_its_own_prompt(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path)
    asked = "make a video about kittens, square, and render it with animatic"
    assert render_request(settings, "Up close", "A low-angle shot", asked).request == "kittens"
    assert render_request(settings, "Up close", "A dog in the rain").request == "A dog in the rain"


def test_a_draft_without_a_prompt_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="the video prompt is empty"):
        render_request(load_settings(home=tmp_path), "Up close", " ", "kittens")
