"""SRT, WebVTT and ASS: read back by pysubs2 they say what was written."""

from __future__ import annotations

from pathlib import Path

import pysubs2
import pytest
from popcorn.errors import RenderError, RequestError
from popcorn.tools.editing.subtitle_files import FORMATS, write_subtitles
from popcorn.tools.editing.timeline_parts import Cue

CUES = (Cue("Meet the mug.", 0.03, 1.125), Cue("只要99元，", 1.47, 3.0), Cue("🔥 350 ml", 3.0, 4.5))


@pytest.mark.parametrize("form", FORMATS)
def test_cues_come_back_as_they_were(form: str, tmp_path: Path) -> None:
    events = pysubs2.load(str(write_subtitles(CUES, tmp_path / f"ad.{form}"))).events
    assert [event.text for event in events] == [cue.text for cue in CUES]
    for event, cue in zip(events, CUES, strict=True):
        assert event.start == pytest.approx(cue.start * 1000, abs=10)
        assert event.end == pytest.approx(cue.end * 1000, abs=10)


@pytest.mark.parametrize("form", FORMATS)
def test_a_text_cannot_become_signs_of_the_format(form: str, tmp_path: Path) -> None:
    hostile = Cue("{\\an8}top\\N <b>bold</b> & a --> b\n\n99\n00:00:01,000 --> 00:00:02,000", 0, 1)
    events = pysubs2.load(str(write_subtitles([hostile, CUES[1]], tmp_path / f"ad.{form}"))).events
    assert len(events) == 2
    assert "{" not in events[0].text
    assert "\\N" not in events[0].text
    assert "-->" not in events[0].text


def test_ass_has_the_picture_size_and_keeps_clear_of_what_apps_lay_over_it(tmp_path: Path) -> None:
    file = pysubs2.load(str(write_subtitles(CUES, tmp_path / "ad.ass", size=(1080, 1920))))
    assert (file.info["PlayResX"], file.info["PlayResY"]) == ("1080", "1920")
    assert file.styles["Default"].marginv == round(1920 * 0.18)


def test_a_cue_of_no_length_lasts_long_enough_to_be_kept(tmp_path: Path) -> None:
    event = pysubs2.load(str(write_subtitles([Cue("x", 1.0, 1.0)], tmp_path / "ad.srt"))).events[0]
    assert event.end > event.start


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"'ad\.txt' is no subtitle file"):
        write_subtitles(CUES, tmp_path / "ad.txt")


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RenderError, match="could not be written"):
        write_subtitles(CUES, tmp_path / "file" / "ad.srt")
