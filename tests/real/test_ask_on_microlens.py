"""`popcorn ask` on references of real videos: MicroLens, imported by the command a user would type."""

from __future__ import annotations

import csv
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

DATA = Path(os.environ.get("POPCORN_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))
MICROLENS = DATA / "microlens_100k"
pytestmark = pytest.mark.skipif(not MICROLENS.is_dir(), reason=f"the MicroLens test data is not at {MICROLENS}")


@pytest.fixture(scope="module")
def microlens(built: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A home of its own with the whole of MicroLens-100k, encoded by the model-free encoder."""
    place = tmp_path_factory.mktemp("microlens")
    program = replace(built, home=place / "home", folder=place / "folder")
    outcome = program("references", "import", MICROLENS, "--name", "microlens", "--json", timeout=600)
    assert outcome.status == 0, str(outcome)
    return program


@pytest.fixture(scope="module")
def data(microlens: Any) -> dict[str, Any]:
    """The result of one ask on it."""
    request = "Create a video showcasing the preparation of authentic Indian biryani"
    result: dict[str, Any] = microlens("ask", request, "--catalogue", "microlens", "--json", "--aspect", "1:1").data
    return result


def test_every_row_of_the_folder_is_accounted_for(microlens: Any) -> None:
    stats = microlens("references", "stats", "--catalogue", "microlens", "--json").data
    assert 19_600 < stats["rows"] <= 19_738
    assert len(stats["tags"]) == 23


def test_the_references_are_real_videos_with_their_own_counts(data: dict[str, Any]) -> None:
    with (MICROLENS / "video_label.csv").open(encoding="utf-8-sig") as file:
        labels = dict(list(csv.reader(file))[1:])
    assert Counter(reference["side"] for reference in data["references"]) == {"popular": 9, "unpopular": 1}
    assert {reference["source"] for reference in data["references"]} == {"microlens"}
    for reference in data["references"]:
        (identifier,) = [part for part in (reference["id"], reference["id"].rpartition(":")[2]) if part in labels][:1]
        assert reference["comments"] == int(labels[identifier])


def test_nothing_real_is_called_illustrative_and_the_score_names_its_set(data: dict[str, Any]) -> None:
    assert not any(reference.get("illustrative") for reference in data["references"])
    assert not data["score"].get("illustrative")
    assert "trending YouTube videos of 2017-2018" in data["score"]["against"], "the shipped predictor's own set"
    assert any(character.isdigit() for character in data["score"]["against"])


def test_the_score_is_one_that_such_videos_have(data: dict[str, Any]) -> None:
    score = data["score"]
    assert 0 < score["log2_comments"] < 20
    assert (score["percentile"], score["interval"], score["evidence"]) == (None, None, False)


def test_two_requests_get_references_of_their_own(microlens: Any, data: dict[str, Any]) -> None:
    found = microlens("references", "search", "A football match", "--catalogue", "microlens", "--json").data
    assert {reference["id"] for reference in found["references"]}.isdisjoint(
        reference["id"] for reference in data["references"]
    )


def test_a_second_import_of_the_same_folder_embeds_nothing_again(microlens: Any) -> None:
    folder = microlens.home / "catalogues" / "microlens"
    before = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in folder.rglob("*") if path.is_file()}
    outcome = microlens("references", "import", MICROLENS, "--name", "microlens", "--json", timeout=600)
    assert outcome.status == 0, str(outcome)
    after = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in folder.rglob("*") if path.is_file()}
    vectors = [path for path in before if path.suffix in {".npy", ".faiss", ".safetensors", ".index"}]
    assert vectors
    assert [path.name for path in vectors if after.get(path) != before[path]] == []
