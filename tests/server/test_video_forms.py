"""Files of other forms than ours, as servers make them: what is copied, what is encoded again, what is lost."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from popcorn.settings_tables import RendererSettings
from popcorn.tools.media.decode import frames
from popcorn.tools.media.probe import probe
from popcorn.tools.video.served.renderer import ServedRenderer
from popcorn.tools.video.served.server import Pace
from popcorn.tools.video.types import Clip, RenderRequest

REQUEST = RenderRequest("Biryani", "A clay pot, the lid lifts.")
QUICK = Pace(first=0.02, longest=0.05, pulse=0.02, silence=5)


def filmed(
    out: Path, codec: str = "libx264", *, sound: bool = False, rate: Fraction = Fraction(24), **how: Any
) -> bytes:
    """Three seconds of a white square that moves over a red ground."""
    stamps = how.pop("stamps", range(round(3 * rate)))
    with av.open(str(out), "w", format=how.pop("container", "mp4")) as container:
        stream = container.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = 180, 320, how.pop("pix_fmt", "yuv420p")
        stream.codec_context.time_base = 1 / rate
        heard = container.add_stream("aac", rate=16_000) if sound else None
        for number, stamp in enumerate(stamps):
            picture = np.full((320, 180, 3), (200, 30, 30), np.uint8)
            picture[40:120, 2 * number % 140 :][:, :40] = 255
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = stamp, 1 / rate
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if heard is not None:
            tone = (np.sin(np.arange(48_000) / 8) * 9000).astype(np.int16)[None]
            samples = av.AudioFrame.from_ndarray(tone, format="s16", layout="mono")
            samples.sample_rate, samples.pts = 16_000, 0
            container.mux(heard.encode(samples))
            container.mux(heard.encode(None))
    return out.read_bytes()


@pytest.fixture
def fetched(videos: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Renders with a server that sends the given bytes."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")

    def render(file: bytes) -> Clip:
        videos.file = file
        settings = RendererSettings(base_url=videos.url)
        return ServedRenderer("api:tiny", settings, pace=QUICK).render(REQUEST, tmp_path / "clip.mp4")

    return render


def notes(clip: Clip) -> str:
    assert clip.recipe is not None
    return "; ".join(clip.recipe.notes)


def test_what_is_in_form_is_copied_with_its_sound(fetched: Any, tmp_path: Path) -> None:
    clip = fetched(filmed(tmp_path / "made.mp4", sound=True))
    facts = probe(clip.path)
    assert (facts.codec, facts.frames, facts.faststart, clip.silent) == ("h264", 72, True, False)
    assert facts.provenance["ai_generated"] is True
    assert "sound" not in notes(clip)
    before, after = frames(tmp_path / "made.mp4", 5), frames(clip.path, 5)
    assert np.array_equal(before, after)


@pytest.mark.parametrize(
    "made",
    [
        {"codec": "mpeg4"},
        {"codec": "libx264", "pix_fmt": "yuv444p"},
        {"codec": "libvpx-vp9", "container": "webm"},
        {"codec": "mpeg4", "sound": True},
    ],
    ids=str,
)
def test_what_is_not_is_encoded_again_and_looks_the_same(fetched: Any, tmp_path: Path, made: dict[str, Any]) -> None:
    clip = fetched(filmed(tmp_path / "made.mp4", **made))
    facts = probe(clip.path)
    assert (facts.codec, facts.pix_fmt, facts.frames, facts.fps, clip.silent) == ("h264", "yuv420p", 72, 24, True)
    assert facts.faststart
    assert facts.provenance["model"] == "tiny"
    assert ("its sound was dropped" in notes(clip)) is bool(made.get("sound"))
    before, after = frames(tmp_path / "made.mp4", 5), frames(clip.path, 5)
    assert np.abs(before.astype(float) - after).mean() < 4


def test_uneven_frames_are_spread_evenly(fetched: Any, tmp_path: Path) -> None:
    stamps = [number for number in range(72) if number % 7 != 3]
    clip = fetched(filmed(tmp_path / "made.mp4", stamps=stamps))
    facts = probe(clip.path)
    assert facts.constant_frame_rate
    assert abs(facts.seconds - 3) < 0.1


def test_a_rate_that_is_not_whole_stays_as_it_came(fetched: Any, tmp_path: Path) -> None:
    clip = fetched(filmed(tmp_path / "made.mp4", rate=Fraction(24_000, 1001)))
    assert clip.fps == pytest.approx(23.976, abs=0.001)
    assert "asked for 24 frames a second, made 23.976" in notes(clip)


def test_sixteen_frames_a_second_are_kept_and_noted(fetched: Any, tmp_path: Path) -> None:
    clip = fetched(filmed(tmp_path / "made.mp4", rate=Fraction(16)))
    assert (clip.fps, clip.frames, clip.seconds) == (16.0, 48, 3.0)
    assert "asked for 24 frames a second, made 16.000" in notes(clip)
