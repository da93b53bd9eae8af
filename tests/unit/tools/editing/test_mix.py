"""The ad's sound."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from popcorn.errors import DataError
from popcorn.tools.editing.mix import RATE, mixed
from popcorn.tools.editing.timeline_parts import Levels, Sound, Timeline
from popcorn.tools.media.audio import write_wav
from popcorn.tools.media.loudness import loudness
from small_ads import small_ad, ticking


@pytest.fixture(scope="module")
def ad(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    return small_ad(tmp_path_factory.mktemp("ad"), with_music=True)


def level(samples: np.ndarray, start: float, end: float) -> float:
    """dBFS between two moments."""
    part = samples[round(start * RATE) : round(end * RATE)]
    return float(20 * np.log10(np.sqrt((part**2).mean()) + 1e-12))


def test_a_mix_has_its_loudness_keeps_under_the_ceiling_and_lasts_as_long_as_the_picture(ad: Timeline) -> None:
    for timeline in (ad, replace(ad, music=None), replace(ad, speech=())):
        whole = mixed(timeline)
        measured = loudness(whole, RATE)
        assert measured.integrated == pytest.approx(-14, abs=0.2)
        assert measured.true_peak <= timeline.levels.ceiling + 0.01
        assert len(whole) == round(timeline.seconds * RATE)


@pytest.mark.parametrize("seconds", [3.0, 5.0])
def test_music_of_short_strokes_is_as_loud_as_any_other(tmp_path: Path, ad: Timeline, seconds: float) -> None:
    cut = replace(ad.cuts[0], start=0.0, end=seconds, at=0.0)
    strokes = Sound(ticking(tmp_path / "ticking.wav"), 0.0, seconds)
    measured = loudness(mixed(replace(ad, cuts=(cut,), speech=(), music=strokes)), RATE)
    assert measured.integrated == pytest.approx(-14, abs=0.2)
    assert measured.true_peak <= ad.levels.ceiling + 0.01


def test_the_music_goes_down_under_the_voice_and_comes_up_again(tmp_path: Path, ad: Timeline) -> None:
    first = ad.speech[0]
    quiet = replace(ad, speech=(first,), levels=Levels(ducked=20.0))
    bed, whole = mixed(replace(quiet, speech=())), mixed(quiet)
    pause = (first.at + 0.55, first.at + 0.65)  # between two words: only music is heard
    after = (first.at + first.seconds + 0.7, quiet.seconds - 1.3)
    assert level(bed, *pause) == pytest.approx(level(bed, *after), abs=1.5)
    assert level(whole, *after) - level(whole, *pause) > 15


def test_short_music_is_repeated_without_a_hole(ad: Timeline) -> None:
    whole = mixed(replace(ad, speech=()))
    assert ad.music is not None
    levels = [level(whole, start, start + 0.1) for start in np.arange(0.3, ad.seconds - 1.3, 0.1)]
    assert min(levels) > max(levels) - 8


def test_music_fades_in_and_out(ad: Timeline) -> None:
    whole = mixed(replace(ad, speech=()))
    assert np.abs(whole[:50]).max() < 0.02
    assert np.abs(whole[-50:]).max() < 0.02


def test_a_track_has_its_own_volume(ad: Timeline) -> None:
    assert ad.music is not None
    loud = mixed(replace(ad, music=replace(ad.music, gain_db=6.0)))
    usual = mixed(ad)
    pause = (ad.speech[0].at + 0.55, ad.speech[0].at + 0.65)
    assert level(loud, *pause) - level(usual, *pause) == pytest.approx(6, abs=1.5)


def hissing(path: Path) -> Path:
    """A file of 4 s that is silent for 2 s."""
    noise = np.random.default_rng(0).normal(0, 0.02, 4 * 48_000)
    noise[: 2 * 48_000] = 0
    return write_wav(path, noise.astype(np.float32), 48_000)


def test_the_clips_own_sound_is_under_the_voice_comes_from_its_place_and_makes_no_click(
    tmp_path: Path, ad: Timeline
) -> None:
    room = Sound(hissing(tmp_path / "room.wav"), 0.0, 2.0, start=2.0)
    alone = mixed(replace(ad, speech=(), music=None, clip_sounds=(room,)))
    assert loudness(alone, RATE).integrated == pytest.approx(-14, abs=0.2)
    assert np.abs(alone[:20]).max() < 0.02
    assert level(alone, 0.1, 1.9) > -25
    assert not alone[round(2.05 * RATE) :].any()
    first = replace(ad, speech=ad.speech[:1], music=None)
    pause = (first.speech[0].at + 0.55, first.speech[0].at + 0.65)
    heard = {db: level(mixed(replace(first, clip_sounds=(replace(room, gain_db=db),))), *pause) for db in (-6.0, 0.0)}
    assert heard[0.0] - heard[-6.0] == pytest.approx(6, abs=2.5)  # a limiter is coming up from the word before
    assert heard[0.0] < -24


def test_the_noise_of_a_quiet_room_stays_soft(tmp_path: Path, ad: Timeline) -> None:
    noise = np.random.default_rng(0).normal(0, 0.0015, 4 * 48_000).astype(np.float32)
    room = Sound(write_wav(tmp_path / "quiet.wav", noise, 48_000), 0.0, 3.0)
    assert loudness(mixed(replace(ad, music=None)), RATE).integrated == pytest.approx(-14, abs=0.2)
    after = (ad.seconds - 0.4, ad.seconds - 0.1)
    assert level(mixed(replace(ad, music=None, clip_sounds=(room,))), *after) < -40


def test_an_ad_without_sounds_is_silent(ad: Timeline) -> None:
    assert not mixed(replace(ad, speech=(), music=None)).any()


def test_a_silent_or_empty_track_is_an_error_and_no_silence(tmp_path: Path, ad: Timeline) -> None:
    nothing = write_wav(tmp_path / "nothing.wav", np.zeros(48_000, np.float32), 24_000)
    with pytest.raises(DataError, match=r"the music '.*nothing\.wav' is silent"):
        mixed(replace(ad, music=Sound(nothing, 0.0, ad.seconds)))
    with pytest.raises(DataError, match="the voice is silent"):
        mixed(replace(ad, music=None, speech=(Sound(nothing, 0.0, 1.0),)))
    empty = write_wav(tmp_path / "empty.wav", np.zeros(0, np.float32), 24_000)
    with pytest.raises(DataError, match=r"empty\.wav' holds no sound"):
        mixed(replace(ad, music=Sound(empty, 0.0, ad.seconds)))
