"""`popcorn ad finetune` as people use it: a tiny model learns an ad by heart and then makes one with `ad make`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from finished_ads import product_file, subtitled_ad
from small_ads import footage
from tiny_seeing_model import tiny_seeing_model


@pytest.fixture(scope="module")
def place(built: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The program in a folder with footage, a data set of one ad, and a model that has learned nothing."""
    program = replace(built, folder=tmp_path_factory.mktemp("tuning"))
    folder: Path = program.folder
    product_file(folder / "ads")
    subtitled_ad(folder / "ads" / "1.mp4", ("Your coffee stays hot.", "Order the steel mug today."), 1.2)
    made = program(
        "ad",
        "dataset",
        "ads",
        "-o",
        "data",
        "--orders",
        "1",
        "--test-share",
        "0",
        "--temporal",
        "0",
        "--llm",
        "offline",
    )
    assert made.status == 0, str(made)
    rows = [
        json.loads(line)
        for path in (folder / "data" / "train").glob("*.jsonl")
        for line in path.read_text().splitlines()
    ]
    texts = [
        part["text"] for row in rows for message in row["messages"] for part in message["content"] if len(part) > 1
    ]
    answers = [row["messages"][2]["content"][0]["text"] for row in rows]
    tiny_seeing_model(folder / "tiny", texts * 3 + answers * 20)
    (folder / "clips").mkdir()
    for number in range(3):
        footage(folder / "clips" / f"{number}.mp4", seconds=3.0, hue=80 * number)
    return program


def test_a_model_learns_and_makes_an_ad_and_a_finished_training_is_not_done_again(place: Any) -> None:
    trained = place(
        "ad", "finetune", "--data", "data", "--model", "tiny", "-o", "out", "--method", "full", "--z", "without",
        "--batch", "1", "--learning-rate", "0.01", "--epochs", "30", "--json",
    )  # fmt: skip
    assert trained.data["steps"] == 30
    assert "1 rows a step" in trained.stderr
    again = place("ad", "finetune", "--resume", "out", "--json")
    assert again.data == trained.data
    made = place(
        "ad", "make", "--product", "ads/product.toml", "--footage", "clips", "--llm", f"hf:{trained.data['model']}",
        "--clips", "2", "--voice", "none", "--aspect", "1:1", "--json",
    )  # fmt: skip
    said = [(one["clip"], one["script"]) for one in made.data["segments"]]
    assert said == [(1, "Your coffee stays hot."), (2, "Order the steel mug today.")]
    assert any("the model was shown 12 pictures of 3 clips" in notice for notice in made.data["notices"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "a training needs a data set, a model and a folder: --data, --model, -o not given"),
        (("--data", "clips", "--model", "tiny", "-o", "x"), "holds no data set of ads"),
        (("--data", "data", "--model", "tiny", "-o", "x", "--stage", "fine"), "--stage 'fine' is not known"),
        (("--data", "data", "--model", "tiny", "-o", "x", "--at-once", "3"), "cannot be parted into 3 at once"),
        (("--resume", "data"), "no training was begun in"),
        (("--resume", "data", "-o", "x"), "--resume goes on by the recipe in its folder"),
    ],
)
def test_what_cannot_be_trained_is_said_and_no_folder_is_made(
    place: Any, options: tuple[str, ...], message: str
) -> None:
    outcome = place("ad", "finetune", *options, "--json")
    assert outcome.status == 2
    assert message in outcome.error["message"]
    assert not (place.folder / "x").exists()
