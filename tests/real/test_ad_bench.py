"""`ad bench import` on published answers to real ads; the figures stand in docs/log.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from autocut_answers import convert
from popcorn.study.ads.baselines.table import baselines
from popcorn.study.ads.bench import Wishes, bench
from popcorn.study.ads.judges.by_rule import RuleJudge
from popcorn.study.ads.judges.judging import Judging


@pytest.fixture(scope="module")
def answers(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = test_data / "ads" / "autocut_ads.jsonl.gz"
    if not source.exists():
        pytest.skip(f"needs {source}")
    file: Path = tmp_path_factory.mktemp("bench") / "answers.jsonl"
    convert(source, file)
    return file


@pytest.fixture(scope="module")
def data(answers: Path, test_data: Path) -> dict[str, Any]:
    rivals = baselines(test_data / "ads" / "ads1k_train_segments.json.gz")
    return bench([answers], Wishes(lambda language: 4.4, rivals, Judging(RuleJudge())))


def by_model(data: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {model["model"]: model for model in data["models"]}


@pytest.mark.parametrize(
    ("model", "orders", "sra", "positions"),
    [
        ("gpt4o", 171, 0.0936, 0.3277),
        ("gemini3f", 172, 0.2558, 0.5925),
        ("Qwen25vl_32B", 174, 0.0402, 0.2083),
        ("atc_embsft", 174, 0.1379, 0.4173),
    ],
)
def test_orders_have_the_published_figures(
    data: dict[str, Any], model: str, orders: int, sra: float, positions: float
) -> None:
    found = by_model(data)[model]
    assert (found["n_order"], round(found["sra"], 4), round(found["positions"], 4)) == (orders, sra, positions)


@pytest.mark.parametrize(
    ("model", "selections", "exact"),
    [("gpt4o", 169, 0.2781), ("gemini3f", 163, 0.8834), ("Qwen25vl_32B", 174, 0.6437)],
)
def test_selections_have_the_published_figures(data: dict[str, Any], model: str, selections: int, exact: float) -> None:
    found = by_model(data)[model]
    assert (found["n_selection"], round(found["selection_exact"], 4)) == (selections, exact)


def test_every_line_is_read_and_every_answer_counted(data: dict[str, Any]) -> None:
    assert (data["lines"]["read"], data["lines"]["refused"], data["lines"]["parts_left_out"]) == (2162, 0, {})
    assert (data["ads"], data["products"]) == (174, 163)


def test_roles_and_facts_beat_chance_and_the_order_that_is_shown_does_not(data: dict[str, Any]) -> None:
    beats = {name: model["beats_chance"].get("positions") for name, model in by_model(data).items()}
    assert beats["baseline: roles learned from labelled ads"]
    assert beats["baseline: order of the facts"]
    assert not beats["baseline: as shown"]
    assert not beats["baseline: random"]


def test_judges_by_rule_agree_a_little_with_published_judgements(data: dict[str, Any]) -> None:
    rho = {(one["ours"], one["theirs"]): one["overall"] for one in data["published_judgements"]}
    assert rho["coh", "quality"]["low"] > 0.25
    assert rho["logic", "expression"]["low"] > 0.25
    assert rho["length", "length_rhythm"]["low"] > 0.6
