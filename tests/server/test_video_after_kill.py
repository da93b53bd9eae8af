"""A render at a server outlives the process that asked for it: killed, stopped and resumed as its users do."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

KEY = "sk-video-only-for-this-test"
QUICK = ("--llm", "offline", "--renderer", "api:tiny", "--threshold", "0", "--seed", "7")
RENDER = """
import resource
import sys
from pathlib import Path
from popcorn.settings_tables import RendererSettings
from popcorn.tools.video.registry import load
from popcorn.tools.video.types import RenderRequest

renderer = load("api:tiny", {"api": RendererSettings(base_url=sys.argv[1])})
if len(sys.argv) > 3:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
clip = renderer.render(RenderRequest("Biryani", "A clay pot, the lid lifts."), Path(sys.argv[2]))
print(clip.recipe.job, clip.frames, "; ".join(clip.recipe.notes))
"""


@pytest.fixture
def videos(videos: Any) -> Any:
    videos.size = (180, 320)
    return videos


@pytest.fixture
def program(own: Any, videos: Any) -> Any:
    """The program in a home of its own, with the server in its settings and a key."""
    told = {"api": {"base_url": videos.url, "key_variable": "VIDEO_KEY"}}
    return own.set(POPCORN_RENDERERS=json.dumps(told), VIDEO_KEY=KEY, no_proxy="127.0.0.1")


def until(happened: Any, seconds: float = 600) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


def files_with_the_key(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]


def test_a_render_that_was_killed_goes_on_with_the_same_job(
    videos: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    videos.looks = 10**6
    command = [sys.executable, "-c", RENDER, videos.url, str(tmp_path / "clip.mp4")]
    with subprocess.Popen(command) as process:
        until(lambda: videos.count("GET"))
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert [file.name for file in tmp_path.iterdir()] == [".popcorn-paid"]
    videos.looks = 1
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    assert ran.stdout.strip().startswith("video_gen_1 72 went on with the job video_gen_1")
    assert (videos.count("POST"), videos.deleted) == (1, [])
    assert sorted(file.name for file in tmp_path.iterdir()) == [".popcorn-paid", "clip.mp4"]


@pytest.mark.parametrize("more", [-1000, 100], ids=["in the download", "after it"])
def test_a_full_disk_is_a_sentence_and_the_job_is_kept(
    videos: Any, video_server: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: int
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    command = [sys.executable, "-c", RENDER, videos.url, str(tmp_path / "clip.mp4")]
    room = len(video_server.encoded(*videos.size, 72)) + more
    ran = subprocess.run([*command, str(room)], check=False, capture_output=True, text=True)
    assert "RenderError" in ran.stderr
    assert "could not be written: File too large" in ran.stderr
    assert [file.name for file in tmp_path.iterdir()] == [".popcorn-paid"]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    assert ran.stdout.startswith("video_gen_1 72")
    assert videos.count("POST") == 1


def test_a_killed_ask_is_resumed_with_the_same_job(program: Any, videos: Any) -> None:
    videos.looks = 10**6
    with program.start("ask", "street tacos", "--jsonl", *QUICK) as process:
        run_id = json.loads(process.stdout.readline())["run_id"]
        until(lambda: videos.count("GET"))
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=600)
    videos.looks = 1
    outcome = program("ask", "--resume", run_id, "--json", "-q")
    assert outcome.data["video"]["renderer"] == "api:tiny", str(outcome)
    assert (outcome.data["video"]["frames"], videos.count("POST"), videos.deleted) == (72, 1, [])
    assert outcome.data["models"]["renderer"] == "api:tiny"
    assert files_with_the_key(program.home) == []
    assert KEY not in outcome.stdout + outcome.stderr
    made = (program.home / "runs" / run_id / "attempts").iterdir()
    assert [file.suffix for file in sorted(made)] == [".jpg", ".mp4"]


def test_an_interrupted_ask_calls_its_job_off_and_says_how_to_go_on(program: Any, videos: Any) -> None:
    videos.looks = 10**6
    with program.start("ask", "street tacos", *QUICK) as process:
        until(lambda: videos.count("GET"))
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=600)
    assert process.returncode == 130, stderr
    assert time.monotonic() - began < 60
    assert "popcorn ask --resume 20" in stderr
    assert "Traceback" not in stderr
    assert stdout == ""
    assert videos.deleted == ["video_gen_1"], "nobody pays for it"


@pytest.mark.parametrize(
    ("renderers", "status", "message", "hint"),
    [
        ("{}", 10, "nobody said where the server of 'api:tiny' is", "[renderers.api]"),
        ('{"api": {"base_url": "http://127.0.0.1:9/v1"}}', 1, "cannot be reached", "popcorn ask --resume"),
    ],
)
def test_a_server_that_cannot_be_asked_is_a_sentence_and_the_draft_is_kept(
    program: Any, renderers: str, status: int, message: str, hint: str
) -> None:
    outcome = program.set(POPCORN_RENDERERS=renderers)("ask", "street tacos", "--json", *QUICK, timeout=120)
    assert outcome.status == status, str(outcome)
    assert message in outcome.error["message"]
    assert hint in outcome.error["hint"]
    assert "Traceback" not in outcome.stderr


@pytest.mark.parametrize("ends", ["kill", "status 404"])
def test_a_row_of_many_that_was_cut_off_or_lost_its_server_goes_on_with_its_own_job(
    program: Any, videos: Any, video_server: ModuleType, ends: str
) -> None:
    told = {"api": {"base_url": videos.url, "key_variable": "VIDEO_KEY", "price": 0.1}}
    program = program.set(POPCORN_RENDERERS=json.dumps(told))
    program.folder.mkdir(parents=True)
    (program.folder / "prompts.csv").write_text("prompt\nstreet tacos\na cat on a sofa\n")
    command = ("ask", "--file", "prompts.csv", "--results", "results.csv", "--json", *QUICK)
    if ends == "kill":
        videos.looks = 10**6
        with program.start(*command) as process:
            until(lambda: videos.count("GET"))
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=600)
    else:
        videos.faults["GET"] = [video_server.Fault(status=404)] * 10**4
        assert program(*command).status == 1
    with (program.folder / "results.csv").open(newline="") as file:
        first = next(csv.DictReader(file))
    assert first["status"] == ("begun" if ends == "kill" else "failed")
    posted = videos.made
    videos.looks, videos.faults = 1, {}
    again = program(*command)
    assert again.data["done"] == 2, str(again)
    assert videos.made == (2 if ends == "kill" else posted), "what was begun is fetched, and nothing is bought twice"
    with (program.folder / "results.csv").open(newline="") as file:
        last = next(csv.DictReader(file))
    assert (last["status"], last["run_id"]) == ("done", first["run_id"])
