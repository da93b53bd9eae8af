"""Finished ads out of a folder: what is read of each, and what is counted instead of raised."""

from __future__ import annotations

from pathlib import Path

import pytest
from finished_ads import LINES, MUG, has_espeak, product_file, silent_ad, spoken_ad, subtitled_ad
from popcorn.errors import DataError
from popcorn.study.ads.caption_marks import captions_marked
from popcorn.study.ads.finished_ads import AdReader, FinishedAd, Unusable
from popcorn.study.ads.product_texts import ProductTexts
from popcorn.tools.footage.sight import Sight
from popcorn.tools.footage.types import SeenText
from popcorn.tools.footage.whisper import WhisperTranscriber
from popcorn.tools.media.area import Area


@pytest.fixture(scope="module")
def sight() -> Sight:
    return Sight()


def read(folder: Path, sight: Sight, **more: object) -> list[FinishedAd | Unusable]:
    return list(AdReader(folder.parent / "cache", sight=sight, **more).ads(folder))


def test_an_ad_with_subtitles_has_a_clip_for_each_shot_with_its_words_and_seconds(tmp_path: Path, sight: Sight) -> None:
    folder = tmp_path / "ads"
    product_file(folder / "mug")
    subtitled_ad(folder / "mug" / "morning.mp4")
    (ad,) = read(folder, sight)
    assert isinstance(ad, FinishedAd)
    assert (ad.name, ad.product.name, ad.language, ad.shots) == ("mug/morning.mp4", "Steel Mug", "en", 3)
    assert [clip.script for clip in ad.clips] == list(LINES)
    assert [clip.place for clip in ad.clips] == [1, 2, 3]
    assert [round(clip.seconds, 1) for clip in ad.clips] == [1.0, 1.0, 1.0]
    assert len({clip.fingerprint for clip in ad.clips}) == 3
    assert (ad.units, ad.heard_by) == (17, "subtitles")


@pytest.mark.skipif(not has_espeak(), reason="the program espeak-ng is not installed")
def test_an_ad_that_is_spoken_is_written_down(tmp_path: Path, sight: Sight) -> None:
    folder = tmp_path / "ads"
    product_file(folder)
    spoken_ad(
        folder / "spoken.mp4", ("This steel mug keeps your coffee hot.", "The lid closes tight, so nothing spills.")
    )
    (ad,) = read(folder, sight, transcriber=WhisperTranscriber(threads=1))
    assert isinstance(ad, FinishedAd)
    assert len(ad.clips) == 2
    assert "coffee" in ad.clips[0].script.lower()
    assert "lid" in ad.clips[1].script.lower()
    assert ad.heard_by.startswith("tiny.en")


def test_a_shot_over_which_nothing_is_said_is_no_clip_of_an_ad_that_speaks(tmp_path: Path, sight: Sight) -> None:
    folder = tmp_path / "ads"
    product_file(folder)
    subtitled_ad(folder / "ad.mp4", ("Cold coffee again?", "", "Order the mug today."))
    (ad,) = read(folder, sight)
    assert isinstance(ad, FinishedAd)
    assert (ad.shots, [clip.script for clip in ad.clips]) == (3, ["Cold coffee again?", "Order the mug today."])
    assert [clip.place for clip in ad.clips] == [1, 2]


def test_an_ad_without_sound_has_all_its_shots_and_no_words(tmp_path: Path, sight: Sight) -> None:
    folder = tmp_path / "ads"
    product_file(folder)
    silent_ad(folder / "ad.mp4", 2)
    (ad,) = read(folder, sight)
    assert isinstance(ad, FinishedAd)
    assert (len(ad.clips), ad.script, ad.units) == (2, "", 0)


def test_chinese_subtitles_are_joined_without_spaces_and_counted_in_characters(tmp_path: Path, sight: Sight) -> None:
    folder = tmp_path / "ads"
    product_file(folder, 'name = "钢杯"\nfacts = ["保温六小时。"]\n')
    subtitled_ad(folder / "ad.mp4", ("这个杯子真的很好用", "保温六小时，一整天都是热的"))
    (ad,) = read(folder, sight)
    assert isinstance(ad, FinishedAd)
    assert ad.script == "这个杯子真的很好用保温六小时，一整天都是热的"
    assert (ad.language, ad.units) == ("zh", 21)


def test_what_cannot_be_used_is_named_with_its_reason(tmp_path: Path, sight: Sight) -> None:
    folder = tmp_path / "ads"
    product_file(folder / "mug")
    (folder / "mug" / "broken.mp4").write_bytes(b"not a video at all" * 100)
    (folder / "mug" / "empty.mp4").write_bytes(b"")
    silent_ad(folder / "mug" / "long.mp4", 2, 0.8)
    silent_ad(folder / "other" / "nobody.mp4", 1)
    product_file(folder / "bad", "name = 3")
    silent_ad(folder / "bad" / "ad.mp4", 1)
    found = read(folder, sight, longest=1.0)
    assert {one.name: one.reason for one in found if isinstance(one, Unusable)} == {
        "bad/ad.mp4": "no product text",
        "mug/broken.mp4": "cannot be read",
        "mug/empty.mp4": "cannot be read",
        "mug/long.mp4": "too long",
        "other/nobody.mp4": "no product text",
    }
    assert len(found) == 5
    assert all(isinstance(one, Unusable) and one.detail for one in found)


def test_damaged_subtitles_are_left_out_with_a_notice(tmp_path: Path, sight: Sight) -> None:
    folder = tmp_path / "ads"
    product_file(folder)
    silent_ad(folder / "ad.mp4", 1)
    (folder / "ad.srt").write_bytes(b"\xff\xfe\x00")
    (ad,) = read(folder, sight)
    assert isinstance(ad, FinishedAd)
    assert "were left out" in ad.notices[0]


def test_the_text_nearest_to_an_ad_says_its_product(tmp_path: Path, sight: Sight) -> None:
    folder = tmp_path / "ads"
    product_file(folder)
    (folder / "tea").mkdir()
    (folder / "tea" / "product.txt").write_text("Green Tea\nIt grows in the shade. It is picked by hand.\n")
    (folder / "tea" / "own.toml").write_text(MUG.replace("Steel Mug", "Tin Mug"))
    for name in ("ad", "tea/ad", "tea/own"):
        silent_ad(folder / f"{name}.mp4", 1)
    names = {ad.name: ad.product.name for ad in read(folder, sight) if isinstance(ad, FinishedAd)}
    assert names == {"ad.mp4": "Steel Mug", "tea/ad.mp4": "Green Tea", "tea/own.mp4": "Tin Mug"}


def test_a_folder_that_is_not_there_is_said(tmp_path: Path, sight: Sight) -> None:
    with pytest.raises(DataError, match="there is no footage at"):
        read(tmp_path / "nowhere", sight)


@pytest.mark.parametrize(
    ("text", "burned"),
    [
        ("keeps it HOT for 6", True),
        ("The steel mug", True),
        ("TRAILCUP", False),
        ("Steel Mug", False),
        ("made in a small town", False),
        ("保温六小时", True),
        ("钢杯", False),
    ],
)
def test_a_text_in_the_picture_that_is_said_is_a_caption_and_the_name_on_the_product_is_none(
    text: str, burned: bool
) -> None:
    seen = SeenText(text, Area(0.1, 0.8, 0.8, 0.1), 0, 2, burned=False)
    (found,) = captions_marked([seen], " ".join((*LINES, "钢杯保温六小时")))
    assert found.burned is burned


@pytest.mark.parametrize("ending", ["toml", "txt"])
def test_a_product_text_that_leads_out_of_the_folder_is_not_read(tmp_path: Path, ending: str) -> None:
    folder = tmp_path / "ads"
    folder.mkdir()
    product_file(tmp_path).rename(tmp_path / f"mine.{ending}")
    (folder / f"product.{ending}").symlink_to(tmp_path / f"mine.{ending}")
    with pytest.raises(DataError, match="is a link that leads out of the folder"):
        ProductTexts(folder).of(folder / "1.mp4")


def test_subtitles_that_lead_out_of_the_folder_are_left_out_with_a_notice(tmp_path: Path, sight: Sight) -> None:
    folder = tmp_path / "ads"
    product_file(folder)
    subtitles = subtitled_ad(folder / "1.mp4").with_suffix(".srt")
    subtitles.rename(tmp_path / "mine.srt")
    subtitles.symlink_to(tmp_path / "mine.srt")
    (ad,) = read(folder, sight)
    assert isinstance(ad, FinishedAd)
    assert ad.script == ""
    assert "'1.srt' are a link that leads out of the folder: they were left out" in " ".join(ad.notices)
