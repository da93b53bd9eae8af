"""A whole data set out of small ads: rows that TRL can take, pictures, card, counts, and nothing half-written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from finished_ads import LINES, known_ad, product_file, silent_ad, subtitled_ad
from PIL import Image
from popcorn.errors import DataError, RequestError, StoppedError
from popcorn.study.ads.ad_judge import Judge
from popcorn.study.ads.dataset import Outcome, Wishes, build
from popcorn.study.ads.finished_ads import AdReader, FinishedAd, Unusable
from popcorn.tools.editing.types import Product
from popcorn.tools.footage.sight import Sight

TEA = 'name = "Green Tea"\ncategory = "tea|<b>"\nfacts = ["It grows in the shade."]\n'
WISHES = Wishes(temporal=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two products, one of which has two ads, and files that are left out."""
    place = tmp_path_factory.mktemp("finished") / "ads"
    product_file(place / "mug")
    subtitled_ad(place / "mug" / "1.mp4", LINES, 1.2, seed=1)
    subtitled_ad(place / "mug" / "2.mp4", ("Watch the lid close.", "Order the mug today."), 1.2, seed=2)
    product_file(place / "tea", TEA)
    subtitled_ad(place / "tea" / "1.mp4", ("Tea from the shade.", "Taste green tea."), 1.2, seed=3)
    silent_ad(place / "tea" / "silent.mp4", 2, 0.8, seed=4)
    (place / "tea" / "broken.mp4").write_bytes(b"broken")
    return place


@pytest.fixture(scope="module")
def read(folder: Path) -> list[FinishedAd | Unusable]:
    return list(AdReader(folder.parent / "cache", sight=Sight()).ads(folder))


@pytest.fixture(scope="module")
def made(folder: Path, read: list[FinishedAd | Unusable]) -> Outcome:
    return build(read, folder.parent / "out", Judge(), WISHES)


def rows(outcome: Outcome, name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (outcome.folder / name).read_text("utf-8").splitlines()]


def test_every_file_has_four_orders_of_each_ad_and_every_picture_is_there(made: Outcome) -> None:
    assert made.splits["train"].ads == 1
    assert made.splits["test"].ads == 1
    for name in ("remix", "remix-z", "script", "script-z", "segmentation", "compound", "compound-z"):
        for split, orders in (("test", 4), ("train", 2)):
            found = rows(made, f"{split}/{name}.jsonl")
            assert len(found) == orders
            for one in found:
                for picture in one["images"]:
                    with Image.open(made.folder / picture) as opened:
                        assert opened.size in {(560, 996), (315, 560)}


def test_no_product_of_the_test_is_in_train(made: Outcome) -> None:
    products = {
        split: {
            one["product"]
            for path in (made.folder / split).glob("*.jsonl")
            for one in rows(made, f"{split}/{path.name}")
        }
        for split in ("train", "test")
    }
    assert products == {"train": {"green tea"}, "test": {"trailcup steel mug"}}


def test_what_was_left_out_is_counted_and_named(made: Outcome) -> None:
    assert made.rejected == Counter({"cannot be read": 1, "nothing is said": 1})
    left = {one["ad"]: one["faults"][0]["by"] for one in rows(made, "rejected.jsonl")}
    assert left == {"tea/broken.mp4": "rule", "tea/silent.mp4": "rule"}
    data = made.data()
    assert (data["files"], data["ads"], data["ads_for_distractors"], data["rejected"]) == (5, 2, 1, 2)


def test_the_card_says_who_judged_and_shows_the_four_plots(made: Outcome) -> None:
    card = (made.folder / "README.md").read_text("utf-8")
    assert "judged by rules, not by a model" in card
    assert "| cannot be read | 1 |" in card
    assert "tea\\|&lt;b>" in card
    for name in ("durations", "words", "clips", "categories"):
        assert f"({name}.svg)" in card
        assert (made.folder / f"{name}.svg").read_bytes().startswith(b"<?xml")
    kept = json.loads((made.folder / "card.json").read_text("utf-8"))
    assert kept["rows"] == dict(sorted(made.rows.items()))


def test_ads_say_what_they_are_for(made: Outcome) -> None:
    found = {one["ad"]: (one["split"], one["asked"]) for one in rows(made, "ads.jsonl")}
    assert found.pop("tea/1.mp4") == ("train", True)
    assert sorted(found.values()) == [("test", False), ("test", True)]


def test_datasets_reads_a_file_as_the_card_says(made: Outcome, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    monkeypatch.chdir(made.folder)
    loaded = datasets.load_dataset(
        "json", data_files="test/compound.jsonl", split="train", cache_dir=str(tmp_path)
    ).cast_column("images", datasets.List(datasets.Image()))
    assert len(loaded) == 4
    assert {image.size for image in loaded[0]["images"]} == {(560, 996), (315, 560)}


def test_the_same_ads_give_the_same_bytes(made: Outcome, read: list[FinishedAd | Unusable], tmp_path: Path) -> None:
    again = build(reversed(read), tmp_path / "again", Judge(), WISHES)
    for path in sorted(made.folder.rglob("*.*")):
        name = path.relative_to(made.folder)
        if path.is_file() and path.name not in {"rejected.jsonl", "README.md", "card.json"}:
            assert (again.folder / name).read_bytes() == path.read_bytes(), name


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(RequestError, match="is there already"):
        build([], tmp_path, Judge(), WISHES)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_stop_in_the_middle_leaves_nothing(read: list[FinishedAd | Unusable], tmp_path: Path) -> None:
    def stopping() -> Iterator[FinishedAd | Unusable]:
        yield from read[:2]
        raise StoppedError("interrupted")

    with pytest.raises(StoppedError):
        build(stopping(), tmp_path / "out", Judge(), WISHES)
    assert list(tmp_path.iterdir()) == []


def test_no_ad_at_all_is_an_error_with_the_counts(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="none of 2 files gave an ad to learn from: 2 no product text"):
        build([Unusable(f"{n}.mp4", "no product text", "") for n in range(2)], tmp_path / "out", Judge(), WISHES)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_gone_meanwhile_is_counted(read: list[FinishedAd | Unusable], tmp_path: Path) -> None:
    gone = known_ad("gone/1.mp4", mark=9, product=Product("Steel Thing", facts=("It is made of steel.", "Hot coffee.")))
    outcome = build([*read, gone], tmp_path / "out", Judge(), replace(WISHES, test_share=0))
    assert outcome.rejected["gone meanwhile"] == 1
    assert outcome.data()["ads"] == 3
