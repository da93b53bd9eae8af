"""What every run store keeps, on SQLite and on a real PostgreSQL (skipped where none is installed)."""

from __future__ import annotations

import asyncio
import multiprocessing
import re
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any, TypedDict

import pytest
from langgraph.graph import StateGraph
from popcorn.agent.runs.checkpoints import open_checkpoints, saved_values
from popcorn.agent.runs.databases.postgres import PostgresDatabase, Server
from popcorn.agent.runs.run_store import Kind, RunStore, Status
from popcorn.errors import NewerFormatError, RequestError, StoreError

Opening = Callable[[], RunStore]


class Counted(TypedDict):
    number: int


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Server | None]:
    """A home, and the server where it is on one."""
    if request.param == "sqlite":
        return tmp_path, None
    return tmp_path, Server(request.getfixturevalue("postgres").new())


@pytest.fixture
def opening(place: tuple[Path, Server | None]) -> Opening:
    """Opens the one store of a test, once more each time."""
    return lambda: RunStore(*place)


def in_processes(work: Callable[..., None], number: int, *facts: Any) -> list[int | None]:
    """The exit codes of so many new processes that did `work` at the same time."""
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(number)
    processes = [context.Process(target=work, args=(together, n, *facts)) for n in range(number)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return [process.exitcode for process in processes]


def test_a_run_is_found_as_it_was_started(opening: Opening) -> None:
    run = opening().start("street tacos 🌮", {"seed": 3}, parent="20260101-000000-abcdef", node="render")
    assert opening().find(run.run_id) == run
    assert run.status is Status.RUNNING


def test_runs_come_latest_first_and_no_more_than_asked_for(opening: Opening) -> None:
    store = opening()
    started = [store.start(str(number), {}).run_id for number in range(3)]
    assert [run.run_id for run in store.runs()] == started[::-1]
    assert [run.run_id for run in store.runs(2)] == started[:0:-1]
    assert store.runs(0) == []


def test_a_conversation_is_one_run_however_often_it_is_spoken_in_and_no_run_of_the_create_graph(
    opening: Opening,
) -> None:
    store = opening()
    made = store.start("tacos", {})
    first = store.conversation("20260101-000000-abcdef", "hooks for 🌮", {"llm": "offline"})
    assert store.conversation(first.run_id, "something else", {}) == first
    assert (first.request, first.settings, first.kind) == ("hooks for 🌮", {"llm": "offline"}, Kind.CHAT)
    assert store.runs() == [made]
    assert store.runs(-1, Kind.CHAT) == store.runs(1, Kind.CHAT) == [first]
    assert {run.run_id for run in store.runs(-1, *Kind)} == {made.run_id, first.run_id}


def test_events_come_back_in_order_whatever_their_text(opening: Opening) -> None:
    store = opening()
    first, second = store.start("one", {}), store.start("two", {})
    texts = ["100 % sure?", "a\0b", "\ud800", "'; drop table events; --", "🌮" * 1000]
    for text in texts:
        store.record(first.run_id, {"event": "x", "text": text})
        store.record(second.run_id, {"event": "y"})
    assert [event["text"] for event in store.events(first.run_id)] == texts
    assert [event["text"] for event in store.events(first.run_id, 3)] == texts[3:]
    assert store.recorded(first.run_id) > 1000


def test_how_a_run_ended_is_kept_without_what_no_database_stores(opening: Opening) -> None:
    store = opening()
    run = store.start("tacos", {})
    store.end(run.run_id, Status.FAILED, "no clip: \0 and \ud800")
    found = store.find(run.run_id)
    assert (found.status, found.error) == (Status.FAILED, "no clip: \ufffd and ?")


def test_an_unknown_run_names_the_latest_one(opening: Opening) -> None:
    store = opening()
    with pytest.raises(RequestError, match="no run '20260101-000000-abcdef'") as caught:
        store.find("20260101-000000-abcdef")
    assert caught.value.hint == "No run is stored yet."
    run = store.start("tacos", {})
    with pytest.raises(RequestError) as caught:
        store.find("20260101-000000-abcdef")
    assert run.run_id in caught.value.hint


def test_a_forgotten_run_is_gone_with_its_events_and_no_other(opening: Opening) -> None:
    store = opening()
    one, other = store.start("one", {}), store.start("other", {})
    for run in (one, other):
        store.record(run.run_id, {"event": "x"})
    store.forget([one.run_id])
    assert [run.run_id for run in store.runs()] == [other.run_id]
    assert (store.events(one.run_id), len(store.events(other.run_id))) == ([], 1)


def test_a_run_is_held_by_one_at_a_time(opening: Opening) -> None:
    store = opening()
    run, other = store.start("tacos", {}), store.start("ramen", {})
    with store.alone(run.run_id):
        assert (opening().walked(run.run_id), opening().walked(other.run_id)) == (True, False)
        with pytest.raises(StoreError, match=f"run {run.run_id} is being worked on"), opening().alone(run.run_id):
            pass
        with opening().alone(other.run_id):
            assert opening().walked(other.run_id)
        assert opening().walked(run.run_id), "a failed attempt must not free the run"
    assert not store.walked(run.run_id)
    with opening().alone(run.run_id):
        assert store.folder(run.run_id).is_dir()


def _hold(together: Any, number: int, place: tuple[Path, Server | None], run_id: str, told: Any) -> None:
    store = RunStore(*place)
    together.wait()
    try:
        with store.alone(run_id):
            told.put("held")
            together.wait()  # until all have tried
            import os

            os._exit(9)  # as if killed
    except StoreError as exc:
        told.put(exc.message)
        together.wait()


def test_of_several_processes_one_holds_a_run_and_its_death_frees_it(place: tuple[Path, Server | None]) -> None:
    store = RunStore(*place)
    run = store.start("tacos", {})
    told = multiprocessing.get_context("spawn").SimpleQueue()
    codes = in_processes(_hold, 3, place, run.run_id, told)
    assert sorted(filter(None, codes)) == [9]
    assert (
        sorted(told.get() for _ in range(3))
        == ["held"] + [f"run {run.run_id} is being worked on by another process"] * 2
    )
    with store.alone(run.run_id):
        assert store.walked(run.run_id)


def _record(together: Any, number: int, place: tuple[Path, Server | None], run_id: str) -> None:
    together.wait()
    store = RunStore(*place)
    for count in range(25):
        store.record(run_id, {"event": "x", "writer": number, "n": count})


def test_several_processes_lose_no_event(place: tuple[Path, Server | None]) -> None:
    run = RunStore(*place).start("tacos", {})
    assert in_processes(_record, 3, place, run.run_id) == [0, 0, 0]
    events = [(event["writer"], event["n"]) for event in RunStore(*place).events(run.run_id)]
    assert sorted(events) == [(writer, n) for writer in range(3) for n in range(25)]
    assert all([n for writer, n in events if writer == one] == list(range(25)) for one in range(3))


def _start(together: Any, number: int, place: tuple[Path, Server | None]) -> None:
    together.wait()
    RunStore(*place).start(str(number), {})


def test_processes_that_make_a_store_at_once_all_get_it(place: tuple[Path, Server | None]) -> None:
    assert in_processes(_start, 4, place) == [0] * 4
    assert sorted(run.request for run in RunStore(*place).runs()) == ["0", "1", "2", "3"]


async def test_checkpoints_stand_beside_the_runs(place: tuple[Path, Server | None]) -> None:
    from langgraph.graph import END, START, StateGraph
    from popcorn.graphs.create.state import CHECKPOINT_TYPES, CreateState, Draft

    graph = StateGraph(CreateState)
    graph.add_node("draft", lambda state: {"candidates": [Draft("T", "V", "C")]})
    graph.add_edge(START, "draft")
    graph.add_edge("draft", END)
    store, config = RunStore(*place), {"configurable": {"thread_id": "one"}}
    async with open_checkpoints(store.database, CHECKPOINT_TYPES) as saver:
        await graph.compile(checkpointer=saver).ainvoke(CreateState(request="tacos"), config, durability="sync")
    async with open_checkpoints(RunStore(*place).database, CHECKPOINT_TYPES) as saver:
        values = await saved_values(graph.compile(checkpointer=saver), config)
        assert values["candidates"] == [Draft("T", "V", "C")]
        await saver.adelete_thread("one")
        assert await saved_values(graph.compile(checkpointer=saver), config) == {}


def test_a_server_of_a_newer_popcorn_says_so(postgres: Any, tmp_path: Path) -> None:
    import psycopg

    url = postgres.new()
    RunStore(tmp_path, Server(url))
    with psycopg.connect(url) as connection:
        connection.execute("update popcorn_schema set version = 99")
    with pytest.raises(NewerFormatError, match="has format 99; this Popcorn knows") as caught:
        RunStore(tmp_path, Server(url))
    assert postgres.password not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda url, port: url.replace(f":{port}/", ":1/"), "refused"),
        (lambda url, port: re.sub(r":\w+@", ":secretword@", url), "password authentication failed"),
        (lambda url, port: f"{url}?sslmode=secretword", "its address cannot be read|invalid sslmode"),
        (lambda url, port: url.replace(f":{port}/", ":secretword/"), "its address cannot be read"),
        (lambda url, port: f"{url}-none", "does not exist"),
    ],
)
def test_a_server_that_cannot_be_used_is_named_without_its_password(
    postgres: Any, tmp_path: Path, change: Callable[[str, int], str], message: str
) -> None:
    url = change(postgres.new(), postgres.port)
    with pytest.raises(StoreError, match=message) as caught:
        RunStore(tmp_path, Server(url))
    told = f"{caught.value.message} {caught.value.hint} {Server(url)!r}"
    assert postgres.password not in told
    assert ":secretword" not in told
    assert "POPCORN_DATABASE_URL" in told


def test_what_is_no_url_of_postgresql_is_refused_without_repeating_it() -> None:
    with pytest.raises(RequestError, match="no URL of a PostgreSQL server") as caught:
        Server("mysql://me:secretword@host/db")
    assert "secretword" not in f"{caught.value.message} {caught.value.hint}"


def end_connections(postgres: Any, server: Server, *, waiting: bool = True) -> None:
    """End all connections to a database, as a restart or an administrator does, and wait until they are gone."""
    import psycopg

    database = server.url.rpartition("/")[2]
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        ask = "from pg_stat_activity where datname = %s and backend_type = 'client backend'"
        connection.execute(f"select pg_terminate_backend(pid) {ask}", (database,))
        while waiting and connection.execute(f"select 1 {ask}", (database,)).fetchone():
            pass


@pytest.fixture
def server(postgres: Any) -> Server:
    """A new, empty database on a real PostgreSQL."""
    return Server(postgres.new())


@pytest.mark.parametrize("waiting", [True, False])
def test_connections_that_the_server_ended_are_replaced_unseen(
    postgres: Any, server: Server, tmp_path: Path, waiting: bool
) -> None:
    store = RunStore(tmp_path, server)
    run = store.start("tacos", {})
    with store.alone(run.run_id):
        for number in range(20):
            end_connections(postgres, server, waiting=waiting)
            store.record(run.run_id, {"event": number})
            assert RunStore(tmp_path, server).walked(run.run_id), "it is held over the new connection too"
        with pytest.raises(StoreError, match="is being worked on"), RunStore(tmp_path, server).alone(run.run_id):
            pass
    end_connections(postgres, server, waiting=waiting)
    assert not store.walked(run.run_id)
    assert [event["event"] for event in store.events(run.run_id)] == list(range(20))


@pytest.mark.parametrize("fault", [None, RuntimeError("no clip")])
def test_a_server_that_is_gone_when_a_run_ends_does_not_hide_how_it_ended(
    postgres: Any, server: Server, tmp_path: Path, fault: Exception | None, caplog: pytest.LogCaptureFixture
) -> None:
    import psycopg

    store = RunStore(tmp_path, server)
    run = store.start("tacos", {})
    raised = pytest.raises(RuntimeError, match="no clip") if fault else nullcontext()
    with raised, store.alone(run.run_id):
        with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
            connection.execute(f"alter database {server.url.rpartition('/')[2]} with allow_connections false")
        end_connections(postgres, server)
        if fault:
            raise fault
    assert f"the run {run.run_id} was not freed" in caplog.text


def test_a_transaction_that_breaks_in_its_middle_is_done_once_and_whole(postgres: Any, server: Server) -> None:
    database = PostgresDatabase(server)
    with database.transaction() as statements:
        statements.execute("create table things (name text)")
    with database.transaction() as statements:
        statements.execute("insert into things values (?)", ("a",))
        end_connections(postgres, server)
        statements.execute("insert into things values (?)", ("b",))
        assert statements.execute("select count(*) from things").fetchone()[0] == 2
    with database.transaction() as statements:
        assert statements.execute("select name from things order by name").fetchall() == [("a",), ("b",)]
        end_connections(postgres, server)
    with pytest.raises(ZeroDivisionError), database.transaction() as statements:  # noqa: PT012 - the block is what is tested
        statements.execute("delete from things")
        end_connections(postgres, server)
        raise ZeroDivisionError
    with database.transaction() as statements:
        assert statements.execute("select count(*) from things").fetchone()[0] == 2


def test_a_commit_whose_answer_is_lost_is_told_of_and_not_repeated(postgres: Any, server: Server) -> None:
    database = PostgresDatabase(server)
    with database.transaction() as statements:
        statements.execute("create table things (name text)")
    with pytest.raises(StoreError, match="cannot be used"), database.transaction() as statements:  # noqa: PT012 - as above
        statements.execute("insert into things values (?)", ("a",))
        end_connections(postgres, server)
    with database.transaction() as statements:
        assert statements.execute("select count(*) from things").fetchone()[0] == 0


def test_a_server_that_ends_connections_twice_in_a_row_is_told_of(postgres: Any, server: Server) -> None:
    database = PostgresDatabase(server)
    with pytest.raises(StoreError, match="cannot be used"), database.transaction() as statements:  # noqa: PT012 - as above
        statements.execute("select 1")
        for _ in range(2):
            end_connections(postgres, server)
            statements.execute("select 2")


@pytest.mark.parametrize("waiting", [True, False])
async def test_checkpoints_outlive_the_connections_they_went_over(postgres: Any, server: Server, waiting: bool) -> None:
    graph = StateGraph(Counted)
    graph.add_node("more", lambda state: {"number": state["number"] + 1})
    graph.set_entry_point("more")
    async with open_checkpoints(server, ()) as saver:
        walked = graph.compile(saver)
        config = {"configurable": {"thread_id": "20260101-000000-abcdef"}}
        for number in range(5):
            await asyncio.gather(*(walked.aget_state(config) for _ in range(8)))  # so that the pool is full
            await asyncio.to_thread(end_connections, postgres, server, waiting=waiting)
            assert (await walked.ainvoke({"number": number}, config))["number"] == number + 1
        await asyncio.to_thread(end_connections, postgres, server, waiting=True)
        assert len([saved async for saved in saver.alist(config)]) == 5 * 3
        await asyncio.to_thread(end_connections, postgres, server, waiting=waiting)
        await saver.adelete_thread("20260101-000000-abcdef")
        assert (await walked.aget_state(config)).values == {}


async def test_a_database_that_is_gone_is_told_of_in_the_words_of_its_server(postgres: Any, server: Server) -> None:
    import psycopg

    config: Any = {"configurable": {"thread_id": "20260101-000000-abcdef"}}
    async with open_checkpoints(server, ()) as saver:
        assert await saver.aget_tuple(config) is None
        with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
            connection.execute(f"drop database {server.url.rpartition('/')[2]} with (force)")
        for _ in range(3):
            with pytest.raises(psycopg.OperationalError, match="does not exist"):
                await saver.aget_tuple(config)
    with pytest.raises(StoreError, match="does not exist"):
        async with open_checkpoints(server, ()):
            pass
