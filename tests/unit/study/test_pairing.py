"""Which rows are compared with which: everything alike but the one dimension."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from popcorn.study.pairing import Match, matches
from popcorn.study.types import HUMAN, Row

Make = Callable[..., Row]
BASIC: dict[str, Any] = {"mode": "basic", "references": 0, "tags": 0, "given": ""}
REAL: dict[str, Any] = {"model": HUMAN, "mode": "", "references": 0, "tags": 0, "given": ""}


def pairs(match: Match) -> list[tuple[str, int, float]]:
    return [(pair.a.prompt, pair.a.seed, pair.win) for pair in match.pairs]


def test_pairs_share_prompt_and_seed(row: Make) -> None:
    rows = [row("x", 3, 0, model="a"), row("x", 1, 1, model="a"), row("x", 2, 0, model="b"), row("y", 0, 0, model="b")]
    (match,) = matches(rows, "model")
    assert (match.a, match.b, pairs(match)) == ("a", "b", [("x", 0, 1.0)])


def test_equal_scores_are_half_a_win(row: Make) -> None:
    (match,) = matches([row("x", 2.0, model="a"), row("x", 2.0 + 1e-9, model="b")], "model")
    assert pairs(match) == [("x", 0, 0.5)]


def test_rows_that_differ_in_something_else_too_are_no_pair(row: Make) -> None:
    rows = [row("x", 3, model="a", references=10), row("x", 2, model="b", references=50)]
    assert list(matches(rows, "model")) == []


def test_a_failure_is_in_no_pair(row: Make) -> None:
    assert list(matches([row("x", 3, model="a"), row("x", None, model="b")], "model")) == []


def test_predictors_are_never_compared_with_each_other(row: Make) -> None:
    rows = [row("x", 3, model="a", predictor="default"), row("x", 2, model="b", predictor="other")]
    assert list(matches(rows, "model")) == []


def test_basic_mode_meets_every_number_of_references_and_none_is_lost(row: Make) -> None:
    rows = [row("x", 2, **BASIC), *(row("x", score, references=many) for many, score in ((10, 1), (50, 3), (100, 4)))]
    (match,) = matches(rows, "mode")
    assert (match.a, match.b) == ("basic", "enhanced")
    assert [(pair.b.references, pair.win) for pair in match.pairs] == [(10, 1.0), (50, 0.0), (100, 0.0)]


def test_a_title_alone_meets_the_same_draft_with_its_clip_and_with_anothers(row: Make) -> None:
    rows = [
        row("x", 3, renderer="r"), row("x", 2, renderer="r", sees="shuffled", others="y"), row("x", 1, sees="title"),
        row("x", 9, **REAL),
    ]  # fmt: skip
    found = {(one.a, one.b): pairs(one) for one in matches(rows, "sees")}
    assert found == {
        ("all", "shuffled"): [("x", 0, 1.0)], ("all", "title"): [("x", 0, 1.0)], ("shuffled", "title"): [("x", 0, 1.0)],
    }  # fmt: skip
    assert list(matches(rows, "renderer")) == []


def test_enhanced_and_paper_mode_meet_on_the_same_references(row: Make) -> None:
    rows = [row("x", 1, mode=mode, references=many) for mode in ("enhanced", "paper") for many in (10, 50)]
    (match,) = matches(rows, "mode")
    assert [(pair.a.references, pair.b.references) for pair in match.pairs] == [(10, 10), (50, 50)]


def test_modes_are_compared_with_the_references_of_the_request_alone(row: Make) -> None:
    rows = [row("x", 1, **BASIC), row("x", 2), row("x", 3, given="shuffled", others="y"), row("x", 3, given="empty")]
    (match,) = matches(rows, "mode")
    assert [pair.b.given for pair in match.pairs] == ["found"]


def test_modes_meet_under_the_same_renderer_and_with_the_same_candidates(row: Make) -> None:
    rows = [row("x", 1, **BASIC, renderer="r1"), row("x", 2, renderer="r2"), row("x", 2, renderer="r1", candidates=3)]
    assert list(matches(rows, "mode")) == []


def test_a_real_title_meets_every_arm_of_its_prompt_and_seed(row: Make) -> None:
    rows = [
        row("x", 5, 0, **REAL), row("x", 5, 1, **REAL), row("y", 0, 0, **REAL),
        row("x", 1, 0, **BASIC), row("x", 9, 0, renderer="r1"), row("y", 1, 0), row("z", 1, 0),
    ]  # fmt: skip
    (match,) = matches(rows, "model")
    assert (match.a, match.b) == ("the nearest real title", "m")
    assert sorted(pairs(match)) == [("x", 0, 0.0), ("x", 0, 1.0), ("y", 0, 0.0)]
    assert {pair.value("renderer") for pair in match.pairs} == {"", "r1"}


def test_a_real_title_knows_no_other_dimension(row: Make) -> None:
    rows = [row("x", 5, **REAL), row("x", 1, candidates=1), row("x", 2, candidates=3)]
    (match,) = matches(rows, "candidates")
    assert len(match.pairs) == 1
    assert list(matches(rows, "mode")) == []


def test_refinement_is_compared_where_it_is_known(row: Make) -> None:
    rows = [row("x", 5, mode="paper"), row("x", 1, refine=False), row("x", 2, refine=True)]
    (match,) = matches(rows, "refine")
    assert (match.a, match.b, pairs(match)) == ("off", "on", [("x", 0, 0.0)])
