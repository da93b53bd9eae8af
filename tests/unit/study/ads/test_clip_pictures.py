"""The pictures of clips: what is laid over an ad is in none of them, what belongs to the scene stays."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from finished_ads import MUG, product_file
from footage_clips import captioned, clip, panning
from PIL import Image
from popcorn.study.ads.clip_pictures import ClipPictures, captions_of
from popcorn.study.ads.finished_ads import AdReader, FinishedAd
from popcorn.tools.footage.sight import Sight

CAPTIONS = ("Pour hot coffee", "it stays warm")


@pytest.fixture(scope="module")
def sight() -> Sight:
    return Sight()


@pytest.fixture(scope="module")
def ad(tmp_path_factory: pytest.TempPathFactory, sight: Sight) -> FinishedAd:
    """Two shots, each with what is said as a caption near its bottom."""
    place = tmp_path_factory.mktemp("captioned") / "ads"
    product_file(place, MUG)
    shots = [
        (captioned(panning(seed), [(0, 9, text)], scale=1.4), 2.0) for seed, text in zip((3, 7), CAPTIONS, strict=True)
    ]
    clip(place / "ad.mp4", *shots)
    cues = "".join(
        f"{n + 1}\n00:00:0{2 * n},100 --> 00:00:0{2 * n + 1},900\n{text}\n\n" for n, text in enumerate(CAPTIONS)
    )
    (place / "ad.srt").write_text(cues)
    (found,) = AdReader(place.parent / "cache", sight=sight).ads(place)
    assert isinstance(found, FinishedAd)
    return found


def read(sight: Sight, path: Path) -> str:
    with Image.open(path) as picture:
        shown = np.ascontiguousarray(np.asarray(picture.convert("RGB"))[..., ::-1])
    return " ".join(text.text.casefold() for text in sight.reader.read(shown))


def test_a_caption_is_read_in_the_film_and_not_in_the_pictures(ad: FinishedAd, sight: Sight, tmp_path: Path) -> None:
    pictures = ClipPictures(tmp_path, temporal=1)
    for one, said in zip(ad.clips, CAPTIONS, strict=True):
        assert captions_of(one)
        frame = cv2.VideoCapture(str(ad.path))
        frame.set(cv2.CAP_PROP_POS_MSEC, (one.picture.start + 1) * 1000)
        seen = " ".join(text.text.casefold() for text in sight.reader.read(frame.read()[1]))
        assert said.split()[-1].casefold() in seen
        for name in pictures.of(one):
            assert not set(said.casefold().split()) & set(read(sight, tmp_path / name).split())


def test_names_tell_no_order_and_pictures_are_written_once(ad: FinishedAd, tmp_path: Path) -> None:
    pictures = ClipPictures(tmp_path, temporal=1)
    first = pictures.of(ad.clips[0])
    made = [(tmp_path / name).stat().st_mtime_ns for name in first]
    assert pictures.of(ad.clips[0]) == first
    assert [(tmp_path / name).stat().st_mtime_ns for name in first] == made
    assert len(first) == 2
    assert not set(first) & set(pictures.of(ad.clips[1]))
