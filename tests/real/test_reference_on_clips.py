"""MMRA as published, from clips to a score, each step in its own process: the figures mean nothing, the path does.

The clips are the open ones of the test data and parts of them, mirrored and lit otherwise; the four networks of the
features have the real classes at tiny size.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from popcorn.tools.media.sampling import sample
from tiny_features import save_models

PARTS = 9
"""Clips that each open clip gives: parts of it, every other one mirrored and brighter."""
SIDE = 96


class Place:
    """A home, and commands in it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder, folder / "home"

    def runs(self, *arguments: str, status: int = 0) -> dict[str, Any]:
        """What the command answers with --json, in a fresh process."""
        environment = {**os.environ, "POPCORN_HOME": str(self.home), "OMP_NUM_THREADS": "1"}
        done = subprocess.run(
            [sys.executable, "-m", "popcorn", *arguments, "--json"],
            capture_output=True, text=True, env=environment, cwd=self.folder, timeout=900, check=False,
        )  # fmt: skip
        assert done.returncode == status, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer["data"] if status == 0 else answer["error"]


@pytest.fixture(scope="module")
def place(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A catalogue `clips` of parts of real clips, and the folder of these."""
    place = Place(tmp_path_factory.mktemp("paper"))
    videos = place.folder / "videos"
    videos.mkdir()
    chance = np.random.default_rng(3)
    rows = []
    for source in sorted((test_data / "clips" / "open").iterdir()):
        pictures = [one.picture for one in sample(source, 4 * PARTS, side=SIDE).samples]
        for part in range(PARTS):
            known = f"{len(rows):03d}"
            write(videos / f"{known}.mp4", pictures[4 * part : 4 * part + 4], mirrored=bool(part % 2))
            title = f"{source.stem.replace('_', ' ')} part {part}"
            rows.append(
                {"id": known, "title": title, "tag": source.suffix[1:], "comments": int(2 ** chance.uniform(0, 9))}
            )
    with (place.folder / "clips.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    place.runs("references", "import", "clips.csv", "--name", "clips")
    return place


def write(path: Path, pictures: list[np.ndarray], *, mirrored: bool) -> None:
    """A second of video with each picture for a quarter of it."""
    height, width = (side // 2 * 2 for side in pictures[0].shape[:2])
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=12)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(12):
            picture = pictures[number // 3][:height, :width]
            shown = np.minimum(picture[:, ::-1].astype(np.int16) + 24, 255).astype(np.uint8) if mirrored else picture
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(shown), format="rgb24")))
        container.mux(stream.encode(None))


@pytest.fixture(scope="module")
def models(place: Place) -> list[str]:
    """The options that name the four models."""
    return [f"--model={role}={name}" for role, name in save_models(place.folder / "models", text_size=32).items()]


@pytest.fixture(scope="module")
def trained(place: Place, models: list[str]) -> dict[str, Any]:
    return place.runs(
        "predictor", "train", "--data", "clips", "--name", "published", "--variant", "reference", "--profile", "paper",
        "--videos", "videos", "--epochs", "2", *models,
    )  # fmt: skip


def test_the_published_variant_is_trained_on_real_clips(trained: dict[str, Any]) -> None:
    assert trained["variant"] == "reference"
    assert sum(trained["rows"].values() if isinstance(trained["rows"], dict) else trained["rows"]) == 14 * PARTS


@pytest.mark.parametrize("number", range(2))
def test_a_clip_is_scored_in_a_fresh_process_however_its_imports_race(
    place: Place, trained: dict[str, Any], number: int
) -> None:
    found = place.runs(
        "predictor", "score", "--predictor", "published", "--title", "a dog runs", "--video", f"videos/{number:03d}.mp4"
    )
    assert np.isfinite(found["log2_comments"])
    assert "frames" in found["basis"]


def test_it_is_evaluated_with_the_models_that_it_was_trained_with(place: Place, trained: dict[str, Any]) -> None:
    found = place.runs("predictor", "evaluate", "published", "--videos", "videos", "--no-baselines")
    assert found["catalogue"] == "clips"


def test_a_model_that_is_another_now_is_refused_by_name(place: Place, trained: dict[str, Any]) -> None:
    config = place.folder / "models" / "captions" / "generation_config.json"
    before = config.read_bytes()
    config.write_bytes(before + b" ")
    try:
        error = place.runs(
            "predictor", "score", "--predictor", "published", "--title", "a dog", "--video", "videos/000.mp4", status=1
        )
    finally:
        config.write_bytes(before)
    assert "captions changed" in error["message"]


def test_a_role_that_there_is_not_is_said_before_anything_begins(place: Place) -> None:
    error = place.runs(
        "predictor", "train", "--data", "clips", "--name", "other", "--profile", "paper", "--videos", "videos",
        "--model", "sound=there", status=2,
    )  # fmt: skip
    assert error["message"] == "the feature profile 'paper' has no model for 'sound'"
