"""Popcorn as a library, over real parts: the sample by word hashes, the neighbours predictor, the animatic."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

import popcorn
import pytest
from popcorn import (
    PopcornError,
    acreate_video,
    afind_references,
    ascore_popularity,
    create_ad,
    create_video,
    find_references,
    resume_video,
    score_popularity,
)
from popcorn.agent.runs.run_store import RunStore, Status
from popcorn.agent.wiring.workshop import workshop_of
from popcorn.settings import load_settings

QUICK: Any = {"llm": "offline", "mode": "basic", "aspect": "1:1", "attempts": 1, "seed": 3, "threshold": 0}


@pytest.fixture
def home(built: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shared home, as a caller's environment names it."""
    monkeypatch.setenv("POPCORN_HOME", str(built.home))
    monkeypatch.setenv("POPCORN_ENCODER", "hashing")
    monkeypatch.setenv("POPCORN_PREDICTOR", "neighbours")
    return Path(built.home)


def test_a_video_comes_with_its_files_its_score_and_all_that_ask_tells(home: Path) -> None:
    events: list[dict[str, Any]] = []
    video = create_video("street tacos at dawn", watch=events.append, **QUICK)
    assert (video.path, video.cover) == tuple(home / "runs" / video.run_id / name for name in ("clip.mp4", "cover.jpg"))
    assert video.path.is_file()
    assert video.data == json.loads((home / "runs" / video.run_id / "result.json").read_text())
    assert (video.title, video.accepted) == (video.data["title"], True)
    assert video.score.percentile == video.data["score"]["percentile"]
    assert popcorn.standing(video.score)
    assert video.choice is not None
    assert (video.choice.over, video.choice.model) == (2, video.data["models"]["choice"])
    assert (events[0]["event"], events[-1]["event"]) == ("run_started", "run_finished")
    assert resume_video(video.run_id) == video
    assert RunStore(home).find(video.run_id).status is Status.DONE, "its events were read to their end"


def test_what_a_request_names_is_followed_or_refused_in_words_and_choices_go_before(home: Path) -> None:
    asked = "two drafts about a potter at work, wide, 30 seconds, and render it with ltx"
    events: list[dict[str, Any]] = []
    options = {name: value for name, value in QUICK.items() if name != "aspect"} | {"renderer": "animatic"}
    video = create_video(asked, watch=events.append, **options)
    told = [event["message"] for event in events if event["event"] == "notice"][:4]
    assert told == list(video.data["notices"])[:4] == [
        "understood from the request: 2 drafts, shape 16:9",
        "the request says renderer ltx; what was chosen beside it goes before: animatic",
        "one video is made of a request: the best of its drafts is rendered",
        "every clip has 3 seconds: “30 seconds” is not possible here; --shots 2 to 5 joins several",
    ]  # fmt: skip
    assert (video.request, video.data["video"]["width"]) == (asked, 1920)
    assert video.choice is not None
    assert video.choice.over == 1
    assert "potter" in video.title.casefold()
    assert not {"ltx", "drafts", "seconds"} & set(video.title.casefold().split())


def test_a_second_video_of_a_process_opens_nothing_again(home: Path) -> None:
    workshop = workshop_of(load_settings())
    create_video("street tacos at dawn", **QUICK | {"mode": "enhanced"})
    opened = dict(workshop.opened)
    assert {"catalogue sample", "encoder hashing", "predictor neighbours", "renderer animatic"} <= set(opened)
    video = create_video("a dog on a skateboard", **QUICK | {"mode": "enhanced"})
    assert score_popularity(video.title).predictor == "neighbours"
    assert find_references("a dog on a skateboard").references
    assert workshop.opened == opened


async def test_videos_are_made_at_the_same_time_and_a_stopped_one_goes_on(home: Path) -> None:
    started: list[str] = []
    one = asyncio.create_task(acreate_video("a cat", watch=lambda event: started.append(event["run_id"]), **QUICK))
    other = asyncio.create_task(acreate_video("a dog", **QUICK))
    while not started:
        await asyncio.sleep(0.01)
    one.cancel()
    assert (await other).request == "a dog"
    with pytest.raises(asyncio.CancelledError):
        await one
    assert (await popcorn.aresume_video(started[0])).request == "a cat"


async def test_a_sync_call_in_a_running_loop_names_its_twin(home: Path) -> None:
    with pytest.raises(PopcornError, match="create_video was called while an event loop runs") as caught:
        create_video("a cat")
    assert caught.value.hint == "Write: await popcorn.acreate_video(...)"


async def test_references_and_scores_are_there_on_their_own(home: Path) -> None:
    found = await afind_references("biryani", references=5)
    assert found == await asyncio.to_thread(find_references, "biryani", references=5)
    assert len(found.references) == 5
    score = await ascore_popularity("Biryani for 100", "A pot the size of a car")
    assert score.percentile is None or 0 < score.percentile < 100
    assert "title" in score.basis


def test_what_cannot_be_meant_is_an_error_of_ours(home: Path) -> None:
    with pytest.raises(PopcornError, match="no renderer 'anmatic'"):
        create_video("a cat", **QUICK | {"renderer": "anmatic"})
    with pytest.raises(PopcornError, match="'attempts'"):
        create_video("a cat", attempts=0)
    with pytest.raises(PopcornError, match="the title is empty"):
        score_popularity(" ")
    with pytest.raises(AttributeError, match="no attribute 'create_vidoe'"):
        popcorn.create_vidoe  # type: ignore[attr-defined]  # noqa: B018 - a slip, as somebody would make it


@pytest.mark.parametrize("wrong", [None, 5, b"tacos", ["tacos"]])
def test_what_is_no_text_is_an_error_of_ours_that_names_the_argument(home: Path, wrong: Any) -> None:
    for call, name in (
        (lambda: create_video(wrong), "request"),
        (lambda: resume_video(wrong), "run_id"),
        (lambda: find_references(wrong), "query"),
        (lambda: score_popularity(wrong), "title"),
        (lambda: score_popularity("Tacos", wrong), "video_prompt"),
        (lambda: score_popularity("Tacos", tag=wrong), "tag"),
    ):
        with pytest.raises(PopcornError, match=f"^{name} is .*, not a text$"):
            call()


def test_the_names_are_listed_before_they_are_loaded() -> None:
    code = "import sys, popcorn; print(*dir(popcorn)); print('popcorn.agent' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names, loaded = ran.stdout.splitlines()
    assert {"create_video", "acreate_video", "PopcornError"} <= set(names.split())
    assert loaded == "False"


def test_the_example_in_the_documentation_runs(built: Any, tmp_path: Path) -> None:
    from popcorn.agent.doors import python_api as api

    example = re.search(r"(    from popcorn import.*?)\n\n[^ ]", str(api.__doc__), re.DOTALL)
    assert example
    program = tmp_path / "example.py"
    program.write_text("\n".join(line.removeprefix("    ") for line in example[1].splitlines()))
    environment = built.environment | {"POPCORN_PREDICTOR": "neighbours"}
    ran = subprocess.run(
        [sys.executable, program], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert re.search(r"clip\.mp4 (best guess: the|no evidence)", ran.stdout)
    assert ran.stderr == ""


def test_a_score_on_its_own_is_of_the_predictors_platform_unless_one_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POPCORN_PREDICTOR", "youtube-trending")
    title = "I tried every street taco in Mexico City in one day"
    own, short = score_popularity(title), score_popularity(title, platform="short-video")
    assert own.evidence
    assert own.percentile is not None
    assert (short.evidence, short.percentile) == (False, None)
    assert "short videos" in " ".join(short.no_evidence)


KEY = "sk-proj-4f9aZ81kQm27Lx0pTb55Vd"


@pytest.mark.parametrize(
    "call",
    [
        lambda: create_video("tacos", llm=KEY),
        lambda: create_video("tacos", image=f"{KEY}.png"),
        lambda: create_video("tacos", **{KEY: 1}),
        lambda: find_references("tacos", catalogue=KEY),
        lambda: score_popularity("tacos", aspect=KEY),
        lambda: create_ad(f"{KEY}.toml", KEY, llm=KEY),
        lambda: asyncio.run(acreate_video("tacos", seed=KEY)),
    ],
)
def test_an_error_repeats_no_key_that_was_passed_nor_do_its_causes(home: Path, call: Any) -> None:
    with pytest.raises(PopcornError) as caught:
        call()
    assert "hidden" in str(caught.value) or not caught.value.__cause__
    assert KEY not in "".join(traceback.format_exception(caught.value)).replace(f'"{KEY}', "")


def test_an_error_keeps_the_causes_that_hold_no_key(home: Path) -> None:
    with pytest.raises(PopcornError) as caught:
        create_video("tacos", seed="seven")
    assert "seven" in str(caught.value.__cause__)
