"""Variants: how far apart, which are near-duplicates, and what a ranking is worth."""

from collections.abc import Sequence

import pytest
from popcorn.graphs.ad.variants import NEAREST, distance, nearest, ranked, repeats_one
from popcorn.tools.editing.types import Line, Product, Role
from popcorn.tools.popularity.choice.types import Comparison, Pair

CUP = Product("Trailcup", category="travel mugs")
SIX = ["one two", "three four", "five six", "seven eight", "nine ten", "eleven twelve"]


def ad(clips: Sequence[int], scripts: Sequence[str]) -> list[Line]:
    return [Line(clip, script, Role.DEMO) for clip, script in zip(clips, scripts, strict=True)]


class Longer:
    """Says that the longer opening line draws more, and ties equal ones; without evidence about titles with a digit."""

    name, learned_from = "longer", "made cases"

    def compare(self, pairs: Sequence[Pair]) -> list[Comparison]:
        return [self._one(pair) for pair in pairs]

    def _one(self, pair: Pair) -> Comparison:
        more = len(pair.a.title) - len(pair.b.title)
        doubts = tuple("it holds a digit" for side in pair if any(c.isdigit() for c in side.title))[:1]
        probability = 0.5 + 0.3 * (more > 0) - 0.3 * (more < 0)
        return Comparison(probability, tied=not more or bool(doubts), evidence=not doubts, no_evidence=doubts)


def test_an_ad_is_no_way_from_itself_and_opens_as_it_does() -> None:
    found = distance(ad([1, 2, 3], SIX[:3]), ad([1, 2, 3], SIX[:3]))
    assert (found.clips, found.order, found.words, found.whole) == (0, 0, 0, 0)
    assert found.opens_alike
    assert found.near


def test_with_nothing_in_common_two_ads_are_as_far_apart_as_can_be() -> None:
    found = distance(ad([1, 2, 3], SIX[:3]), ad([4, 5, 6], SIX[3:]))
    assert (found.clips, found.order, found.words, found.whole) == (1, 1, 1, 1)
    assert not found.near


def test_one_line_of_six_is_a_near_duplicate_and_two_are_not() -> None:
    """Jaccard: 5 of 7 clips and 10 of 14 words are common; then 4 of 8 and 8 of 16."""
    base = ad([1, 2, 3, 4, 5, 6], SIX)
    one = distance(base, ad([7, 2, 3, 4, 5, 6], ["other words", *SIX[1:]]))
    assert (one.clips, one.order, one.words) == (pytest.approx(2 / 7), 0, pytest.approx(2 / 7))
    assert one.near
    two = distance(base, ad([7, 8, 3, 4, 5, 6], ["other words", "and these", *SIX[2:]]))
    assert (two.clips, two.order, two.words, two.whole) == (0.5, 0, 0.5, pytest.approx(1 / 3))
    assert not two.near
    assert one.whole < NEAREST < two.whole


def test_order_is_the_share_of_pairs_that_are_turned() -> None:
    assert distance(ad([1, 2, 3], SIX[:3]), ad([2, 1, 3], SIX[:3])).order == pytest.approx(1 / 3)
    assert distance(ad([1, 2, 3], SIX[:3]), ad([3, 2, 1], SIX[:3])).order == 1


def test_chinese_words_are_counted_by_their_signs() -> None:
    assert distance(ad([1], ["空间大"]), ad([1], ["空间小"])).words == 0.5


def test_the_nearest_is_the_one_that_opens_alike_before_all_others() -> None:
    made = [ad([2, 1, 3], SIX[:3]), ad([1, 5, 6], ["one two", *SIX[4:]])]
    place, found = nearest(ad([1, 2, 3], SIX[:3]), made) or (None, None)
    assert place == 1
    assert found is not None
    assert found.opens_alike
    assert nearest(made[0], []) is None


def test_why_a_variant_repeats_another_is_said_so_that_a_model_can_mend_it() -> None:
    made = [ad([1, 2, 3, 4, 5, 6], SIX)]
    assert repeats_one(ad([1, 5, 6], ["One, two!", "x", "y"]), made).startswith("it opens with the clip and the words")
    near = repeats_one(ad([2, 1, 3, 4, 5, 6], SIX), made)
    assert near.startswith("it is too near to variant 1: their distance is 0.02 (clips 0.00, order 0.07, words 0.00)")
    assert repeats_one(ad([7, 8, 9], ["a", "b", "c"]), made) == ""


def test_variants_are_ranked_by_how_often_they_would_win() -> None:
    ads = [ad([1], ["short"]), ad([2], ["the longest of all"]), ad([3], ["in between"])]
    found = ranked(ads, CUP, Longer(), "")
    assert [(one.place, one.wins, one.tied) for one in found.order] == [
        (1, pytest.approx(0.8), False),
        (2, pytest.approx(0.5), False),
        (0, pytest.approx(0.2), False),
    ]
    assert str(found) == "ranked by longer, by their words alone: it has not seen the pictures"


def test_what_cannot_be_told_apart_stays_in_its_order_and_that_is_said() -> None:
    found = ranked([ad([1], ["same"]), ad([2], ["size"])], CUP, Longer(), "")
    assert [(one.place, one.tied) for one in found.order] == [(0, False), (1, True)]
    assert str(found) == "in the order in which they were made: longer cannot tell which draws more"


def test_without_evidence_for_one_pair_nothing_is_ranked() -> None:
    ads = [ad([1], ["short"]), ad([2], ["the longest of all"]), ad([3], ["2 for 1"])]
    found = ranked(ads, CUP, Longer(), "")
    assert [(one.place, one.wins) for one in found.order] == [(0, None), (1, None), (2, None)]
    assert not found.evidence
    assert str(found) == "in the order in which they were made: no evidence which draws more (it holds a digit)"


def test_a_single_variant_is_not_ranked() -> None:
    assert str(ranked([ad([1], ["alone"])], CUP, Longer(), "")) == "there is one variant: nothing to rank"
