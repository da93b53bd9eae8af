"""`popcorn ad dataset` as people and scripts use it, on ads that are made here."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from finished_ads import product_file, silent_ad, subtitled_ad


@pytest.fixture(scope="module")
def ads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two products with an ad each, one of forty cuts, one without sound, one in two languages, and a broken file."""
    place = tmp_path_factory.mktemp("finished")
    product_file(place / "mug")
    product_file(place / "tea", 'name = "Green Tea"\nfacts = ["It grows in the shade."]\n')
    subtitled_ad(place / "mug" / "1.mp4", ("Watch the lid.", "Order the mug."), seed=1)
    subtitled_ad(place / "tea" / "1.mp4", ("Tea from the shade.", "Taste green tea."), seed=2)
    silent_ad(place / "mug" / "silent.mp4", 2, seed=3)
    subtitled_ad(place / "mug" / "forty.mp4", tuple(f"Line {number} of it." for number in range(40)), 0.7, seed=4)
    subtitled_ad(place / "tea" / "two.mp4", ("This green tea grows in the shade.", "这个绿茶真的很好喝啊"), seed=5)
    (place / "tea" / "broken.mp4").write_bytes(b"no film at all")
    return place


@pytest.fixture(scope="module")
def made(built: Any, ads: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    program = replace(built, folder=tmp_path_factory.mktemp("made"))
    return program("ad", "dataset", str(ads), "-o", "data", "--temporal", "0", "--llm", "offline", "--json")


def test_a_folder_of_ads_becomes_a_data_set_and_everything_else_is_counted(made: Any) -> None:
    data = made.data
    assert (data["files"], data["ads"], data["products"], data["test_products"]) == (6, 2, 2, 1)
    assert data["reasons"] == {
        "too many clips": 1,
        "nothing is said": 1,
        "two languages": 1,
        "cannot be read": 1,
    }
    folder = Path(data["folder"])
    assert data["rows"]["train/compound.jsonl"] == len((folder / "train" / "compound.jsonl").read_text().splitlines())
    assert (folder / "README.md").is_file()
    assert "judged and rewritten by rules" in " ".join(made.stderr.split())
    assert json.loads((folder / "rejected.jsonl").read_text().splitlines()[0])["faults"]


def test_it_does_not_write_over_what_is_there(popcorn: Any, ads: Path) -> None:
    (popcorn.folder / "mine").mkdir(parents=True)
    (popcorn.folder / "mine" / "text.txt").write_text("mine")
    outcome = popcorn("ad", "dataset", str(ads), "-o", "mine", "--llm", "offline", "--json")
    assert (outcome.status, outcome.error["code"]) == (2, "usage")
    assert "is there already" in outcome.error["message"]


def test_a_folder_that_is_not_there_is_named(popcorn: Any) -> None:
    outcome = popcorn("ad", "dataset", "nowhere", "-o", "data", "--json")
    assert outcome.status == 2
    assert "'nowhere' is no folder" in outcome.error["message"]
