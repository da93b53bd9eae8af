"""Training and scoring with real clips, as a program: what is seen is in the basis, what cannot be seen is said."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from popcorn.agent.wiring.predictor_training import Features, train_predictor
from popcorn.settings import Settings
from popcorn.tools.popularity import MMRA, MMRAConfig
from popcorn.tools.popularity.trained.recipe import Recipe, Silent
from safetensors.torch import save_file

NUMBER = 90


class Unwatched(Silent):
    """A training that nobody looks at."""

    def progress(self, done: int, total: int) -> None:
        """How many videos have their features."""


@pytest.fixture(scope="module")
def seen(built: Any, test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A home with 90 references, every fourth of which has a clip, and the predictor `seen` trained on them."""
    place = tmp_path_factory.mktemp("seen")
    program = replace(built, home=place / "home", folder=place / "folder", variables={"POPCORN_ENCODER": "hashing"})
    videos = program.folder / "videos"
    videos.mkdir(parents=True)
    clips = sorted((test_data / "clips" / "open").glob("*.mp4"), key=lambda path: path.stat().st_size)[:4]
    for number in range(0, NUMBER, 4):
        shutil.copy(clips[number // 4 % len(clips)], videos / f"v{number}.mp4")
    (videos / "v1.mp4").write_bytes(b"no video")
    with (program.folder / "mine.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "title", "comments", "tag"))
        chance = np.random.default_rng(0)
        for number in range(NUMBER):
            topic = number % 3
            title = f"{('tea', 'chess', 'violin')[topic]} {chance.integers(9)}"
            writer.writerow((f"v{number}", title, int(2 ** (topic * 3 + chance.normal(3, 0.5))), "Life"))
    imported = program("references", "import", "mine.csv", "--name", "mine", "--json")
    assert imported.status == 0, str(imported)
    recipe = replace(Recipe.quick("popcorn"), members=("network",))  # the others do not look at frames
    settings = Settings(home=program.home, catalogue="mine", encoder="hashing")
    made = train_predictor(settings, "seen", recipe, Unwatched(), videos, Features("light"))
    facts = made.fitted.facts
    assert (facts.origin.profile, sum(facts.rows)) == ("light", NUMBER)
    assert any(note.startswith("23 of 90 videos have frames") for note in facts.notes)
    assert any(note.startswith("v1: ") for note in facts.notes)
    return program


def test_a_clip_that_is_seen_is_in_the_basis_and_its_absence_is_not_hidden(seen: Any, test_data: Path) -> None:
    clip = test_data / "clips" / "open" / "co-tracker__apple.mp4"
    command = ("predictor", "score", "--predictor", "seen", "--title", "violin 3", "--tag", "Life", "--json")
    with_clip, without = seen(*command, "--video", clip).data, seen(*command).data
    assert with_clip["basis"] == ["title", "tag", "frames"]
    assert without["basis"] == ["title", "tag"]


def test_a_clip_that_cannot_be_read_is_an_error_and_not_a_score(seen: Any) -> None:
    command = ("predictor", "score", "--predictor", "seen", "--title", "violin 3", "--json")
    outcome = seen(*command, "--video", "videos/v1.mp4")
    assert "Traceback" not in outcome.stderr
    assert (outcome.status, outcome.error["code"]) == (1, "data"), str(outcome)
    assert "v1.mp4" in outcome.error["message"]


def test_an_awkward_clip_gets_a_score(seen: Any, test_data: Path) -> None:
    rows = ["video_id,title,video"]
    clips = sorted((test_data / "clips" / "edge").iterdir())
    rows += [f"{number},violin 3,{clip}" for number, clip in enumerate(clips)]
    (seen.folder / "edge.csv").write_text("\n".join(rows) + "\n")
    outcome = seen("predictor", "score", "--predictor", "seen", "--batch", "edge.csv", "--json", timeout=600)
    assert [one["basis"] for one in outcome.data["scores"]] == [["title", "frames"]] * len(clips)
    assert all(np.isfinite(one["log2_comments"]) for one in outcome.data["scores"])


def test_an_explanation_tells_what_the_frames_were_worth(seen: Any, test_data: Path) -> None:
    clip = test_data / "clips" / "open" / "co-tracker__apple.mp4"
    command = ("predictor", "explain", "--predictor", "seen", "--title", "violin 3", "--json")
    data = seen(*command, "--video", clip).data
    assert [one["without"] for one in data["without"]] == ["text", "frames", "retrieval"]


def test_an_evaluation_has_a_frozen_clip_as_a_control(seen: Any) -> None:
    command = ("predictor", "evaluate", "seen", "--videos", "videos", "--no-baselines", "--json")
    data = seen(*command, timeout=600).data
    assert [line["name"] for line in data["lines"]] == ["seen", "shuffled text", "frozen clip"]


def test_published_weights_need_features_of_their_own_size(seen: Any) -> None:
    """Frames of the light profile are measured, not encoded: their size is not that of its texts."""
    network = MMRA(MMRAConfig("reference", dimension=24)).network
    save_file(dict(network.state_dict()), seen.folder / "published.safetensors")
    command = ("predictor", "import-reference", "published.safetensors", "--data", "mine", "--videos", "videos")
    outcome = seen(*command, "--name", "published", "--profile", "light", "--json", timeout=600)
    assert "Traceback" not in outcome.stderr
    assert (outcome.status, outcome.error["code"]) == (1, "data"), str(outcome)
    assert "unforeseen" not in outcome.error["message"]
    assert "24" in outcome.error["message"]
    assert outcome.error["hint"] not in ("", "See MMRAConfig.")
    assert not (seen.home / "predictors" / "published").exists()
