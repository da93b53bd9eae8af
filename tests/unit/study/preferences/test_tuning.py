"""Learning from preferences with a tiny random Qwen3: winners by heart, pairs, and the reward of its own drafts."""

from __future__ import annotations

import json
import shutil
import signal
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from popcorn.errors import DataError, MissingError, RequestError, StoppedError
from popcorn.study.finetuning.folder import begin_folder
from popcorn.study.finetuning.learning import Method
from popcorn.study.finetuning.training import once
from popcorn.study.preferences.export import Wishes, export
from popcorn.study.preferences.recipe import Objective, PreferenceRecipe, recipe_of
from popcorn.study.preferences.reward import ChoiceReward, draft_in
from popcorn.study.preferences.rows import rows_of, warning_of
from popcorn.study.preferences.trust import unmeasured
from popcorn.study.preferences.tuning import COMMAND, tune
from popcorn.study.preferences.types import Draft, Preference, Source
from tiny_language_model import tiny_language_model

from .conftest import Liking

SUBJECTS = ("otters", "bread", "trains")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Preferences of three requests, of which one is held out."""
    found = [
        Preference(Draft(f"Wow, {one}!"), Draft(f"On {one}"), Source.TEST, 0.9, request=f"show me {one}")
        for one in SUBJECTS
    ]
    place = tmp_path_factory.mktemp("preferences") / "data"
    export(found, (), place, unmeasured(Liking()), Wishes(test_share=0.3), Counter())
    return place


@pytest.fixture(scope="module")
def tiny(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [json.loads(line) for path in data.glob("dpo*.jsonl") for line in path.read_text().splitlines()]
    texts = [one["content"] for row in rows for name in ("prompt", "chosen", "rejected") for one in row[name]]
    return tiny_language_model(tmp_path_factory.mktemp("tiny"), texts * 9)


@pytest.fixture(scope="module")
def imitator(tiny: Path, data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came of SFT until the winners are known by heart."""
    out = tmp_path_factory.mktemp("tuned") / "sft"
    return begun(recipe(tiny, data, Objective.SFT, weights=Method.FULL, learning_rate=0.01, epochs=30.0, batch=1), out)


def recipe(tiny: Path | str, data: Path, method: Objective, **more: Any) -> PreferenceRecipe:
    return PreferenceRecipe(
        str(tiny), data, method, **{"batch": 2, "at_once": 1, "longest": 24, "completions": 2} | more
    )


def begun(wanted: PreferenceRecipe, out: Path, **more: Any) -> dict[str, Any]:
    begin_folder(wanted.data_of(), out, COMMAND)
    return tune(wanted, out, **more)


def test_sft_learns_the_winners_by_heart(imitator: dict[str, Any]) -> None:
    from popcorn.agent.models.local_weights import DECODING, load_language_model

    assert imitator["losses"][-1]["loss"] < imitator["losses"][0]["loss"] / 10
    assert (imitator["rows"], imitator["steps"], imitator["test"]["rows"]) == (2, 60, 1)
    model, tokenizer = load_language_model(imitator["model"])
    row = json.loads((Path(imitator["recipe"]["data"]) / "sft.jsonl").read_text().splitlines()[0])
    asked = tokenizer.apply_chat_template(row["prompt"], add_generation_prompt=True, return_tensors="pt")
    written = model.generate(**asked, max_new_tokens=40, do_sample=False)
    answer = tokenizer.decode(written[0, asked["input_ids"].shape[1] :], skip_special_tokens=True)
    assert draft_in(answer) == draft_in(row["completion"][0]["content"])
    assert not (Path(imitator["model"]) / DECODING).exists()  # drafts of one request are to differ


def test_dpo_makes_the_chosen_likelier_beside_the_rejected(tiny: Path, data: Path, tmp_path: Path) -> None:
    wanted = recipe(tiny, data, Objective.DPO, learning_rate=0.01, epochs=3.0, rank=4)
    found = begun(wanted, tmp_path / "dpo")
    assert found["losses"][-1]["loss"] < found["losses"][0]["loss"] == pytest.approx(0.6931, abs=0.001)
    assert {*found["test"]} == {"rows", "loss", "accuracy"}
    assert found["learned"] < found["weights"]
    assert sorted(path.name for path in (tmp_path / "dpo").iterdir()) == [
        "adapter", "model", "recipe.json", "training.json",
    ]  # fmt: skip
    assert tune(wanted, tmp_path / "dpo") == found  # a finished one is read


def test_grpo_rewards_what_the_model_writes_itself(imitator: dict[str, Any], data: Path, tmp_path: Path) -> None:
    wanted = recipe(imitator["model"], data, Objective.GRPO, rank=4)
    found = begun(wanted, tmp_path / "grpo", reward=ChoiceReward(Liking()))
    assert found["steps"] == 2
    assert found["reward"]["model"] == "liking"
    assert len(found["rewards"]) == 2
    assert 0 < max(found["rewards"]) <= 1  # what it learned by heart are drafts
    assert found["test"] is None


def test_a_training_that_was_stopped_goes_on_at_its_step(tiny: Path, data: Path, tmp_path: Path) -> None:
    wanted = recipe(tiny, data, Objective.DPO, epochs=3.0, batch=1, rank=4)
    steps = []

    def stopping(done: int, total: int) -> None:
        steps.append(done)
        if done == 2:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(StoppedError, match="stopped after step 2 of 6") as caught:
        begun(wanted, tmp_path / "out", progress=stopping)
    assert caught.value.hint == f"Go on with: popcorn study finetune --resume {tmp_path / 'out'}"
    assert tune(wanted, tmp_path / "out", progress=lambda done, total: steps.append(done))["steps"] == 6
    assert steps == [1, 2, 3, 4, 5, 6]


def test_a_row_longer_than_the_window_is_said_before_anything_is_trained(data: Path, tmp_path: Path) -> None:
    small = tiny_language_model(tmp_path / "small", ["a"], window=100)
    with pytest.raises(DataError, match=r"the longest row takes [\d,]+ tokens, and .* takes in 100"):
        begun(recipe(small, data, Objective.SFT), tmp_path / "out")


def test_a_recipe_is_the_same_after_it_was_written_and_knows_what_does_not_go() -> None:
    one = PreferenceRecipe("m", Path("/d"), Objective.GRPO)
    assert (one.learning_rate, one.accumulation) == (1e-6, 16)
    assert recipe_of(json.loads(json.dumps(one.data_of()))) == one
    with pytest.raises(RequestError, match="a batch of 16 rows cannot be parted into 3 at once"):
        _ = replace(one, at_once=3).accumulation
    with pytest.raises(RequestError, match="a batch of 16 completions cannot be parted into groups of 5"):
        _ = replace(one, completions=5).accumulation
    with pytest.raises(DataError, match="unknown or missing keys"):
        recipe_of({"model": "m"})


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "no row of preferences"),
        ('{"prompt": [], "chosen": [], "rejected": []}', "what should be messages is none"),
        ('{"prompt": [{"role": "user", "content": "x"}]}', "no row of preferences: KeyError"),
    ],
)
def test_a_damaged_row_is_found_before_anything_begins(data: Path, tmp_path: Path, line: str, message: str) -> None:
    shutil.copytree(data, tmp_path / "copy")
    with (tmp_path / "copy" / "dpo.jsonl").open("a") as file:
        file.write(line + "\n")
    with pytest.raises(DataError, match=f"line 3: {message}"):
        rows_of(recipe("m", tmp_path / "copy", Objective.DPO))


def test_a_folder_without_preferences_or_without_rows_is_said(data: Path, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="holds no preferences"):
        rows_of(recipe("m", tmp_path, Objective.DPO))
    shutil.copytree(data, tmp_path / "copy")
    (tmp_path / "copy" / "dpo.jsonl").write_text("")
    with pytest.raises(DataError, match="has no row to learn from"):
        rows_of(recipe("m", tmp_path / "copy", Objective.DPO))


def test_a_reward_that_nobody_measured_is_named(data: Path) -> None:
    wanted = recipe("m", data, Objective.GRPO)
    assert "nothing was measured: no randomised tests were given" in warning_of(wanted, "liking")
    assert warning_of(wanted, "other") == "nothing was measured: the export compared with liking, and other rewards"


def test_a_model_that_is_not_there_is_said(data: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="there is no usable model"):
        begun(recipe(tmp_path / "nowhere", data, Objective.SFT), tmp_path / "out")


def test_a_training_that_is_stopped_before_its_first_step_says_how_it_goes_on(tmp_path: Path) -> None:
    def load() -> dict[str, Any]:
        raise KeyboardInterrupt

    with pytest.raises(StoppedError, match="the training was stopped") as caught:
        once(tmp_path, COMMAND, load)
    assert caught.value.hint == f"Go on with: popcorn study finetune --resume {tmp_path}"
    assert list(tmp_path.iterdir()) == []
