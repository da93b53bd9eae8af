"""Money seen from outside: a clip that came and was lost on the way, a list that names a job twice, a limit, a cap."""

from __future__ import annotations

import json
import signal
import time
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

RENDER = ("render", "A clay pot, the lid lifts.", "--title", "Biryani", "--json")
ASK = ("ask", "street tacos", "--jsonl", "-n", "1", "--attempts", "1", "--threshold", "0", "--mode", "basic")


@pytest.fixture
def program(own: Any, videos: Any) -> Any:
    """A video server that costs ten cents a clip."""
    videos.size = (180, 320)
    return own.set(
        POPCORN_LLM="offline", POPCORN_RENDERER="api:film", POPCORN_PREDICTOR="neighbours", no_proxy="127.0.0.1",
        POPCORN_RENDERERS=json.dumps({"api": {"base_url": videos.url, "price": 0.1}}),
    )  # fmt: skip


def stages(home: Path) -> list[str]:
    found: list[str] = []
    for file in (home / "paid").glob("*.json"):
        with suppress(FileNotFoundError):
            found += [one["stage"] for one in json.loads(file.read_text())["purchases"]]
    return found


def test_a_clip_that_came_is_not_bought_again_when_the_process_died_before_it_was_put_away(
    program: Any, videos: Any
) -> None:
    titled = program.set(POPCORN_CLIPS_GB="0", POPCORN_OVERLAY="true")  # what follows the download takes a while
    with titled.start(*ASK) as process:
        run_id = json.loads(process.stdout.readline())["run_id"]
        end = time.monotonic() + 100
        while "delivered" not in stages(program.home):
            assert time.monotonic() < end, "it never came"
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
    videos.forget()  # files of finished jobs are kept for an hour, or until they are fetched
    titled("ask", "--resume", run_id, "--json")
    assert videos.made == 1, "paid twice without a word"


def test_a_clip_whose_file_is_gone_on_both_sides_is_bought_again_with_a_word_only(program: Any, videos: Any) -> None:
    forgetful = program.set(POPCORN_CLIPS_GB="0")
    assert forgetful(*RENDER).status == 0
    videos.forget()
    assert forgetful(*RENDER).error["code"] == "consent"
    assert videos.made == 1


def test_a_job_that_is_listed_twice_is_one_job(program: Any, videos: Any, video_server: ModuleType) -> None:
    videos.faults["begun"] = [video_server.Fault(status=502)]
    same = b'{"id": "video_gen_1", "prompt": "A clay pot, the lid lifts.", "created_at": %d}' % time.time()
    videos.faults["list"] = [video_server.Fault(status=200, body=b'{"data": [%b, %b]}' % (same, same))] * 3
    assert program(*RENDER).data["clips"][0]["video"]["renderer"] == "api:film"
    assert videos.made == 1


def test_a_clip_that_costs_more_than_the_settings_allow_is_not_bought_by_render(program: Any, videos: Any) -> None:
    outcome = program.set(POPCORN_MAX_COST="0.01")(*RENDER)
    assert (outcome.status, videos.made) == (124, 0)


def test_a_server_that_does_not_let_a_job_be_called_off_is_told_of_as_such(
    program: Any, videos: Any, video_server: ModuleType
) -> None:
    videos.looks = 10**6
    with program.start(*RENDER) as process:
        end = time.monotonic() + 100
        while not videos.count("GET"):
            assert time.monotonic() < end, "it never began"
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    videos.faults["DELETE"] = [video_server.Fault(status=409, body=b'{"detail": "job is in progress"}')]
    outcome = program("render", "--call-off", "video_gen_1", "--json")
    assert "Put the request differently" not in outcome.error["hint"]


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_server_of_tools_that_is_ended_says_which_paid_job_goes_on(
    program: Any, videos: Any, sign: signal.Signals
) -> None:
    videos.looks = 10**6
    with program.start("mcp", "--yes") as process:
        for message in (
            {"id": 1, "method": "initialize", "params": {
                "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}},
            {"method": "notifications/initialized"},
            {"id": 2, "method": "tools/call", "params": {"name": "render_video", "arguments": {
                "title": "T", "video_prompt": "A clay pot"}}},
        ):  # fmt: skip
            process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
            process.stdin.flush()
        end = time.monotonic() + 100
        while not videos.count("GET"):
            assert time.monotonic() < end, "it never began"
            time.sleep(0.01)
        process.send_signal(sign)
        assert process.wait(timeout=60) == 130
        stderr = process.stderr.read()
    assert "popcorn render --call-off video_gen_1" in " ".join(stderr.split())


def test_a_conversation_whose_terminal_closes_says_which_paid_job_goes_on(program: Any, videos: Any) -> None:
    videos.looks = 10**6
    with program.start("chat", "--yes") as process:
        process.stdin.write("make something about street tacos and render it\n")
        process.stdin.flush()
        end = time.monotonic() + 100
        while not videos.count("GET"):
            assert time.monotonic() < end, "it never began"
            time.sleep(0.01)
        process.send_signal(signal.SIGHUP)
        _, stderr = process.communicate(timeout=60)
    assert "video_gen_1" in stderr
