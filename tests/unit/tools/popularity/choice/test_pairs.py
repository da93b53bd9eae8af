from __future__ import annotations

import numpy as np
import pytest
from popcorn.errors import DataError
from popcorn.tools.popularity.choice.pairs import LabelledPair, pair_set, reading
from popcorn.tools.popularity.types import Subject


def test_pairs_of_one_name_or_one_text_are_one_story_along_the_whole_chain() -> None:
    pairs = [
        LabelledPair("a", "b", 1.0, story="one"),
        LabelledPair("c", "d", 1.0, story="two"),
        LabelledPair("d", "e", 1.0, story="three"),
        LabelledPair("f", "g", 1.0, story="one"),
        LabelledPair("h", "i", 1.0),
        LabelledPair("i", "j", 1.0),
        LabelledPair("k", "l", 1.0),
    ]
    stories = pair_set(pairs).stories.tolist()
    groups = [{place for place, one in enumerate(stories) if one == number} for number in sorted(set(stories))]
    assert sorted(map(sorted, groups)) == [[0, 3], [1, 2], [4, 5], [6]]


def test_without_a_story_pairs_of_one_test_belong_together() -> None:
    pairs = [LabelledPair("a", "b", 1.0, test="t"), LabelledPair("c", "d", 1.0, test="t"), LabelledPair("e", "f", 1.0)]
    first, second, third = pair_set(pairs).stories.tolist()
    assert first == second != third


def test_no_fold_cuts_through_a_story_and_the_folds_are_always_the_same() -> None:
    pairs = pair_set([LabelledPair(f"a{n}", f"b{n}", 1.0, story=f"s{n // 3}") for n in range(90)])
    folds = pairs.folds(5)
    assert {len(set(folds[pairs.stories == story])) for story in pairs.stories} == {1}
    assert np.bincount(folds).tolist() == [18] * 5
    assert folds.tolist() == pairs.folds(5).tolist()


def test_a_pair_of_equal_drafts_teaches_nothing() -> None:
    assert len(pair_set([LabelledPair("a", " a", 1.0), LabelledPair("a", "b", 1.0)])) == 1
    with pytest.raises(DataError, match="no pair has two different drafts"):
        pair_set([LabelledPair("a", "a", 1.0)])


def test_the_decided_pairs_are_the_significant_ones_or_all_where_only_winners_are_known() -> None:
    measured = pair_set([LabelledPair("a", "b", 1.9), LabelledPair("c", "d", -2.5), LabelledPair("e", "f", 0.0)])
    assert measured.decided.tolist() == [False, True, False]
    won = pair_set([LabelledPair("a", "b", 2.0), LabelledPair("c", "d", -2.0), LabelledPair("e", "f", 0.0)])
    assert won.decided.tolist() == [True, True, False]


def test_prompts_are_read_where_pairs_had_them() -> None:
    draft = Subject(" Otters  swim ", "A river\nat dawn")
    assert reading(draft, prompts=False) == "Otters swim"
    assert reading(draft, prompts=True) == "Otters swim\nA river at dawn"
    assert reading(Subject("", "A river"), prompts=False) == "A river"
    assert pair_set([LabelledPair("a", "a", 1.0, prompt_a="one", prompt_b="other")]).texts == ("a\none", "a\nother")


def test_the_level_of_a_text_is_the_mean_over_its_pairs_and_absent_where_nobody_said() -> None:
    told = [LabelledPair("a", "b", 1.0, levels=(0.5, -0.5)), LabelledPair("a", "c", 1.0, levels=(1.5, 0.0))]
    levels = pair_set([*told, LabelledPair("a", "d", 1.0)]).levels
    assert levels is not None
    np.testing.assert_array_equal(levels, [1.0, -0.5, 0.0, np.nan])
    assert pair_set([LabelledPair("a", "d", 1.0)]).levels is None


def test_a_text_is_in_the_fold_of_its_pairs() -> None:
    pairs = pair_set([LabelledPair("a", "b", 1.0, story="s"), LabelledPair("c", "d", 1.0, story="t")])
    folds = pairs.text_folds(np.array([1, 0]))
    assert dict(zip(pairs.texts, folds.tolist(), strict=True)) == {"a": 1, "b": 1, "c": 0, "d": 0}
    assert pairs.take(np.array([0])).text_folds(np.array([1])).tolist() == [1, 1, -1, -1]
