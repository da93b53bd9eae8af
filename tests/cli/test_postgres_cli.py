"""The program with its runs on a real PostgreSQL, as POPCORN_DATABASE_URL names it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from terminals import terminal

QUICK = ("--mode", "basic", "--aspect", "1:1", "--attempts", "1", "--llm", "offline")


@pytest.fixture
def shared(own: Any, postgres: Any) -> Any:
    """The program in a home of its own, with its runs on a server."""
    (own.home / "popcorn.sqlite").unlink(missing_ok=True)
    return own.set(POPCORN_DATABASE_URL=postgres.new(), POPCORN_PREDICTOR="neighbours")


def test_runs_stand_on_the_server_and_can_be_resumed_from_another_folder(shared: Any, tmp_path: Path) -> None:
    made = shared.cold()("ask", "street tacos", "--json", *QUICK).data
    assert not (shared.home / "popcorn.sqlite").exists()
    elsewhere = replace(shared, folder=tmp_path / "elsewhere")
    assert elsewhere("ask", "--resume", made["run_id"], "--json").data == made
    assert made["run_id"] in elsewhere("trace", "list", "--json").stdout


def test_the_password_of_the_server_is_told_nowhere(shared: Any, postgres: Any) -> None:
    outcomes = [shared("ask", "street tacos", "--jsonl", *QUICK), shared("config", "show"), shared("doctor", "--json")]
    outcomes.append(shared("trace", "show", "last", "--json"))
    wrong = shared.set(POPCORN_DATABASE_URL=postgres.url("none"))
    outcomes.append(wrong("ask", "street tacos", "--json"))
    assert outcomes[-1].error["code"] == "store"
    assert "'postgresql://127.0.0.1/none' cannot be used" in outcomes[-1].error["message"]
    told = "".join(str(outcome) for outcome in outcomes)
    kept = b"".join(path.read_bytes() for path in shared.home.rglob("*") if path.is_file())
    assert postgres.password not in told
    assert postgres.password.encode() not in kept


def test_a_conversation_on_the_server_is_gone_on_with_traced_and_deleted(shared: Any) -> None:
    assert shared.cold()("chat", stdin="score Tacos at 2 am\nshorter title\n").status == 0
    assert shared("chat", "--continue", stdin="/undo\n/fork\nhello\n").status == 0
    assert not (shared.home / "popcorn.sqlite").exists()
    forked, first = shared("threads", "list", "--json").data["threads"]
    assert (first["turns"], forked["turns"], forked["parent"]) == (1, 2, first["id"])
    said = shared("threads", "show", first["id"], "--json").data["messages"]
    assert [one["role"] for one in said] == ["human", "ai", "tool", "ai"]
    told = shared("trace", "show", first["id"], "--json").data
    assert (told["kind"], told["said"][0]) == ("chat", "score Tacos at 2 am")
    assert "score_popularity" in [call["tool"] for visit in told["visits"] for call in visit["calls"]]
    assert shared("threads", "delete", first["id"], forked["id"]).status == 0
    assert shared("trace", "list", "--json").data["runs"] == []
    assert shared("threads", "list", "--json").data["threads"] == []


def test_a_server_that_goes_away_ends_a_turn_and_not_the_session(shared: Any, postgres: Any) -> None:
    import psycopg

    with terminal(shared.set(PROMPT_TOOLKIT_NO_CPR="1")) as chat:
        chat.says("hello", "I am the offline router")
        database = shared.variables["POPCORN_DATABASE_URL"].rpartition("/")[2]
        with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
            connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (database,))
        chat.says("hello again", "I am the offline router")
        with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
            connection.execute(f"drop database {database} with (force)")
        chat.says("are you there?", "cannot be used")
        chat.says("/undo", "cannot be used")
        chat.says("/help", "what there is")
        assert postgres.password not in chat.text
        assert chat.leaves() == 0


def test_a_server_that_is_none_is_a_usage_error(popcorn: Any) -> None:
    outcome = popcorn.set(POPCORN_DATABASE_URL="mysql://me:word@host/db")("ask", "tacos", "--json")
    assert (outcome.status, outcome.error["code"]) == (2, "usage")
    assert "word" not in outcome.error["message"] + outcome.error["hint"]


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from pathlib import Path\nfrom popcorn.agent.runs.run_store import RunStore\n"
        "from popcorn.agent.runs.databases.postgres import MissingError, Server\n"
        f"try: RunStore(Path({str(tmp_path)!r}), Server('postgresql://localhost/x'))\n"
        "except MissingError as exc: print(exc.hint, exc.exit_status)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "Install it with: pip install 'llmpopcorn[postgres]' 10"


def test_feedback_on_runs_of_a_server_stands_in_the_home_and_says_so(shared: Any) -> None:
    made = shared("ask", "otters at play", "--llm", "offline", "--aspect", "1:1", "--json")
    assert made.status == 0, str(made)
    added = shared("feedback", "add", "last", "--comments", "420", "--age", "3", "--json")
    assert added.status == 0, str(added)
    assert "beside its clips: others who share the server do not see it" in added.data["notices"][-1]
    assert (shared.home / "feedback.sqlite").is_file()
    assert shared("feedback", "report", "--json").data["reports"][0]["videos"] == 1
