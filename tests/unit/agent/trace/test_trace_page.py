"""The page of a run, as text: what is in it, and what never gets out of its quotes."""

from __future__ import annotations

import base64
import hashlib
import math
import re
from dataclasses import replace
from typing import Any

import pytest
from popcorn.agent.runs.run_store import Run, Status
from popcorn.agent.trace.page import page
from popcorn.agent.trace.run_page import Known, Media
from popcorn.agent.trace.score_axis import WIDTH, axis, rounded
from popcorn.agent.trace.story import Phase, Story
from popcorn.agent.trace.story_builder import build_story

HOSTILE = "<script>fetch('https://evil.example/')</script>\"><img src=x onerror=alert(1)>{{ 7*7 }}\u202e"
SCORE = {
    "log2_comments": 10.0, "comments": 1024.0, "percentile": 75.2, "percentile_low": 40.0, "percentile_high": 92.0,
    "evidence": True, "no_evidence": [], "against": "872 videos", "predictor": "p",
    "interval": {"low": 8.0, "high": 13.0, "coverage": 0.8}, "basis": ["title"], "illustrative": False,
    "notices": [], "title_similarity": 0.1, "learned_from": "6,709 videos",
}  # fmt: skip
NEAR = {"id": "v1", "tag": "Food", "comments": 2000.0, "similarity": 0.5, "share": 0.6}


def known(text: str = "Street tacos", phase: Phase = Phase.DONE) -> Known:
    """A run in which every text that somebody else wrote is `text`."""
    run = Run("20260101-000000-abcdef", text, {"llm": text}, Status.DONE, "2026-01-01T09:08:00+00:00")
    call = {"call": "a", "task": "t", "node": "draft"}
    stamp = {"run_id": run.run_id, "ts": "2026-01-01T09:08:07+00:00"}
    events: list[dict[str, Any]] = [
        {"event": "run_started", **stamp},
        {"event": "node_started", "node": "draft", "task": "t", **stamp},
        {"event": "model_started", **call, "model": text, "messages": [{"role": "human", "text": text}], **stamp},
        {"event": "model_finished", **call, "seconds": 0.5, "reply": text, "reasoning": text, **stamp},
        {"event": "node_finished", "node": "draft", "task": "t", "seconds": 0.6, **stamp},
        {"event": "notice", "message": text, **stamp},
        {"event": "error", "error": {"code": "x", "message": text, "hint": "", "stage": "draft"}, **stamp},
    ]
    attempt = {"number": 1, "title": text, "video_prompt": text, "score": SCORE, "complaints": [text]}
    reference = {"title": text, "comments": 7, "side": "popular", "similarity": 0.5, "illustrative": True, "id": text}
    result = {
        "title": text, "video_prompt": text, "cover_prompt": text, "reasoning": [{"step": text, "text": text}],
        "score": SCORE, "attempts": [attempt], "accepted": True, "threshold": 60.0, "tags": [text],
        "references": [reference], "models": {"chat": text}, "notices": [text],
        "video": {"seconds": 3.0, "width": 9, "height": 16, "renderer": text, "silent": True, "sha256": "0" * 64},
    }  # fmt: skip
    word = {"without": text, "change": 1.0}
    explanation = {"neighbours": [NEAR | {"tag": text, "id": text}], "words": [word]}
    return Known(build_story(Story(run, phase), events), result, {"prompts": [text], "facts": {"x": text}}, explanation)


def test_nothing_that_somebody_wrote_gets_out_of_its_text() -> None:
    html = page(known(HOSTILE), Media("data:video/mp4;base64,AAAA", "data:image/jpeg;base64,AAAA"))
    tags = re.findall(r"<\s*/?\s*([a-zA-Z]+)", html)
    assert not {"script", "object", "iframe", "embed", "a", "form"} & {tag.lower() for tag in tags}
    assert "{{ 7*7 }}" in html
    assert "&lt;script&gt;" in html
    assert "\u202e" not in html
    inside = [found for tag in re.findall(r"<[^>]*>", html) for found in re.findall(r"\son\w+\s*=|javascript:", tag)]
    assert inside == []
    assert [found for found in re.findall(r"<img[^>]*>", html) if "onerror" in found] == []


def test_a_page_points_nowhere_but_into_itself() -> None:
    html = page(known(), Media("data:video/mp4;base64,AAAA", "data:image/jpeg;base64,AAAA"))
    assert re.findall(r"(?:src|href|poster|action)=\"(?!data:)", html) == []
    assert re.findall(r"url\(|@import", html) == []
    assert " style=" not in html


def test_the_policy_allows_just_the_style_that_is_there() -> None:
    html = page(known(), Media())
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; media-src data:; base-uri 'none';"
        " form-action 'none'"
    )


def test_the_page_tells_the_score_the_best_attempt_and_what_a_call_said() -> None:
    html = page(known(), Media())
    for wanted in (
        "best guess: the 75th of 100 such videos, likely between the 40th and the 92nd; against 872 videos",
        "accepted at a threshold of 60", "about 1k comments",
        "comments, held 80% of such videos", "1 attempt", "×2.00", "These references are invented",
        "1 January 2026, 09:08 UTC", "<strong>It failed in draft:</strong>",
    ):  # fmt: skip
        assert wanted in html, wanted


@pytest.mark.parametrize("phase", [Phase.LEFT, Phase.UNDER_WAY, Phase.FAILED])
def test_a_run_without_a_result_has_a_page_too(phase: Phase) -> None:
    whole = known(phase=phase)
    html = page(Known(whole.story), Media())
    assert "<h1><bdi>Street tacos</bdi></h1>" in html
    assert "<video" not in html
    assert ("how far it had come" in html) == (phase is not Phase.FAILED)


def test_the_axis_puts_everything_where_its_logarithm_is() -> None:
    drawn = axis(SCORE, [NEAR | {"comments": 256.0}, NEAR | {"comments": 8192.0, "share": 0.15}])
    assert drawn["near"][0]["x"] == drawn["low"] < drawn["at"] < drawn["high"] == drawn["near"][1]["x"]
    assert (drawn["at"] - drawn["low"]) / (drawn["high"] - drawn["low"]) == pytest.approx(2 / 5, abs=1e-3)
    assert drawn["near"][1]["r"] == pytest.approx(drawn["near"][0]["r"] / 2)
    assert [tick["told"] for tick in drawn["ticks"]] == ["300", "1k", "3k"]
    assert drawn["told"] == "about 1k comments, between 256 and 8.2k"


@pytest.mark.parametrize("low", [-3.0, 0.0, 9.999])
@pytest.mark.parametrize("high", [10.001, 40.0])
def test_no_score_leaves_the_drawing(low: float, high: float) -> None:
    drawn = axis(SCORE | {"interval": {"low": low, "high": high, "coverage": 0.8}}, [NEAR | {"comments": 0.0}])
    places = [drawn["low"], drawn["high"], drawn["at"], drawn["label_at"], *(near["x"] for near in drawn["near"])]
    assert all(0 <= place <= WIDTH for place in places)
    assert len(drawn["ticks"]) <= 8


@pytest.mark.parametrize(
    ("number", "text"), [(0.4, "0"), (999, "999"), (1904, "1.9k"), (14_000, "14k"), (2_000_000, "2M"), (math.pi, "3")]
)
def test_counts_are_said_shortly(number: float, text: str) -> None:
    assert rounded(number) == text


def test_past_videos_share_no_axis_with_a_score_on_the_scale_of_other_videos() -> None:
    own = page(known(), Media())
    assert "past videos that spoke most" in own
    for shift, dots in (("0.0", True), ("-3.5", False)):
        html = page(replace(known(), manifest={"facts": {"predictor_shift": shift}}), Media())
        assert ("past videos that spoke most" in html) is dots
        assert "held 80% of such videos" in html


def test_a_call_within_a_tool_stands_after_it_under_its_name() -> None:
    run = Run("20260101-000000-abcdef", "tacos", {}, Status.DONE, "2026-01-01T09:08:00+00:00")
    stamp = {"run_id": run.run_id, "ts": "2026-01-01T09:08:07+00:00", "task": "t", "node": "draft"}
    events = [
        {"event": "run_started", **stamp},
        {"event": "node_started", **stamp},
        {"event": "tool_started", "call": "a", "tool": "draft_video", **stamp},
        {"event": "model_started", "call": "b", "model": "other", **stamp},
        {"event": "model_started", "call": "c", "model": "gpt", "inside": "a", **stamp},
    ]
    html = page(Known(build_story(Story(run, Phase.DONE), events)), Media())
    assert "<h2>3 calls of models and tools</h2>" in html
    told_of = [re.sub(r"<[^>]*>", "", line).split("  ")[0] for line in re.findall(r"<summary>(draft: .*?) <span", html)]
    assert told_of == ["draft: draft_video", "draft: draft_video › gpt", "draft: other"]
    assert html.count('class="call inner"') == 1


def test_a_tag_that_the_predictor_did_not_know_is_named_unless_it_is_invented() -> None:
    whole = known()
    score = SCORE | {"unknown_tag": "Delicacy"}
    references = [dict(one) | {"illustrative": False} for one in whole.result["references"]]
    real = Known(whole.story, {**whole.result, "score": score, "references": references})
    assert "it read the title; it knows no tag &#39;Delicacy&#39;." in page(real, Media())
    assert "Delicacy" not in page(Known(whole.story, {**whole.result, "score": score}), Media())


def test_a_page_without_evidence_says_so_where_the_number_would_stand_and_draws_no_axis() -> None:
    whole = known()
    blind = SCORE | {"evidence": False, "no_evidence": ["it is for <b>short-video</b>"]}
    choice = {"over": 2, "probability": None, "tied": True, "model": "headlines", "evidence": False}
    result = {**whole.result, "score": blind, "attempts": [{**whole.result["attempts"][0], "score": blind}]}
    html = page(Known(whole.story, result | {"choice": choice | {"no_evidence": ["no films"]}}), Media())
    for wanted in (
        '<p class="big words">no evidence</p>', "it is for &lt;b&gt;short-video&lt;/b&gt;</bdi>.",
        "accepted: nothing speaks against it", "picked over 2 others by relevance: no evidence which draws more",
        '<span class="figure">no evidence</span>', "no films",
    ):  # fmt: skip
        assert wanted in html, wanted
    for never in ("of 100", "percentile", "75", '<svg class="meter"', 'class="axis"', "at a threshold of"):
        assert never not in html.partition("<body>")[2], never


def test_the_page_of_a_run_of_an_older_popcorn_says_that_its_ranks_are_not_those_of_today() -> None:
    whole = known()
    older = {name: value for name, value in SCORE.items() if name not in {"evidence", "no_evidence"}}
    older = {name: value for name, value in older.items() if name not in {"percentile_low", "percentile_high"}}
    html = page(Known(whole.story, {**whole.result, "score": older}), Media())
    assert "an older Popcorn scored it, whose ranks were among predictions and not among real videos" in html
    assert "picked over" not in html
