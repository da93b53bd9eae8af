"""The page of an ad's run, as text."""

from __future__ import annotations

import re
from typing import Any

import pytest
from popcorn.agent.runs.run_store import Kind, Run, Status
from popcorn.agent.trace.ad_page import ad_page
from popcorn.agent.trace.run_page import Known, Media
from popcorn.agent.trace.story import Phase, Story
from popcorn.agent.trace.story_builder import build_story

HOSTILE = "<script>fetch('https://evil.example/')</script>\"><img src=x onerror=alert(1)>{{ 7*7 }}\u202e"
CHECK = {"name": "loudness", "ok": True, "value": "-14.0 LUFS", "limit": "-14 LUFS", "note": ""}


def known(text: str = "Steel Mug", phase: Phase = Phase.DONE, *checks: dict[str, Any]) -> Known:
    """A run in which every text that somebody else wrote is `text`."""
    run = Run("20260101-000000-abcdef", text, {"llm": text}, Status.DONE, "2026-01-01T09:08:00+00:00", kind=Kind.AD)
    stamp = {"run_id": run.run_id, "ts": "2026-01-01T09:08:07+00:00"}
    events: list[dict[str, Any]] = [
        {"event": "run_started", **stamp},
        {"event": "node_started", "node": "survey", "task": "t", **stamp},
        {"event": "node_finished", "node": "survey", "task": "t", "seconds": 0.6, **stamp},
        {"event": "notice", "message": text, **stamp},
    ]
    line = {"clip": 3, "source": f"/clips/{text}", "start": 1.0, "end": 3.5, "at": 0.0, "script": text, "role": "hook"}
    claim = {"text": text, "kind": "number", "verdict": "backed", "source": text}
    result = {
        "title": text, "language": "en", "strategy": "clips-first", "segments": [line], "footage": {"clips": 7},
        "claims": [claim, claim | {"verdict": "fact missing", "source": ""}], "checks": [CHECK, *checks],
        "repairs": [text], "models": {"chat": text, "voice": "hibari-tts"}, "notices": [text],
        "video": {"seconds": 12.8, "width": 9, "height": 16, "renderer": text, "silent": False, "sha256": "0" * 64},
    }  # fmt: skip
    return Known(build_story(Story(run, phase), events), result, {"prompts": [text], "facts": {"x": text}})


def test_nothing_that_somebody_wrote_gets_out_of_its_text() -> None:
    html = ad_page(known(HOSTILE), Media("data:video/mp4;base64,AAAA", "data:image/jpeg;base64,AAAA"))
    tags = re.findall(r"<\s*/?\s*([a-zA-Z]+)", html)
    assert not {"script", "object", "iframe", "embed", "a", "form", "img"} & {tag.lower() for tag in tags}
    assert "{{ 7*7 }}" in html
    assert "\u202e" not in html


def test_the_page_tells_the_lines_what_backs_them_and_what_was_measured() -> None:
    html = ad_page(known(), Media("data:video/mp4;base64,AAAA", ""))
    for wanted in (
        "12.8<small> s</small>", "1 of 7 clips of the footage, in English, clips-first", "1 check passed",
        "1 of 2 claims backed by a fact, a picture or speech", "1.0 to 3.5 s", "fact missing", "-14.0 LUFS",
        "Repaired: <bdi>Steel Mug</bdi>", "How it went", "the voice is synthetic", "1 January 2026, 09:08 UTC",
    ):  # fmt: skip
        assert wanted in html, wanted
    assert "popularity" not in html, "nothing predicts how much an ad draws"


@pytest.mark.parametrize(
    ("check", "verdict"),
    [
        (CHECK | {"ok": False}, "1 of 2 checks failed"),
        (CHECK | {"value": "not checked: nobody here writes down zh"}, "1 check passed, 1 could not be made"),
    ],
)
def test_a_check_that_failed_or_was_not_made_does_not_pass(check: dict[str, Any], verdict: str) -> None:
    assert f">{verdict}</span>" in ad_page(known("Mug", Phase.DONE, check), Media("data:video/mp4;base64,AAAA", ""))


@pytest.mark.parametrize("phase", [Phase.LEFT, Phase.UNDER_WAY, Phase.FAILED])
def test_a_run_without_a_result_has_a_page_too(phase: Phase) -> None:
    html = ad_page(Known(known(phase=phase).story), Media())
    assert "<h1><bdi>Steel Mug</bdi></h1>" in html
    assert "<video" not in html
    assert ("how far it had come" in html) == (phase is not Phase.FAILED)
