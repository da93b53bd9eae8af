"""`popcorn ask --jsonl`: the stream of events that another program follows."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from popcorn.tools.popularity.standing import OUT_OF_THE_BOX

FIELDS = {
    "run_started": {"request"},
    "node_started": {"node"},
    "node_finished": {"node", "seconds"},
    "progress": {"node", "done", "total", "note"},
    "attempt": {"number", "title", "score"},
    "notice": {"message"},
    "run_finished": {"request", "title", "video", "score", "attempts"},
}
NODES = ["retrieve_references", "reason", "draft", "score", "refine", "render"]


@pytest.fixture
def events(streamed: Any) -> list[dict[str, Any]]:
    """The stream of a run with one refinement."""
    assert streamed.status == 0, str(streamed)
    result: list[dict[str, Any]] = streamed.events
    return result


def named(events: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """The events of one name."""
    return [event for event in events if event["event"] == name]


def test_every_event_has_its_fields_and_no_unknown_name(events: list[dict[str, Any]]) -> None:
    assert {event["event"] for event in events} <= set(FIELDS)
    lacking = [event for event in events if not FIELDS[event["event"]] | {"run_id", "ts"} <= set(event)]
    assert lacking == []


def test_the_stream_starts_and_ends_once(events: list[dict[str, Any]]) -> None:
    names = [event["event"] for event in events]
    assert (names[0], names[-1]) == ("run_started", "run_finished")
    assert (names.count("run_started"), names.count("run_finished")) == (1, 1)
    assert events[0]["request"] == "Make a video about the preparation of authentic Indian biryani"


def test_all_events_carry_one_run_id_and_time_never_runs_backwards(events: list[dict[str, Any]]) -> None:
    assert len({event["run_id"] for event in events}) == 1
    assert events[0]["run_id"]
    times = [event["ts"] for event in events]
    assert times == sorted(times)
    moments = [
        datetime.fromtimestamp(ts, UTC) if isinstance(ts, int | float) else datetime.fromisoformat(ts) for ts in times
    ]
    assert (moments[-1] - moments[0]).total_seconds() > 0


def test_a_node_finishes_before_the_next_one_starts(events: list[dict[str, Any]]) -> None:
    steps = [event for event in events if event["event"] in {"node_started", "node_finished"}]
    started, finished = steps[::2], steps[1::2]
    assert {step["event"] for step in started} == {"node_started"}
    assert {step["event"] for step in finished} == {"node_finished"}
    assert [step["node"] for step in started] == [step["node"] for step in finished]
    assert all(step["seconds"] >= 0 for step in finished)


def test_the_nodes_are_those_of_the_machine_in_its_order(events: list[dict[str, Any]]) -> None:
    nodes = [event["node"] for event in named(events, "node_started")]
    assert [node for node in dict.fromkeys(nodes) if node in NODES] == NODES
    assert nodes.count("score") == 2


def test_progress_never_exceeds_its_total_and_shows_the_render(events: list[dict[str, Any]]) -> None:
    progress = named(events, "progress")
    assert all(0 <= event["done"] <= event["total"] for event in progress)
    assert "render" in {event["node"] for event in progress}


def test_attempts_are_numbered_and_are_those_of_the_result(events: list[dict[str, Any]]) -> None:
    attempts = named(events, "attempt")
    assert [event["number"] for event in attempts] == [1, 2]
    told = [(event["title"], event["score"]["percentile"]) for event in attempts]
    kept = [(attempt["title"], attempt["score"]["percentile"]) for attempt in events[-1]["attempts"]]
    assert told == kept


def test_a_refinement_changes_the_draft(events: list[dict[str, Any]]) -> None:
    first, second = events[-1]["attempts"]
    assert (first["title"], first["video_prompt"]) != (second["title"], second["video_prompt"])


def test_a_threshold_that_cannot_be_met_is_reported_not_hidden(events: list[dict[str, Any]]) -> None:
    data = events[-1]
    assert data["threshold"] == 100
    assert data["accepted"] is False
    assert {attempt["score"]["evidence"] for attempt in data["attempts"]} == {True}
    assert OUT_OF_THE_BOX not in data["notices"], "what ships knows YouTube, for which this draft is"
    assert all("below 100" in attempt["complaints"][-1] for attempt in data["attempts"])


def test_the_result_in_the_stream_is_the_one_on_disk(streamed: Any, built: Any) -> None:
    data = streamed.result
    result = json.loads((built.home / "runs" / data["run_id"] / "result.json").read_text(encoding="utf-8"))
    assert result.get("data", result) == data


def test_the_result_in_the_stream_has_the_fields_of_the_envelope(streamed: Any, asked: Any) -> None:
    assert set(streamed.result) == set(asked.data)


def test_a_failed_run_ends_its_stream_with_an_error_event(popcorn: Any) -> None:
    outcome = popcorn("ask", "A cat", "--jsonl", "--catalogue", "nowhere")
    assert outcome.status in {2, 10}, str(outcome)
    last = outcome.events[-1]
    assert last["event"] == "error"
    assert set(last["error"]) == {"code", "message", "hint", "stage", "run_id"}
    assert "'nowhere'" in last["error"]["message"]
    assert {"run_id", "ts"} <= set(last), "an event without its run and time"
    assert last["run_id"] == outcome.events[0]["run_id"]
