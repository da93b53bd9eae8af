from __future__ import annotations

import multiprocessing
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from popcorn.agent.runs.run_store import SCHEMA, RunStore, Status
from popcorn.errors import NewerFormatError, RequestError, StoreError


def test_a_run_is_found_as_it_was_started(tmp_path: Path) -> None:
    run = RunStore(tmp_path).start("street tacos", {"seed": 3})
    assert RunStore(tmp_path).find(run.run_id) == run
    assert run.status is Status.RUNNING


def test_events_come_back_in_order(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    first, second = store.start("one", {}), store.start("two", {})
    for number in range(3):
        store.record(first.run_id, {"event": "x", "n": number})
        store.record(second.run_id, {"event": "y", "n": -number})
    assert [event["n"] for event in store.events(first.run_id)] == [0, 1, 2]
    assert [event["n"] for event in store.events(second.run_id)] == [0, -1, -2]


def test_how_a_run_ended_is_kept(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    run = store.start("tacos", {})
    store.end(run.run_id, Status.FAILED, "no clip")
    assert store.find(run.run_id).status is Status.FAILED


def test_an_unknown_run_names_the_latest_one(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    with pytest.raises(RequestError, match="no run '20260101-000000-abcdef'") as caught:
        store.find("20260101-000000-abcdef")
    assert caught.value.hint == "No run is stored yet."
    run = store.start("tacos", {})
    with pytest.raises(RequestError) as caught:
        store.find("20260101-000000-abcdef")
    assert run.run_id in caught.value.hint


@pytest.mark.parametrize("run_id", ["../../etc", "", "x", "20260101-000000-abcdef/.."])
def test_an_id_that_is_none_never_becomes_a_path(tmp_path: Path, run_id: str) -> None:
    with pytest.raises(RequestError, match="is no run id"):
        RunStore(tmp_path).folder(run_id)


def test_a_run_is_walked_by_one_process_at_a_time(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    run = store.start("tacos", {})
    with (
        store.alone(run.run_id),
        pytest.raises(StoreError, match="another process"),
        RunStore(tmp_path).alone(run.run_id),
    ):
        pass
    with store.alone(run.run_id):
        assert store.folder(run.run_id).is_dir()


def test_a_store_of_a_newer_popcorn_says_so(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    with sqlite3.connect(store.database) as connection:
        connection.execute("pragma user_version = 99")
    connection.close()
    with pytest.raises(NewerFormatError, match=f"has format 99; this Popcorn knows {SCHEMA}"):
        RunStore(tmp_path)


def test_a_damaged_store_is_named_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "popcorn.sqlite"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match=r"popcorn[.]sqlite"):
        RunStore(tmp_path)
    assert path.read_bytes().startswith(b"not a database")


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written") as caught:
        RunStore(tmp_path / "file" / "home")
    assert "POPCORN_HOME" in caught.value.hint


def _record(home: Path, run_id: str, writer: int) -> None:
    store = RunStore(home)
    for number in range(25):
        store.record(run_id, {"event": "x", "writer": writer, "n": number})


def test_several_processes_lose_no_event(tmp_path: Path) -> None:
    run = RunStore(tmp_path).start("tacos", {})
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_record, args=(tmp_path, run.run_id, writer)) for writer in range(3)]
    for process in writers:
        process.start()
    for process in writers:
        process.join()
    events = RunStore(tmp_path).events(run.run_id)
    assert sorted((event["writer"], event["n"]) for event in events) == [(w, n) for w in range(3) for n in range(25)]


def _open(homes: list[Path], together: Any, failures: Any) -> None:
    for home in homes:
        together.wait()
        try:
            RunStore(home).start("tacos", {})
        except StoreError as exc:
            failures.put(str(exc))


def test_processes_that_open_a_fresh_home_at_once_all_get_it(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    together, failures = context.Barrier(4), context.SimpleQueue()
    homes = [tmp_path / str(number) for number in range(40)]
    openers = [context.Process(target=_open, args=(homes, together, failures)) for _ in range(4)]
    for process in openers:
        process.start()
    for process in openers:
        process.join()
    assert [process.exitcode for process in openers] == [0] * 4
    assert failures.empty(), failures.get()


def test_a_store_that_another_process_never_stops_opening_is_a_clear_error(tmp_path: Path) -> None:
    with FileLock(tmp_path / "popcorn.lock"), pytest.raises(StoreError, match="is being opened by another") as caught:
        RunStore(tmp_path, patience=0.05)
    assert "popcorn.lock" in caught.value.hint


def test_a_store_of_the_first_format_is_taken_on_with_its_runs(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "popcorn.sqlite")
    connection.executescript("""
        create table runs (run_id text primary key, request text not null, settings text not null,
            status text not null, created text not null, updated text not null, error text not null default '');
        create table events (run_id text not null, number integer not null, event text not null,
            primary key (run_id, number));
        insert into runs values ('20260101-000000-abcdef', 'tacos', '{}', 'done', '2026', '2026', '');
        pragma user_version = 1;
    """)
    connection.close()
    store = RunStore(tmp_path)
    forked = store.start("tacos", {}, parent="20260101-000000-abcdef", node="render")
    assert store.find("20260101-000000-abcdef").parent == ""
    assert [run.node for run in RunStore(tmp_path).runs()] == ["render", ""]
    assert store.find(forked.run_id) == forked


def test_events_are_read_on_from_where_a_reader_was(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    run = store.start("tacos", {})
    for number in range(5):
        store.record(run.run_id, {"n": number})
    assert [event["n"] for event in store.events(run.run_id, after=3)] == [3, 4]


def test_a_run_is_walked_while_somebody_holds_it_and_may_be_looked_at_meanwhile(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    run_id = store.start("tacos", {}).run_id
    assert not store.walked(run_id)
    with store.alone(run_id):
        assert store.walked(run_id)
    assert not store.walked(run_id)


def test_a_forgotten_run_leaves_no_events_and_the_others_alone(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    gone, kept = store.start("one", {}), store.start("two", {})
    for run in (gone, kept):
        store.record(run.run_id, {"event": "x"})
    store.forget([gone.run_id])
    assert [run.run_id for run in store.runs()] == [kept.run_id]
    assert (store.events(gone.run_id), len(store.events(kept.run_id))) == ([], 1)


def test_a_store_that_lost_much_gives_the_room_back_unless_somebody_writes(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    run, kept = store.start("tacos", {}), store.start("cats", {})
    for number in range(20):
        store.record(run.run_id, {"event": "x", "text": f"{number}" * 100_000})
    large = store.database.stat().st_size
    store.forget([run.run_id])
    writer = sqlite3.connect(store.database, isolation_level=None)
    writer.execute("begin immediate")
    store.shrink()
    writer.execute("commit")
    writer.close()
    assert store.database.stat().st_size >= large
    store.shrink()
    assert store.database.stat().st_size < large / 10
    assert [run.run_id for run in store.runs()] == [kept.run_id]
