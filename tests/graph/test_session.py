"""The session over real parts: the sample by word hashes, the neighbours predictor, the animatic."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from popcorn.agent.runs.run_store import Run, RunStore, Status
from popcorn.agent.runs.session import Session
from popcorn.agent.runs.walk import Deadline, Walk
from popcorn.agent.trace.run_finder import read_story
from popcorn.agent.trace.story import Phase
from popcorn.errors import BudgetError, PopcornError, RequestError, StoreError
from popcorn.settings import Settings, load_settings

Event = dict[str, Any]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


def settings(home: Path, **changes: Any) -> Settings:
    parts = {"encoder": "hashing", "catalogue": "sample", "predictor": "neighbours", "aspect": "1:1", "clips_gb": 0}
    return load_settings(**{"home": home} | parts | changes)


@pytest.fixture(scope="module")
def whole(home: Path) -> list[Event]:
    """The events of an undisturbed run."""
    return asyncio.run(walked(Session(settings(home))))


async def walked(session: Session, request: str = "street tacos at dawn") -> list[Event]:
    return [event async for event in session.create(request)]


async def stopped_after(session: Session, node: str) -> tuple[str, list[Event]]:
    """The run's id and its events when it is left after `node` has finished."""
    events: list[Event] = []
    stream = session.create("street tacos at dawn")
    async for event in stream:
        events.append(event)
        if event["event"] == "node_finished" and event["node"] == node:
            break
    await stream.aclose()
    return events[0]["run_id"], events


def test_a_run_tells_its_story_in_order_and_keeps_its_files(home: Path, whole: list[Event]) -> None:
    events = whole
    kinds = [event["event"] for event in events if event["event"] != "progress"]
    assert kinds[0] == "run_started"
    assert kinds[-1] == "run_finished"
    started = [event["node"] for event in events if event["event"] == "node_started"]
    finished = [event["node"] for event in events if event["event"] == "node_finished"]
    assert started == finished
    assert {event["run_id"] for event in events} == {events[0]["run_id"]}
    folder = home / "runs" / events[0]["run_id"]
    result = json.loads((folder / "result.json").read_text())
    assert result == {name: value for name, value in events[-1].items() if name not in {"event", "ts"}}
    assert {"clip.mp4", "cover.jpg", "result.json", "manifest.json"} <= {path.name for path in folder.iterdir()}
    assert set(result["timings"]) == set(finished)


def test_the_manifest_names_prompts_models_versions_and_settings(home: Path, whole: list[Event]) -> None:
    manifest = json.loads((home / "runs" / whole[0]["run_id"] / "manifest.json").read_text())
    assert manifest["settings"]["aspect"] == manifest["plan"]["aspect"] == "1:1"
    assert [prompt.split("@")[0] for prompt in manifest["prompts"]][:2] == ["draft", "reason"]
    assert manifest["models"]["chat"] == "offline drafter (not a language model)"
    assert manifest["packages"]["langgraph"]
    assert manifest["calls"][0]["reply"].startswith("{")


def test_the_tools_of_the_graph_stand_in_its_trace_by_the_names_that_models_call_them(
    home: Path, whole: list[Event]
) -> None:
    store = RunStore(home)
    story = read_story(store, store.find(whole[0]["run_id"]))
    tools = [(visit.node, call) for visit in story.visits for call in visit.calls if call.tool]
    assert {call.phase for _, call in tools} == {Phase.DONE}
    first, *_, last = tools
    assert (first[0], first[1].tool) == ("retrieve_references", "find_references")
    assert json.loads(first[1].input)["query"] == "street tacos at dawn"
    assert {one["side"] for one in json.loads(first[1].output)["references"]} == {"popular", "unpopular"}
    assert (last[0], last[1].tool) == ("render", "render_video")
    result = whole[-1]
    assert json.loads(last[1].input)["title"] == result["title"]
    assert json.loads(last[1].output)["sha256"] == result["video"]["sha256"]
    compared = [json.loads(call.output)["drafts"] for _, call in tools if call.tool == "compare_drafts"]
    assert any(one["title"] == result["title"] for drafts in compared for one in drafts)
    rank = result["score"]["percentile"]
    told = {"rank", "no_evidence"} & compared[0][0].keys()
    assert told == ({"no_evidence"} if rank is None else {"rank"})


@pytest.mark.parametrize("node", ["retrieve_references", "draft", "choose", "score", "render"])
async def test_a_run_that_was_left_goes_on_where_it_was(home: Path, whole: list[Event], node: str) -> None:
    session = Session(settings(home))
    run_id, before = await stopped_after(session, node)
    assert session.store.find(run_id).status is Status.STOPPED
    after = [event async for event in session.resume(run_id)]
    again = [event["node"] for event in after if event["event"] == "node_started"]
    done = [event["node"] for event in before if event["event"] == "node_finished"]
    assert [*done, *again] == _nodes(whole[-1], session.store)
    for name in ("title", "video_prompt", "score", "relevance", "originality"):
        assert after[-1][name] == whole[-1][name]
    assert after[-1]["video"]["sha256"] == whole[-1]["video"]["sha256"]
    assert session.store.find(run_id).status is Status.DONE


def _nodes(finished: Event, store: RunStore) -> list[str]:
    return [event["node"] for event in store.events(finished["run_id"]) if event["event"] == "node_finished"]


async def test_resuming_a_finished_run_does_nothing_and_gives_the_same(home: Path, whole: list[Event]) -> None:
    session, first = Session(settings(home)), whole[-1]
    clip = Path(first["video"]["path"])
    rendered = (clip.parent / "attempts").stat().st_mtime_ns
    events = [event async for event in session.resume(first["run_id"])]
    assert not [event for event in events if event["event"] == "node_started"]
    assert {**events[-1], "ts": ""} == {**first, "ts": ""}
    assert (clip.parent / "attempts").stat().st_mtime_ns == rendered


async def test_a_resumed_run_keeps_the_settings_it_began_with(home: Path) -> None:
    began = settings(home, seed=7, threshold=99.0, attempts=2, candidates=1)
    run_id, _ = await stopped_after(Session(began), "draft")
    events = [event async for event in Session(settings(home)).resume(run_id)]
    assert events[-1]["threshold"] == 99.0
    assert len(events[-1]["attempts"]) == 2


async def test_a_run_that_was_stopped_in_its_first_node_goes_on_with_another_seed(home: Path) -> None:
    stream = Session(settings(home, mode="basic", candidates=1, attempts=1, seed=7)).create("street tacos at dawn")
    async for event in stream:
        if event["event"] == "node_started":
            break
    await stream.aclose()
    session = Session(settings(home))
    events = [one async for one in session.resume(event["run_id"], {"seed": 9})]
    assert events[0]["changed"] == {"seed": {"from": 7, "to": 9}}
    nodes = [one["node"] for one in events if one["event"] == "node_started"]
    assert nodes == ["draft", "choose", "score", "render", "finish"]
    manifest = json.loads((home / "runs" / event["run_id"] / "manifest.json").read_text())
    assert (manifest["plan"]["seed"], manifest["plan"]["mode"], manifest["settings"]["seed"]) == (9, "basic", 9)
    assert RunStore(home).find(event["run_id"]).settings["seed"] == 9, "a later walk goes on with that"
    with pytest.raises(RequestError, match="is finished: 'seed' would change nothing of it"):
        await anext(session.resume(event["run_id"], {"seed": 1}))


async def test_a_run_out_of_time_says_how_to_go_on_and_does(home: Path) -> None:
    session = Session(settings(home, max_seconds=0.01))
    with pytest.raises(BudgetError, match=r"took longer than 0.01 s") as caught:
        await walked(session)
    assert f"--resume {caught.value.run_id}" in caught.value.hint
    events = [event async for event in Session(settings(home)).resume(caught.value.run_id)]
    assert events[-1]["event"] == "run_finished"


async def test_two_sessions_never_walk_one_run_at_once(home: Path) -> None:
    session = Session(settings(home))
    stream = session.create("street tacos")
    run_id = (await anext(stream))["run_id"]
    with pytest.raises(StoreError, match="another process"):
        await anext(Session(settings(home)).resume(run_id))
    await stream.aclose()


async def test_a_cancelled_run_is_stopped_and_not_failed(home: Path) -> None:
    session = Session(settings(home))
    seen: list[Event] = []

    async def follow() -> None:
        async for event in session.create("street tacos"):
            seen.append(event)
            if event["event"] == "progress" and event.get("node") == "render":
                task.cancel()

    task = asyncio.create_task(follow())
    with pytest.raises(asyncio.CancelledError):
        await task
    run_id = seen[0]["run_id"]
    assert session.store.find(run_id).status is Status.STOPPED
    story = read_story(session.store, session.store.find(run_id))
    (call,) = story.visits[-1].calls
    assert (call.tool, call.phase) == ("render_video", Phase.FAILED)
    assert not list((home / "runs" / run_id).glob("**/*.mp4"))


async def test_a_run_cancelled_anywhere_leaves_the_store_free(home: Path, whole: list[Event]) -> None:
    session, cancelled = Session(settings(home)), 0
    for moment in range(14):
        task = asyncio.create_task(walked(session))
        await asyncio.sleep(0.04 + 0.05 * moment)
        task.cancel()
        with suppress(asyncio.CancelledError):  # on a quick machine the last ones have ended by then
            await task
        cancelled += task.cancelled()
        connection = sqlite3.connect(session.store.database, timeout=0)
        connection.execute("begin immediate")
        connection.close()
    assert cancelled


async def test_the_budget_holds_while_another_process_keeps_a_lock(tmp_path: Path) -> None:
    from filelock import FileLock

    home = tmp_path / "home"
    (home / "predictors" / "neighbours-sample").mkdir(parents=True)
    started = time.monotonic()
    with (
        FileLock(home / "predictors" / "neighbours-sample" / ".lock"),
        pytest.raises(BudgetError, match="longer than 1 s"),
    ):
        await walked(Session(settings(home, max_seconds=1)))
    assert time.monotonic() - started < 60


async def test_a_time_out_of_something_else_is_not_called_the_budget() -> None:
    async def slow_server() -> None:
        raise TimeoutError("the server did not answer")

    walk = Walk(Run("20260101-000000-abcdef", "tacos", {}, Status.RUNNING), load_settings())
    with pytest.raises(TimeoutError, match="the server did not answer"):
        await Deadline(walk).keep(slow_server())


async def test_what_was_asked_wrongly_starts_no_run(home: Path) -> None:
    session = Session(settings(home))
    with sqlite3.connect(session.store.database) as connection:
        before = connection.execute("select count(*) from runs").fetchone()
    with pytest.raises(RequestError, match="it is empty"):
        await walked(session, "  ")
    with pytest.raises(RequestError, match="no renderer 'anmatic'"):
        await walked(Session(settings(home, renderer="anmatic")))
    with pytest.raises(RequestError, match="no predictor 'seer'"):
        await walked(Session(settings(home, predictor="seer")))
    with sqlite3.connect(session.store.database) as connection:
        assert connection.execute("select count(*) from runs").fetchone() == before
    connection.close()


async def test_a_damaged_checkpoint_is_named_and_the_store_stays_usable(home: Path) -> None:
    session = Session(settings(home))
    run_id, _ = await stopped_after(session, "draft")
    with sqlite3.connect(session.store.database) as connection:
        connection.execute("update checkpoints set checkpoint = x'c1c1c1' where thread_id = ?", (run_id,))
    connection.close()
    with pytest.raises(PopcornError, match=f"checkpoint of run '{run_id}' cannot be read"):
        _ = [event async for event in session.resume(run_id)]
    assert (await walked(Session(settings(home))))[-1]["event"] == "run_finished"
