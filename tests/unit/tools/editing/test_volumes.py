"""How loud each track is to be, as a person writes it."""

from __future__ import annotations

import pytest
from popcorn.errors import RequestError
from popcorn.tools.editing.volumes import Volumes, read_volumes


def test_volumes_are_decibels_by_track_and_the_clips_are_silent_unless_named() -> None:
    assert read_volumes("") == Volumes(0.0, 0.0, None)
    assert read_volumes(" Voice=2, music = -3dB ,clips=-6") == Volumes(2.0, -3.0, -6.0)
    assert read_volumes("clips=0").clips == 0.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("drums=1", "no track 'drums'"),
        ("music", "the volume of music, '', is no number"),
        ("music=loud", "'loud', is no number"),
        ("voice=nan", "is nan dB"),
        ("clips=40", "40 dB; -30 to 12 dB"),
        ("music=1,music=2", "given twice"),
    ],
)
def test_a_volume_that_makes_no_sense_is_an_error_that_says_how(text: str, message: str) -> None:
    with pytest.raises(RequestError, match=message) as caught:
        read_volumes(text)
    assert caught.value.hint
