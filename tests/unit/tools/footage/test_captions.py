"""Captions told from labels, by readings that are made by hand."""

from __future__ import annotations

import pytest
from popcorn.tools.footage.captions import clear_of_captions, croppable, seen_texts
from popcorn.tools.footage.look import Moment
from popcorn.tools.footage.types import SeenText
from popcorn.tools.media.area import WHOLE, Area
from popcorn.tools.media.ocr import ReadText

BOTTOM = Area(0.3, 0.84, 0.4, 0.06)
MIDDLE = Area(0.3, 0.5, 0.4, 0.06)


def read(text: str, area: Area = BOTTOM, contrast: float = 0.8) -> ReadText:
    return ReadText(text, area, 0.95, contrast)


def moment(at: float, *texts: ReadText, drift: tuple[float, float] = (0.0, 0.0)) -> Moment:
    return Moment(at, 0.5, 0.2, 0.3, (), 0.01, 0.0, drift, 3.0, 50.0, "0" * 64, WHOLE, (), None, texts)


def burned(*moments: Moment) -> dict[str, bool]:
    return {text.text: text.burned for text in seen_texts(moments, moments[-1].at + 1)}


def test_a_row_that_changes_in_steps_is_a_caption() -> None:
    texts = ["Fresh tea", "Every morning", "Order now"]
    assert burned(*(moment(at, read(text)) for at, text in enumerate(texts))) == dict.fromkeys(texts, True)


def test_a_label_that_stays_is_a_label() -> None:
    assert burned(*(moment(at, read("ACME TEA")) for at in range(4))) == {"ACME TEA": False}


def test_two_labels_beside_each_other_are_labels() -> None:
    left, right = Area(0.1, 0.84, 0.2, 0.06), Area(0.6, 0.84, 0.2, 0.06)
    seen = [moment(at, read("GREEN", left), read("BLACK", right)) for at in range(3)]
    assert burned(*seen) == {"GREEN": False, "BLACK": False}


def test_pale_text_and_text_that_wanders_are_labels() -> None:
    pale = [moment(at, read(text, contrast=0.2)) for at, text in enumerate(["one thing", "and another"])]
    assert burned(*pale) == {"one thing": False, "and another": False}
    sinking = [moment(at, read("SALE", Area(0.3, 0.8 + at / 50, 0.2, 0.06))) for at in range(3)]
    assert burned(*sinking, moment(3, read("MORE", Area(0.3, 0.84, 0.2, 0.06)))) == {"SALE": False, "MORE": True}


def test_in_the_middle_it_takes_three_texts() -> None:
    two = [moment(at, read(text, MIDDLE)) for at, text in enumerate(["front", "the back"])]
    assert not any(burned(*two).values())
    three = [moment(at, read(text, MIDDLE)) for at, text in enumerate(["so good", "you will", "not believe it"])]
    assert all(burned(*three).values())


def test_what_rests_while_the_camera_moves_is_laid_over_the_picture() -> None:
    corner = Area(0.7, 0.05, 0.2, 0.05)
    seen = [moment(at, read("@acme", corner), drift=(-0.02, 0.0)) for at in range(4)]
    assert burned(*seen) == {"@acme": True}


def test_a_text_that_is_misread_once_is_one_text() -> None:
    (only,) = seen_texts(
        [moment(0, read("Only today")), moment(1, read("0nly today")), moment(2, read("Only today"))], 3
    )
    assert (only.text, only.start, only.end) == ("Only today", 0.0, 2.5)


def test_the_clear_part_is_the_tallest_without_captions() -> None:
    texts = [SeenText("a", Area(0.2, 0.8, 0.6, 0.1), 0, 1, True), SeenText("b", Area(0.7, 0.1, 0.2, 0.05), 0, 1, True)]
    assert clear_of_captions(texts) == Area(0.0, 0.15, 1.0, 0.65)
    assert clear_of_captions([SeenText("label", BOTTOM, 0, 1, False)]) == WHOLE


@pytest.mark.parametrize(
    ("top", "focus", "helps"),
    [
        (0.8, Area(0.4, 0.3, 0.2, 0.2), True),
        (0.45, Area(0.4, 0.1, 0.2, 0.2), False),
        (0.7, Area(0.4, 0.7, 0.2, 0.3), False),
    ],
)
def test_a_crop_helps_where_enough_is_left_with_the_subject_in_it(top: float, focus: Area, helps: bool) -> None:
    assert croppable([SeenText("a", Area(0.2, top, 0.6, 0.1), 0, 1, True)], focus) is helps
