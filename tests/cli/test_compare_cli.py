"""`popcorn predictor compare` and `train --pairs`: pairs in, probabilities out, and what goes wrong with each."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from choice_models import labelled

LIVELY, DULL = (
    "You won't believe what otters number 900 did next",
    "Information concerning otters number 900 in general",
)
TRAIN = ("predictor", "train", "--networks", "0", "--json")


def write(file: Path, header: str, rows: list[tuple[object, ...]]) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", newline="", encoding="utf-8") as opened:
        opened.write(header + "\n")
        csv.writer(opened).writerows(rows)
    return file


@pytest.fixture(scope="module")
def home(built: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    place = tmp_path_factory.mktemp("compare")
    return replace(built, home=place / "home", folder=place / "folder", variables={"OMP_NUM_THREADS": "1"})


@pytest.fixture(scope="module")
def trained(home: Any) -> Any:
    """`popcorn predictor train --pairs`, as it went."""
    rows = [(one.title_a, one.title_b, f"{one.z:.3f}", one.test, one.story) for one in labelled()]
    file = write(home.folder / "tests.csv", "title_a,title_b,z,test_id,story", rows)
    return home(*TRAIN, "--pairs", file, "--name", "ours")


@pytest.fixture
def ours(home: Any, trained: Any, tmp_path: Path) -> Any:
    """The program in the shared home, in an empty working directory."""
    assert trained.status == 0, str(trained)
    (tmp_path / "folder").mkdir()
    return replace(home, folder=tmp_path / "folder")


def test_a_training_says_how_often_the_better_one_is_found_on_stories_kept_apart(trained: Any) -> None:
    assert trained.status == 0, str(trained)
    facts = json.loads(trained.stdout)["data"]
    assert (facts["name"], facts["pairs"], facts["stories"]) == ("ours", 200, 100)
    assert facts["learned_from"] == "200 pairs of tests.csv"
    figure = facts["lines"][0]
    assert figure["accuracy"]["low"] < figure["accuracy"]["mean"] < figure["accuracy"]["high"]
    assert figure["accuracy"]["low"] > 0.7
    assert figure["longer_wins"]["mean"] < figure["accuracy"]["low"]
    assert facts["sure"]["right"] > 0.7


def test_two_drafts_are_compared_by_what_was_trained(ours: Any) -> None:
    outcome = ours("predictor", "compare", "--title-a", LIVELY, "--title-b", DULL, "--predictor", "ours", "--json")
    assert outcome.status == 0, str(outcome)
    facts = json.loads(outcome.stdout)["data"]
    assert facts["probability_a"] > 0.7
    assert {**facts, "probability_a": 0} == {
        "probability_a": 0,
        "tied": False,
        "evidence": "yes",
        "no_evidence": [],
        "model": "ours",
        "learned_from": "200 pairs of tests.csv",
    }


def test_a_table_of_pairs_becomes_a_table_of_probabilities(ours: Any) -> None:
    file = write(
        ours.folder / "pairs.csv",
        "title_b,pair_id,title_a,tag",
        [(DULL, "x", LIVELY, ""), (), (LIVELY, "y", DULL, ""), (LIVELY, "z", LIVELY, ""), ("你好", "w", LIVELY, "")],
    )
    outcome = ours("predictor", "compare", "--batch", file, "--out", "out.csv", "--predictor", "ours", "--json")
    assert outcome.status == 0, str(outcome)
    with (ours.folder / "out.csv").open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert [row["pair_id"] for row in rows] == ["x", "y", "z", "w"]
    x, y, z, w = (float(row["probability_a"]) for row in rows)
    assert x > 0.7
    assert x + y == pytest.approx(1, abs=2e-6)
    assert z == 0.5
    assert 0 < w < 1
    assert [row["tied"] for row in rows] == ["false", "false", "true", "true"]
    assert [row["evidence"] for row in rows] == ["yes", "yes", "yes", "none"]
    facts = json.loads(outcome.stdout)["data"]
    assert (facts["rows"], facts["tied"], facts["without_evidence"]) == (4, 2, 1)


def test_without_a_name_the_shipped_model_compares(ours: Any) -> None:
    outcome = ours("predictor", "compare", "--title-a", LIVELY, "--title-b", DULL, "--json")
    assert outcome.status == 0, str(outcome)
    assert json.loads(outcome.stdout)["data"]["model"] == "headlines"


def test_on_another_platform_there_is_no_evidence(ours: Any) -> None:
    outcome = ours("predictor", "compare", "--title-a", LIVELY, "--title-b", DULL, "--platform", "short-video")
    assert outcome.status == 0, str(outcome)
    told = "no evidence: the draft is for short videos, and the model learned from web headlines"
    assert " ".join(outcome.stdout.split()).startswith(told)


def test_choice_models_are_listed_and_shown(ours: Any) -> None:
    listed = json.loads(ours("predictor", "info", "--json").stdout)["data"]["choice_models"]
    assert [row["name"] for row in listed] == ["headlines", "ours"]
    shown = json.loads(ours("predictor", "info", "ours", "--json").stdout)["data"]
    assert (shown["kind"], shown["pairs"]) == ("choice", 200)
    assert "ours" in ours("predictor", "info").stdout


def test_a_choice_model_is_no_predictor(ours: Any) -> None:
    outcome = ours("predictor", "use", "ours")
    assert outcome.status == 2, str(outcome)
    assert "'ours' compares drafts and gives no score" in outcome.stderr
    assert "popcorn predictor compare --predictor ours" in outcome.stderr


def test_a_predictor_that_learned_from_single_videos_is_asked_for_the_difference(ours: Any) -> None:
    outcome = ours(
        "predictor", "compare", "--title-a", LIVELY, "--title-b", DULL, "--predictor", "youtube-trending", "--json"
    )
    assert outcome.status == 0, str(outcome)
    facts = json.loads(outcome.stdout)["data"]
    assert 0 < facts["probability_a"] < 1
    assert facts["probability_a"] != 0.5
    assert (facts["evidence"], facts["tied"]) == ("none", True)
    assert "was not measured on drafts of one idea" in facts["no_evidence"][0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--title-a", "A"), "there are not two drafts to compare"),
        (("--out", "x.csv", "--title-a", "A", "--title-b", "B"), "--out belongs to --batch"),
        (("--batch", "pairs.csv", "--title-a", "A"), "--batch takes its drafts from the file"),
        (("--batch", "pairs.csv", "--out", "pairs.csv"), "--out would overwrite the pairs of --batch"),
        (("--batch", "none.csv"), "cannot be read"),
        (("--title-a", "A", "--title-b", "B", "--predictor", "our"), "there is no predictor 'our'"),
    ],
)
def test_what_cannot_be_compared_is_told_in_two_sentences(ours: Any, arguments: tuple[str, ...], said: str) -> None:
    write(ours.folder / "pairs.csv", "pair_id,title_a,title_b", [("1", "A", "B")])
    outcome = ours("predictor", "compare", *arguments, "--json")
    assert outcome.status == 2, str(outcome)
    error = json.loads(outcome.stdout)["error"]
    assert said in error["message"]
    assert error["hint"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--name", "ours"), "there is a predictor 'ours' already"),
        (("--name", "headlines"), "the name 'headlines' is taken"),
        (("--name", "new", "--data", "sample"), "--pairs goes without --data"),
        (("--name", "new", "--start", "nowhere"), "'nowhere'"),
    ],
)
def test_what_cannot_be_trained_is_told(ours: Any, arguments: tuple[str, ...], said: str) -> None:
    shutil.copyfile(ours.home.parent / "folder" / "tests.csv", ours.folder / "tests.csv")
    outcome = ours("predictor", "train", "--pairs", "tests.csv", *arguments, "--json")
    assert outcome.status != 0
    assert said in json.loads(outcome.stdout)["error"]["message"]


def test_a_damaged_choice_model_is_told(ours: Any, tmp_path: Path) -> None:
    shutil.copytree(ours.home, tmp_path / "home")
    (weights,) = (tmp_path / "home" / "predictors" / "ours").glob("*.safetensors")
    weights.write_bytes(weights.read_bytes()[:-1])
    own = replace(ours, home=tmp_path / "home")
    outcome = own("predictor", "compare", "--title-a", "A", "--title-b", "B", "--predictor", "ours", "--json")
    assert outcome.status == 1, str(outcome)
    assert "is damaged" in json.loads(outcome.stdout)["error"]["message"]
