"""Keys that a server repeats or a person types: every byte that is kept or shown afterwards is looked through."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

KEY = "only-for-this-test-8f3a2b"
TYPED = "sk-proj-4f9aZ81kQm27Lx0pTb55Vd"
"""What somebody pastes into a request by mistake: no environment knows it."""
REQUEST = f"street tacos at dawn, my key is {TYPED}"
TOLD = "that looks like a key: it was taken out before anything was stored or sent"
QUICK = ("--mode", "basic", "--aspect", "1:1", "--attempts", "1", "--candidates", "1")
DRAFT = {
    "title": f"Tacos {KEY}",
    "video_prompt": f"Slow push-in on street tacos, key {KEY} and {TYPED}, steam, neon, handheld, 3 seconds",
    "cover_prompt": f"A taco with lime, Bearer {TYPED}",
}


@pytest.fixture
def program(own: Any, server: Any) -> Any:
    """The program with a key for the server, in a home of its own."""
    return own.set(
        DEEPSEEK_BASE_URL=server.url,
        DEEPSEEK_API_KEY=KEY,
        no_proxy="127.0.0.1",
        POPCORN_LLM="deepseek:some-model",
        POPCORN_LLM_RETRIES="0",
        POPCORN_LLM_TIMEOUT="5",
        POPCORN_PREDICTOR="neighbours",
        POPCORN_CLIPS_GB="1",
    )


def leaks(*folders: Path) -> list[str]:
    """Files that hold a secret in their bytes or as text in a database, whose pages may split it."""
    found = []
    for path in (path for folder in folders for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        if content.startswith(b"SQLite format 3"):
            with sqlite3.connect(path) as connection:
                content += "\n".join(connection.iterdump()).encode()
                content += b"".join(rows_of(connection))
            connection.close()
        if any(secret.encode() in content for secret in (KEY, TYPED)):
            found.append(str(path))
    return found


def rows_of(connection: sqlite3.Connection) -> Iterable[bytes]:
    """Every value of every table, bytes as they are."""
    names = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
    for name in names:
        for row in connection.execute(f'select * from "{name}"'):  # noqa: S608 - its own names
            yield from (value if isinstance(value, bytes) else str(value).encode() for value in row)


def clean(*outcomes: Any) -> bool:
    """Whether no stream showed one."""
    return not any(secret in outcome.stdout + outcome.stderr for outcome in outcomes for secret in (KEY, TYPED))


def exports(program: Any) -> list[Any]:
    """Everything that tells of the last run."""
    return [
        program("trace", "show", "last", "--json"),
        program("trace", "show", "last", "--messages", "--state"),
        program("trace", "export", "last", "--out", "page.html"),
        program("trace", "export", "last", "--otel", "--out", "spans.json"),
        program("trace", "export", "last", "--json", "--out", "whole.json"),
        program("trace", "list"),
    ]


def test_a_key_in_a_request_and_in_every_field_of_a_reply_stands_nowhere(
    program: Any, server: Any, answer: Any
) -> None:
    server.always = answer(text=json.dumps({"drafts": [DRAFT]}), message={"reasoning": f"the key {KEY}"})
    asked = program("ask", REQUEST, "-o", "clip.mp4", "--jsonl", *QUICK)
    assert asked.status == 0, str(asked)
    assert asked.result["request"] == "street tacos at dawn, my key is [hidden]"
    assert TOLD in asked.result["notices"]
    assert "[hidden]" in asked.result["title"]
    assert not any(TYPED in json.dumps(one) for one in server.asked)
    again = program("ask", REQUEST, *QUICK)
    assert TOLD in " ".join(str(again).split())
    assert clean(asked, again, *exports(program))
    assert leaks(program.home, program.folder) == []


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 418, 429, 500])
def test_a_key_in_the_body_and_the_headers_of_an_error_stands_nowhere(
    program: Any, server: Any, answer: Any, status: int
) -> None:
    body = json.dumps({"error": {"message": f"wrong key {KEY}, not {TYPED}", "code": KEY, "param": KEY}}).encode()
    server.always = answer(status=status, body=body, headers={"Retry-After": KEY, "WWW-Authenticate": f"Bearer {KEY}"})
    debugging = program.set(POPCORN_DEBUG="1")
    outcomes = [program("ask", "tacos", *QUICK), debugging("ask", "tacos", "--json", *QUICK)]
    assert all(outcome.status for outcome in outcomes)
    assert clean(*outcomes, program("trace", "show", "last", "--json"), program("trace", "list"))
    assert leaks(program.home, program.folder) == []


@pytest.mark.parametrize("body", [f"<html>{KEY} is no key</html>", f'{{"choices": "{KEY} {TYPED}"}}', KEY])
def test_a_key_in_a_reply_that_is_none_stands_nowhere(program: Any, server: Any, answer: Any, body: str) -> None:
    server.always = answer(body=body.encode(), kind="text/html")
    outcomes = [program("ask", "tacos", *QUICK), program.set(POPCORN_DEBUG="1")("ask", "tacos", *QUICK)]
    assert all(outcome.status for outcome in outcomes)
    assert clean(*outcomes)
    assert leaks(program.home, program.folder) == []


def test_a_key_in_a_conversation_stands_nowhere(program: Any, server: Any, answer: Any) -> None:
    function = {"name": "score_popularity", "arguments": json.dumps({"title": f"Tacos {KEY}", "tag": TYPED})}
    call = {"index": 0, "id": "call-1", "type": "function", "function": function}
    server.answers = [
        answer(text=f"Your key {TYPED} is safe, and so is Bearer {KEY}."),
        answer(text="", message={"tool_calls": [call]}, finish="tool_calls"),
        answer(text=f"It is {KEY}!"),
    ]
    said = program("chat", stdin=f"remember {TYPED}\nscore it\n/hooks {TYPED}\n/save talk.md\n/save talk.json\n")
    assert TOLD in said.stdout + said.stderr
    assert "Your key [hidden] is safe" in said.stdout
    assert not any(TYPED in json.dumps(one) for one in server.asked)
    told = [program("threads", *words) for words in (("list",), ("show", "last", "--json"), ("export", "last"))]
    assert clean(said, *told, program("trace", "list"))
    assert leaks(program.home, program.folder) == []


def test_a_key_in_the_words_of_a_program_that_calls_tools_stands_nowhere(own: Any) -> None:
    call = {"name": "render_video", "arguments": {"title": f"Tacos {TYPED}", "video_prompt": f"a taco, {KEY}"}}
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    sent = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call},
    ]
    program = own.set(TAVERN_TOKEN=KEY, POPCORN_ASPECT="1:1", POPCORN_LLM="offline")
    with program.start("mcp") as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write("".join(f"{json.dumps(one)}\n" for one in sent))
        process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for _ in range(2)]
        _, stderr = process.communicate(timeout=600)
    text = answers[1]["result"]["content"][0]["text"]
    assert text.startswith(TOLD)
    assert not any(secret in f"{answers}{stderr}" for secret in (KEY, TYPED))
    assert leaks(own.home, own.folder) == []


def test_a_key_in_a_title_is_not_published(own: Any) -> None:
    beside = ("--captions", "srt", "--bundle", "upload", "-o", "clip.mp4", "--aspect", "1:1")
    made = own.set(TAVERN_TOKEN=KEY)("render", f"tacos, {KEY}", "--title", f"Tacos {TYPED}", *beside, "--json")
    assert made.data["title"] == "Tacos [hidden]"
    assert TOLD in made.stderr
    assert clean(made)
    assert leaks(own.home, own.folder) == []
    assert json.loads((own.folder / "upload" / "metadata.json").read_text())["title"] == "Tacos [hidden]"


def written(place: Path, **texts: str) -> Path:
    """A folder with these files, whose names have `_` for the dot."""
    place.mkdir()
    for name, text in texts.items():
        (place / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return place


def test_a_key_in_tables_of_requests_prompts_and_tests_reaches_no_model_and_stands_nowhere(
    program: Any, server: Any, answer: Any, tmp_path: Path
) -> None:
    server.always = answer(text=json.dumps(DRAFT))
    lists = 'models = ["deepseek:some-model"]\nmodes = ["basic"]\nreferences = [5]\npredictors = ["neighbours"]\n'
    given = written(
        tmp_path / "given",
        requests_csv=f'id,prompt\n{TYPED},"{REQUEST}"\n',
        prompts_csv=f'kind,category,prompt\nconcrete,Food {KEY},"{REQUEST}"\n',
        trial_toml=f'name = "trial"\nprompts = "prompts.csv"\nrender = false\n{lists}',
        pairs_csv=f"title_a,title_b,z,test_id,story\nTacos {TYPED},Dumplings {KEY},3,{TYPED},{KEY}\nCats,Dogs,4,b,b\n",
        named_toml=f'name = "{TYPED}"\n{lists}',
    )
    pairs = ("--pairs", given / "pairs.csv", "--predictor", "neighbours")
    outcomes = [
        program("ask", "--file", given / "requests.csv", "--results", "results.csv", "--bundle", "upload", *QUICK),
        program("ask", "--file", given / "requests.csv", "--results", "results.jsonl", *QUICK),
        program("study", "run", given / "trial.toml", "--json"),
        program("study", "report", "trial"),
        program("study", "export-preferences", *pairs, "--study", "trial", "-o", "data", "--without-evidence"),
    ]
    assert [outcome.status for outcome in outcomes] == [0] * len(outcomes), "\n".join(map(str, outcomes))
    refused = program("study", "run", given / "named.toml")
    assert (refused.status, "that looks like a key" in refused.stderr) == (2, True)
    assert clean(*outcomes, refused)
    assert leaks(program.home, program.folder) == []
    assert not [path for path in program.home.rglob("*") if TYPED in path.name]
    assert not any(secret in json.dumps(one) for one in server.asked for secret in (TYPED, KEY))
    again = program("ask", "--file", given / "requests.csv", "--results", "results.csv", "--json", *QUICK)
    assert (again.data["done"], again.data["kept"]) == (1, 1)


def test_a_key_among_words_that_were_too_many_is_not_repeated(own: Any) -> None:
    outcomes = [own("ask", "tacos", TYPED), own("ask", "tacos", TYPED, "--json"), own("ask", "--resume", TYPED)]
    assert [outcome.status for outcome in outcomes] == [2, 2, 2]
    assert clean(*outcomes)


def test_no_key_stands_in_any_table_of_a_postgresql_server(
    program: Any, server: Any, answer: Any, postgres: Any
) -> None:
    import psycopg

    url = postgres.new()
    shared = program.set(POPCORN_DATABASE_URL=url)
    server.always = answer(text=json.dumps({"drafts": [DRAFT]}), message={"reasoning": f"the key {KEY}"})
    assert shared("ask", REQUEST, "--json", *QUICK).status == 0
    server.always = answer(text=f"Your key {KEY} is safe.")
    assert shared("chat", stdin=f"remember {TYPED}\n").status == 0
    server.always = answer(status=500, body=f"wrong key {KEY}".encode())
    assert shared("ask", f"another, {TYPED}", "--json", *QUICK).status == 1
    with psycopg.connect(url) as connection:
        names = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
        assert {"runs", "events", "checkpoints", "checkpoint_blobs", "checkpoint_writes"} <= {name for (name,) in names}
        for (name,) in names:
            for row in connection.execute(f'select * from "{name}"'.encode()):  # noqa: S608 - its own names
                kept = b" ".join(one if isinstance(one, bytes) else str(one).encode() for one in row)
                assert KEY.encode() not in kept, name
                assert TYPED.encode() not in kept, name


def test_a_key_that_is_typed_as_the_language_reaches_no_model(program: Any, server: Any) -> None:
    outcome = program("ask", "street tacos", "--language", TYPED, "--json", *QUICK)
    assert server.asked
    assert not any(TYPED in json.dumps(one) for one in server.asked)
    assert TOLD in json.dumps(program("trace", "show", "last", "--json").data)
    assert clean(outcome)


@pytest.mark.parametrize("words", [("--llm", f"deepseek:{TYPED}"), ("--renderer", f"api:{TYPED}"), ("--cover", TYPED)])
def test_a_key_that_is_typed_as_a_models_name_is_refused(program: Any, server: Any, words: tuple[str, str]) -> None:
    outcome = program("ask", "street tacos", "--json", *QUICK, *words)
    assert "looks like a key" in outcome.error["message"]
    assert not server.asked
    assert clean(outcome)


def test_nobody_is_told_that_a_proxy_is_passed_by_which_is_used(program: Any, server: Any) -> None:
    proxied = program.set(http_proxy=server.url.removesuffix("/v1"), no_proxy="")
    outcome = proxied.set(DEEPSEEK_BASE_URL="http://models.example.org/v1")("ask", "street tacos", "--json", *QUICK)
    assert server.asked or outcome.status
    assert "langchain" not in outcome.stderr
