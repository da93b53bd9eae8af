"""Real clips as footage: which of them are used, how they are cut, and what is said in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from popcorn.tools.footage.representation import represent
from popcorn.tools.footage.sight import Sight
from popcorn.tools.footage.survey import survey
from popcorn.tools.footage.types import Flaw, Footage
from popcorn.tools.footage.whisper import WhisperTranscriber


@pytest.fixture(scope="module")
def sight() -> Sight:
    return Sight()


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def edge(test_data: Path, cache: Path, sight: Sight) -> Footage:
    return survey(test_data / "clips" / "edge", cache=cache, transcriber=None, sight=sight)


def test_awkward_files_are_read_or_left_out_with_a_reason(edge: Footage) -> None:
    assert {clip.source.stem.split("__")[1] for clip in edge.clips} == {
        "corrupted", "cockatoo_yuv420", "test", "smpte-2997", "transparent", "video_with_failing_audio", "av1_video",
        "video-with-dash-",
    }  # fmt: skip
    reasons = {left.path.stem.split("__")[1]: left.reason for left in edge.left_out}
    assert reasons["realshort"] == "it lasts 1.2 s, and a clip at least 2 s"
    assert reasons["video_90"] == "it lasts 0.1 s, and a clip at least 2 s"
    assert len(edge.left_out) == 9


def test_what_a_person_would_see_in_them_is_marked(edge: Footage) -> None:
    marked = {(clip.source.stem.split("__")[1], flaw) for clip in edge.clips for flaw in clip.flaws}
    assert ("transparent", Flaw.BLACK) in marked
    assert ("video-with-dash-", Flaw.FROZEN) in marked  # five seconds of one pixel
    assert ("video_with_failing_audio", Flaw.FROZEN) in marked
    assert ("av1_video", Flaw.DUPLICATE) in marked  # the corrupted clip encoded again, without its damage


def test_short_and_turned_files_are_shown_upright(test_data: Path, cache: Path, sight: Sight) -> None:
    paths = [test_data / "clips" / "edge" / f"decord__video_{turn}.mov" for turn in (0, 90, 180)]
    clips = survey(paths, shortest=0.05, cache=cache, transcriber=None, sight=sight).clips
    assert [(clip.width, clip.height) for clip in clips] == [(568, 320), (320, 568), (568, 320)]


def test_a_real_face_is_what_a_crop_keeps(test_data: Path, cache: Path, sight: Sight) -> None:
    path = next((test_data / "clips" / "open").glob("Rerender*"))
    first, second = survey(path, cache=cache, transcriber=None, sight=sight).clips
    assert first.flaws == second.flaws == ()
    assert first.focus.left < 0.5 < first.focus.left + first.focus.width
    assert 0.15 < first.focus.top < 0.4
    assert "A face at middle distance." in first.description
    both = represent(first)
    assert (both.spatial.shape, both.temporal.shape) == ((996, 560, 3), (5, 560, 315, 3))


def test_what_is_said_is_written_down_where_somebody_speaks(test_data: Path, cache: Path, sight: Sight) -> None:
    path = test_data / "clips" / "open" / "torchcodec__nasa_13013.mp4"
    footage = survey(path, cache=cache, transcriber=WhisperTranscriber(), sight=sight)
    said = " ".join(clip.speech for clip in footage.clips)
    assert "Webb Space Telescope" in said
    assert {clip.language for clip in footage.clips if clip.words} == {"en"}


def test_ordinary_clips_have_no_flaws(test_data: Path, cache: Path, sight: Sight) -> None:
    names = (
        "sam2__04_coffee.mp4",
        "co-tracker__apple.mp4",
        "co-tracker__teddy.mp4",
        "interactive-examples__flower.mp4",
    )
    paths = [test_data / "clips" / "open" / name for name in names]
    assert [clip.flaws for clip in survey(paths, cache=cache, transcriber=None, sight=sight).clips] == [()] * 5
