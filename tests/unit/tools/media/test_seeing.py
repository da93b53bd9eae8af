"""What is seen in single pictures: text, faces, what draws the eye; and what FFmpeg's detectors say of files."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from footage_clips import black, clip, panning, still, write
from popcorn.errors import BadClipError, DataError
from popcorn.tools.media.area import Area
from popcorn.tools.media.detectors import FrameMeter, enlarged, facts, glances
from popcorn.tools.media.faces import FaceFinder
from popcorn.tools.media.ocr import TextReader
from popcorn.tools.media.saliency import saliency, salient_area
from popcorn.tools.media.sampling import pictures_at


def test_a_caption_is_read_with_its_place_and_contrast() -> None:
    picture = np.full((360, 640, 3), 90, np.uint8)
    write(picture, "Only today", 0.88)
    (found,) = TextReader().read(picture)
    assert found.text == "Only today"
    assert found.certainty > 0.9
    assert found.contrast > 0.6
    assert found.area.top == pytest.approx(0.8, abs=0.05)
    assert found.area.left + found.area.width / 2 == pytest.approx(0.5, abs=0.03)
    assert {type(value) for value in (found.area.left, found.area.top, found.certainty)} == {float}


def test_a_plain_picture_has_neither_text_nor_face() -> None:
    picture = np.full((120, 160, 3), 90, np.uint8)
    assert TextReader().read(picture) == ()
    assert FaceFinder().find(picture) == ()


def drawn_face(size: int) -> np.ndarray:
    """Eyes, nose and mouth on skin, shaded and soft, which is as much of a face as a test can draw."""
    face = np.full((size, size, 3), (70, 90, 110), np.uint8)
    centre = size // 2
    cv2.ellipse(face, (centre, centre), (size // 4, size // 3), 0, 0, 360, (150, 180, 220), -1)
    cv2.ellipse(face, (centre, centre - size // 4), (size // 4, size // 6), 0, 180, 360, (20, 30, 40), -1)
    for side in (-1, 1):
        eye = (centre + side * size // 10, centre - size // 16)
        cv2.ellipse(face, eye, (size // 22, size // 40), 0, 0, 360, (250, 250, 250), -1)
        cv2.circle(face, eye, size // 45, (30, 30, 30), -1)
        cv2.ellipse(face, (eye[0], eye[1] - size // 18), (size // 16, size // 60), 0, 180, 360, (30, 40, 60), 3)
    cv2.ellipse(face, (centre, centre + size // 14), (size // 40, size // 24), 0, 0, 180, (100, 130, 170), 3)
    cv2.ellipse(face, (centre, centre + size // 6), (size // 12, size // 36), 0, 0, 360, (90, 90, 190), -1)
    return cv2.GaussianBlur(face, (0, 0), size / 150)


def test_a_face_is_found_where_it_is() -> None:
    picture = np.full((360, 640, 3), (70, 90, 110), np.uint8)
    picture[30:330, 320:620] = drawn_face(300)
    (face,) = FaceFinder().find(picture)
    assert face.left + face.width / 2 == pytest.approx(470 / 640, abs=0.05)
    assert face.top + face.height / 2 == pytest.approx(0.5, abs=0.12)
    assert 0.15 < face.height < 0.7


def test_what_differs_draws_the_eye() -> None:
    picture = np.full((180, 320, 3), (120, 125, 130), np.uint8)
    cv2.circle(picture, (240, 90), 24, (40, 40, 230), -1)
    area = salient_area(saliency(picture))
    assert Area(0.6, 0.3, 0.3, 0.4).left <= area.left
    assert area.left <= 0.72
    assert area.left + area.width <= 0.9
    assert float(saliency(picture).sum()) == pytest.approx(1.0, abs=1e-4)


def test_what_moves_draws_the_eye() -> None:
    picture = np.random.default_rng(2).integers(100, 140, (90, 160, 3), dtype=np.uint8)
    moved = np.zeros((90, 160), np.float32)
    moved[30:60, 20:50] = 60
    area = salient_area(saliency(picture, moved))
    assert area.left + area.width / 2 == pytest.approx(35 / 160, abs=0.08)


def test_a_picture_without_anything_is_all_the_same() -> None:
    assert np.ptp(saliency(np.zeros((40, 40, 3), np.uint8))) == 0


def test_the_detectors_say_where_it_is_black_and_frozen(tmp_path: Path) -> None:
    path = clip(
        tmp_path / "a.mp4", (panning(2, 160, 96), 1), (black(160, 96), 1), (panning(3, 160, 96), 1),
        (still(3, 160, 96, moving=False), 2),
    )  # fmt: skip
    seen = list(glances(path))
    marks = {name: at for glance in seen for name, at in glance.marks.items()}
    assert len(seen) == 125
    assert seen[-1].at == pytest.approx(4.96)
    assert (marks["black_start"], marks["black_end"]) == (pytest.approx(1.0), pytest.approx(2.0))
    assert marks["freeze_start"] == pytest.approx(3.0, abs=0.6)
    assert seen[25].change > 10 * seen[10].change


def test_facts_are_known_before_decoding(tmp_path: Path) -> None:
    known = facts(clip(tmp_path / "a.mp4", (panning(2, 160, 96), 0.4)))
    assert (known.width, known.height, known.fps, known.codec, known.has_sound, known.begins) == (
        160, 96, 25.0, "h264", False, 0.0,
    )  # fmt: skip


def test_blur_is_measured_on_frames(tmp_path: Path) -> None:
    sharp = clip(tmp_path / "a.mp4", (panning(2), 0.2))
    soft = clip(tmp_path / "b.mp4", (lambda number: cv2.GaussianBlur(panning(2)(number), (0, 0), 5), 0.2))
    meter = FrameMeter()
    one, two = (meter.measure(next(glances(path)).frame) for path in (sharp, soft))
    assert two.blur > 2 * one.blur
    assert two.detail < one.detail
    assert enlarged(next(glances(sharp)).frame, 100).shape == (56, 100, 3)


def test_frames_are_taken_at_moments(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", (lambda number: np.full((64, 64, 3), 4 * number, np.uint8), 2))
    pictures = pictures_at(path, [0.0, 0.42, 1.02, 9.0])
    assert [round(float(picture.mean()) / 4) for picture in pictures] == [0, 10, 25, 49]


def test_what_is_no_film_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no clip at"):
        list(glances(tmp_path / "gone.mp4"))
    (tmp_path / "a.mp4").write_bytes(b"no film")
    with pytest.raises(BadClipError, match="cannot be decoded"):
        facts(tmp_path / "a.mp4")
