"""Commands that buy many things, or write one: a signal ends them with a sentence, and the same command goes on."""

from __future__ import annotations

import csv
import json
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from finished_ads import LINES, product_file, subtitled_ad
from live_pages import LivePage
from small_ads import footage
from speech_server import speech_server

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
CLIPS = ("--llm", "offline", "--renderer", "api:tiny", "--threshold", "0", "--seed", "7", "-n", "1")
PLAN = {
    "lines": [
        {"clip": 1, "script": "Cold coffee again?", "subtitles": ["Cold coffee", "again?"]},
        {"clip": 2, "script": "Hot for 6 hours.", "subtitles": ["Hot for 6 hours."]},
    ]
}


def named(sign: signal.Signals) -> str:
    return sign.name


@pytest.fixture
def program(own: Any, server: Any, videos: Any) -> Any:
    """The program with a chat model, and a video server that wants half a dollar a clip."""
    videos.size = (180, 320)
    return own.set(
        POPCORN_PROVIDERS=json.dumps({"mine": {"base_url": server.url}}), POPCORN_LLM_CONCURRENCY="1",
        POPCORN_RENDERERS=json.dumps({"api": {"base_url": videos.url, "price": 0.5}}),
        POPCORN_PREDICTOR="neighbours", POPCORN_LLM_RETRIES="0", no_proxy="127.0.0.1",
    )  # fmt: skip


def stopped(program: Any, sign: signal.Signals, happened: Callable[[], Any], *words: object) -> dict[str, Any]:
    """What a command says that was stopped once that had happened: its error, which is one sentence and a way out."""
    with program.start(*map(str, words), "--json") as process:
        end = time.monotonic() + 600
        while not happened():
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < end, "it never happened"
            time.sleep(0.01)
        process.send_signal(sign)
        stdout, stderr = process.communicate(timeout=600)
    assert process.returncode == 130, stdout + stderr
    assert "Traceback" not in stderr
    error = json.loads(stdout)["error"]
    assert (error["code"], bool(error["hint"])) == ("interrupted", True)
    assert "stopped" in error["message"]
    return dict(error)


def torn(*folders: Path) -> list[Path]:
    """Files that somebody began to write and never finished."""
    return [path for folder in folders for path in folder.rglob("*") if ".tmp" in path.name or ".part" in path.name]


def requests(program: Any) -> tuple[str, ...]:
    program.folder.mkdir(parents=True, exist_ok=True)
    (program.folder / "prompts.csv").write_text("prompt\na cat on a sofa\nsteam over a pot\n")
    return ("ask", "--file", "prompts.csv", "--results", "r.csv", *CLIPS)


@pytest.mark.parametrize("sign", SIGNALS, ids=named)
def test_many_requests_that_are_stopped_in_a_paid_clip_go_on_with_that_clip(
    program: Any, videos: Any, sign: signal.Signals
) -> None:
    words, videos.looks = requests(program), 10**6
    error = stopped(program, sign, lambda: videos.count("GET"), *words)
    assert "the job video_gen_1 stays at" in error["message"]
    assert "Give the same command again: it goes on where it stopped." in error["hint"]
    with (program.folder / "r.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["status"] == "stopped"
    videos.looks = 1
    assert program(*words, "--json").data["done"] == 2
    assert (videos.made, videos.deleted, torn(program.folder)) == (2, [], [])


@pytest.mark.parametrize("sign", SIGNALS, ids=named)
def test_a_story_that_is_stopped_in_its_second_shot_buys_no_shot_twice(
    program: Any, videos: Any, sign: signal.Signals
) -> None:
    def second() -> bool:
        if videos.made == 2:
            videos.looks = 10**6
        return bool(videos.made == 2)

    error = stopped(program, sign, second, "ask", "street tacos", "--shots", "2", *CLIPS)
    videos.looks = 1
    resumed = program("ask", "--resume", error["run_id"], "--json", "-q")
    assert resumed.status == 0, str(resumed)
    assert (videos.made, videos.deleted) == (2, [])


@pytest.mark.parametrize("sign", SIGNALS, ids=named)
def test_a_spoken_clip_that_is_stopped_is_spoken_and_bought_once(
    program: Any, videos: Any, sign: signal.Signals
) -> None:
    with speech_server() as speech:
        voices = {"api": {"base_url": speech.url, "model": "tts"}}
        spoken = program.set(POPCORN_VOICES=json.dumps(voices))
        videos.looks = 10**6
        ask = ("ask", "street tacos", "--voice", "api:tts", *CLIPS)
        error = stopped(spoken, sign, lambda: videos.count("GET"), *ask)
        said = len(speech.asked)
        videos.looks = 1
        resumed = spoken("ask", "--resume", error["run_id"], "--json", "-q")
        assert resumed.status == 0, str(resumed)
        assert (videos.made, videos.deleted, len(speech.asked)) == (1, [], said)


@pytest.fixture
def material(tmp_path: Path) -> Path:
    """A product and two clips of it."""
    product_file(tmp_path / "material")
    (tmp_path / "material" / "clips").mkdir()
    for number in range(2):
        footage(tmp_path / "material" / "clips" / f"{number}.mp4", seconds=3.0, hue=80 * number)
    return tmp_path / "material"


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGHUP], ids=named)
def test_an_ad_that_is_stopped_while_its_lines_are_written_is_gone_on_with(
    program: Any, server: Any, answer: Any, material: Path, sign: signal.Signals
) -> None:
    server.always = answer(stall=120)
    product = next(material.rglob("product.toml"))
    words = ("--product", product, "--footage", material / "clips", "--voice", "none", "--aspect", "1:1")
    error = stopped(program, sign, lambda: server.asked, "ad", "make", *words, "--llm", "mine:m", "-o", "ad.mp4")
    assert error["run_id"] in error["hint"]
    assert not (program.folder / "ad.mp4").exists()
    resumed = program("ad", "make", "--resume", error["run_id"], "--llm", "offline", "--json", "-q")
    assert resumed.status == 0, str(resumed)


@pytest.fixture
def ads(tmp_path: Path) -> Path:
    """Two ads of three clips."""
    place = product_file(tmp_path / "ads").parent
    for number in (1, 2):
        subtitled_ad(place / f"{number}.mp4", LINES, seed=number)
    return tmp_path / "ads"


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGHUP], ids=named)
def test_a_bench_that_is_stopped_asks_no_answered_sample_again(
    program: Any, server: Any, answer: Any, ads: Path, sign: signal.Signals
) -> None:
    server.answers, server.always = [answer(text=json.dumps(PLAN))], answer(stall=120)
    words = ("ad", "bench", "run", ads, "-o", program.folder / "a.jsonl", "--llm", "mine:m")
    stopped(program, sign, lambda: len(server.asked) == 2, *words)
    server.always = answer(text=json.dumps(PLAN))
    again = program(*map(str, words), "--json")
    assert (again.data["models"][0]["n_order"], len(server.asked)) == (2, 3)
    lines = (program.folder / "a.jsonl").read_text("utf-8").splitlines()
    assert len([json.loads(line) for line in lines]) == 2


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGHUP], ids=named)
def test_a_data_set_that_is_stopped_leaves_none_and_asks_nothing_again(
    program: Any, server: Any, answer: Any, ads: Path, sign: signal.Signals
) -> None:
    server.always = answer(stall=120)
    words = ("ad", "dataset", ads, "-o", "data", "--temporal", "0", "--llm", "mine:m")
    stopped(program, sign, lambda: server.asked, *words)
    assert not (program.folder / "data" / "README.md").exists()
    again = program(*map(str, words[:-1]), "offline", "--json")
    assert again.status == 0, str(again)
    assert (Path(again.data["folder"]) / "README.md").exists()


@pytest.mark.parametrize("sign", SIGNALS, ids=named)
def test_a_study_of_paid_clips_that_is_stopped_buys_none_twice(program: Any, videos: Any, sign: signal.Signals) -> None:
    program.folder.mkdir(parents=True, exist_ok=True)
    (program.folder / "prompts.csv").write_text("prompt\nstreet tacos\na pot of steam\nrain on a roof\n")
    values = {
        "name": "paid", "prompts": "prompts.csv", "models": ["offline"], "modes": ["basic"], "candidates": [1],
        "renderers": ["api:tiny"], "predictors": ["neighbours"], "at_once": 1,
    }  # fmt: skip
    file = program.folder / "paid.toml"
    file.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items()))
    error = stopped(program, sign, lambda: videos.made == 2, "study", "run", file)
    assert error["hint"] == f"Go on with: popcorn study run {file}"
    again = program("study", "run", file, "--json")
    assert (again.data["units_done"], videos.made, videos.deleted) == (3, 3, []), str(again)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGHUP], ids=named)
def test_a_page_that_is_stopped_says_so_and_starts_again(own: Any, sign: signal.Signals) -> None:
    page = LivePage(own)
    for _ in range(2):
        page.start()
        assert page.process is not None
        page.process.send_signal(sign)
        _, stderr = page.process.communicate(timeout=600)
        assert page.process.returncode in {0, 130}, stderr
        assert "Traceback" not in stderr
    page.ended.close()
