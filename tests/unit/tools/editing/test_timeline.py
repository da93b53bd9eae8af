"""From lines, sounds and clips to a timeline."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from popcorn.errors import DataError, RequestError
from popcorn.tools.editing.crops import Place
from popcorn.tools.editing.timeline import BREATH, PAUSE, SLOWEST, TAIL, lead, seconds_needed, timeline_of
from popcorn.tools.editing.timeline_parts import SourceClip
from popcorn.tools.editing.types import Claim, ClaimKind, Level, Line, Role, SpokenLine, SpokenWord, Verdict
from popcorn.tools.media.area import Area
from popcorn.tools.media.aspect import Aspect
from popcorn.tools.media.attention import Glimpse, of_areas

HERE = Path("clip.mp4")


def said(seconds: float, *segments: tuple[float, float]) -> SpokenLine:
    return SpokenLine(Path("line.wav"), seconds, (SpokenWord("word", 0.0, seconds),), segments)


def clip(number: int = 1, start: float = 1.0, end: float = 5.0, **more: float) -> SourceClip:
    return SourceClip(number, HERE, start, end, 1280, 720, Area(0.4, 0.4, 0.2, 0.2), **more)


def line(number: int = 1, *subtitles: str) -> Line:
    return Line(number, " ".join(subtitles), Role.DEMO, subtitles)


def test_each_picture_lasts_as_its_sound_and_a_breath_in_whole_frames() -> None:
    ad = timeline_of("x", [line(1), line(2)], [said(1.5), said(2.0)], {1: clip(1), 2: clip(2)}, fps=30)
    first, second = ad.cuts
    assert first.seconds == pytest.approx(lead(30) + 1.5 + BREATH)
    assert second.at == pytest.approx(first.seconds)
    assert second.seconds == pytest.approx(lead(30) + 2.0 + BREATH + TAIL)
    assert [round(cut.seconds * 30, 6) % 1 for cut in ad.cuts] == [0, 0]
    assert [sound.at for sound in ad.speech] == [pytest.approx(cut.at + 0.1) for cut in ad.cuts]


def test_the_stretch_is_taken_from_the_middle_of_the_clip() -> None:
    (cut,) = timeline_of("x", [line()], [said(1.1)], {1: clip()}).cuts
    assert (cut.start + cut.end) / 2 == pytest.approx(3.0)


def test_a_clip_that_is_used_twice_shows_two_stretches_one_after_the_other() -> None:
    first, second = timeline_of("x", [line(), line()], [said(1.0), said(1.0)], {1: clip()}).cuts
    assert second.start == pytest.approx(first.end)
    assert (first.start, second.end) == (pytest.approx(1.4, abs=0.3), pytest.approx(4.6, abs=0.3))


def test_a_short_clip_is_lengthened_inside_its_shot_at_full_speed() -> None:
    (cut,) = timeline_of("x", [line()], [said(4.0)], {1: clip(earliest=0.5, latest=6.0)}).cuts
    assert cut.speed == 1.0
    assert cut.start >= 0.5
    assert cut.end <= 6.0


def test_a_clip_that_is_still_too_short_is_slowed_down_as_little_as_needed() -> None:
    (cut,) = timeline_of("x", [line()], [said(3.9)], {1: clip()}).cuts
    assert (cut.start, cut.end) == (1.0, 5.0)
    assert cut.seconds == pytest.approx(seconds_needed(said(3.9), 30, last=True))
    assert SLOWEST < cut.speed < 1


def test_a_clip_that_cannot_last_as_long_as_its_line_is_an_error_that_says_how_long_it_can() -> None:
    with pytest.raises(
        DataError, match=r"line 1 lasts 6\.9 s with its picture, and clip 1 gives 5\.3 s at most"
    ) as wrong:
        timeline_of("x", [line()], [said(6.0)], {1: clip()})
    assert wrong.value.hint == "Shorten the line or choose a longer clip."


def test_subtitles_stand_when_they_are_heard_and_never_over_a_cut() -> None:
    spoken = [said(1.0, (0.1, 0.4), (0.5, 0.98)), said(1.0, (0.0, 1.0))]
    ad = timeline_of("x", [line(1, "one", "two"), line(2, "three")], spoken, {1: clip(1), 2: clip(2)})
    one, two, three = ad.cues
    assert (one.start, two.start) == (pytest.approx(0.2), pytest.approx(0.6))
    assert one.end == pytest.approx(two.start)
    assert two.end <= ad.cuts[1].at + 1e-9
    assert three.start == pytest.approx(ad.cuts[1].at + 0.1)


def test_a_line_that_nobody_speaks_has_subtitles_and_no_sound() -> None:
    unspoken = replace(said(1.0, (0.0, 1.0)), words=())
    ad = timeline_of("x", [line(1, "read me")], [unspoken], {1: clip()})
    assert ad.speech == ()
    assert [cue.text for cue in ad.cues] == ["read me"]


def test_claims_are_markers_over_their_lines() -> None:
    claim = Claim("20% off", 1, ClaimKind.PERCENTAGE, Verdict.MISSING, Level.WARN)
    ad = timeline_of("x", [line(1), line(2)], [said(1), said(1)], {1: clip(1), 2: clip(2)}, claims=[claim])
    (marker,) = ad.markers
    assert (marker.at, marker.text) == (ad.cuts[1].at, "percentage, fact missing: 20% off")


def test_the_aspect_decides_the_size_and_a_person_decides_the_crop() -> None:
    ad = timeline_of("x", [line()], [said(1)], {1: clip()}, aspect=Aspect.FEED, crops={1: Place.LEFT})
    assert (ad.width, ad.height) == (1080, 1350)
    assert ad.cuts[0].crop.left == 0
    with pytest.raises(RequestError, match="a crop for scene 3, and the ad has 1 scenes"):
        timeline_of("x", [line()], [said(1)], {1: clip()}, crops={3: Place.LEFT})


@pytest.mark.parametrize(
    ("lines", "spoken", "message"),
    [
        ([], [], "the ad has no lines"),
        ([line()], [], "1 lines have 0 sounds"),
        ([line(1, "one")], [said(1.0)], "line 1 has 1 subtitles and times for 0"),
    ],
)
def test_what_does_not_belong_together_is_an_error(lines: list[Line], spoken: list[SpokenLine], message: str) -> None:
    with pytest.raises(DataError, match=message):
        timeline_of("x", lines, spoken, {1: clip()})


def test_a_clip_that_is_not_in_the_footage_is_an_error() -> None:
    with pytest.raises(RequestError, match="line 1 wants clip 7, which is not in the footage"):
        timeline_of("x", [line(7)], [said(1.0)], {1: clip()})


def test_pictures_stay_longer_in_equal_parts_where_the_ad_would_be_short() -> None:
    spoken = [said(1.5, (0.0, 1.5)), said(1.5, (0.0, 1.5)), said(1.5, (0.0, 1.5))]
    given = ([line(number, "a line") for number in (1, 2, 3)], spoken, {number: clip(number) for number in (1, 2, 3)})
    plain, longer = timeline_of("x", *given), timeline_of("x", *given, seconds=6.6)
    assert longer.seconds == pytest.approx(6.6)
    more = [after.seconds - before.seconds for before, after in zip(plain.cuts, longer.cuts, strict=True)]
    assert more == pytest.approx([0.2] * 3, abs=1.1 / 30)
    assert [sound.seconds for sound in longer.speech] == [1.5, 1.5, 1.5]
    assert all(cut.speed == 1 for cut in longer.cuts)


def test_no_pause_is_heard_as_a_hole_however_long_the_ad_is_wanted() -> None:
    late = said(2.0, (0.2, 1.9))
    ad = timeline_of("x", [line(1, "one"), line(2, "two")], [late, late], {1: clip(1), 2: clip(2)}, seconds=60.0)
    heard = [(sound.at + 0.2, sound.at + 1.9) for sound in ad.speech]
    assert heard[1][0] - heard[0][1] <= PAUSE + 1e-9
    assert heard[1][0] - heard[0][1] > PAUSE - 1 / 30
    assert ad.seconds - heard[1][1] <= PAUSE + 1e-9


def test_a_picture_stays_no_longer_than_its_clip_goes() -> None:
    short = {1: clip(1, end=2.9, latest=9.0), 2: clip(2, end=2.0, latest=9.0)}
    ad = timeline_of("x", [line(1), line(2)], [said(1.5), said(1.5)], short, seconds=60.0)
    assert ad.cuts[0].end <= 2.9 + 1e-9, "a picture is not lengthened for a pause alone"
    assert ad.cuts[1].seconds == pytest.approx(seconds_needed(said(1.5), 30, last=True))


def test_lines_over_one_clip_share_what_is_left_of_it() -> None:
    first, second = timeline_of("x", [line(), line()], [said(1.0), said(1.0)], {1: clip()}, seconds=60.0).cuts
    assert second.start >= first.end - 1e-9
    assert second.end <= 5.0 + 1e-9


def test_a_crop_follows_what_draws_the_eye_in_the_seconds_that_are_shown() -> None:
    glimpses = tuple(Glimpse(float(at), of_areas([Area(0.05 if at < 3 else 0.85, 0.4, 0.1, 0.2)])) for at in range(6))
    long = replace(clip(start=0.0, end=6.0), glimpses=glimpses)
    first, second = timeline_of("x", [line(), line()], [said(2.0), said(2.0)], {1: long}, aspect=Aspect.PORTRAIT).cuts
    assert first.crop.left < 0.1
    assert second.crop.left > 0.6
    (placed,) = timeline_of("x", [line()], [said(1.0)], {1: long}, crops={1: Place.CENTER}).cuts
    assert placed.crop.left + placed.crop.width / 2 == pytest.approx(0.5)
