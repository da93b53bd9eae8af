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
