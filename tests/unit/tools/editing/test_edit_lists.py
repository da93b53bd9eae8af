"""Edit lists, written and read back by OpenTimelineIO's own readers."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlparse
from xml.etree import ElementTree

import opentimelineio as otio
import pytest
from popcorn.errors import RenderError
from popcorn.tools.editing.edit_lists import write_edit_lists
from popcorn.tools.editing.timeline_parts import Marker, Sound, Timeline
from small_ads import small_ad

NOTE = "percentage, fact missing: 20% off & more"


@pytest.fixture(scope="module")
def ad(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    timeline = small_ad(tmp_path_factory.mktemp("a folder"), with_music=True)
    slow = replace(timeline.cuts[1], end=timeline.cuts[1].start + timeline.cuts[1].seconds * 0.8, speed=0.8)
    return replace(timeline, cuts=(timeline.cuts[0], slow), markers=(Marker(0.5, 1.0, NOTE),))


def lists(ad: Timeline, folder: Path) -> tuple[otio.schema.Timeline, otio.schema.Timeline]:
    otio_file, xml_file = write_edit_lists(ad, folder / "ad.otio", folder / "ad.xml")
    return otio.adapters.read_from_file(str(otio_file)), otio.adapters.read_from_file(str(xml_file), "fcp_xml")


def frames(span: otio.opentime.TimeRange) -> tuple[int, int]:
    return round(span.start_time.value), round(span.duration.value)


def test_both_lists_come_back_with_every_cut_sound_and_marker(ad: Timeline, tmp_path: Path) -> None:
    for listed in lists(ad, tmp_path):
        assert listed.name == "Coffee"
        assert listed.duration().to_seconds() == pytest.approx(ad.seconds)
        (pictures,) = listed.video_tracks()
        voice, music = listed.audio_tracks()
        cuts = [(frames(clip.range_in_parent()), clip.name) for clip in pictures.find_clips()]
        wanted = [
            ((round(cut.at * 30), round(cut.seconds * 30)), f"{cut.line + 1}: clip {cut.clip}") for cut in ad.cuts
        ]
        assert cuts == wanted
        assert [frames(clip.range_in_parent())[0] for clip in voice.find_clips()] == [
            round(s.at * 30) for s in ad.speech
        ]
        assert [frames(clip.range_in_parent()) for clip in music.find_clips()] == [(0, round(ad.seconds * 30))]
        assert [(marker.name, frames(marker.marked_range)) for marker in listed.tracks.markers] == [(NOTE, (15, 30))]


def test_the_clips_own_sound_is_a_track_that_begins_in_its_source_where_the_picture_does(
    ad: Timeline, tmp_path: Path
) -> None:
    cut = ad.cuts[0]
    sounding = replace(ad, clip_sounds=(Sound(cut.source, cut.at, cut.seconds, -6.0, cut.start),))
    for listed in lists(sounding, tmp_path):
        assert [track.kind for track in listed.tracks] == ["Video", "Audio", "Audio", "Audio"]
        (clip,) = listed.audio_tracks()[2].find_clips()
        assert frames(clip.range_in_parent()) == (0, round(cut.seconds * 30))
        assert clip.source_range.start_time.to_seconds() == pytest.approx(cut.start, abs=1 / 60)
        assert unquote(urlparse(clip.media_reference.target_url).path).endswith(cut.source.name)


def test_a_cut_begins_in_its_source_where_the_ad_has_it(ad: Timeline, tmp_path: Path) -> None:
    listed, in_xml = lists(ad, tmp_path)
    starts = [clip.source_range.start_time.to_seconds() for clip in listed.video_tracks()[0].find_clips()]
    assert starts == [pytest.approx(cut.start, abs=1 / 60) for cut in ad.cuts]
    slowed = [clip.source_range.start_time.to_seconds() for clip in in_xml.video_tracks()[0].find_clips()]
    assert slowed == [pytest.approx(cut.start / cut.speed, abs=1 / 60) for cut in ad.cuts]
    (warp,) = list(listed.video_tracks()[0].find_clips())[1].effects
    assert warp.time_scalar == pytest.approx(0.8)


def test_the_portrait_size_is_written(ad: Timeline, tmp_path: Path) -> None:
    listed, _ = lists(ad, tmp_path)
    assert (listed.metadata["popcorn"]["width"], listed.metadata["popcorn"]["height"]) == (320, 568)
    assert [cue["text"] for cue in listed.metadata["popcorn"]["cues"]] == [cue.text for cue in ad.cues]
    tree = ElementTree.parse(tmp_path / "ad.xml")  # noqa: S314  # written by the line above
    picture = tree.find(".//sequence/media/video/format/samplecharacteristics")
    assert picture is not None
    assert (picture.findtext("width"), picture.findtext("height")) == ("320", "568")
    assert picture.findtext("rate/timebase") == "30"


def test_the_crop_is_a_scale_and_a_place(ad: Timeline, tmp_path: Path) -> None:
    """320x240 in 320x568: the height is filled, and the window's middle comes to the picture's middle."""
    left = replace(ad, cuts=(replace(ad.cuts[0], crop=replace(ad.cuts[0].crop, left=0.0)), ad.cuts[1]))
    lists(left, tmp_path)
    tree = ElementTree.parse(tmp_path / "ad.xml")  # noqa: S314
    motion = tree.findall(".//video/track/clipitem")[0].findall("filter/effect/parameter")
    values = {one.findtext("parameterid"): one for one in motion}
    scale = float(values["scale"].findtext("value") or 0)
    assert scale == pytest.approx(100 * 568 / 240, abs=0.01)
    assert float(values["center"].findtext("value/horiz") or 0) == pytest.approx(
        (320 * scale / 100 - 320) / 2 / 320, abs=1e-4
    )


def test_media_beside_the_list_are_relative_and_others_absolute(ad: Timeline, tmp_path: Path) -> None:
    folder = ad.cuts[0].source.parent
    write_edit_lists(ad, folder / "ad.otio", folder / "ad.xml")
    inside = otio.adapters.read_from_file(str(folder / "ad.otio"))
    assert {clip.media_reference.target_url for clip in inside.video_tracks()[0].find_clips()} == {
        "wide.mp4",
        "tall.mp4",
    }
    moved = tmp_path / "moved"
    shutil.copytree(folder, moved)
    for clip in inside.find_clips():
        assert (moved / unquote(clip.media_reference.target_url)).is_file()
    for listed in lists(ad, tmp_path):
        for clip in listed.find_clips():
            address = urlparse(clip.media_reference.target_url)
            assert address.scheme == "file"
            assert Path(unquote(address.path)).is_file()


def test_a_place_that_cannot_be_written_is_an_error(ad: Timeline, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(RenderError, match="could not be written"):
        write_edit_lists(ad, tmp_path / "file" / "ad.otio", tmp_path / "ad.xml")
