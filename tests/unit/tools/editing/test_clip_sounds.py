"""The footage's own sound under an ad."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
from popcorn.tools.editing.clip_sounds import clip_sounds
from popcorn.tools.editing.timeline_parts import Sound
from small_ads import small_ad


def with_sound(path: Path, out: Path, loudness: float) -> Path:
    """The clip with a track of noise beside its picture."""
    noise = np.random.default_rng(0).normal(0, loudness, (1, 3 * 48_000)).astype(np.float32)
    with av.open(str(path)) as source, av.open(str(out), "w") as made:
        stream = made.add_stream_from_template(source.streams.video[0])
        track = made.add_stream("aac", rate=48_000, layout="mono")
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                made.mux(packet)
        for start in range(0, noise.shape[1], 1024):
            frame = av.AudioFrame.from_ndarray(noise[:, start : start + 1024].copy(), format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 48_000, start
            made.mux(track.encode(frame))
        made.mux(track.encode(None))
    return out


def test_only_clips_that_are_heard_and_run_at_their_own_speed_have_a_sound(tmp_path: Path) -> None:
    ad = small_ad(tmp_path)
    first, second = ad.cuts
    loud = replace(first, source=with_sound(first.source, tmp_path / "loud.mp4", 0.1))
    still = replace(first, source=with_sound(first.source, tmp_path / "still.mp4", 0.0))
    slowed = replace(loud, speed=0.8)
    assert clip_sounds([loud, still, slowed, second], -4.0) == (
        Sound(loud.source, loud.at, loud.seconds, -4.0, loud.start),
    )
