"""Keys that a server repeats or a person types, in commands that read and write tables: no byte of them is kept."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from finished_ads import product_file, subtitled_ad
from live_pages import live_page
from published_runs import finished_run, score_of
from small_ads import footage

KEY = "only-for-this-test-8f3a2b"
TYPED = "sk-proj-4f9aZ81kQm27Lx0pTb55Vd"
FACTS = f"""name = "Steel Mug {TYPED}"
brand = "Trailcup"
category = "mugs"
price = "$24.99"
facts = ["It keeps coffee hot for 6 hours.", "It holds 350 ml, key {TYPED}.", "The lid closes tight {KEY}."]
"""
LINES = (f"Cold coffee {TYPED}?", "The steel mug keeps it hot for 6 hours.", f"Order the Trailcup mug {KEY} today.")
PLAN = {
    "lines": [
        {"clip": number, "script": f"Cold coffee {TYPED} {KEY}?", "subtitles": [f"Cold {KEY}", f"coffee {TYPED}?"]}
        for number in (1, 2)
    ]
}
DRAFT = {
    "title": f"Tacos {KEY}",
    "video_prompt": f"Slow push-in on street tacos, key {KEY} and {TYPED}, steam, neon, handheld, 3 seconds",
    "cover_prompt": f"A taco with lime, Bearer {TYPED}",
}


@pytest.fixture
def program(own: Any, server: Any) -> Any:
    """The program with a key for the server, in a home of its own."""
    own.folder.mkdir(parents=True, exist_ok=True)
    return own.set(
        DEEPSEEK_BASE_URL=server.url, DEEPSEEK_API_KEY=KEY, no_proxy="127.0.0.1", POPCORN_LLM="deepseek:some-model",
        POPCORN_LLM_RETRIES="0", POPCORN_PREDICTOR="neighbours", POPCORN_LLM_CONCURRENCY="1",
    )  # fmt: skip


def leaks(*folders: Path) -> list[str]:
    """Files that hold a secret: in their bytes, in a database's values, or in a table's, which is compressed."""
    found = []
    for path in (path for folder in folders for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        if content.startswith(b"SQLite format 3"):
            with sqlite3.connect(path) as connection:
                content += "\n".join(connection.iterdump()).encode()
        elif content.startswith(b"PAR1"):
            content += json.dumps(pq.read_table(path).to_pylist(), default=str).encode()
        if any(secret.encode() in content for secret in (KEY, TYPED)):
            found.append(str(path))
    return found


def clean(*outcomes: Any) -> bool:
    """Whether no stream showed one."""
    return not any(secret in outcome.stdout + outcome.stderr for outcome in outcomes for secret in (KEY, TYPED))


def unsent(server: Any) -> bool:
    """Whether no model was told one; the header that carries the key is no part of what is asked."""
    return not any(secret in json.dumps(one) for one in server.asked for secret in (KEY, TYPED))


@pytest.fixture
def ads(tmp_path: Path) -> Path:
    """Two ads of a product whose facts, and whose subtitles, hold keys."""
    place = product_file(tmp_path / "ads" / "mug", FACTS).parent
    for number in (1, 2):
        subtitled_ad(place / f"{number}.mp4", LINES, seed=number)
    return tmp_path / "ads"


@pytest.mark.parametrize("llm", ["offline", "deepseek:some-model"])
def test_a_data_set_of_ads_holds_no_key(program: Any, server: Any, answer: Any, ads: Path, llm: str) -> None:
    server.always = answer(text=json.dumps({"verdict": f"fit {KEY}", "reason": f"{TYPED}", "caption": f"{KEY}"}))
    made = program("ad", "dataset", ads, "-o", "data", "--temporal", "0", "--llm", llm, "--json")
    shown = program("ad", "dataset", ads, "-o", "more", "--temporal", "0", "--llm", llm)
    assert clean(made, shown), str(made)
    assert unsent(server)
    assert leaks(program.home, program.folder) == []


def test_a_bench_its_answers_and_its_report_hold_no_key(program: Any, server: Any, answer: Any, ads: Path) -> None:
    server.always = answer(text=json.dumps(PLAN))
    words = ("-o", "a.jsonl", "--baselines", "--report", "report", "--judge", "deepseek:some-model")
    made = program("ad", "bench", "run", ads, *words, "--json")
    assert made.status == 0, str(made)
    again = program("ad", "bench", "run", ads, *words)
    broken = program.folder / "broken.jsonl"
    broken.write_text(f'{{"ad": "{TYPED}", "model": "{TYPED}"}}\n{TYPED} {KEY}\n')
    faulty = program("ad", "bench", "import", "broken.jsonl", "--json")
    broken.unlink()
    assert clean(made, again, faulty)
    assert unsent(server)
    assert leaks(program.home, program.folder) == []


def test_a_study_its_report_and_its_tables_hold_no_key(program: Any, server: Any, answer: Any) -> None:
    server.always = answer(text=json.dumps({"drafts": [DRAFT]}), message={"reasoning": f"the key {KEY}"})
    prompts, file = program.folder / "prompts.csv", program.folder / "leaky.toml"
    prompts.write_text(f"kind,category,prompt\nconcrete,Food {TYPED},tacos {TYPED}\nabstract,Food,{KEY} noodles\n")
    values = {
        "name": "leaky", "question": f"Does {TYPED} leak?", "prompts": "prompts.csv",
        "models": ["deepseek:some-model", "offline"], "modes": ["basic"], "candidates": [1], "render": False,
        "predictors": ["neighbours"],
    }  # fmt: skip
    file.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items()))
    outcomes = [
        program("study", "run", file, "--json"),
        program("study", "report", "leaky", "-o", "report"),
        program("study", "status", "leaky"),
        program("study", "list", "--json"),
    ]
    assert [one.status for one in outcomes] == [0] * 4, list(map(str, outcomes))
    prompts.unlink()
    file.unlink()
    assert clean(*outcomes)
    assert unsent(server)
    assert leaks(program.home, program.folder) == []


def test_counts_of_published_clips_hold_no_key(program: Any) -> None:
    runs = [finished_run(program.home, score_of(8, rank=62), title=title) for title in ("Tacos", "Tacos, up close")]
    table = program.folder / "counts.csv"
    table.write_text(f"run,title,comments,age,note\n{runs[0]},Tacos {TYPED},42,7,{TYPED}\n{TYPED},{KEY},7,7,{KEY}\n")
    outcomes = [
        program("feedback", "import", "counts.csv", "--json"),
        program("feedback", "import", "counts.csv"),
        program("feedback", "add", runs[1], "--comments", "12", "--age", "3"),
        program("feedback", "add", TYPED, "--comments", "12", "--age", "3"),
        program("feedback", "report", "--json"),
        program("feedback", "recalibrate", "--json"),
    ]
    table.unlink()
    assert clean(*outcomes), list(map(str, outcomes))
    assert leaks(program.home, program.folder) == []


def test_references_that_were_imported_show_no_key(program: Any) -> None:
    table = program.folder / "videos.csv"
    rows = "".join(f"{at},Tacos number {at} {TYPED if at % 3 else KEY},{at * 7},Food {TYPED}\n" for at in range(40))
    table.write_text("id,title,comments,tag\n" + rows)
    outcomes = [
        program("references", "import", "videos.csv", "--name", "mine", "--json"),
        program("references", "search", "tacos", "--catalogue", "mine"),
        program("references", "search", "tacos", "--catalogue", "mine", "--json"),
        program("references", "stats", "--catalogue", "mine"),
    ]
    table.unlink()
    assert outcomes[0].data["report"]["kept"] == 40
    assert clean(*outcomes), list(map(str, outcomes))
    assert leaks(program.home, program.folder) == []


def test_an_ad_holds_no_key_of_its_facts_or_of_a_reply(program: Any, server: Any, answer: Any, tmp_path: Path) -> None:
    product = product_file(tmp_path / "material", FACTS)
    (tmp_path / "clips").mkdir()
    for number in range(2):
        footage(tmp_path / "clips" / f"{number}.mp4", seconds=3.0, hue=80 * number)
    server.always = answer(text=json.dumps(PLAN))
    given = ("--product", product, "--footage", tmp_path / "clips", "--voice", "none", "--aspect", "1:1")
    script = tmp_path / "script.txt"
    script.write_text(f"Cold coffee {TYPED}?\nHot for 6 hours {KEY}.\n")
    outcomes = [
        program("ad", "make", *given, "--dry-run", "--json"),
        program("ad", "make", *given, "-o", "ad.mp4", "--json"),
        program("ad", "make", *given, "--script", script, "-o", "own.mp4"),
        program("trace", "show", "last", "--messages"),
    ]
    assert clean(*outcomes), list(map(str, outcomes))
    assert unsent(server)
    assert leaks(program.home, program.folder) == []


def test_a_page_its_state_and_its_files_hold_no_key(program: Any, server: Any, answer: Any, tmp_path: Path) -> None:
    from gradio_client import Client

    temp = tmp_path / "temp"
    temp.mkdir()
    server.always = answer(text=json.dumps({"drafts": [DRAFT]}), message={"reasoning": f"the key {KEY}"})
    with live_page(program.set(TMPDIR=str(temp), POPCORN_MODE="basic")) as page:
        client = Client(page.url, verbose=False, analytics_enabled=False, download_files=False)
        run, *_ = client.predict(f"tacos, my key is {TYPED}", aspect="1:1", candidates=1, attempts=1, api_name="/make")
        told = client.predict(run, api_name="/run")
        while told["stage"] not in {"done", "failed", "stopped"}:
            told = client.predict(run, api_name="/run")
        client.close()
        body = page.ask("GET", "/").body + page.ask("GET", "/config").body
        status, said = page.interrupt()
    assert status == 130
    assert told["stage"] == "done", told
    text = json.dumps(told) + body.decode("utf-8", "replace") + said
    assert [secret for secret in (KEY, TYPED) if secret in text] == []
    assert unsent(server)
    assert leaks(program.home, program.folder, temp) == []


def test_a_key_in_a_prompt_of_ones_own_reaches_no_video_server(own: Any, videos: Any) -> None:
    videos.size = (180, 320)
    told = {"api": {"base_url": videos.url, "price": 0.5}}
    program = own.set(POPCORN_RENDERERS=json.dumps(told), no_proxy="127.0.0.1", MINE_API_KEY=KEY)
    words = ("render", f"A clay pot {TYPED}, {KEY}.", "--title", f"Pot {TYPED}", "--renderer", "api:tiny")
    outcome = program(*words, "-o", "clip.mp4", "--json")
    assert outcome.status == 0, str(outcome)
    assert [secret for secret in (KEY, TYPED) if secret in json.dumps(videos.posted)] == []
    assert clean(outcome)
    assert leaks(program.home, program.folder) == []
