"""Medians, order, effort and the words of a report, over rows made by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from popcorn.study.efficiency import efforts
from popcorn.study.levels import levels, median_interval
from popcorn.study.ranking import labels, rankings
from popcorn.study.report import in_order, report_data
from popcorn.study.report_page import page
from popcorn.study.report_text import markdown
from popcorn.study.types import HUMAN, Arm, Row
from popcorn.tools.statistics.win_rates import sign_test

Make = Callable[..., Row]
LISTS: dict[str, Any] = {
    "name": "s", "question": "why?", "predictors": ["default"], "models": ["a", "b"], "modes": ["enhanced"],
    "references": [10], "tags": [1], "given": ["found"], "candidates": [1], "refine": [False], "renderers": [],
    "seeds": [0],
}  # fmt: skip


def reported(rows: list[Row], invented: str = "", **lists: Any) -> dict[str, Any]:
    facts = {"of_units": {"catalogue": "c"}, "about": {"python": "3", "torch": "", "invented references": invented}}
    return report_data({"study": LISTS | lists, "popcorn": "0.1", "facts": facts}, rows)


def test_a_level_stands_for_all_for_kinds_and_for_categories(row: Make) -> None:
    rows = [row(f"p{at}", float(at), kind=kind) for at, kind in enumerate(["concrete"] * 3 + ["abstract"] * 2)]
    found = {(one.kind, one.category): (one.median, one.prompts) for one in levels(rows)}
    assert found == {("", ""): (2.0, 5), ("concrete", ""): (1.0, 3), ("abstract", ""): (3.5, 2)}


def test_failures_are_counted_and_in_no_median(row: Make) -> None:
    (one,) = levels([row("x", 1.0), row("y", 3.0), row("z", None)])
    assert (one.median, one.prompts, one.failures, one.evidence) == (2.0, 2, 1, 1.0)


def test_a_single_prompt_has_a_median_and_no_interval(row: Make) -> None:
    (one,) = levels([row("x", 1.0), row("x", 2.0, 1)])
    assert (one.median, one.low, one.high) == (1.5, None, None)
    assert "1.50 |  |" in markdown(reported([row("x", 1.0), row("x", 2.0, 1)]))


def test_an_arm_that_failed_throughout_has_no_level(row: Make) -> None:
    assert levels([row("x", None)]) == []


def test_the_interval_of_a_median_covers_it_in_95_of_100_studies() -> None:
    rng = np.random.default_rng(0)
    ends = [median_interval([[value] for value in rng.normal(size=60)], seed=at) for at in range(200)]
    assert 0.9 < np.mean([low <= 0 <= high for low, high in ends]) < 0.99


def test_seeds_of_one_prompt_do_not_narrow_a_medians_interval() -> None:
    values = np.random.default_rng(1).normal(size=30)
    low, high = median_interval([[value] for value in values])
    low_five, high_five = median_interval([[value] * 5 for value in values])
    assert high_five - low_five == pytest.approx(high - low, rel=0.15)


def test_arms_are_called_by_what_they_do_not_share() -> None:
    arms = [Arm("m", "basic"), Arm("m", references=10, tags=1), Arm("m", references=50, tags=2, refine=True)]
    assert labels(arms) == ["basic not refined", "enhanced K=10 1 tag not refined", "enhanced K=50 2 tags refined"]
    assert labels([Arm("m", "basic"), Arm(HUMAN, mode="")])[1] == "the nearest real title"


def test_the_order_is_by_wins_over_shared_prompts_and_seeds(row: Make) -> None:
    rows = [row(f"p{at}", score, model=model) for at in range(20) for model, score in (("a", 2), ("b", 1), ("c", 1))]
    (ranking,) = rankings(rows)
    first, *rest = ranking.strengths
    assert (first.name, first.tied_with) == ("a", ())
    assert {one.name: one.tied_with for one in rest} == {"b": ("c",), "c": ("b",)}


def test_one_arm_is_in_no_order(row: Make) -> None:
    assert rankings([row("x", 1), row("y", 1)]) == []


def test_effort_counts_a_shared_draft_once(row: Make) -> None:
    base = replace(row("x", 1, renderer="r"), input_tokens=100, output_tokens=50, cost_usd=0.5, draft_seconds=2.0)
    other = replace(base, renderer="s", render_seconds=4.0, peak_memory_bytes=2**31)
    found = {(one.of, one.name): one for one in efforts([base, other])}
    assert (found["model", "m"].units, found["model", "m"].tokens, found["model", "m"].cost_usd) == (1, 150, 0.5)
    assert (found["renderer", "s"].seconds, found["renderer", "s"].memory_gib) == (4.0, 2.0)
    assert found["renderer", "r"].memory_gib is None


def test_the_order_of_rows_changes_nothing(row: Make) -> None:
    rows = [row(f"p{at}", at * 7 % 5, seed, model=model) for at in range(8) for seed in (0, 1) for model in "ba"]
    shuffled = [rows[at] for at in np.random.default_rng(0).permutation(len(rows))]
    assert reported(rows, seeds=[0, 1]) == reported(shuffled, seeds=[0, 1])
    assert [one.model for one in in_order(rows, LISTS)][:1] == ["a"]


def test_a_difference_is_said_and_a_tie_is_not_called_equality(row: Make) -> None:
    rows = [row(f"p{at}", score, model=model) for at in range(30) for model, score in (("a", 2), ("b", 1))]
    data = reported(rows)
    assert data["says"] == [
        "model a is predicted above b in 100.0 % of pairs [88.6, 100.0], 30 prompts, p = 1.9e-09 after correction."
    ]
    even = reported([replace(one, log2_comments=1.0) for one in rows])
    assert even["says"] == ["model: not told apart are a and b (30 prompts)."]
    assert "a tie here is no proof of equality" in " ".join(even["cannot_say"])


def test_ties_are_said_where_the_test_leaves_them_out(row: Make) -> None:
    scores = [1] * 46 + [-1] * 15 + [0] * 339
    rows = [row(f"p{at}", 5 + score, model="a") for at, score in enumerate(scores)]
    rows += [row(f"p{at}", 5, model="b") for at in range(len(scores))]
    (said,) = reported(rows)["says"]
    assert said == (
        "model a is predicted above b in 53.9 % of pairs [49.0, 58.7] (46 wins, 15 losses, 339 ties as halves), "
        f"400 prompts, p = {sign_test(46, 15):.2g} after correction."
    )


def test_only_the_pairs_that_are_tied_are_called_tied(row: Make) -> None:
    rows = [row(f"p{at}", score, model=model) for at in range(30) for model, score in (("a", 2), ("b", 1), ("c", 1))]
    assert reported(rows)["says"][-1] == "model: not told apart are b and c (30 prompts)."


def test_sentences_name_the_predictor_where_there_are_several(row: Make) -> None:
    rows = [
        row(f"p{at}", score, model=model, predictor=predictor)
        for at in range(30) for model, score in (("a", 2), ("b", 1)) for predictor in ("default", "other")
    ]  # fmt: skip
    said = reported(rows, predictors=["default", "other"])["says"]
    assert [one.rpartition(", by ")[2] for one in said] == ["default.", "other."]


def test_predictors_share_no_scale_and_no_picture(row: Make) -> None:
    rows = [
        replace(row(f"p{at}", score * at, model=model, predictor=predictor), evidence=predictor == "default")
        for at in range(9) for model, score in (("a", 2), ("b", 1)) for predictor in ("default", "other")
    ]  # fmt: skip
    data = reported(rows, predictors=["default", "other"])
    assert {name: list(own) for name, own in data["scores"].items()} == {"default": ["a", "b"], "other": ["a", "b"]}
    html = page(data)
    assert "Distributions, by default" in html
    assert "<h3>model, by other</h3>" in html
    assert "Of 100 % of the drafts the predictor other has no evidence" in " ".join(data["cannot_say"])
    assert "the predictor default has" not in " ".join(data["cannot_say"])


def test_it_says_of_real_titles_that_no_predictor_remembers_them(row: Make) -> None:
    real = row("x", 1, model=HUMAN, mode="", references=0, tags=0, given="")
    assert "no predictor of this study has learned from" in " ".join(reported([real])["cannot_say"])
    assert "nearest real titles" not in " ".join(reported([row("x", 1)])["cannot_say"])


def test_invented_references_are_called_invented(row: Make) -> None:
    real = row("x", 1, model=HUMAN, mode="", references=0, tags=0, given="")
    said = " ".join(reported([real], invented="sample")["cannot_say"])
    assert "The references of sample are invented" in said
    assert "nearest real titles" not in said


def test_nothing_but_failures_is_a_report_too(row: Make) -> None:
    data = reported([row("x", None), row("y", None)])
    assert data["says"] == ["No unit has come to an end: there is nothing to compare."]
    assert "2 failed" in markdown(data)


def test_text_breaks_no_table(row: Make) -> None:
    rows = [row(f"p{at}", at, model=model) for at in range(3) for model in ("a|b\n<i>", "c")]
    lines = markdown(reported(rows, question="a | b")).splitlines()
    (line,) = [one for one in lines if one.startswith("| model |") and "default" in one]
    assert "a\\|b &lt;i>" in line
    assert line.replace("\\|", "").count("|") == 13
