"""`popcorn mcp`, asked by the protocol's official client over the process's own streams."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pexpect
import pytest
from mcp import Client, StdioServerParameters
from mcp_types import CallToolResult, ElicitResult
from published_runs import finished_run, score_of
from small_ads import footage

NAMES = [
    "find_references",
    "draft_video",
    "render_video",
    "score_popularity",
    "explain_score",
    "compare_drafts",
    "make_video",
    "make_ad",
    "list_runs",
    "show_run",
    "add_feedback",
]


@asynccontextmanager
async def connected(
    program: Any, *options: str, asking: dict[str, Any] | None = None, **variables: str
) -> AsyncIterator[Client]:
    """A client of a `popcorn mcp` of its own."""
    program.folder.mkdir(parents=True, exist_ok=True)
    chosen = {"POPCORN_PREDICTOR": "neighbours", "POPCORN_ASPECT": "1:1", "POPCORN_LLM": "offline"}
    arguments = ["-m", "popcorn", "mcp", *options]
    environment = program.environment | chosen | variables
    server = StdioServerParameters(command=sys.executable, args=arguments, env=environment, cwd=program.folder)
    async with Client(server, **asking or {}) as client:
        yield client


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    return str(getattr(content, "text", ""))


async def test_a_client_makes_a_video_and_sees_how_far_it_is(popcorn: Any) -> None:
    seen: list[tuple[float, float | None, str | None]] = []

    async def watch(progress: float, total: float | None, message: str | None) -> None:
        seen.append((progress, total, message))

    async with connected(popcorn) as client:
        assert client.server_info is not None
        assert client.server_info.name == "popcorn"
        asked = {"request": "street tacos at dawn", "attempts": 1, "threshold": 0}
        made = await client.call_tool("make_video", asked, progress_callback=watch)
        assert not made.is_error, text_of(made)
        shown = await client.call_tool("show_run", {"run_id": "last"})
    data = made.structured_content or {}
    assert Path(data["video"]["path"]).is_file()
    assert data["run_id"] in text_of(made)
    assert len(text_of(made)) < 6001
    assert (shown.structured_content or {})["run_id"] == data["run_id"]
    numbers = [progress for progress, _, _ in seen]
    assert len(numbers) > 20
    assert numbers == sorted(set(numbers)), "progress must grow with every notification"
    assert all(total is None or progress <= total for progress, total, _ in seen)
    assert [total for _, total, note in seen if total], "how much there is to do must be told where it is known"


async def test_a_client_makes_an_ad_of_material_in_the_folder_of_the_server(popcorn: Any) -> None:
    popcorn.folder.mkdir(parents=True, exist_ok=True)
    facts = 'facts = ["It holds 350 ml.", "It is made of steel."]'
    (popcorn.folder / "product.toml").write_text(f'name = "Steel Mug"\nlanguage = "English"\n{facts}\n')
    (popcorn.folder / "clips").mkdir()
    for number in range(2):
        footage(popcorn.folder / "clips" / f"{number}.mp4", hue=80 * number)
    seen: list[str] = []

    async def watch(progress: float, total: float | None, message: str | None) -> None:
        seen.append(message or "")

    asked = {"product": "product.toml", "footage": "clips", "clips": 2}
    async with connected(popcorn, "--yes", POPCORN_VOICE="none", POPCORN_AD_ASPECT="1:1") as client:
        outside = await client.call_tool("make_ad", asked | {"footage": "/etc"})
        made = await client.call_tool("make_ad", asked, progress_callback=watch)
        shown = await client.call_tool("show_run", {"run_id": "last"})
    assert outside.is_error
    assert "is outside of" in text_of(outside)
    assert not made.is_error, text_of(made)
    data = made.structured_content or {}
    assert Path(data["video"]["path"]).is_file()
    assert len(data["segments"]) == 2
    assert all(check["ok"] for check in data["checks"])
    assert data["run_id"] in text_of(made)
    assert {node.partition(":")[0] for node in seen} >= {"survey", "write", "assemble", "check"}
    assert not shown.is_error, text_of(shown)
    assert (shown.structured_content or {})["run_id"] == data["run_id"]


async def test_the_tools_describe_themselves_and_what_they_may_change(popcorn: Any) -> None:
    async with connected(popcorn) as client:
        tools = (await client.list_tools()).tools
    assert [tool.name for tool in tools] == NAMES
    assert all("Example: " in (tool.description or "") for tool in tools)
    writing = [tool.name for tool in tools if tool.annotations and not tool.annotations.read_only_hint]
    assert writing == ["render_video", "make_video", "make_ad", "add_feedback"]
    (scoring,) = (tool for tool in tools if tool.name == "score_popularity")
    assert scoring.input_schema["required"] == ["title"]
    assert scoring.input_schema["properties"]["video_prompt"]["description"].startswith("what the shot shows")


async def test_what_a_model_got_wrong_is_told_so_that_it_can_mend_it(popcorn: Any) -> None:
    async with connected(popcorn) as client:
        wrong = await client.call_tool("score_popularity", {"titel": "Tacos"})
        unknown = await client.call_tool("paint_picture", {})
        lost = await client.call_tool("show_run", {"run_id": "20200101-000000-abcdef"})
        right = await client.call_tool("score_popularity", {"title": "Tacos\0 at 2 am 🌮"})
    assert [result.is_error for result in (wrong, unknown, lost, right)] == [True, True, True, False]
    assert "titel" in text_of(wrong) or "title" in text_of(wrong)
    assert "there is no tool 'paint_picture'" in text_of(unknown)
    assert "no run" in text_of(lost)
    score = (right.structured_content or {})["score"]
    assert (score["percentile"], score["evidence"]) == (None, False)
    assert "No evidence how it would do: " in text_of(right)
    assert "Name no rank" in text_of(right)


DEAR = {"title": "Tacos", "video_prompt": "A hot griddle", "renderer": "api:some-model"}


def priced(program: Any) -> None:
    """A renderer that costs half a dollar, behind a server that is not there."""
    entry = '[renderers.api]\nbase_url = "http://127.0.0.1:9/v1"\nprice = 0.5\n'
    program.settings_file.write_text(entry)


async def test_a_render_that_costs_money_begins_only_where_it_was_allowed(popcorn: Any) -> None:
    priced(popcorn)
    async with connected(popcorn) as client:
        refused = await client.call_tool("render_video", DEAR)
    async with connected(popcorn, "--yes") as client:
        allowed = await client.call_tool("render_video", DEAR)
    assert refused.is_error
    assert "nobody allowed such renders" in text_of(refused)
    assert "popcorn mcp --yes" in text_of(refused)
    assert "nobody allowed" not in text_of(allowed), "it got as far as the server, which is not there"
    assert allowed.is_error


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_client_that_can_ask_asks_the_person_and_does_as_they_say(popcorn: Any, mode: Any) -> None:
    priced(popcorn)
    questions: list[str] = []
    answers = ["decline", "cancel", "accept"]

    async def ask(context: Any, params: Any) -> ElicitResult:
        questions.append(params.message)
        return ElicitResult(action=answers[len(questions) - 1])  # type: ignore[arg-type]

    async with connected(popcorn, asking={"elicitation_callback": ask, "mode": mode}) as client:
        declined, dismissed, accepted = [await client.call_tool("render_video", DEAR) for _ in answers]
    assert len(questions) == 3
    assert "$0.50" in questions[0]
    assert "A hot griddle" in questions[0]
    assert "the person declined this render" in text_of(declined)
    assert "the person declined this render" in text_of(dismissed)
    assert "declined" not in text_of(accepted), "it got as far as the server, which is not there"


async def test_an_assistant_keeps_a_count_only_where_the_person_agrees(own: Any) -> None:
    run = finished_run(own.home, score_of(8), title="Street tacos, up close")
    questions: list[str] = []
    answers = ["decline", "accept"]
    told = {"run_id": run, "comments": 420, "age_days": 3}

    async def ask(context: Any, params: Any) -> ElicitResult:
        questions.append(params.message)
        return ElicitResult(action=answers[len(questions) - 1])  # type: ignore[arg-type]

    async with connected(own) as client:
        refused = await client.call_tool("add_feedback", told)
    assert "a person has to agree first: keep 420 comments at 3 days" in text_of(refused)
    async with connected(own, asking={"elicitation_callback": ask}) as client:
        declined, kept = [await client.call_tool("add_feedback", told) for _ in answers]
    assert "the person declined this call" in text_of(declined)
    assert "“Street tacos, up close”" in questions[0]
    assert text_of(kept).startswith(f"Kept: run {run} has 420 comments at 3 days. Predicted were about 256 comments")


async def test_as_many_clips_as_were_allowed_and_no_more_than_the_money_that_was(popcorn: Any) -> None:
    priced(popcorn)
    free = {"title": "Ramen", "video_prompt": "A bowl of noodles in the rain", "renderer": "animatic"}
    async with connected(popcorn, "--yes", "--max-renders", "1", "--max-cost", "0.3") as client:
        dear = await client.call_tool("render_video", DEAR)
        first, second = [await client.call_tool("render_video", free) for _ in range(2)]
        looked = await client.call_tool("list_runs", {})
    assert "the render would cost $0.5, and $0.3000 of $0.3 are left" in text_of(dear)
    assert not first.is_error
    assert "the session has rendered 1 of 1 clips" in text_of(second)
    assert "--max-renders" in text_of(second)
    assert not looked.is_error


async def test_a_call_that_is_cancelled_stops_and_the_next_one_is_answered(own: Any) -> None:
    begun = asyncio.Event()

    async def watch(progress: float, total: float | None, message: str | None) -> None:
        if total and total > 20:
            begun.set()

    async with connected(own) as client:
        asked = {"title": "Tacos", "video_prompt": "A hot griddle at night"}
        call = asyncio.create_task(client.call_tool("render_video", asked, progress_callback=watch))
        await asyncio.wait_for(begun.wait(), 600)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        listed = await asyncio.wait_for(client.call_tool("list_runs", {}), 600)
        assert not listed.is_error
    assert list((own.home / "renders").rglob("*.mp4")) == []


def test_a_client_that_closes_both_ends_in_a_call_is_left_quietly(popcorn: Any) -> None:
    popcorn.folder.mkdir(parents=True, exist_ok=True)
    chosen = {"POPCORN_PREDICTOR": "neighbours", "POPCORN_ASPECT": "1:1", "POPCORN_LLM": "offline"}
    server = subprocess.Popen(
        [sys.executable, "-m", "popcorn", "mcp"], env=popcorn.environment | chosen, cwd=popcorn.folder, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert server.stdin
    assert server.stdout
    assert server.stderr
    about = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "toy", "version": "1"}}
    call = {"name": "make_video", "arguments": {"request": "slow tacos"}, "_meta": {"progressToken": "p"}}
    for told in (
        {"id": 1, "method": "initialize", "params": about},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/call", "params": call},
    ):
        server.stdin.write(json.dumps({"jsonrpc": "2.0", **told}) + "\n")
    server.stdin.flush()
    while "notifications/progress" not in server.stdout.readline():
        pass
    server.stdin.close()
    server.stdout.close()
    with server.stderr as errors:
        assert (server.wait(600), errors.read()) == (0, "")


def test_a_person_who_starts_it_is_told_who_should(popcorn: Any) -> None:
    popcorn.folder.mkdir(parents=True, exist_ok=True)
    child = pexpect.spawn(
        sys.executable, ["-m", "popcorn", "mcp"], env=popcorn.environment, cwd=str(popcorn.folder), encoding="utf-8"
    )
    child.expect("talks with a program", timeout=600)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 2
