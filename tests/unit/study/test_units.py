"""The addresses of units: the same work has the same one, and whatever decides a row changes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from popcorn.study.runner import Planned
from popcorn.study.types import Arm, Ledger, Prompt, Row, Unit

FACTS = {"catalogue": "c", "attempts": "3", "predictor default": "p", "predictor other": "q", "model auto": "offline:"}
UNIT = Unit(Arm("m", references=10, tags=1, given="found", renderer="r"), Prompt("x"), 0)


def with_arm(**values: Any) -> Unit:
    return replace(UNIT, arm=replace(UNIT.arm, **values))


@pytest.mark.parametrize(
    "other",
    [
        with_arm(model="n"), with_arm(mode="paper"), with_arm(references=50), with_arm(tags=2), with_arm(given="empty"),
        with_arm(candidates=3), with_arm(refine=True), with_arm(renderer="s"), with_arm(predictor="other"),
        replace(UNIT, seed=1), replace(UNIT, prompt=Prompt("y")), replace(UNIT, others="z"),
    ],
)  # fmt: skip
def test_whatever_differs_has_another_address(other: Unit) -> None:
    assert other.key(FACTS) != UNIT.key(FACTS)


def test_kind_and_category_are_labels_and_change_no_address() -> None:
    assert replace(UNIT, prompt=Prompt("x", "concrete", "Food")).key(FACTS) == UNIT.key(FACTS)


def test_other_data_are_another_address() -> None:
    assert UNIT.key(FACTS | {"catalogue": "d"}) != UNIT.key(FACTS)
    assert UNIT.draft_key(FACTS | {"catalogue": "d"}) != UNIT.draft_key(FACTS)


def test_a_predictor_or_a_model_that_is_added_changes_no_other_units_address() -> None:
    more = FACTS | {"predictor third": "t", "model auto": "openai:x"}
    assert (UNIT.key(more), UNIT.draft_key(more)) == (UNIT.key(FACTS), UNIT.draft_key(FACTS))
    assert with_arm(model="auto").key(more) != with_arm(model="auto").key(FACTS)


def test_what_a_predictor_has_learned_from_decides_units_that_are_shown_references_alone() -> None:
    more = FACTS | {"seen by a predictor": "0123"}
    assert UNIT.draft_key(more) != UNIT.draft_key(FACTS)
    basic = with_arm(mode="basic", references=0, tags=0, given="")
    assert (basic.key(more), basic.draft_key(more)) == (basic.key(FACTS), basic.draft_key(FACTS))


def test_what_a_predictor_sees_decides_scores_and_no_draft() -> None:
    for sees in ("shuffled", "title"):
        other = replace(with_arm(sees=sees), others="z")
        assert other.key(FACTS) != UNIT.key(FACTS)
        assert other.draft_key(FACTS) == UNIT.draft_key(FACTS)
    shuffled = with_arm(sees="shuffled", given="shuffled")
    assert replace(shuffled, others="z").draft_key(FACTS) != replace(shuffled, others="y").draft_key(FACTS)


def test_a_shuffled_clip_is_the_one_that_the_other_prompt_has_itself() -> None:
    assert replace(with_arm(sees="shuffled"), others="z").shown == replace(UNIT, prompt=Prompt("z"))
    assert UNIT.shown is UNIT


def test_attempts_decide_refined_units_alone() -> None:
    fewer = FACTS | {"attempts": "2"}
    assert UNIT.key(fewer) == UNIT.key(FACTS)
    assert with_arm(refine=True).key(fewer) != with_arm(refine=True).key(FACTS)


def test_a_draft_is_shared_by_renderers_and_predictors_unless_the_predictor_chose_it() -> None:
    assert with_arm(renderer="s", predictor="other").draft_key(FACTS) == UNIT.draft_key(FACTS)
    for judged in ({"candidates": 3}, {"refine": True}):
        first, second = with_arm(**judged), with_arm(**judged, predictor="other")
        assert first.draft_key(FACTS) != second.draft_key(FACTS)
        assert with_arm(**judged, renderer="s").draft_key(FACTS) == first.draft_key(FACTS)


def test_a_predictor_that_learned_anew_changes_scores_and_no_draft() -> None:
    anew = FACTS | {"predictor default": "p2"}
    assert UNIT.key(anew) != UNIT.key(FACTS)
    assert UNIT.draft_key(anew) == UNIT.draft_key(FACTS)


def test_the_settings_of_a_study_are_in_its_units_addresses(planned: Callable[..., Planned]) -> None:
    def keys(**lists: Any) -> list[str]:
        plan = planned(**lists)
        return [unit.key(plan.place.facts) for unit in plan.units()]

    first = keys()
    assert keys() == first
    assert keys(settings={"temperature": 0.3}) != first
    assert keys(predictors=["neighbours", "default"])[::2] == first
    assert keys(at_once=1, max_cost=3, question="why", settings={"cache": False}) == first


def test_a_draft_that_several_rows_share_is_paid_once(row: Callable[..., Row]) -> None:
    shared = [
        replace(row("x", 1, renderer=name), cost_usd=0.5, render_cost_usd=0.1) for name in ("r", "s", "t")
    ]  # fmt: skip
    alone = replace(row("y", 1), cost_usd=0.25)
    unknown = replace(row("z", 1), cost_usd=None, render_cost_usd=None)
    assert Ledger([*shared, alone, unknown]).total == pytest.approx(0.5 + 0.3 + 0.25)


def test_a_row_knows_the_data_that_it_is_of(row: Callable[..., Row]) -> None:
    from_unit = row("x", 1, given="shuffled", others="y")
    facts = {"catalogue": "c", "attempts": "3", "predictor default": "p", "predictor other": "q"}
    assert from_unit.is_of(facts)
    assert not from_unit.is_of(facts | {"catalogue": "d"})
