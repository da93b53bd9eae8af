"""Samples: which clips are shown, in what orders, and what the answer is."""

from __future__ import annotations

from dataclasses import replace

from finished_ads import LINES, known_ad
from popcorn.study.ads.samples import samples
from popcorn.tools.editing.types import Product

TEA = Product("Green Tea", facts=("It grows in the shade.",))


def test_a_sample_holds_all_clips_of_its_ad_and_others_of_the_product_and_the_answer_is_the_ads_order() -> None:
    ad, other = known_ad(), known_ad("mug/2.mp4", ("Look at this.", "Buy it."), mark=2)
    for sample in samples(ad, [ad, other, known_ad("tea/1.mp4", product=TEA, mark=3)]):
        assert len(sample.candidates) == 5
        assert [sample.clip(number).script for number in sample.answer] == list(LINES)
        assert {sample.clip(number).ad for number in sample.distractors} == {"mug/2.mp4"}


def test_four_orders_differ_and_hold_the_same_clips_and_a_seed_repeats_them() -> None:
    ad, other = known_ad(), known_ad("mug/2.mp4", mark=2)
    first, again, another = (list(samples(ad, [other], seed=seed)) for seed in (1, 1, 2))
    shown = [tuple((clip.ad, clip.place) for clip in sample.candidates) for sample in first]
    assert len(set(shown)) == 4
    assert len({frozenset(one) for one in shown}) == 1
    assert first == again
    assert [sample.candidates for sample in first] != [sample.candidates for sample in another]
    assert [sample.order for sample in first] == [1, 2, 3, 4]


def test_two_clips_have_two_orders_and_one_clip_has_one() -> None:
    assert len(list(samples(known_ad(scripts=("One.", "Two.")), []))) == 2
    assert len(list(samples(known_ad(scripts=("One.",)), []))) == 1
    assert list(samples(known_ad(scripts=()), [])) == []


def test_a_clip_that_shows_what_the_ad_shows_is_no_distractor() -> None:
    ad, other = known_ad(), known_ad("mug/2.mp4", mark=2)
    same = replace(other, clips=(replace(other.clips[0], fingerprint=ad.clips[1].fingerprint), *other.clips[1:]))
    for sample in samples(ad, [same]):
        assert {sample.clip(number).place for number in sample.distractors} == {2, 3}


def test_there_are_no_more_distractors_than_wanted_and_the_same_file_gives_none() -> None:
    ad, copy = known_ad(), known_ad("mug/copy.mp4")
    other = known_ad("mug/2.mp4", mark=2)
    assert {len(sample.distractors) for sample in samples(ad, [other, copy], most=2)} == {2}
    assert {len(sample.distractors) for sample in samples(ad, [copy])} == {0}


def test_without_distractors_the_order_of_the_own_clips_stays() -> None:
    for sample in samples(known_ad(), [known_ad("mug/2.mp4", mark=2)]):
        own = sample.without_distractors()
        assert list(own.candidates) == [clip for clip in sample.candidates if clip.ad == sample.ad.name]
        assert [own.clip(number).script for number in own.answer] == list(LINES)
        assert own.distractors == ()
