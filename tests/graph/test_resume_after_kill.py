"""A run that was killed, interrupted or out of time goes on where it was, in a new process, and ends the same."""

from __future__ import annotations

import json
import signal
from typing import Any

import pytest

BIRYANI = "Make a video about the preparation of authentic Indian biryani"
OPTIONS = (
    "--seed", "7", "--threshold", "100", "--attempts", "2", "--aspect", "1:1", "-n", "1", "--platform", "youtube",
)  # fmt: skip
QUICK_NODES = ["retrieve_references", "reason", "draft", "choose", "score", "refine"]
NODES = [*QUICK_NODES, "render", "finish"]


def decided(data: dict[str, Any]) -> dict[str, Any]:
    """What a run decided, without where, when and how long."""
    left_out = {"event", "ts", "run_id", "timings", "video", "cover"}
    return {name: value for name, value in data.items() if name not in left_out} | {"clip": data["video"]["sha256"]}


def nodes(events: list[dict[str, Any]], event: str) -> list[str]:
    """The nodes that were started, or finished, in order."""
    return [entry["node"] for entry in events if entry["event"] == event]


def attempts(events: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """The attempts that were told of, in order."""
    return [(event["number"], event["title"], event["score"]) for event in events if event["event"] == "attempt"]


def stop_at(
    program: Any, node: str, sign: signal.Signals, arguments: tuple[str, ...] = (BIRYANI, *OPTIONS)
) -> tuple[list[dict[str, Any]], int, str]:
    """Start a run, send it `sign` as soon as `node` starts; the events seen, the exit status and stderr."""
    with program.start("ask", *arguments, "--jsonl") as process:
        lines = []
        for line in process.stdout:
            lines.append(line)
            event = json.loads(line)
            if event["event"] == "node_started" and event["node"] == node:
                process.send_signal(sign)
                break
        rest, stderr = process.communicate(timeout=600)
    whole = [line for line in [*lines, *rest.splitlines(keepends=True)] if line.endswith("\n")]
    return [json.loads(line) for line in whole], process.returncode, stderr


def resumed(program: Any, run_id: str) -> list[dict[str, Any]]:
    """The events of a resumed run that ended well."""
    outcome = program("ask", "--resume", run_id, "--jsonl")
    assert outcome.status == 0, str(outcome)
    events: list[dict[str, Any]] = outcome.events
    assert events[-1]["event"] == "run_finished"
    return events


def test_the_nodes_to_be_killed_are_all_there_are(streamed: Any) -> None:
    assert list(dict.fromkeys(nodes(streamed.events, "node_started"))) == NODES


@pytest.mark.parametrize("node", QUICK_NODES)
def test_a_run_killed_in_a_quick_node_repeats_no_finished_one(popcorn: Any, streamed: Any, node: str) -> None:
    whole = nodes(streamed.events, "node_started")
    before, status, _ = stop_at(popcorn, node, signal.SIGKILL)
    assert status == -signal.SIGKILL, "the run was over before it could be killed"
    after, _, stderr = stop_at(popcorn, "render", signal.SIGKILL, ("--resume", before[0]["run_id"]))
    assert {event["run_id"] for event in after} == {before[0]["run_id"]}, stderr
    finished = len(nodes(before, "node_finished"))
    until_the_render = whole.index("render") + 1
    assert nodes(after, "node_started") in (whole[finished:until_the_render], whole[finished + 1 : until_the_render])
    assert set(map(str, attempts(before) + attempts(after))) <= set(map(str, attempts(streamed.events)))


@pytest.mark.parametrize("node", ["render", "finish"])
def test_a_run_killed_late_ends_as_if_nothing_had_happened(popcorn: Any, streamed: Any, node: str) -> None:
    before, status, _ = stop_at(popcorn, node, signal.SIGKILL)
    assert status == -signal.SIGKILL, "the run was over before it could be killed"
    after = resumed(popcorn, before[0]["run_id"])
    whole = nodes(streamed.events, "node_started")
    finished = len(nodes(before, "node_finished"))
    assert nodes(after, "node_started") in (whole[finished:], whole[finished + 1 :])
    assert decided(after[-1]) == decided(streamed.events[-1])


def test_the_first_interrupt_stops_cleanly_and_names_the_way_to_resume(popcorn: Any, streamed: Any) -> None:
    before, status, stderr = stop_at(popcorn, "render", signal.SIGINT)
    run_id = before[0]["run_id"]
    folder = popcorn.home / "runs" / run_id
    assert status == 130, stderr
    assert "Traceback" not in stderr
    assert before[-1]["event"] == "error"
    error = before[-1]["error"]
    assert (error["code"], error["run_id"]) == ("interrupted", run_id)
    assert f"popcorn ask --resume {run_id}" in error["hint"]
    assert [path.name for path in folder.rglob("*") if path.suffix in {".mp4", ".tmp", ".part"}] == []
    assert decided(resumed(popcorn, run_id)[-1]) == decided(streamed.events[-1])


def test_an_interrupted_person_reads_the_command_that_goes_on(popcorn: Any) -> None:
    with popcorn.cold().start("ask", BIRYANI, *OPTIONS) as process:
        first = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        stdout, rest = process.communicate(timeout=600)
    assert process.returncode == 130, first + rest
    assert stdout == ""
    assert "popcorn ask --resume 20" in rest
    assert "Traceback" not in rest


def test_a_finished_run_can_be_resumed_without_doing_anything_again(popcorn: Any, streamed: Any) -> None:
    after = popcorn("ask", "--resume", streamed.result["run_id"], "--jsonl")
    assert nodes(after.events, "node_started") == []
    assert after.result == streamed.result


def test_a_run_out_of_time_ends_with_124_and_can_be_finished_later(popcorn: Any, streamed: Any) -> None:
    outcome = popcorn("ask", BIRYANI, "--json", *OPTIONS, "--max-seconds", "0.5")
    assert outcome.status == 124, str(outcome)
    assert outcome.error["code"] == "budget"
    assert outcome.error["run_id"]
    assert f"--resume {outcome.error['run_id']}" in outcome.error["hint"]
    after = resumed(popcorn, outcome.error["run_id"])
    assert decided(after[-1]) == decided(streamed.events[-1])


def test_a_run_killed_twice_keeps_its_own_settings_to_the_end(popcorn: Any, streamed: Any) -> None:
    before, _, _ = stop_at(popcorn, "draft", signal.SIGKILL)
    run_id = before[0]["run_id"]
    other = popcorn.set(POPCORN_THRESHOLD="0", POPCORN_ATTEMPTS="1", POPCORN_MODE="basic", POPCORN_SEED="99")
    stop_at(other, "refine", signal.SIGKILL, ("--resume", run_id))
    assert decided(resumed(other, run_id)[-1]) == decided(streamed.events[-1])
