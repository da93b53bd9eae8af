"""Every signal that ends a process ends it as Ctrl-C does, at every door; what is paid for is not bought again."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import pexpect
import pytest
from terminals import WarmSpawn, terminal

ASK = ("--llm", "offline", "--renderer", "api:tiny", "--threshold", "0", "--seed", "7")
RENDER = ("render", "A clay pot, the lid lifts.", "--renderer", "api:tiny", "-o", "clip.mp4")
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
ENDS = [*SIGNALS, signal.SIGKILL]


def named(sign: signal.Signals) -> str:
    return sign.name


@pytest.fixture
def program(own: Any, videos: Any) -> Any:
    """The program in a home of its own; a clip costs half a dollar."""
    videos.size = (180, 320)
    told = {"api": {"base_url": videos.url, "price": 0.5}}
    return own.set(POPCORN_RENDERERS=json.dumps(told), no_proxy="127.0.0.1", POPCORN_PREDICTOR="neighbours")


def until(happened: Any, seconds: float = 600) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


def stopped(program: Any, sign: signal.Signals, happened: Any, *arguments: str) -> tuple[int, str, str]:
    with program.start(*arguments) as process:
        until(happened)
        process.send_signal(sign)
        stdout, stderr = process.communicate(timeout=600)
    return process.returncode, stdout, stderr


@pytest.mark.parametrize("sign", SIGNALS, ids=named)
def test_a_render_that_is_stopped_says_what_stays_and_fetches_it_the_next_time(
    program: Any, videos: Any, sign: signal.Signals
) -> None:
    videos.looks = 10**6
    status, stdout, stderr = stopped(program, sign, lambda: videos.count("GET"), *RENDER)
    assert (status, stdout) == (130, ""), stderr
    assert f"stopped; the job video_gen_1 stays at {videos.url}, and it may cost $0.5" in stderr
    assert "Traceback" not in stderr
    videos.looks = 1
    assert program(*RENDER, "--json").data["video"]["recipe"]["job"] == "video_gen_1"
    assert (videos.made, videos.deleted) == (1, [])


@pytest.mark.parametrize("sign", SIGNALS, ids=named)
def test_where_nobody_pays_a_stopped_render_calls_its_job_off(program: Any, videos: Any, sign: signal.Signals) -> None:
    free = program.set(POPCORN_RENDERERS=json.dumps({"api": {"base_url": videos.url, "price": 0}}))
    videos.looks = 10**6
    status, _, stderr = stopped(free, sign, lambda: videos.count("GET"), *RENDER)
    assert (status, videos.deleted) == (130, ["video_gen_1"]), stderr
    assert "stopped" in stderr
    videos.looks = 1
    assert free(*RENDER, "--json").data["video"]["recipe"]["job"] == "video_gen_2"


@pytest.mark.parametrize("sign", SIGNALS, ids=named)
def test_an_ask_that_is_stopped_is_resumed_without_buying_another(
    program: Any, videos: Any, sign: signal.Signals
) -> None:
    videos.looks = 10**6
    status, stdout, stderr = stopped(program, sign, lambda: videos.count("GET"), "ask", "street tacos", "--json", *ASK)
    assert status == 130, stderr
    error = json.loads(stdout)["error"]
    assert error["message"] == f"stopped; the job video_gen_1 stays at {videos.url}, and it may cost $0.5"
    assert error["hint"] == (
        f"Go on with: popcorn ask --resume {error['run_id']} (nothing is bought anew)."
        " To cancel it: popcorn render --call-off video_gen_1"
    )
    videos.looks = 1
    resumed = program("ask", "--resume", error["run_id"], "--json", "-q")
    assert resumed.data["video"]["recipe"]["job"] == "video_gen_1"
    assert (videos.made, videos.deleted) == (1, [])


def test_what_stays_can_be_called_off_and_is_then_not_bought_again_unasked(program: Any, videos: Any) -> None:
    videos.looks = 10**6
    _, _, stderr = stopped(program, signal.SIGTERM, lambda: videos.count("GET"), *RENDER)
    assert "popcorn render --call-off video_gen_1" in stderr
    unknown = program("render", "--call-off", "video_gen_9", "--json")
    assert (unknown.status, unknown.error["hint"]) == (2, "There is: video_gen_1.")
    called = program("render", "--call-off", "video_gen_1")
    assert called.stdout == f"called off video_gen_1 at {videos.url}\n", str(called)
    assert "it may cost $0.5 all the same" in called.stderr
    assert videos.deleted == ["video_gen_1"]
    videos.looks = 1
    assert "was called off; it may cost $0.5" in program(*RENDER, "--json").error["message"]
    assert program("render", "--call-off", "video_gen_1", "--json").error["hint"] == "No job goes on."
    assert program(*RENDER, "--json", "--buy-again").status == 0
    assert videos.made == 2


@pytest.mark.parametrize("sign", ENDS, ids=named)
def test_a_render_that_is_ended_while_it_is_begun_is_never_begun_again_without_a_word(
    program: Any, videos: Any, sign: signal.Signals
) -> None:
    videos.delay = 30
    status, _, stderr = stopped(program, sign, lambda: videos.made, *RENDER)
    assert status == (-sign if sign is signal.SIGKILL else 130), stderr
    if sign is not signal.SIGKILL:
        assert f"stopped; {videos.url} may have begun a job, and it may cost $0.5" in stderr
    videos.delay = 0
    data = program(*RENDER, "--json").data
    assert data["video"]["recipe"]["job"] == "video_gen_1"
    assert "the only one there with these words" in "; ".join(data["video"]["recipe"]["notes"])
    assert videos.count("POST") == 1


def test_a_killed_render_of_which_the_server_says_nothing_asks_the_person(program: Any, videos: Any) -> None:
    videos.delay, videos.lists = 30, False
    stopped(program, signal.SIGKILL, lambda: videos.made, *RENDER)
    videos.delay = 0
    for _ in range(2):
        outcome = program(*RENDER, "--json")
        assert (outcome.status, outcome.error["code"]) == (1, "consent"), str(outcome)
        assert "may have begun a clip, and it may cost $0.5" in outcome.error["message"]
        assert "only with --buy-again" in outcome.error["hint"]
    assert videos.made == 1
    assert program(*RENDER, "--json", "--buy-again").data["video"]["recipe"]["job"] == "video_gen_2"
    assert len(set(videos.keys)) == 1


def test_another_run_that_wants_the_same_clip_finds_what_a_killed_one_began(program: Any, videos: Any) -> None:
    videos.looks = 10**6
    with program.start("ask", "street tacos", "--jsonl", *ASK) as process:
        process.stdout.readline()
        until(lambda: videos.count("GET"))
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=600)
    videos.looks = 1
    again = program("ask", "street tacos", "--json", "-q", *ASK)
    assert again.data["video"]["recipe"]["job"] == "video_gen_1"
    assert videos.made == 1


def test_an_ask_whose_job_may_be_running_tells_the_ways_on(program: Any, videos: Any, video_server: ModuleType) -> None:
    videos.lists = False
    videos.faults["begun"] = [video_server.Fault(status=504)]
    outcome = program("ask", "street tacos", "--json", *ASK)
    assert (outcome.status, outcome.error["code"], outcome.error["stage"]) == (1, "consent", "render"), str(outcome)
    run = outcome.error["run_id"]
    assert f"buy another one with: popcorn ask --resume {run} --buy-again" in outcome.error["hint"]
    assert program("ask", "--resume", run, "--json").error["code"] == "consent"
    assert videos.made == 1
    assert program("ask", "--resume", run, "--buy-again", "--json").data["accepted"] is True
    assert videos.made == 2


def test_what_may_have_been_bought_counts_for_the_next_walk_of_a_run(
    program: Any, videos: Any, video_server: ModuleType
) -> None:
    videos.lists = False
    videos.faults["begun"] = [video_server.Fault(status=504)]
    run = program("ask", "street tacos", "--json", "--max-cost", "0.9", *ASK).error["run_id"]
    outcome = program("ask", "--resume", run, "--buy-again", "--max-cost", "0.9", "--json")
    assert (outcome.status, outcome.error["code"]) == (124, "budget"), str(outcome)
    assert "the clip would cost $0.5, and the run may have cost $0.5000 of $0.9" in outcome.error["message"]
    assert f"popcorn ask --resume {run} --max-cost 1" in outcome.error["hint"]
    assert videos.made == 1


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP], ids=named)
def test_a_conversation_that_is_ended_says_how_it_goes_on(program: Any, sign: signal.Signals) -> None:
    with terminal(program.set(POPCORN_LLM="offline", PROMPT_TOOLKIT_NO_CPR="1")) as chat:
        chat.says("hello")
        chat.ready()
        os.kill(chat.child.pid, sign)
        chat.child.expect(pexpect.EOF, timeout=600)
        chat.child.close()
        said = chat.child.before
    assert chat.child.exitstatus == 130, said
    assert "stopped" in said
    assert "popcorn chat --resume" in " ".join(said.split())
    assert "Traceback" not in said


@pytest.mark.parametrize("command", ["ask", "chat"])
def test_a_terminal_that_is_closed_ends_a_command_and_leaves_what_is_paid_for(
    program: Any, videos: Any, command: str
) -> None:
    videos.looks = 10**6
    program.folder.mkdir(parents=True, exist_ok=True)
    words = ["ask", "street tacos", *ASK] if command == "ask" else ["chat", "--yes", *ASK[:4], "make a video of tacos"]
    environment = {**program.environment, "TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1"}
    child = WarmSpawn(sys.executable, ["-m", "popcorn", *words], env=environment, cwd=str(program.folder))
    deadline = time.monotonic() + 600
    while not videos.count("GET"):
        assert time.monotonic() < deadline, child.before
        with suppress(pexpect.TIMEOUT):
            child.read_nonblocking(10_000, timeout=0.1)
    os.close(child.child_fd)
    child.closed = True
    until(lambda: not child.isalive())
    assert child.exitstatus == 130
    assert (videos.made, videos.deleted) == (1, [])
    assert not any("core" in file.name for file in Path(program.folder).iterdir())


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP], ids=named)
@pytest.mark.parametrize("price", [0.5, 0], ids=["paid", "free"])
def test_an_mcp_server_that_is_ended_takes_leave_of_its_job(
    program: Any, videos: Any, sign: signal.Signals, price: float
) -> None:
    videos.looks = 10**6
    told = {"api": {"base_url": videos.url, "price": price}}
    with program.set(POPCORN_RENDERERS=json.dumps(told)).start("mcp", "--yes") as process:
        for message in (
            {"id": 1, "method": "initialize", "params": {
                "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}},
            {"method": "notifications/initialized"},
            {"id": 2, "method": "tools/call", "params": {"name": "render_video", "arguments": {
                "title": "T", "video_prompt": "A clay pot", "renderer": "api:tiny"}}},
        ):  # fmt: skip
            process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
            process.stdin.flush()
        until(lambda: videos.count("GET"))
        process.send_signal(sign)
        assert process.wait(timeout=600) == 130
        stderr = process.stderr.read()
    assert "stopped" in stderr
    assert "Traceback" not in stderr
    assert (videos.made, videos.deleted) == (1, [] if price else ["video_gen_1"])
