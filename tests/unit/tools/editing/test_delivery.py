"""What a finished ad is measured for: a good one passes, and each fault is found in a file that has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from popcorn.tools.editing.assembly import assemble
from popcorn.tools.editing.check_results import Check
from popcorn.tools.editing.delivery import Evidence, checks, failed
from popcorn.tools.editing.repair import repair
from popcorn.tools.editing.timeline_parts import CaptionStyle, Cue, Levels, SourceClip, Timeline
from popcorn.tools.media.area import Area
from popcorn.tools.media.encode import ClipWriter, Encoding
from small_ads import script, small_ad, source

FACTS = {"generator": "Popcorn 0"}


@dataclass(frozen=True)
class Place:
    """An ad, its clips and the folder its steps are kept in."""

    ad: Timeline
    clips: dict[int, SourceClip]
    work: Path

    def file(self, timeline: Timeline | None = None) -> Path:
        """The rendered ad, or one like it."""
        return assemble(timeline or self.ad, self.work / "ad.mp4", work=self.work / "steps", provenance=FACTS)

    def evidence(self, **more: object) -> Evidence:
        return replace(Evidence(self.clips, script(), "en"), **more)

    def faults(self, file: Path, timeline: Timeline | None = None, **more: object) -> dict[str, Check]:
        """The failed checks by their names."""
        results = checks(file, timeline or self.ad, self.evidence(**more))
        return {check.name: check for check in failed(results)}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("ad")
    ad = small_ad(folder, with_music=True)
    clips = {1: source(1, folder / "wide.mp4"), 2: source(2, folder / "tall.mp4", size=(180, 320))}
    return Place(ad, clips, folder)


def of_a_plain(path: Path, luma: int, fps: int = 25) -> Path:
    """A clip in which nothing moves."""
    with ClipWriter(path, Encoding(320, 240, fps)) as writer:
        for _ in range(75):
            writer.write(np.full((240, 320, 3), luma, np.uint8))
    return path


def with_source(ad: Timeline, path: Path) -> Timeline:
    """The first cut from another file."""
    return replace(ad, cuts=(replace(ad.cuts[0], source=path), *ad.cuts[1:]))


def test_a_good_ad_passes_everything(place: Place) -> None:
    results = checks(place.file(), place.ad, place.evidence())
    assert not failed(results), failed(results)
    values = {check.name: check.value for check in results}
    assert values["black"] == "none"
    assert values["subtitles seen"] == "0 of 4 not seen"
    assert values["clips of the footage"] == "0 of 2 not in it"
    assert values["words spoken"] == "not checked: nobody here writes down en"
    assert values["subtitles read back"] == "not checked: there is no reader of text here"
    assert len({check.name for check in results}) == len(results)


def test_frames_are_counted_while_they_are_looked_at(place: Place) -> None:
    ticks: list[int] = []
    checks(place.file(), place.ad, place.evidence(), ticks.append)
    assert ticks == list(range(1, round(place.ad.seconds * 30) + 1))


@pytest.mark.parametrize(("luma", "names"), [(0, {"black", "frozen"}), (120, {"frozen"})])
def test_black_and_frozen_stretches_are_found_under_subtitles(place: Place, luma: int, names: set[str]) -> None:
    plain = with_source(place.ad, of_a_plain(place.work / f"plain{luma}.mp4", luma))
    found = place.faults(place.file(plain), plain, sources=None)
    assert set(found) == names
    assert found["frozen"].faults[0].at == pytest.approx(0, abs=0.05)


def test_a_silent_stretch_a_loud_mix_and_peaks_are_found(place: Place) -> None:
    silent = replace(place.ad, music=None, speech=place.ad.speech[:1])
    assert place.faults(place.file(silent), silent)["silent"].faults[0].at == pytest.approx(1.1, abs=0.1)
    loud = replace(place.ad, levels=Levels(correction=6.0, ceiling=0.0))
    found = place.faults(place.file(loud))
    assert {"loudness", "true peak"} <= set(found)
    assert found["loudness"].faults[0].amount > 1
    soft = replace(place.ad, levels=Levels(correction=-3.0))
    assert place.faults(place.file(soft))["loudness"].value == "-17.0 LUFS"


@pytest.mark.parametrize("moved", [0.15, -0.12])
def test_a_subtitle_that_stands_beside_its_words_is_found(place: Place, moved: float) -> None:
    cue = place.ad.cues[0]
    start = cue.start + moved
    shifted = replace(place.ad, cues=(Cue(cue.text, start, cue.end), *place.ad.cues[1:]))
    found = place.faults(place.file(shifted))  # looked at as it was meant
    assert "speech and subtitles" in found
    assert found["speech and subtitles"].faults[0].amount == pytest.approx(moved, abs=0.05)


def test_a_line_that_is_not_in_the_mix_is_found(place: Place) -> None:
    quiet = replace(place.ad, speech=place.ad.speech[:1])
    found = place.faults(place.file(quiet))
    assert "lines in the sound" in found
    assert found["lines in the sound"].faults[0].at == pytest.approx(place.ad.speech[1].at)


def test_a_subtitle_that_was_not_drawn_is_found(place: Place) -> None:
    bare = place.file(replace(place.ad, cues=place.ad.cues[1:]))
    assert place.faults(bare)["subtitles seen"].value == "1 of 4 not seen: 'Pour it slowly,'"
    unburned = replace(place.ad, captions=CaptionStyle(burned=False))
    results = {check.name: check for check in checks(place.file(unburned), unburned, place.evidence())}
    assert results["subtitles"].value == "not checked: they are not in the picture"


def test_subtitles_outside_the_safe_area_are_found(place: Place) -> None:
    low = replace(place.ad, captions=CaptionStyle(safe=Area(0.05, 0.5, 0.9, 0.48)))
    assert place.faults(place.file(low), low)["subtitles in the safe area"].value.startswith("4 of 4 outside")


def test_a_clip_that_is_not_in_the_footage_is_found_by_name_and_by_its_look(place: Place) -> None:
    other = with_source(place.ad, place.clips[2].path)
    assert place.faults(place.file(other), other)["clips of the footage"].value == "1 of 2 not in it: scene 1"
    assert set(place.faults(place.file(other))) == {"pictures from the footage"}


def test_a_clip_that_is_shown_beyond_its_shot_is_found(place: Place) -> None:
    short = dict(place.clips) | {1: replace(place.clips[1], end=1.0)}
    assert "clips of the footage" in place.faults(place.file(), sources=short)


@dataclass(frozen=True)
class Read:
    """A text and its place."""

    text: str
    area: Area


@dataclass(frozen=True)
class Reader:
    """Says the same of every picture."""

    texts: tuple[str, ...]

    def read(self, picture: np.ndarray) -> Sequence[Read]:
        assert picture.ndim == 3
        return [Read(text, Area(number / 10, 0, 0.1, 1)) for number, text in enumerate(self.texts)]


@dataclass(frozen=True)
class Listener:
    """Hears the same in every file."""

    words: str | None

    def heard(self, sound: Path, language: str) -> str | None:
        return self.words


def test_subtitles_that_cannot_be_read_back_are_found(place: Place) -> None:
    found = place.faults(place.file(), reader=Reader(("POUR IT", "slowly")))
    assert [fault.text for fault in found["subtitles read back"].faults] == [cue.text for cue in place.ad.cues[1:]]
    assert "subtitles read back" in place.faults(place.file(), reader=Reader(()))


def test_words_that_were_not_spoken_are_found(place: Place) -> None:
    said = "Pour it slowly, watch it bloom! 只需十秒就能喝到"
    assert "words spoken" not in place.faults(place.file(), listener=Listener(said))
    assert place.faults(place.file(), listener=Listener("Pour it"))["words spoken"].value == "14%"
    results = {check.name: check for check in checks(place.file(), place.ad, place.evidence(listener=Listener(None)))}
    assert results["words spoken"].value == "not checked: nobody here writes down en"


def test_an_ad_of_another_size_or_length_is_found(place: Place) -> None:
    file = place.file()
    assert "container" in place.faults(
        file, replace(place.ad, width=568, height=320, captions=CaptionStyle(burned=False))
    )
    longer = (*place.ad.cuts[:-1], replace(place.ad.cuts[-1], end=place.ad.cuts[-1].end + 1.0))
    assert "length" in place.faults(file, replace(place.ad, cuts=longer))


def test_what_can_be_repaired_is_repaired_and_passes(place: Place) -> None:
    cue = place.ad.cues[0]
    bad = replace(
        place.ad,
        levels=Levels(correction=-3.0),
        captions=CaptionStyle(safe=Area(0.05, 0.5, 0.9, 0.48)),
        cues=(Cue(cue.text, cue.start + 0.2, cue.end), *place.ad.cues[1:]),
    )
    results = checks(place.file(bad), bad, place.evidence())
    assert {check.name for check in failed(results)} >= {"loudness", "subtitles in the safe area"}
    mended, told = repair(bad, results)
    assert len(told) == len(failed(results))
    assert not failed(checks(place.file(mended), mended, place.evidence()))


def test_what_cannot_be_repaired_stays_as_it_is_and_nothing_is_said(place: Place) -> None:
    results = checks(place.file(), place.ad, place.evidence(sources={}, listener=Listener("")))
    assert {check.name for check in failed(results)} == {"clips of the footage", "words spoken"}
    assert repair(place.ad, results) == (place.ad, ())


def test_letters_that_could_not_be_read_grow_until_they_are_half_as_large_again(place: Place) -> None:
    ad, scales = place.ad, []
    results = checks(place.file(), ad, place.evidence(reader=Reader(())))
    for _ in range(4):
        ad, told = repair(ad, results)
        scales.append(ad.captions.scale)
    assert scales == [pytest.approx(1.2), pytest.approx(1.44), 1.5, 1.5]
    assert told == ()
