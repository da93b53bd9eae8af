"""Clips of the footage as the editing is given them."""

from __future__ import annotations

from dataclasses import replace

from ads import clip
from popcorn.agent.wiring.ad_editing import source_of
from popcorn.tools.footage.types import Flaw
from popcorn.tools.media.area import WHOLE, Area

ABOVE_THE_CAPTIONS = Area(0.0, 0.0, 1.0, 0.8)


def test_a_clip_whose_captions_can_be_cropped_away_is_shown_without_them() -> None:
    assert source_of(clip(1, clear=ABOVE_THE_CAPTIONS)).clear == ABOVE_THE_CAPTIONS


def test_captions_that_no_crop_gets_rid_of_leave_the_whole_picture() -> None:
    captioned = replace(clip(1, clear=ABOVE_THE_CAPTIONS), flaws=(Flaw.CAPTIONED,))
    assert source_of(captioned).clear == WHOLE
