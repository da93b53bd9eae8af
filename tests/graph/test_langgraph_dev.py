"""`langgraph dev` over the repository's langgraph.json: a server on loopback, asked by its official client."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from langgraph_sdk import get_sync_client
from langgraph_sdk.client import SyncLangGraphClient
from popcorn.agent.doors.langgraph_server import (
    ALLOWANCES,
    Allowances,
    Names,
    ServedInput,
    chat_agent,
    create_graph,
)
from popcorn.agent.doors.served_errors import ServedError
from popcorn.agent.models.meter import Spent
from popcorn.agent.runs.run_store import RunStore
from popcorn.agent.trace.run_finder import read_story
from popcorn.agent.trace.story import Phase
from popcorn.errors import BudgetError
from popcorn.settings import load_settings
from ports import free_port
from small_ads import footage

ROOT = Path(__file__).parents[2]
OFFLINE = {"LANGSMITH_TRACING": "false", "LANGGRAPH_CLI_NO_ANALYTICS": "1", "NO_PROXY": "127.0.0.1"}
QUICK = {"llm": "offline", "mode": "basic", "aspect": "1:1", "attempts": 1, "seed": 7}


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, log.read_text()
        try:
            if httpx.get(f"{url}/ok", timeout=2, trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(log.read_text())


@contextmanager
def serving(place: Path, environment: dict[str, str]) -> Iterator[str]:
    """The address of `langgraph dev` in `place`, where it may write what it keeps."""
    shutil.copy(ROOT / "langgraph.json", place)
    port, log = free_port(), place / "log.txt"
    tool = Path(sys.executable).parent / "langgraph"
    command = [str(tool), "dev", "--no-browser", "--no-reload", "--host", "127.0.0.1", "--port", str(port)]
    with (
        log.open("wb") as output,
        subprocess.Popen(command, cwd=place, env=environment, stdout=output, stderr=output) as process,
    ):
        try:
            wait_for(f"http://127.0.0.1:{port}", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def server(built: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    environment = built.environment | OFFLINE | {"POPCORN_LLM": "offline", "PATH": os.environ["PATH"]}
    place = tmp_path_factory.mktemp("served")
    (place / "product.toml").write_text('name = "Steel Mug"\nlanguage = "English"\nfacts = ["It holds 350 ml."]\n')
    (place / "clips").mkdir()
    for number in range(2):
        footage(place / "clips" / f"{number}.mp4", hue=80 * number)
    with serving(place, environment) as url:
        yield url


@pytest.fixture(scope="module")
def client(server: str) -> Iterator[SyncLangGraphClient]:
    with get_sync_client(url=server) as client:
        yield client


def test_a_server_walks_the_create_graph_with_what_is_named_in_the_context(
    client: SyncLangGraphClient, built: Any
) -> None:
    thread = client.threads.create()["thread_id"]
    asked: Any = {"input": {"request": "street tacos at dawn"}, "context": QUICK}
    parts = list(client.runs.stream(thread, "create", **asked, stream_mode="updates", stream_subgraphs=True))
    seen = [name for part in parts if part.event.startswith("updates") for name in part.data]
    assert seen == ["begin", "draft", "choose", "score", "render", "finish", "create"]
    answer: Any = client.threads.get_state(thread)["values"]
    result = answer["result"]
    assert (result["request"], result["mode"], result["run_id"]) == ("street tacos at dawn", "basic", answer["run_id"])
    assert result["models"]["chat"] == "offline drafter (not a language model)"
    kept = built.home / "runs" / answer["run_id"] / "result.json"
    assert json.loads(kept.read_text(encoding="utf-8")) == result
    assert Path(result["video"]["path"]).is_file()


def test_what_a_server_walked_is_in_the_trace_like_any_run(client: SyncLangGraphClient, built: Any) -> None:
    asked: Any = {"input": {"request": "a paper boat in the rain"}, "context": QUICK}
    answer: Any = client.runs.wait(None, "create", **asked)
    store = RunStore(built.home)
    story = read_story(store, store.find(answer["run_id"]))
    nodes = ["draft", "choose", "score", "render", "finish"]
    assert (story.phase, [visit.node for visit in story.visits], len(story.walks)) == (Phase.DONE, nodes, 1)
    assert all(visit.phase is Phase.DONE and visit.seconds is not None for visit in story.visits)
    (asked_model,) = [call for call in story.calls if call.model]
    assert (asked_model.phase, bool(asked_model.messages), bool(asked_model.reply)) == (Phase.DONE, True, True)
    assert [call.tool for call in story.calls if call.tool] == ["compare_drafts", "render_video"]
    assert [attempt["title"] for attempt in story.attempts] == [answer["result"]["title"]]
    assert set(answer["result"]["timings"]) == set(nodes)


def test_a_server_makes_an_ad_of_material_in_its_folder(client: SyncLangGraphClient, built: Any) -> None:
    asked: Any = {
        "input": {"product": "product.toml", "footage": "clips"},
        "context": {"voice": "none", "aspect": "1:1", "clips": 2},
    }
    answer: Any = client.runs.wait(None, "ad", **asked)
    result = answer["result"]
    assert (result["run_id"], len(result["segments"])) == (answer["run_id"], 2)
    assert all(check["ok"] for check in result["checks"])
    kept = built.home / "runs" / answer["run_id"] / "result.json"
    assert json.loads(kept.read_text(encoding="utf-8")) == result
    store = RunStore(built.home)
    story = read_story(store, store.find(answer["run_id"]))
    assert (story.phase, story.visits[0].node, story.visits[-1].node) == (Phase.DONE, "survey", "finish")


@pytest.mark.parametrize(
    ("asked", "names", "message"),
    [
        ({"footage": ".."}, {}, "is outside of"),
        ({"footage": "/etc"}, {}, "is outside of"),
        ({"product": "nothing.toml"}, {}, "the product file .* is not there"),
        ({"crops": ["scene=2:up"]}, {}, "the crop 'scene=2:up' is not understood"),
        ({}, {"clips": 5}, "5 clips were asked for, and the footage has 2.*`allow_repeats`"),
        ({}, {"voice": "nobody"}, "there is no voice 'nobody'"),
        ({}, {"llm": "hf:/etc"}, "can name a folder"),
    ],
)
def test_an_ad_that_a_server_cannot_make_ends_with_its_message(
    client: SyncLangGraphClient, asked: dict[str, Any], names: dict[str, Any], message: str
) -> None:
    given: Any = {"product": "product.toml", "footage": "clips"} | asked
    with pytest.raises(Exception, match=message):  # the client raises bare exceptions
        client.runs.wait(None, "ad", input=given, context={"voice": "none"} | names)


async def test_a_served_run_that_fails_says_so_in_the_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POPCORN_HOME", str(tmp_path))
    monkeypatch.setenv("POPCORN_ENCODER", "hashing")
    monkeypatch.setenv("POPCORN_MAX_SECONDS", "0.001")
    names = Names(llm="offline", mode="basic", predictor="neighbours")
    with pytest.raises(ServedError, match=r"the run took longer than 0\.001 s"):
        await create_graph().ainvoke(ServedInput(request="a cat"), context=names)
    store = RunStore(tmp_path)
    (run,) = store.runs()
    story = read_story(store, run)
    assert (story.phase, story.error and story.error["code"]) == (Phase.FAILED, "budget")
    with store.alone(run.run_id):
        assert run.error.startswith("the run took longer")


async def test_what_a_request_names_beside_its_subject_is_used_or_refused_in_words_and_the_context_goes_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POPCORN_HOME", str(tmp_path))
    monkeypatch.setenv("POPCORN_ENCODER", "hashing")
    names = Names(llm="offline", mode="basic", predictor="neighbours", candidates=1)
    asked = "make 2 square videos about a paper boat, 8 seconds long, in German"
    answer = await create_graph().ainvoke(ServedInput(request=asked), context=names)
    result, run = answer["result"], RunStore(tmp_path).find(answer["run_id"])
    assert (result["request"], "paper boat" in result["title"]) == (asked, True)
    assert (run.settings["aspect"], run.settings["candidates"]) == ("1:1", 1)
    told = " | ".join(result["notices"])
    for part in ("shape 1:1", "every clip has 3 seconds", "“in German” takes a language model", "goes before: 1"):
        assert part in told, told
    with pytest.raises(ServedError, match="no renderer 'sora'"):
        await create_graph().ainvoke(ServedInput(request="a paper boat, rendered with sora"), context=names)


def test_a_server_shows_the_nodes_of_the_machine_and_what_may_be_named(client: SyncLangGraphClient) -> None:
    assistant = client.assistants.search(graph_id="create")[0]["assistant_id"]
    drawn = client.assistants.get_graph(assistant, xray=True)
    nodes = {str(node["id"]) for node in drawn["nodes"]}
    assert {"begin", "create:draft", "create:render", "create:refine"} <= nodes
    schemas = client.assistants.get_schemas(assistant)
    assert set((schemas["input_schema"] or {})["properties"]) == {"request"}
    assert {"llm", "renderer", "predictor", "catalogue"} <= set((schemas["context_schema"] or {})["properties"])


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"renderer": "anmatic"}, "no renderer 'anmatic'"),
        ({"attempts": 0}, "0 does not fit the setting 'attempts'"),
    ],
)
def test_what_cannot_be_meant_ends_the_run_with_its_message(
    client: SyncLangGraphClient, names: dict[str, Any], message: str
) -> None:
    with pytest.raises(Exception, match=message):  # the client raises bare exceptions
        client.runs.wait(None, "create", input={"request": "a cat"}, context=QUICK | names)


def test_a_server_talks_and_remembers_its_threads(client: SyncLangGraphClient, built: Any) -> None:
    (built.home / "paid").mkdir(mode=0o700, exist_ok=True)  # once something was bought, it is looked up for every run
    thread = client.threads.create()["thread_id"]
    said: Any = None
    lines = ["find references about biryani", "what did we do today?"]
    for line in lines:
        said = client.runs.wait(thread, "chat", input={"messages": [{"role": "user", "content": line}]})
    messages = said["messages"]
    assert [message["content"] for message in messages if message["type"] == "human"] == lines
    assert "find_references" in [message["name"] for message in messages if message["type"] == "tool"]
    assert messages[-1]["type"] == "ai"
    assert messages[-1]["content"]


def test_an_agent_on_a_server_makes_a_video_and_names_no_command_of_a_terminal(client: SyncLangGraphClient) -> None:
    line = "make something about street tacos"
    said: Any = client.runs.wait(None, "chat", input={"messages": [{"role": "user", "content": line}]})
    (made,) = [message for message in said["messages"] if message["type"] == "tool"]
    assert (made["name"], made["status"]) == ("make_video", "success"), made["content"]
    words = said["messages"][-1]["content"]
    assert "street tacos" in words.casefold()
    assert "/open" not in words


def test_what_the_conversations_of_a_server_may_cost_is_one_sum_for_all_of_them(tmp_path: Path) -> None:
    allowances, settings = Allowances(), load_settings(home=tmp_path / "home", max_cost=0.5)
    first = allowances.of(settings)
    first.add_render(0.4)
    second = allowances.of(settings)
    with pytest.raises(BudgetError, match=r"would cost \$0.2, and \$0.1000 of \$0.5 are left") as caught:
        second.check_render(0.2)
    assert "POPCORN_MAX_COST" in caught.value.hint
    allowances.of(load_settings(home=tmp_path / "home", max_cost=1.0)).check_render(0.2)
    assert allowances.of(load_settings(home=tmp_path / "another", max_cost=0.5)).cost == 0


async def test_each_agent_of_a_server_is_held_to_the_same_ledger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POPCORN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("POPCORN_LLM", "offline")
    monkeypatch.setenv("POPCORN_MAX_TOKENS", "10")
    spent = ALLOWANCES.of(load_settings())
    await chat_agent()
    spent.add(Spent(input_tokens=20), None)
    answer = (await chat_agent()).ainvoke({"messages": [("user", "find references for tacos")]})
    with pytest.raises(ServedError, match="has used 20 of 10 tokens"):
        await answer
