"""MMRA as published by its command line, on drawn clips: what was trained in one process scores clips in the next."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from paper_place import SCORE, TRAIN, PaperPlace


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> PaperPlace:
    place = PaperPlace(tmp_path_factory.mktemp("paper"))
    chance = np.random.default_rng(5)
    colours = chance.integers(0, 255, (90, 2, 3)).astype(np.uint8)
    place.imports(
        (f"colours {number} of ninety", "Art", [np.broadcast_to(one, (48, 32, 3)) for one in pair])
        for number, pair in enumerate(colours)
    )
    return place


@pytest.fixture(scope="module")
def trained(place: PaperPlace) -> dict[str, Any]:
    return place.runs(*TRAIN, *place.models())


def test_a_clip_is_scored_in_a_fresh_process_however_its_imports_race(
    place: PaperPlace, trained: dict[str, Any]
) -> None:
    assert trained["variant"] == "reference"
    found = place.runs(*SCORE, "videos/000.mp4")
    assert np.isfinite(found["log2_comments"])
    assert "frames" in found["basis"]


def test_a_model_that_is_another_now_is_refused_by_name(place: PaperPlace, trained: dict[str, Any]) -> None:
    config = place.folder / "models" / "captions" / "generation_config.json"
    before = config.read_bytes()
    config.write_bytes(before + b" ")
    try:
        error = place.runs(*SCORE, "videos/000.mp4", status=1)
    finally:
        config.write_bytes(before)
    assert "captions changed" in error["message"]


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("sound=there", "the feature profile 'paper' has no model for 'sound'"),
        ("frames", "--model is ROLE=NAME, not 'frames'"),
        ("frames=", "--model is ROLE=NAME, not 'frames='"),
    ],
)
def test_a_model_that_cannot_be_named_is_refused_before_anything_begins(
    place: PaperPlace, named: str, message: str
) -> None:
    error = place.runs("predictor", "train", "--data", "clips", "--name", "other", "--profile", "paper",
                       "--videos", "videos", "--model", named, status=2)  # fmt: skip
    assert error["message"] == message


@pytest.mark.parametrize(
    ("role", "folder", "message"),
    [
        ("frames", "text", "the model 'text' for 'frames' is of the kind bert, and one of the kind vit is needed"),
        ("text", "frames", "the model 'frames' for 'text' is of the kind vit, and one of the kind bert is needed"),
        ("captions", "text", "the model 'text' for 'captions' is of the kind bert, and one of the kind blip is needed"),
        ("retrieval", "frames", "the model 'frames' cannot be loaded from"),
        ("retrieval", "captions", "the model 'captions' cannot be loaded from"),
    ],
)
def test_a_model_of_another_kind_is_refused_before_any_clip_is_read(
    place: PaperPlace, role: str, folder: str, message: str
) -> None:
    named = [one for one in place.models() if not one.startswith(f"--model={role}=")]
    wrong = f"--model={role}=models/{folder}"
    error = place.runs(*TRAIN[:5], "other", *TRAIN[6:], *named, wrong, status=10)
    assert error["message"].startswith(message)
    assert error["hint"]


def test_a_role_that_is_named_twice_is_refused(place: PaperPlace) -> None:
    twice = ["--model=text=one", "--model= text=two"]
    error = place.runs(*TRAIN[:5], "other", *TRAIN[6:], *twice, status=2)
    assert error["message"] == "--model names 'text' twice"
