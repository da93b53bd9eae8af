"""Stretches of files as frames, clips joined by their packets, and how loud a sound is."""

from __future__ import annotations

import math
from pathlib import Path

import av
import numpy as np
import pytest
from popcorn.errors import BadClipError, RenderError
from popcorn.tools.media.area import Area
from popcorn.tools.media.audio import stereo
from popcorn.tools.media.decode import all_frames, all_luma
from popcorn.tools.media.encode import ClipWriter, Encoding
from popcorn.tools.media.joining import join
from popcorn.tools.media.loudness import SILENCE, limited, loudness
from popcorn.tools.media.probe import probe
from popcorn.tools.media.stretches import Stretch, frames_of

WHOLE = Area(0, 0, 1, 1)
RATE = 48_000


def numbered(path: Path, count: int, fps: int = 10, size: tuple[int, int] = (64, 48)) -> Path:
    """Frame n has luma of about 40 + 6 n on its left half, and is dark on its right half."""
    with ClipWriter(path, Encoding(*size, fps, quality=4)) as writer:
        for number in range(count):
            frame = np.full((size[1], size[0], 3), 10, np.uint8)
            frame[:, : size[0] // 2] = 40 + 6 * number
            writer.write(frame)
    return path


def seen(stretch: Stretch) -> list[int]:
    """The numbers of the frames that a stretch shows."""
    return [round((int(frame.y[4, 4]) - 16) * 255 / 219 / 6 - 40 / 6) for frame in frames_of(stretch)]


def stretch(path: Path, start: float, frames: int, fps: int = 10, **more: float) -> Stretch:
    return Stretch(path, start, frames, fps, WHOLE, 64, 48, **more)


def tone(decibel: float, seconds: float = 4.0, hertz: float = 997.0) -> np.ndarray:
    wave = 10 ** (decibel / 20) * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)
    return np.stack([wave, wave], axis=1).astype(np.float32)


def test_a_stretch_shows_the_frames_that_a_player_shows_at_its_moments(tmp_path: Path) -> None:
    clip = numbered(tmp_path / "clip.mp4", 20)
    assert seen(stretch(clip, 0.5, 5)) == [5, 6, 7, 8, 9]
    assert seen(stretch(clip, 0.5, 6, fps=20)) == [5, 5, 6, 6, 7, 7]
    assert seen(stretch(clip, 0.5, 3, fps=5)) == [5, 7, 9]
    assert seen(stretch(clip, 0.5, 4, speed=0.5)) == [5, 5, 6, 6]


def test_a_stretch_is_cut_out_and_scaled(tmp_path: Path) -> None:
    clip = numbered(tmp_path / "clip.mp4", 3)
    right = next(iter(frames_of(Stretch(clip, 0, 1, 10, Area(0.6, 0, 0.4, 1), 32, 80))))
    assert right.y.shape == (80, 32)
    assert right.u.shape == (40, 16)
    assert right.y.max() < 40


def test_a_file_that_ends_too_early_is_an_error_and_no_frozen_picture(tmp_path: Path) -> None:
    clip = numbered(tmp_path / "clip.mp4", 10)
    with pytest.raises(BadClipError, match=r"ends at 0\.90 s, before 1\.50 s of it can be shown"):
        list(frames_of(stretch(clip, 0.5, 20)))


def test_interlaced_pictures_become_progressive(tmp_path: Path) -> None:
    """A bar that moves between the two fields of a frame leaves combs in it."""
    with ClipWriter(tmp_path / "tv.mp4", Encoding(96, 96, 25, quality=4, x264="tff=1")) as writer:
        for number in range(8):
            frame = np.full((96, 96, 3), 60, np.uint8)
            frame[::2, 8 * number : 8 * number + 16] = 220
            frame[1::2, 8 * number + 4 : 8 * number + 20] = 220
            writer.write(frame)

    def combs(luma: np.ndarray) -> float:
        lines = luma[8:-8].astype(int)
        return float(np.abs(lines[1:-1] * 2 - lines[:-2] - lines[2:]).mean())

    stored = [combs(luma) for _, luma in all_luma(tmp_path / "tv.mp4")]
    shown = [combs(frame.y) for frame in frames_of(Stretch(tmp_path / "tv.mp4", 0, 8, 25, WHOLE, 96, 96))]
    assert max(shown[1:-1]) < min(stored[1:-1]) / 3


def test_the_colours_of_hdr_footage_are_mapped(tmp_path: Path) -> None:
    """HLG (ITU-R BT.2100): reference white at 75 % of the signal; a saturated red of BT.2020 gets more saturated."""

    with av.open(str(tmp_path / "filmed.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=10, options={"crf": "1"})
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p10le"
        context = stream.codec_context
        context.color_primaries, context.color_trc, context.colorspace, context.color_range = 9, 18, 9, 1
        for number, signal in enumerate([(721, 512, 512), (360, 472, 716)]):
            frame = av.VideoFrame(64, 64, "yuv420p10le")
            frame.pts = number
            for plane, value in zip(frame.planes, signal, strict=True):
                np.frombuffer(plane, np.uint16)[:] = value
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))

    frames = frames_of(Stretch(tmp_path / "filmed.mp4", 0, 2, 10, WHOLE, 64, 64))
    white, red = ([int(plane[4, 4]) for plane in (frame.y, frame.u, frame.v)] for frame in frames)
    assert white[1:] == [pytest.approx(128, abs=1)] * 2
    assert 155 <= white[0] <= 185
    assert red[2] > 716 / 4 + 4


def test_clips_are_joined_frame_by_frame_with_their_sound_in_time(tmp_path: Path) -> None:
    parts = [numbered(tmp_path / f"{count}.mp4", count) for count in (7, 1, 2, 12)]
    click = np.zeros((round(2.2 * RATE), 2), np.float32)
    click[RATE : RATE + 240] = 0.8
    out = join(parts, 10, tmp_path / "out.mp4", {"generator": "Popcorn 0", "title": "Kaffee"}, sound=click)
    facts = probe(out)
    assert (facts.frames, facts.seconds, facts.fps) == (22, pytest.approx(2.2), 10)
    assert facts.constant_frame_rate
    assert facts.faststart
    assert facts.has_audio
    assert facts.provenance == {"generator": "Popcorn 0", "title": "Kaffee"}
    one_by_one = [frame for part in parts for frame in all_frames(part)]
    assert all(np.array_equal(a, b) for a, b in zip(all_frames(out), one_by_one, strict=True))
    assert [round(at * 10) for at, _ in all_luma(out)] == list(range(22))
    heard = stereo(out)
    assert heard.shape[1] == 2
    assert abs(int(np.argmax(np.abs(heard[:, 0]) > 0.3)) - RATE) < 0.002 * RATE
    with av.open(str(out)) as container:
        sound = container.streams.audio[0]
        assert (sound.codec_context.name, sound.rate, sound.layout.name) == ("aac", RATE, "stereo")


def test_clips_of_another_encoding_are_refused_and_nothing_is_left(tmp_path: Path) -> None:
    parts = [numbered(tmp_path / "a.mp4", 3), numbered(tmp_path / "b.mp4", 3, size=(48, 64))]
    with pytest.raises(RenderError, match=r"b\.mp4' is encoded otherwise than the first clip"):
        join(parts, 10, tmp_path / "out.mp4", {})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "b.mp4"]


@pytest.mark.parametrize("level", [-23.0, -14.0])
def test_loudness_is_that_of_the_standard(level: float) -> None:
    """EBU Tech 3341, case 1 and 2 have a stereo tone of 1 kHz at -23 and -33 dBFS read as -23 and -33 LUFS."""
    assert loudness(tone(level), RATE).integrated == pytest.approx(level, abs=0.1)


def test_a_true_peak_is_found_between_samples() -> None:
    """A tone of a quarter of the rate, sampled 45 degrees beside its peaks, has samples 3 dB below them."""
    at = np.arange(RATE)
    wave = (0.5 * np.sin(np.pi / 2 * at + np.pi / 4) * np.sin(np.pi * at / RATE)).astype(np.float32)
    assert 20 * math.log10(float(np.abs(wave).max())) == pytest.approx(-9.03, abs=0.05)
    assert loudness(np.stack([wave, wave], 1), RATE).true_peak == pytest.approx(-6.02, abs=0.3)


def test_silence_has_no_loudness() -> None:
    measured = loudness(np.zeros((RATE, 2), np.float32), RATE)
    assert (measured.integrated, measured.true_peak) == (SILENCE, -math.inf)


def test_a_limiter_holds_peaks_and_touches_nothing_else() -> None:
    quiet, loud = tone(-20.0, 1.0), tone(0.0, 0.2)
    held = limited(np.concatenate([quiet, loud, quiet]), RATE, -6.0)
    assert len(held) == 2 * len(quiet) + len(loud)
    assert loudness(held, RATE).true_peak <= -5.8
    calm = slice(4800, len(quiet) - 4800)
    assert np.abs(held[calm] - quiet[calm]).max() < 0.002
