from __future__ import annotations

import numpy as np
import pytest
from popcorn.tools.popularity.choice.lexicon import BUCKETS, counts, fit_lexicon


def test_every_run_of_two_to_five_characters_is_counted_as_often_as_it_comes() -> None:
    """`_abab_` with blanks around: 5 pairs, 4 triples, 3 fours, 2 fives; `ab` comes twice."""
    (row,) = counts(["abab"])
    assert row.sum() == 5 + 4 + 3 + 2
    assert sorted(row.data)[-1] == 2


def test_no_run_goes_from_one_text_into_the_next() -> None:
    together, alone = counts(["otters", "bread"]), [counts(["otters"]), counts(["bread"])]
    for row, one in zip(together, alone, strict=True):
        assert (row != one[0]).nnz == 0


def test_case_and_blanks_make_no_difference_and_no_text_is_too_odd() -> None:
    assert (counts(["Otters  SWIM"])[0] != counts([" otters swim "])[0]).nnz == 0
    assert counts(["", "🍜", "\udcff", "字" * 5000]).shape == (4, BUCKETS)


def test_it_learns_which_turn_of_phrase_wins() -> None:
    texts = [f"{kind} {n}" for n in range(40) for kind in ("watch this", "a report")]
    first, second = np.arange(0, 80, 2), np.arange(1, 80, 2)
    lexicon = fit_lexicon(texts, first, second, np.full(40, 3.0), 1.0)
    one, other = lexicon.utilities(["watch this otter", "a report on an otter"])
    assert one - other > 1


def test_a_difference_that_is_huge_counts_as_a_large_one() -> None:
    texts = [f"{kind} {n}" for n in range(40) for kind in ("watch this", "a report")]
    first, second = np.arange(0, 80, 2), np.arange(1, 80, 2)
    large, huge = (fit_lexicon(texts, first, second, np.full(40, z), 1.0) for z in (4.0, 400.0))
    assert huge.utilities(texts) == pytest.approx(large.utilities(texts))
