"""Train and test, by product: who is where, whatever the order in which ads are read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from finished_ads import known_ad
from popcorn.study.ads.ad_index import AdIndex, TakenAd
from popcorn.study.ads.finished_ads import FinishedAd
from popcorn.study.ads.split import Split, count_of_test
from popcorn.tools.editing.types import Product


def ads(products: int, videos: int) -> list[FinishedAd]:
    return [
        known_ad(f"{number}/{video}.mp4", mark=100 * number + video, product=Product(f"Thing {number}"))
        for number in range(products)
        for video in range(videos)
    ]


def divided(
    place: Path, given: list[FinishedAd], share: float = 0.2, seed: int = 0
) -> dict[str, tuple[Split, list[str]]]:
    """Of each product its split and the videos that are asked about."""
    with AdIndex(place / f"{len(list(place.iterdir()))}.sqlite", seed) as index:
        for ad in given:
            index.add(TakenAd(ad, ("",) * len(ad.clips), "rule"))
        index.divide(share)
        return {
            one.others[0].ad.product.name: (one.split, [taken.ad.name for taken in one.asked])
            for one in index.by_product()
        }


def test_a_test_product_has_one_video_and_a_product_of_train_two_at_most(tmp_path: Path) -> None:
    found = divided(tmp_path, ads(10, 4))
    assert sum(split is Split.TEST for split, _ in found.values()) == 2
    assert {len(videos) for split, videos in found.values() if split is Split.TEST} == {1}
    assert {len(videos) for split, videos in found.values() if split is Split.TRAIN} == {2}


def test_the_order_of_reading_changes_nothing_and_a_seed_does(tmp_path: Path) -> None:
    given = ads(12, 3)
    shuffled = given[1::2] + given[::2]
    assert divided(tmp_path, given) == divided(tmp_path, shuffled)
    assert divided(tmp_path, given) != divided(tmp_path, given, seed=1)


def test_test_products_have_distractors_as_long_as_there_are_such_products(tmp_path: Path) -> None:
    lonely = [known_ad(f"alone/{n}.mp4", mark=900 + n, product=Product(f"Alone {n}")) for n in range(6)]
    found = divided(tmp_path, [*lonely, *ads(2, 2)], 0.25)
    assert {name for name, (split, _) in found.items() if split is Split.TEST} == {"Thing 0", "Thing 1"}


def test_one_product_is_one_however_it_is_written(tmp_path: Path) -> None:
    first, second = ads(1, 2)
    found = divided(tmp_path, [first, replace(second, product=Product("ＴＨＩＮＧ  0"))])
    assert len(found) == 1


@pytest.mark.parametrize(
    ("products", "share", "count"), [(0, 0.1, 0), (1, 0.1, 0), (2, 0.1, 1), (10, 0.0, 0), (50, 0.1, 5), (2, 0.9, 1)]
)
def test_how_many_products_are_for_the_test(products: int, share: float, count: int) -> None:
    assert count_of_test(products, share) == count
