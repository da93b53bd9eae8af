"""Printed tables read again, and predictors against randomised tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from popcorn.errors import DataError
from popcorn.study.printed_tables import Cell
from popcorn.study.reanalysis import reanalyse, summary
from popcorn.study.validation import validate
from popcorn.tools.popularity.choice.pairs import LabelledPair
from popcorn.tools.popularity.choice.types import Comparison, Pair


def test_cells_are_corrected_over_their_table_and_over_all() -> None:
    cells = [Cell("4", "x", "a", "b", 62, 0, 100), Cell("4", "y", "a", "b", 50, 0, 100)]
    cells += [Cell("5", "x", "a", "b", 61, 0, 100)]
    first, even, other = reanalyse(cells)
    assert first.p_value == pytest.approx(0.0210, abs=1e-4)
    assert (first.in_table, first.in_all) == pytest.approx((2 * first.p_value, 3 * first.p_value))
    assert other.in_table == other.p_value == pytest.approx(0.0352, abs=1e-4)
    assert other.in_all == pytest.approx(2 * other.p_value)
    assert (even.p_value, even.prompts_needed) == (1.0, None)
    told = summary([first, even, other])
    assert (told["cells"], told["below_alpha"], told["after_holm"], told["prompts_for_55"]) == (3, 2, 0, 783)
    assert told["tables"]["5"]["after_holm"] == 1


class ByLength:
    """A choice model that takes the longer title, and knows nothing of equal ones."""

    name, learned_from = "by length", "nothing"

    def compare(self, pairs: Sequence[Pair]) -> list[Comparison]:
        gaps = [len(pair.a.title) - len(pair.b.title) for pair in pairs]
        return [Comparison(0.5 + 0.3 * np.sign(gap), tied=gap == 0, evidence=gap != 0) for gap in gaps]


def test_agreement_is_counted_with_ties_as_halves_and_even_outcomes_left_out() -> None:
    pairs = [
        LabelledPair("longer", "short", 2.5, "t1"), LabelledPair("short", "longer", 3.5, "t2"),
        LabelledPair("equal", "alike", -2.1, "t3"), LabelledPair("longer", "short", 0.0, "t4"),
        LabelledPair("longer", "short", 9.0, "t5", sound=False),
    ]  # fmt: skip
    found = validate(ByLength(), pairs)
    assert (found.pairs, found.even, found.unsound, found.tests) == (3, 1, 1, 3)
    assert found.agreements[0].model.mean == pytest.approx((1 + 0 + 0.5) / 3)
    assert found.agreements[0].over_length.mean == 0
    assert [one.pairs for one in found.agreements] == ["all", "|z| > 1.96", "|z| > 3"]
    assert found.evidence == pytest.approx(2 / 3)
    assert found.with_evidence is not None
    assert found.with_evidence.mean == 0.5


def test_bare_winners_are_called_no_more_significant_than_others() -> None:
    pairs = [LabelledPair("longer", "short", 2.0, "t1"), LabelledPair("short", "longer", -2.0, "t2")]
    found = validate(ByLength(), pairs)
    assert [one.pairs for one in found.agreements] == ["all"]
    assert [(one.count, one.came) for one in found.calibration] == [(2, 1.0)]


def test_pairs_of_one_test_are_one_witness() -> None:
    rng = np.random.default_rng(0)
    signs = rng.choice([-1.0, 1.0], 30)
    alone = validate(ByLength(), [LabelledPair("longer", "short", 2 * z, f"t{at}") for at, z in enumerate(signs)])
    many = validate(
        ByLength(), [LabelledPair("longer", "short", 2 * z, f"t{at}") for at, z in enumerate(signs) for _ in range(9)]
    )
    narrow, wide = (found.agreements[0].model for found in (many, alone))
    assert (narrow.mean, narrow.clusters) == (wide.mean, 30)
    assert (narrow.low, narrow.high) == (wide.low, wide.high)


def test_without_an_outcome_there_is_nothing_to_agree_with() -> None:
    with pytest.raises(DataError, match="in none of the pairs"):
        validate(ByLength(), [LabelledPair("a", "b", 0.0)])
