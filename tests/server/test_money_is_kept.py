"""No money is spent twice or past a limit: a clip that was lost on the way, a job that is listed twice, a cap."""

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


def until_it_began(videos: Any) -> None:
    end = time.monotonic() + 100
    while not videos.count("GET"):
        assert time.monotonic() < end, "it never began"
        time.sleep(0.01)


def call_render(process: Any) -> None:
    """As an assistant calls the tool that renders."""
    for message in (
        {"id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/call", "params": {"name": "render_video", "arguments": {
            "title": "T", "video_prompt": "A clay pot"}}},
    ):  # fmt: skip
        process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        process.stdin.flush()


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
    assert "--max-cost 0.1" in outcome.error["hint"]
    assert program("render", *RENDER[1:], "--max-cost", "0.1").status == 0
    assert videos.made == 1


def test_what_several_renderers_cost_together_is_held_to_the_limit(program: Any, videos: Any) -> None:
    outcome = program(*RENDER, "--max-cost", "0.15", "--renderer", "api:film", "--renderer", "api:other")
    assert outcome.status == 1
    first, second = json.loads(outcome.stdout)["data"]["clips"]
    assert first["video"]["renderer"] == "api:film"
    assert second["error"]["code"] == "budget"
    assert videos.made == 1


def test_a_limit_refuses_a_renderer_of_no_known_price_by_its_name(program: Any, videos: Any) -> None:
    unpriced = program.set(POPCORN_RENDERER="animatic", POPCORN_RENDERERS=json.dumps({"api": {"base_url": videos.url}}))
    error = unpriced(*RENDER, "--max-cost", "1", "--renderer", "api:film").error
    assert "no price of 'api:film' is known" in error["message"]
    assert videos.made == 0


@pytest.mark.parametrize("status", [400, 405, 409, 501])
def test_a_server_that_does_not_let_a_job_be_called_off_is_told_of_as_such(
    program: Any, videos: Any, video_server: ModuleType, status: int
) -> None:
    videos.looks = 10**6
    with program.start(*RENDER) as process:
        until_it_began(videos)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    videos.faults["DELETE"] = [video_server.Fault(status=status, body=b'{"detail": "job is in progress"}')]
    outcome = program("render", "--call-off", "video_gen_1", "--json")
    assert "does not let the job video_gen_1 be called off" in outcome.error["message"]
    assert "job is in progress" in outcome.error["message"]
    assert "It goes on there" in outcome.error["hint"]
    videos.faults["DELETE"] = [video_server.Fault(status=200, body=b"gone")]
    assert program("render", "--call-off", "video_gen_1", "--json").data["job"] == "video_gen_1"


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_server_of_tools_that_is_ended_says_which_paid_job_goes_on(
    program: Any, videos: Any, sign: signal.Signals
) -> None:
    videos.looks = 10**6
    with program.start("mcp", "--yes") as process:
        call_render(process)
        until_it_began(videos)
        process.send_signal(sign)
        assert process.wait(timeout=60) == 130
        stderr = process.stderr.read()
    assert "popcorn render --call-off video_gen_1" in " ".join(stderr.split())


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_conversation_that_is_ended_says_which_paid_job_goes_on(
    program: Any, videos: Any, sign: signal.Signals
) -> None:
    videos.looks = 10**6
    with program.start("chat", "--yes") as process:
        process.stdin.write("make something about street tacos and render it\n")
        process.stdin.flush()
        until_it_began(videos)
        process.send_signal(sign)
        _, stderr = process.communicate(timeout=60)
    assert "popcorn render --call-off video_gen_1" in " ".join(stderr.split())


def test_a_server_of_tools_whose_client_leaves_says_which_paid_job_goes_on(program: Any, videos: Any) -> None:
    videos.looks = 10**6
    with program.start("mcp", "--yes") as process:
        call_render(process)
        until_it_began(videos)
        process.stdin.close()
        process.wait(timeout=60)
        stderr = process.stderr.read()
    assert "popcorn render --call-off video_gen_1" in " ".join(stderr.split())


def test_the_same_request_after_a_kill_says_what_may_be_running_although_the_draft_is_another(
    program: Any, server: Any, videos: Any, answer: Any
) -> None:
    told = {"lab": {"base_url": server.url, "key_variable": "LAB_KEY"}}
    lab = program.set(POPCORN_LLM="lab:m", LAB_KEY="only-for-this-test-1", POPCORN_PROVIDERS=json.dumps(told))
    draft = {"title": "Smoky tacos at midnight", "cover_prompt": "A taco with lime"}
    server.answers = [
        answer(
            text=json.dumps({"drafts": [draft | {"video_prompt": f"{word} push-in on tacos, steam, neon, 3 seconds"}]})
        )
        for word in ("Slow", "Quick")
    ]
    videos.delay = 60
    with lab.start(*ASK, "--no-cache") as process:
        end = time.monotonic() + 100
        while not videos.made:
            assert time.monotonic() < end, "it never began"
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
    videos.delay = 0
    outcome = lab(*ASK, "--no-cache")
    assert "may have begun" in outcome.stdout + outcome.stderr
