"""Probing and decoding on real clips, the awkward ones too: facts or a clear error, never a foreign exception."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from popcorn.errors import BadClipError, PopcornError
from popcorn.tools.media.decode import frames
from popcorn.tools.media.probe import luminance, probe
from popcorn.tools.video.checks import checked

EDGE = {
    "decord__video_0.mov": (568, 320, 0, 30.0, 3),
    "decord__video_90.mov": (320, 568, 270, 30.0, 3),
    "decord__video_180.mov": (568, 320, 180, 30.0, 3),
    "moviepy__video-with-dash-.mp4": (1, 1, 0, 1.0, 5),
    "torchcodec__av1_video.mkv": (640, 360, 0, 25.0, 125),
    "torchcodec__h265_video.mp4": (128, 128, 0, 10.0, 10),
    "torchcodec__bt709_full_range.mp4": (1280, 720, 0, 30.0, 30),
    "decord__unordered.mov": (50, 50, 0, 32.0, 4),
}


@pytest.mark.parametrize("name", EDGE)
def test_awkward_clips_are_probed_right(test_data: Path, name: str) -> None:
    facts = probe(test_data / "clips" / "edge" / name)
    assert (facts.width, facts.height, facts.rotation, facts.fps, facts.frames) == EDGE[name]


def test_a_corrupted_clip_is_a_bad_clip(test_data: Path) -> None:
    broken = test_data / "clips" / "edge" / "decord__corrupted.mp4"
    for read in (luminance, lambda path: frames(path, 4)):
        with pytest.raises(BadClipError, match="decord__corrupted"):
            read(broken)


@pytest.mark.parametrize(("degrees", "turns"), [(0, 0), (90, 3), (180, 2)])
def test_a_turned_clip_is_shown_as_a_player_shows_it(test_data: Path, degrees: int, turns: int) -> None:
    """Seen by eye as well: the letters on the keyboard stand upright in all three."""
    path = test_data / "clips" / "edge" / f"decord__video_{degrees}.mov"
    with av.open(str(path)) as container:
        stored = next(container.decode(video=0)).to_ndarray(format="rgb24")
    shown = frames(path, 3)[0]
    assert np.array_equal(shown, np.rot90(stored, turns))


def test_every_open_clip_is_read_to_its_end(test_data: Path) -> None:
    clips = sorted((test_data / "clips" / "open").iterdir())
    assert len(clips) >= 10
    for path in clips[:6]:
        facts, light = probe(path), luminance(path)
        assert abs(len(light.means) - facts.frames) <= 1, path.name
        assert not light.is_black, path.name
        assert not light.is_frozen, path.name


def test_no_file_raises_anything_foreign(test_data: Path) -> None:
    for path in sorted((test_data / "clips" / "edge").iterdir()):
        try:
            shown = frames(path, 2, side=32)
        except PopcornError:
            continue
        assert shown.dtype == np.uint8


def test_a_real_clip_of_another_length_fails_the_check_with_its_facts(test_data: Path) -> None:
    path = test_data / "clips" / "open" / "interactive-examples__flower.mp4"
    with pytest.raises(BadClipError, match="960x540, not 1080x1920") as caught:
        checked(path, "somebody", 1080, 1920, 30, 3.0)
    assert "5.005 s, not 3.000 s" in caught.value.message


def test_no_sound_clip_is_taken_for_a_bad_one(test_data: Path) -> None:
    for path in sorted((test_data / "clips" / "open").iterdir()):
        facts = probe(path)
        with pytest.raises(BadClipError) as caught:  # a length that none has, so that all that is wrong is said
            checked(path, "somebody", facts.width, facts.height, facts.fps, facts.seconds + 100)
        assert caught.value.message.count("; ") == (not facts.constant_frame_rate), caught.value.message


def test_a_real_flickering_clip_in_bars_is_refused(test_data: Path) -> None:
    path = test_data / "clips" / "edge" / "libopenshot__test1.mp4"
    with pytest.raises(BadClipError, match="it flickers") as caught:
        checked(path, "somebody", 1280, 720, 24, 1.0)
    assert "black bars above" in caught.value.message
