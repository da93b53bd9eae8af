"""Subtitles as pictures."""

from __future__ import annotations

import numpy as np
import pytest
from popcorn.errors import MissingError, RenderError
from popcorn.tools.editing.caption_picture import CaptionPicture, caption_picture
from popcorn.tools.editing.safe_area import safe_area
from popcorn.tools.editing.timeline_parts import CaptionStyle
from popcorn.tools.media.area import Area
from popcorn.tools.media.aspect import Aspect
from popcorn.tools.media.encode import Yuv420

TEXTS = (
    "Pour it slowly,",
    "Fresh beans, 20% off",
    "只需十秒，就能喝到一杯好咖啡",
    "Extraordinarily responsibly-sourced",
)


def drawn(text: str, size: tuple[int, int] = (320, 568), style: CaptionStyle | None = None) -> CaptionPicture:
    picture = caption_picture(text, *size, style or CaptionStyle())
    assert picture is not None
    return picture


def plain(luma: int, size: tuple[int, int] = (320, 568)) -> Yuv420:
    half = (size[1] // 2, size[0] // 2)
    return Yuv420(np.full(size[::-1], luma, np.uint8), np.full(half, 128, np.uint8), np.full(half, 128, np.uint8))


def lightness(luma: float) -> float:
    """Relative luminance (WCAG 2.2) of a grey in BT.709, limited range."""
    share = (luma - 16) / 219
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


@pytest.mark.parametrize("behind", [16, 90, 235])
def test_letters_stand_out_over_any_picture(behind: int) -> None:
    picture = drawn("Pour it slowly,")
    left, top, right, bottom = picture.area
    over = picture.laid_over(plain(behind)).y[top:bottom, left:right]
    letters = np.percentile(over[picture.luma > 225], 10)
    box = np.percentile(over[(picture.luma_left > 0.3) & (picture.luma_left < 0.5)], 90)
    assert (lightness(letters) + 0.05) / (lightness(box) + 0.05) >= 4.5


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("aspect", Aspect)
def test_a_subtitle_stands_at_the_bottom_of_the_safe_area_of_every_shape(text: str, aspect: Aspect) -> None:
    width, height = (side // 2 // 2 * 2 for side in aspect.size)
    safe = safe_area(width, height)
    left, top, right, bottom = drawn(text, (width, height)).area
    assert left >= safe.left * width - 2
    assert right <= (safe.left + safe.width) * width + 2
    assert top >= safe.top * height
    assert bottom == pytest.approx((safe.top + safe.height) * height, abs=3)


def test_a_picture_outside_the_subtitle_stays_as_it_is() -> None:
    picture, frame = drawn("Pour it slowly,"), plain(90)
    left, top, right, bottom = picture.area
    over = picture.laid_over(frame)
    outside = np.ones(frame.y.shape, bool)
    outside[top:bottom, left:right] = False
    assert (over.y[outside] == 90).all()
    assert (frame.y == 90).all()


def test_a_repair_makes_letters_larger_and_moves_them() -> None:
    usual = drawn("Pour it")
    larger = drawn("Pour it", style=CaptionStyle(scale=1.4))
    moved = drawn("Pour it", style=CaptionStyle(safe=Area(0.1, 0.1, 0.8, 0.2)))
    assert larger.luma.shape[0] > usual.luma.shape[0]
    assert moved.area[3] <= 0.3 * 568


def test_a_text_of_spaces_draws_nothing() -> None:
    assert caption_picture("  ", 320, 568, CaptionStyle()) is None


def test_a_letter_that_no_font_has_is_an_error_that_names_a_package() -> None:
    with pytest.raises(MissingError, match="no font here can draw") as wrong:
        caption_picture("\U00012000", 320, 568, CaptionStyle())
    assert "apt install" in wrong.value.hint


def test_a_text_that_fits_in_no_size_is_an_error() -> None:
    with pytest.raises(RenderError, match="does not fit the picture"):
        caption_picture("word " * 60, 320, 568, CaptionStyle())
