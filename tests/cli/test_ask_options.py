"""What the options of `popcorn ask` change, and what they leave alone."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

ESCAPE = "\x1b["


@pytest.fixture(scope="session")
def plain(streamed: Any) -> dict[str, Any]:
    """The result of an undisturbed run with seed 7, two attempts and a threshold out of reach."""
    result: dict[str, Any] = streamed.events[-1]["data"]
    return result


def outcome_of(data: dict[str, Any]) -> tuple[Any, ...]:
    """What a run decided, without where and when."""
    return (data["title"], data["video_prompt"], data["cover_prompt"], data["score"], data["video"]["sha256"])


def test_without_options_stdout_is_a_card_and_stderr_the_talk(popcorn: Any) -> None:
    outcome = popcorn("ask", "Create a video showcasing a dog learning to surf", "--seed", "3")
    assert outcome.status == 0, str(outcome)
    (run,) = [path for path in (popcorn.home / "runs").iterdir() if path.name in outcome.stdout]
    result = json.loads((run / "result.json").read_text(encoding="utf-8"))
    data = result.get("data", result)
    assert data["title"] in outcome.stdout
    assert "illustrative" in outcome.stdout
    assert "offline drafter" in outcome.stdout
    assert ESCAPE not in outcome.stdout, "colour in a pipe"
    assert data["title"] not in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_quiet_leaves_stderr_empty_and_a_dash_reads_the_request_from_stdin(popcorn: Any) -> None:
    outcome = popcorn("ask", "-", "--json", "-q", "--mode", "paper", stdin="A potter at work in Jaipur\n")
    assert outcome.data["request"] == "A potter at work in Jaipur"
    assert outcome.stderr == ""


def test_the_output_option_copies_the_clip(popcorn: Any) -> None:
    outcome = popcorn("ask", "A cat asleep on a warm printer", "--json", "-o", "cat.mp4", "--threshold", "0")
    copied = popcorn.folder / "cat.mp4"
    assert hashlib.sha256(copied.read_bytes()).hexdigest() == outcome.data["video"]["sha256"]
    assert Path(outcome.data["video"]["path"]).exists()


def test_a_threshold_of_zero_accepts_the_first_attempt(popcorn: Any) -> None:
    data = popcorn("ask", "A cat asleep on a warm printer", "--json", "--threshold", "0").data
    assert (len(data["attempts"]), data["accepted"], data["threshold"]) == (1, True, 0)


def test_mode_basic_looks_nothing_up_and_reasons_about_nothing(popcorn: Any) -> None:
    data = popcorn("ask", "How to fold a fitted sheet", "--json", "--mode", "basic").data
    assert (data["mode"], data["references"], data["tags"], data["reasoning"]) == ("basic", [], [], "")
    assert {"retrieve_references", "reason"} & set(data["timings"]) == set()
    assert data["title"]


def test_mode_paper_makes_one_attempt_with_references_and_reasoning(popcorn: Any) -> None:
    data = popcorn("ask", "How to fold a fitted sheet", "--json", "--mode", "paper").data
    assert data["mode"] == "paper"
    assert len(data["attempts"]) == 1
    assert {reference["side"] for reference in data["references"]} == {"popular", "unpopular"}
    assert data["reasoning"]


def test_the_seed_decides_everything_that_chance_decides(popcorn: Any, plain: dict[str, Any]) -> None:
    again = popcorn("ask", plain["request"], "--json", "--seed", "7", "--threshold", "100", "--attempts", "2").data
    assert outcome_of(again) == outcome_of(plain)
    assert again["run_id"] != plain["run_id"]


def test_different_requests_give_different_drafts(popcorn: Any, plain: dict[str, Any]) -> None:
    requests = ["A grandmother's chess tricks", "Northern lights over a frozen lake"]
    drafts = [popcorn("ask", request, "--json", "--seed", "7", "--mode", "paper").data for request in requests]
    titles = [data["title"] for data in [*drafts, plain]]
    prompts = [data["video_prompt"] for data in [*drafts, plain]]
    assert (len(set(titles)), len(set(prompts))) == (3, 3)
    assert "chess" in titles[0].lower()
    assert "lights" in titles[1].lower() or "lake" in titles[1].lower()


def test_a_landscape_clip_is_wide(popcorn: Any) -> None:
    import av

    data = popcorn("ask", "A kite festival", "--json", "--aspect", "16:9", "--mode", "basic", "--attempts", "1").data
    assert (data["video"]["width"], data["video"]["height"]) == (1920, 1080)
    with av.open(data["video"]["path"]) as container:
        frame = next(container.decode(video=0))
    assert (frame.width, frame.height) == (1920, 1080)


def test_render_each_renders_every_attempt_and_keeps_the_best(popcorn: Any) -> None:
    options = ["--threshold", "100", "--attempts", "2", "--render", "each", "--seed", "7"]
    outcome = popcorn("ask", "A kite festival", "--jsonl", *options)
    assert outcome.status == 0, str(outcome)
    started = [event["node"] for event in outcome.events if event["event"] == "node_started"]
    assert started.count("render") == 2
    data = outcome.events[-1]["data"]
    assert data["score"]["percentile"] == max(attempt["score"]["percentile"] for attempt in data["attempts"])
    assert hashlib.sha256(Path(data["video"]["path"]).read_bytes()).hexdigest() == data["video"]["sha256"]


def test_only_the_best_attempt_is_rendered_when_the_score_needs_no_frames(streamed: Any) -> None:
    started = [event["node"] for event in streamed.events if event["event"] == "node_started"]
    assert (started.count("draft") + started.count("refine") >= 2, started.count("render")) == (True, 1)


def test_the_size_of_the_retrieved_set_is_the_one_asked_for(popcorn: Any) -> None:
    data = popcorn("ask", "Street food in Bangkok", "--json", "-k", "20", "--tags", "2", "--mode", "paper").data
    sides = [reference["side"] for reference in data["references"]]
    assert (sides.count("popular"), sides.count("unpopular"), len(data["tags"])) == (18, 2, 2)


def test_asking_for_four_candidates_still_gives_one_draft(popcorn: Any) -> None:
    data = popcorn("ask", "Street food in Bangkok", "--json", "-n", "4", "--attempts", "1").data
    assert len(data["attempts"]) == 1
    assert data["title"] == data["attempts"][0]["title"]


def test_a_draft_is_no_copy_of_a_reference(plain: dict[str, Any]) -> None:
    titles = {reference["title"].casefold() for reference in plain["references"]}
    assert plain["title"].casefold() not in titles
