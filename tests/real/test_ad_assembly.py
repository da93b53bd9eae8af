"""Ads from real clips: awkward files as sources, real pictures under subtitles, real speech in the mix."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from popcorn.tools.editing.assembly import assemble
from popcorn.tools.editing.delivery import Evidence, checks, failed
from popcorn.tools.editing.timeline import timeline_of
from popcorn.tools.editing.timeline_parts import SourceClip
from popcorn.tools.editing.types import Line, Role, SpokenLine, SpokenWord
from popcorn.tools.media.area import Area
from popcorn.tools.media.aspect import Aspect
from popcorn.tools.media.audio import write_wav
from popcorn.tools.media.decode import frames
from popcorn.tools.media.encode import ClipWriter, Encoding
from popcorn.tools.media.probe import probe
from popcorn.tools.media.stretches import Stretch, frames_of

WHOLE = Area(0, 0, 1, 1)
SHAPES = {Aspect.PORTRAIT: (320, 568), Aspect.LANDSCAPE: (568, 320), Aspect.SQUARE: (320, 320), Aspect.FEED: (320, 400)}
SCRIPT = (
    ("open/sam2__04_coffee.mp4", ("Good coffee should not", "take all morning.")),
    ("open/co-tracker__teddy.mp4", ("Bring home", "a friend today.")),
    ("open/moviepy__big_buck_bunny_0_30.webm", ("Try it once,", "and tell us.")),
)


@pytest.mark.parametrize("degrees", [0, 90, 180])
def test_turned_footage_stands_upright(test_data: Path, tmp_path: Path, degrees: int) -> None:
    source = test_data / "clips" / "edge" / f"decord__video_{degrees}.mov"
    facts = probe(source)
    with ClipWriter(tmp_path / "cut.mp4", Encoding(facts.width, facts.height, 30, quality=8)) as writer:
        for frame in frames_of(Stretch(source, 0, 3, 30, WHOLE, facts.width, facts.height)):
            writer.write(frame)
    apart = frames(tmp_path / "cut.mp4", 1)[0].astype(int) - frames(source, 1)[0]
    assert np.abs(apart).mean() < 3


@pytest.mark.parametrize(
    "name", ["torchcodec__bt709_full_range.mp4", "torchcodec__av1_video.mkv", "torchcodec__h265_video.mp4"]
)
def test_ranges_and_codecs_keep_their_brightness(test_data: Path, tmp_path: Path, name: str) -> None:
    source = test_data / "clips" / "edge" / name
    facts = probe(source)
    with ClipWriter(tmp_path / "cut.mp4", Encoding(facts.width, facts.height, 30, quality=8)) as writer:
        writer.write(next(iter(frames_of(Stretch(source, 0, 1, 30, WHOLE, facts.width, facts.height)))))
    first = frames(tmp_path / "cut.mp4", 1)[0].astype(int)
    stored = next(iter(frames(source, round(facts.seconds * facts.fps))))
    assert abs(float(first.mean()) - float(stored.mean())) < 2


def spoken(folder: Path, number: int, parts: tuple[str, ...]) -> SpokenLine:
    """A line by the English voice, part by part, without the silence around each."""
    hibari = pytest.importorskip("hibari")
    voice, rate = hibari.Hibari(), 24_000
    times, sounds, at = [], [], 0.0
    for part in parts:
        sound = np.asarray(voice(part), np.float32)
        loud = np.flatnonzero(np.abs(sound) > 0.01 * np.abs(sound).max())
        sound = sound[loud[0] : loud[-1] + 1]
        times.append((at, at + len(sound) / rate))
        sounds += [sound, np.zeros(round(0.15 * rate), np.float32)]
        at += len(sound) / rate + 0.15
    whole = np.concatenate(sounds)
    words = tuple(SpokenWord(part, *when) for part, when in zip(parts, times, strict=True))
    return SpokenLine(write_wav(folder / f"{number}.wav", whole, rate), len(whole) / rate, words, tuple(times))


@pytest.mark.parametrize("aspect", Aspect)
def test_an_ad_from_real_clips_passes_every_check(test_data: Path, tmp_path: Path, aspect: Aspect) -> None:
    clips, lines, sounds = {}, [], []
    for number, (name, parts) in enumerate(SCRIPT, 1):
        facts = probe(test_data / "clips" / name)
        focus = Area(0.4, 0.3, 0.3, 0.4)
        clips[number] = SourceClip(number, facts.path, 0.2, facts.seconds - 0.2, facts.width, facts.height, focus)
        lines.append(Line(number, " ".join(parts), Role.DEMO, parts))
        sounds.append(spoken(tmp_path, number, parts))
    ad = timeline_of("Coffee", lines, sounds, clips, aspect=aspect, size=SHAPES[aspect])
    out = assemble(ad, tmp_path / "ad.mp4", work=tmp_path / "work", provenance={"generator": "test"})
    wrong = failed(checks(out, ad, Evidence(clips, lines, "en")))
    assert not wrong, wrong
