"""`popcorn study export-preferences` and `finetune` as people use them: a table, a run and a study become a model."""

from __future__ import annotations

import csv
import json
import math
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from choice_models import labelled
from published_runs import finished_run, score_of
from tiny_language_model import tiny_language_model

EXPORT = ("study", "export-preferences", "--json")


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def pairs_file(place: Path, **more: str) -> Path:
    """A table of 12 pairs of six stories."""
    with place.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["title_a", "title_b", "z", "test_id", "story", *more])
        for one in labelled(12):
            writer.writerow([one.title_a, one.title_b, one.z, one.test, one.story, *more.values()])
    return place


@pytest.fixture(scope="module")
def place(built: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The program in a folder of its own, with a table of pairs."""
    program = replace(built, folder=tmp_path_factory.mktemp("preferences"))
    pairs_file(program.folder / "pairs.csv")
    return program


def test_runs_and_studies_become_pairs_prompts_and_a_model_that_learned_from_them(own: Any) -> None:
    own.folder.mkdir(parents=True, exist_ok=True)
    (own.folder / "prompts.csv").write_text("prompt\nstreet tacos at midnight\nrain on a tin roof\n")
    lists = {"models": ["offline"], "modes": ["basic", "enhanced"], "references": [5], "seeds": [0]}
    values = {"name": "trial", "prompts": "prompts.csv", "render": False, "predictors": ["neighbours"]} | lists
    (own.folder / "trial.toml").write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items()))
    assert own("study", "run", "trial.toml", "--json").status == 0
    made = own("ask", "otters at play", "--llm", "offline", "--aspect", "1:1", "--json")
    assert made.status == 0, str(made)
    pairs_file(own.folder / "pairs.csv")
    sources = ("--runs", "--study", "trial", "--pairs", "pairs.csv", "--without-evidence", "--predictor", "neighbours")
    found = own(*EXPORT, *sources, "-o", "data", "--test-share", "0.2")
    assert found.data["sources"]["test"]["pairs"] == 12
    assert found.data["sources"]["study"]["evidence"] == 0
    assert found.data["platforms"] == {"": 12, "short-video": found.data["platforms"]["short-video"]}
    assert "which are too few to tell" in found.stderr
    asked = {one["request"] for end in ("", "-test") for one in lines(own.folder / "data" / f"grpo{end}.jsonl")}
    assert asked >= {"otters at play", "street tacos at midnight", "rain on a tin roof"}
    rows = lines(own.folder / "data" / "dpo.jsonl")
    texts = [message["content"] for row in rows for name in ("prompt", "chosen") for message in row[name]]
    tiny_language_model(own.folder / "tiny", texts * 3)
    tuning = ("study", "finetune", "--data", "data", "--predictor", "neighbours", "--longest", "4", "--json")
    learned = own(*tuning, "--model", "tiny", "-o", "out", "--method", "grpo", "--batch", "2", "--completions", "2",
                  "--at-once", "2", "--epochs", "0.2")  # fmt: skip
    assert learned.data["steps"] >= 1
    assert learned.data["reward"]["model"] == "neighbours"
    assert "neighbours was not shown to be better than a coin" in learned.stderr
    assert own("study", "finetune", "--resume", "out", "--json").data == learned.data


def test_what_two_published_runs_drew_is_a_pair_with_little_trust(own: Any) -> None:
    own.folder.mkdir(parents=True, exist_ok=True)
    lost, won = (finished_run(own.home, score_of(8), title=title) for title in ("Dull tacos", "Tacos at night"))
    gone = finished_run(own.home, score_of(8), title="Tacos that nobody kept")
    for run, comments, age in ((lost, "40", "7"), (won, "1.2K", "3 days"), (gone, "7", "7")):
        added = own("feedback", "add", run, "--comments", comments, "--age", age, "--platform", "tiktok", "--json")
        assert added.status == 0, str(added)
    (own.home / "runs" / gone / "result.json").unlink()
    found = own(*EXPORT, "--feedback", "-o", "real", "--test-share", "0")
    assert found.data["sources"] == {
        "feedback": {
            "pairs": 1,
            "test": 0,
            "evidence": 1,
            "measured": 1,
            "trust": found.data["sources"]["feedback"]["trust"],
        }
    }
    assert found.data["left_out"] == {"published runs whose drafts are no longer there": 1}
    (row,) = lines(own.folder / "real" / "dpo.jsonl")
    assert [json.loads(row[side][0]["content"])["title"] for side in ("chosen", "rejected")] == [
        "Tacos at night", "Dull tacos",
    ]  # fmt: skip
    assert (row["source"], row["platform"], row["request"]) == ("feedback", "tiktok", "street tacos")
    assert 0.5 < row["trust"] < 0.75
    assert row["margin"] == pytest.approx(math.log(row["trust"] / (1 - row["trust"])), abs=0.01)
    none = own(*EXPORT, "--feedback", "--horizon", "0", "-o", "other")
    assert none.error["message"] == "a horizon of 0 days is none"


def test_without_feedback_there_is_no_real_pair(own: Any) -> None:
    assert own(*EXPORT, "--feedback", "-o", "real").error["message"] == "there is no feedback yet"


def test_a_training_that_was_killed_goes_on_at_its_last_checkpoint(place: Any) -> None:
    assert place(*EXPORT, "--pairs", "pairs.csv", "-o", "kept", "--test-share", "0").status == 0
    rows = lines(place.folder / "kept" / "dpo.jsonl")
    texts = [message["content"] for row in rows for name in ("prompt", "chosen", "rejected") for message in row[name]]
    tiny_language_model(place.folder / "small", texts * 3)
    begin = ("study", "finetune", "--data", "kept", "--model", "small", "-o", "killed", "--method", "sft")
    steps = ("--batch", "1", "--epochs", "4", "--keep-every", "2", "--learning-rate", "0.001")
    with place.start(*begin, *steps) as process:
        whole = place.folder / "killed" / "checkpoints" / "checkpoint-2" / "trainer_state.json"
        while not whole.is_file():
            assert process.poll() is None
            time.sleep(0.05)
        process.kill()
    assert not (place.folder / "killed" / "model").exists()
    found = place("study", "finetune", "--resume", "killed", "--json", "-q")
    assert found.status == 0, str(found)
    assert found.data["steps"] == 4 * found.data["rows"]
    assert [one["step"] for one in found.data["losses"]] == [*range(1, found.data["steps"] + 1)]
    assert not (place.folder / "killed" / "checkpoints").exists()
    assert (place.folder / "killed" / "model" / "model.safetensors").is_file()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "nothing is named to export preferences from"),
        (("--pairs", "nowhere.csv"), "'nowhere.csv' cannot be read"),
        (("--study", "nowhere"), "there is no study 'nowhere'"),
        (("--pairs", "pairs.csv", "--predictor", "nobody"), "there is no predictor 'nobody'"),
    ],
)
def test_what_cannot_be_exported_is_said_and_no_folder_is_made(
    place: Any, options: tuple[str, ...], message: str
) -> None:
    outcome = place(*EXPORT, *options, "-o", "x")
    assert outcome.status == 2
    assert message in outcome.error["message"]
    assert not [path for path in place.folder.iterdir() if "x" in path.suffixes or path.name == "x"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "a training needs preferences, a model and a folder: --data, --model, -o not given"),
        (("--data", ".", "--model", "tiny", "-o", "x"), "holds no preferences"),
        (("--data", ".", "--model", "tiny", "-o", "x", "--method", "ppo"), "--method 'ppo' is not known"),
        (("--data", ".", "--model", "m", "-o", "x", "--at-once", "3"), "cannot be parted into 3 at once"),
        (("--resume", "."), "no training was begun in"),
    ],
)
def test_what_cannot_be_trained_is_said_and_no_folder_is_made(
    place: Any, options: tuple[str, ...], message: str
) -> None:
    outcome = place("study", "finetune", *options, "--json")
    assert outcome.status == 2
    assert message in outcome.error["message"]
    assert not (place.folder / "x").exists()
