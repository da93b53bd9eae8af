"""Study files and presets: what they may hold, and all mistakes at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from popcorn.errors import PopcornError, RequestError
from popcorn.study.matrix import arms_of, units_of
from popcorn.study.prompt_sets import read_prompts
from popcorn.study.runner import Planned
from popcorn.study.study_file import StudyFile, presets, read_study
from popcorn.study.types import Arm, Prompt

Plan = Callable[..., Planned]


def written(folder: Path, text: str) -> Path:
    file = folder / "s.toml"
    file.write_text(text, "utf-8")
    return file


def test_a_file_is_read_and_its_paths_count_from_its_folder(tmp_path: Path) -> None:
    study, folder = read_study(written(tmp_path, 'name = "a"\nmodels = ["offline"]\nrender = false\n'))
    assert (study.name, study.models, folder) == ("a", ["offline"], tmp_path)


def test_all_mistakes_of_a_file_are_named_at_once(tmp_path: Path) -> None:
    text = 'name = "a b"\nmodels = []\nmodess = ["basic"]\nseeds = ["x"]\nat_once = 0\n[settings]\ntemprature = 1\n'
    with pytest.raises(RequestError) as caught:
        read_study(written(tmp_path, text))
    for part in ("`name`", "`models`", "there is no `modess`", "modes", "`seeds.0`", "`at_once`", "'temprature'"):
        assert part in caught.value.message
    assert "nothing was begun" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "said"), [("name = ", "is no TOML"), ("name = 'a'", "`models`")], ids=["broken", "unfinished"]
)
def test_a_file_that_is_no_study_is_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(RequestError, match=said):
        read_study(written(tmp_path, text))


def test_a_file_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="No such file"):
        read_study(tmp_path / "none.toml")
    (tmp_path / "l.toml").write_bytes("name = 'ä'".encode("latin-1"))
    with pytest.raises(RequestError, match="not in UTF-8"):
        read_study(tmp_path / "l.toml")


def test_a_preset_that_there_is_not_names_the_nearest() -> None:
    with pytest.raises(RequestError) as caught:
        read_study("paper-table-44")
    assert "paper-table-4" in caught.value.hint


@pytest.mark.parametrize("name", presets())
def test_every_preset_is_a_study_with_arms(name: str) -> None:
    study, _ = read_study(name)
    assert study.name == name
    assert study.question
    assert arms_of(study)


def test_unknown_names_combinations_and_bad_prompts_are_named_together(planned: Plan) -> None:
    with pytest.raises(RequestError) as caught:
        planned(
            ("one", "One "), models=["offline", "offlin"], renderers=["animatik"], predictors=["neighbors"],
            catalogue="none-such", references=[10, 10], seeds=[-1], modes=["basic"],
        )  # fmt: skip
    for part in (
        "line 3 repeats the prompt of line 2", "offlin", "animatik", "neighbors", "none-such",
        "`references` names a value twice", "-1 is too small", "basic mode knows no references", "render = false and",
    ):  # fmt: skip
        assert part in caught.value.message, caught.value.message


def test_numbers_beyond_what_a_run_takes_are_found_in_every_arm(planned: Plan) -> None:
    with pytest.raises(RequestError, match="candidates"):
        planned(modes=["enhanced"], candidates=[1, 5000])


def test_a_missing_key_alone_says_what_is_missing(planned: Plan) -> None:
    with pytest.raises(PopcornError) as caught:
        planned(models=["openai:some-model", "deepseek-r1"])
    assert caught.value.code in {"missing", "usage"}


def study(**lists: object) -> StudyFile:
    return StudyFile.model_validate({"name": "s", "models": ["offline"], "render": False} | lists)


def test_what_a_mode_does_not_know_makes_no_arm_of_its_own() -> None:
    arms = arms_of(
        study(modes=["basic", "enhanced", "paper"], references=[10, 50], candidates=[1, 3], refine=[False, True])
    )
    assert arms.count(Arm("offline", "basic")) == 1
    assert len([arm for arm in arms if arm.mode == "basic"]) == 4
    assert len([arm for arm in arms if arm.mode == "enhanced"]) == 8
    assert [(arm.references, arm.candidates, arm.refine) for arm in arms if arm.mode == "paper"] == [
        (10, 1, False), (50, 1, False),
    ]  # fmt: skip


def test_a_real_title_is_one_arm_a_predictor_and_never_rendered() -> None:
    arms = arms_of(
        study(models=["human"], modes=["basic", "enhanced"], render=True, renderers=["animatic", "ltx"],
              predictors=["default", "other"])
    )  # fmt: skip
    assert arms == [Arm("human", mode="", predictor="default"), Arm("human", mode="", predictor="other")]


def test_a_title_alone_is_rendered_by_nobody_and_shuffled_clips_need_clips() -> None:
    arms = arms_of(study(modes=["basic"], render=True, renderers=["animatic", "ltx"], sees=["all", "title"]))
    assert [(arm.renderer, arm.sees) for arm in arms] == [("animatic", "all"), ("", "title"), ("ltx", "all")]
    assert [unit.others for unit in units_of(study(sees=["title"]), [Prompt("x"), Prompt("y")])] == ["", ""]


def test_units_keep_a_model_together_and_a_prompts_renderers_side_by_side() -> None:
    prompts = [Prompt("x"), Prompt("y")]
    units = list(
        units_of(study(models=["a", "b"], modes=["basic"], render=True, renderers=["r", "s"], seeds=[0, 1]), prompts)
    )
    assert len(units) == len(set(units)) == 16
    assert [unit.arm.model for unit in units] == ["a"] * 8 + ["b"] * 8
    assert [(unit.seed, unit.prompt.text, unit.arm.renderer) for unit in units[:4]] == [
        (0, "x", "r"), (0, "x", "s"), (0, "y", "r"), (0, "y", "s"),
    ]  # fmt: skip


@pytest.mark.parametrize("many", [2, 3, 50])
def test_shuffled_references_are_never_the_prompts_own_and_each_is_used_once(many: int) -> None:
    prompts = [Prompt(f"p{at}") for at in range(many)]
    units = list(units_of(study(given=["shuffled"], seeds=[0, 1]), prompts))
    assert all(unit.others and unit.others != unit.prompt.text for unit in units)
    for seed in (0, 1):
        assert {unit.others for unit in units if unit.seed == seed} == {prompt.text for prompt in prompts}


def test_the_shipped_prompts_are_eighty_of_each_kind_and_category() -> None:
    from collections import Counter

    counts = Counter((prompt.kind, prompt.category) for prompt in read_prompts("popcorn-800", Path()))
    assert len(counts) == 10
    assert set(counts.values()) == {80}
