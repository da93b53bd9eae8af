"""Forks of runs over real parts: the sample by word hashes, the neighbours predictor, the animatic."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from popcorn.agent.runs.forks import Origin
from popcorn.agent.runs.pruning import old_runs, prune, span
from popcorn.agent.runs.run_store import Status
from popcorn.agent.runs.session import Session
from popcorn.agent.runs.states import steps_of
from popcorn.agent.trace.compare import compared
from popcorn.agent.trace.run_finder import read_story
from popcorn.errors import PopcornError, RequestError
from popcorn.settings import load_settings

Event = dict[str, Any]
NODES = ["retrieve_references", "reason", "draft", "choose", "score", "render", "finish"]


def opened(home: Path, **changes: Any) -> Session:
    parts = {"encoder": "hashing", "catalogue": "sample", "predictor": "neighbours", "aspect": "1:1", "threshold": 0}
    one_at_a_time = {"candidates": 1}  # so that nobody knows before the second whether they can be told apart
    return Session(load_settings(**{"home": home} | parts | one_at_a_time | changes))


async def walked(events: Any) -> list[Event]:
    return [event async for event in events]


def started(events: list[Event]) -> list[str]:
    return [event["node"] for event in events if event["event"] == "node_started"]


def everything_of(session: Session, run_id: str) -> tuple[Any, ...]:
    """All that is kept of a run: rows and files."""
    connection = sqlite3.connect(session.store.database)
    rows = [
        connection.execute(f"select * from {table} where {key} = ? order by 1, 2, 3", (run_id,)).fetchall()  # noqa: S608
        for table, key in (("runs", "run_id"), ("events", "run_id"), ("checkpoints", "thread_id"))
    ]
    connection.close()
    files = sorted(path for path in session.store.folder(run_id).rglob("*") if path.is_file())
    return (*rows, [(path, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def parent(home: Path) -> list[Event]:
    """The events of a whole run, to be forked."""
    return asyncio.run(walked(opened(home).create("street tacos at dawn")))


async def test_a_fork_before_the_render_is_the_same_draft_in_another_shape(home: Path, parent: list[Event]) -> None:
    session, first = opened(home), parent[-1]
    before = everything_of(session, first["run_id"])
    events = await walked(session.fork(first["run_id"], Origin("render"), {"aspect": "16:9", "seed": "5"}))
    last = events[-1]
    assert started(events) == ["render", "finish"]
    assert (last["title"], last["video_prompt"], last["score"]) == (
        first["title"], first["video_prompt"], first["score"],
    )  # fmt: skip
    assert (last["video"]["width"], first["video"]["width"]) == (1920, 1080)
    run = session.store.find(last["run_id"])
    assert (run.parent, run.node, run.status) == (first["run_id"], "render", Status.DONE)
    assert run.settings["seed"] == 5
    assert everything_of(session, first["run_id"]) == before
    assert [step["next"] for step in await steps_of(session.store, run.run_id)] == [["render"], ["finish"], []]


async def test_a_fork_with_a_higher_threshold_refines_what_the_run_accepted(home: Path, parent: list[Event]) -> None:
    session, first = opened(home), parent[-1]
    events = await walked(session.fork(first["run_id"], Origin("choose"), {"threshold": "100", "attempts": "2"}))
    assert started(events)[:4] == ["choose", "score", "refine", "choose"]
    assert len(events[-1]["attempts"]) == 2
    assert events[-1]["attempts"][0]["title"] == first["title"]
    found = compared(session.store, session.store.find(first["run_id"]), session.store.find(events[-1]["run_id"]))
    assert found["settings"] == {"threshold": [0.0, 100.0], "attempts": [3, 2]} | found["settings"]
    assert set(found["settings"]) == {"threshold", "attempts"}
    assert {call["call"]: call["in"] for call in found["messages"]}["refine:1"] == ["B"]


async def test_a_fork_at_the_end_brings_its_own_copies_of_the_files(home: Path, parent: list[Event]) -> None:
    session = opened(home)
    mine = (await walked(session.create("street tacos at dawn")))[-1]
    events = await walked(session.fork(mine["run_id"], Origin("finish"), {}))
    done = await prune(session.store, [session.store.find(mine["run_id"])], dry=False)
    assert done.runs == (mine["run_id"],)
    again = await walked(session.resume(events[-1]["run_id"]))
    assert again[-1]["video"]["sha256"] == mine["video"]["sha256"]
    assert Path(again[-1]["video"]["path"]).is_file()


async def test_a_replay_from_the_start_ends_as_the_run_did(home: Path, parent: list[Event]) -> None:
    session, first = opened(home), parent[-1]
    events = await walked(session.fork(first["run_id"], Origin(), {}))
    assert started(events) == NODES
    found = compared(session.store, session.store.find(first["run_id"]), session.store.find(events[-1]["run_id"]))
    assert not any(found[name] for name in ("settings", "facts", "templates", "draft", "score", "outcome", "video"))
    assert all(call["same_question"] and call["same_reply"] for call in found["messages"])


async def test_a_fork_that_was_left_at_once_goes_on_where_it_forked(home: Path, parent: list[Event]) -> None:
    session = opened(home)
    stream = session.fork(parent[-1]["run_id"], Origin("choose"), {"threshold": "1"})
    run_id = (await anext(stream))["run_id"]
    await stream.aclose()
    events = await walked(session.resume(run_id))
    assert started(events) == ["choose", "score", "render", "finish"]
    assert events[-1]["threshold"] == 1


@pytest.mark.parametrize(
    ("origin", "changes", "said", "way_out"),
    [
        ("render", {"threshold": "90"}, "'threshold' has no effect any more at render", "--from choose"),
        ("draft", {"references": "20"}, "'references' has no effect any more at draft", "--from retrieve_references"),
        ("draft", {"mode": "basic"}, "'mode' decides from the start on", "Leave --from away"),
        ("render", {"home": "/tmp/x"}, "'home' cannot be set for one run", "popcorn.toml"),
        ("refine", {}, "never came to 'refine'", "It came to retrieve_references"),
        ("choose:2", {}, "never came to 'choose:2'", "It came to"),
        ("render", {"rendrer": "x"}, "there is no setting 'rendrer'", "Did you mean 'render"),
        ("render", {"aspect": "3:1"}, "'3:1' does not fit the setting 'aspect'", "aspect is"),
    ],
)  # fmt: skip
async def test_a_fork_that_could_not_be_meant_starts_no_run(
    home: Path, parent: list[Event], origin: str, changes: dict[str, str], said: str, way_out: str
) -> None:
    session = opened(home)
    before = len(session.store.runs())
    with pytest.raises(RequestError) as caught:
        await walked(session.fork(parent[-1]["run_id"], Origin.read(origin), changes))
    assert said in caught.value.message
    assert way_out in caught.value.hint
    assert len(session.store.runs()) == before


@pytest.mark.parametrize("text", ["tacos", "render:0", "render:x", "choose:", ":2"])
def test_what_is_no_node_is_named_with_those_that_are(text: str) -> None:
    with pytest.raises(RequestError, match="is no node to go back to") as caught:
        Origin.read(text)
    assert "retrieve_references, reason, draft" in caught.value.hint


async def test_a_run_that_was_left_can_be_forked_where_it_stood(home: Path) -> None:
    session = opened(home)
    stream = session.create("street tacos")
    events = []
    async for event in stream:
        events.append(event)
        if event["event"] == "node_finished" and event["node"] == "draft":
            break
    await stream.aclose()
    forked = await walked(session.fork(events[0]["run_id"], Origin("choose"), {}))
    assert forked[-1]["event"] == "run_finished"


async def test_what_a_run_recorded_tells_the_same_story_as_its_events(home: Path, parent: list[Event]) -> None:
    session, first = opened(home), parent[-1]
    story = read_story(session.store, session.store.find(first["run_id"]))
    assert [visit.node for visit in story.visits] == started(parent)
    asked = [call for call in story.calls if call.model]
    assert {visit.node for visit in story.visits for call in visit.calls if call.model} == {"reason", "draft"}
    assert all(call.messages and call.reply and call.seconds is not None for call in asked)
    assert [attempt["title"] for attempt in story.attempts] == [one["title"] for one in first["attempts"]]


async def test_pruning_leaves_the_last_the_young_and_the_busy_alone(tmp_path: Path) -> None:
    session = opened(tmp_path)
    store = session.store
    runs = [store.start(f"idea {number}", {}) for number in range(4)]
    for run in runs:
        store.record(run.run_id, {"event": "x"})
        store.folder(run.run_id).mkdir(parents=True)
    latest = store.runs()
    assert old_runs(latest, older=None, keep=3) == latest[3:]
    assert old_runs(latest, older=span("1h"), keep=0) == []
    with store.alone(latest[3].run_id):
        dry = await prune(store, latest[2:], dry=True)
        assert (dry.runs, dry.busy) == ((latest[2].run_id,), (latest[3].run_id,))
        assert len(store.runs()) == 4
        await prune(store, latest[2:], dry=False)
    assert store.runs() == [*latest[:2], latest[3]]
    assert store.events(latest[2].run_id) == []
    assert not store.folder(latest[2].run_id).exists()


@pytest.mark.parametrize("text", ["", "30", "d", "3 months", "-1d"])
def test_what_is_no_span_of_time_is_said(text: str) -> None:
    with pytest.raises(PopcornError, match="is no span of time"):
        span(text)


async def test_forks_stories_and_pruning_work_on_postgresql_too(tmp_path: Path, postgres: Any) -> None:
    session = opened(tmp_path, database_url=postgres.new())
    first = (await walked(session.create("street tacos at dawn")))[-1]
    events = await walked(session.fork(first["run_id"], Origin("render"), {"seed": "5"}))
    assert started(events) == ["render", "finish"]
    assert events[-1]["title"] == first["title"]
    assert [step["next"] for step in await steps_of(session.store, first["run_id"])][-1] == []
    await prune(session.store, [session.store.find(first["run_id"])], dry=False)
    assert [run.run_id for run in session.store.runs()] == [events[-1]["run_id"]]
    assert (await walked(session.resume(events[-1]["run_id"])))[-1]["title"] == first["title"]
