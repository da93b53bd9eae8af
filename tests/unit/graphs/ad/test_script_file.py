"""Scripts that people wrote: read whole, in order, or refused in a sentence."""

from pathlib import Path

import pytest
from popcorn.errors import DataError
from popcorn.graphs.ad.script_file import read_script

SRT = (
    "2\n00:00:03,000 --> 00:00:05,000\nIt keeps drinks hot.\n\n"
    "1\n00:00:00,500 --> 00:00:02,000\n<i>Meet</i>\nTrailcup.\n"
)


def written(folder: Path, content: str | bytes, name: str = "script.txt") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_text_file_has_a_line_a_line_and_blank_ones_count_nothing(tmp_path: Path) -> None:
    text = "\n  Meet Trailcup.  \r\n\n\nIt keeps\tdrinks hot.\n\n"
    assert read_script(written(tmp_path, text)) == ("Meet Trailcup.", "It keeps drinks hot.")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_marks_of_encodings_are_understood(tmp_path: Path, encoding: str) -> None:
    assert read_script(written(tmp_path, "来看看。\n空间大。".encode(encoding))) == ("来看看。", "空间大。")


def test_subtitles_are_lines_in_the_order_of_their_times_without_their_tags(tmp_path: Path) -> None:
    assert read_script(written(tmp_path, SRT, "script.SRT")) == ("Meet Trailcup.", "It keeps drinks hot.")


def test_web_captions_are_read_as_well(tmp_path: Path) -> None:
    vtt = "WEBVTT\n\n00:00.500 --> 00:02.000\nMeet Trailcup.\n"
    assert read_script(written(tmp_path, vtt, "script.vtt")) == ("Meet Trailcup.",)


def test_a_single_paragraph_is_its_sentences(tmp_path: Path) -> None:
    assert read_script(written(tmp_path, "Meet it. It holds 4.5 l!")) == ("Meet it.", "It holds 4.5 l!")


def test_characters_that_hide_are_taken_out(tmp_path: Path) -> None:
    assert read_script(written(tmp_path, "Meet\u202e Trail\u200bcup.")) == ("Meet Trailcup.",)


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        ("", "a.txt", "has no line with words"),
        ("\n - \n...\n", "a.txt", "has no line with words"),
        ("no subtitles at all", "a.srt", "has no line with words"),
        ("no subtitles at all", "a.ass", "has no line with words"),
        (b"Caf\xe9", "a.txt", "is no text in UTF-8: byte 3 does not belong there"),
        (b"PK\x03\x04\0\0", "a.txt", "holds zero bytes"),
        ("line\n" * 201, "a.txt", "has 201 lines, and an ad at most 200"),
        ("word " * 300 + "\nmore", "a.txt", "line 1 of the script .* has 1,499 characters"),
        ("x" * (2**20 + 1), "a.txt", "is larger than a megabyte"),
    ],
)
def test_what_is_no_script_is_refused_in_a_sentence(
    tmp_path: Path, content: str | bytes, name: str, sentence: str
) -> None:
    with pytest.raises(DataError, match=sentence) as caught:
        read_script(written(tmp_path, content, name))
    assert caught.value.hint


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nowhere\.txt' cannot be read: No such file"):
        read_script(tmp_path / "nowhere.txt")
    with pytest.raises(DataError, match="cannot be read: Is a directory"):
        read_script(tmp_path)
