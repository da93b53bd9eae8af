from __future__ import annotations

from pathlib import Path

import pytest
from popcorn.errors import DataError, ImportRowError
from popcorn.tools.references.importers.import_report import ImportReport, Remark
from popcorn.tools.references.importers.microlens import MicroLensFolder
from popcorn.tools.references.types import Reference

TITLES = "1, noodles by hand\r\n2, a cat, a dog, and a hat\r\n3, \r\n4, cut here\r\n"


def read(folder: Path, *, strict: bool = False, **files: str | bytes) -> tuple[dict[str, Reference], ImportReport]:
    names = {
        "titles": "MicroLens-100k_title_en.csv",
        "full": "MicroLens-50k_titles.csv",
        "described": "Microlens100K_captions_en.csv",
        "covers": "llava-v1.5_caption.txt",
        "tags": "tags_to_summary.csv",
        "figures": "MicroLens-100k_likes_and_views.txt",
        "labels": "video_label.csv",
        "comments": "MicroLens-100k_comment_en.txt",
        "splits": "split.csv",
    }
    for what, content in files.items():
        (folder / names[what]).write_bytes(content.encode() if isinstance(content, str) else content)
    report = ImportReport(str(folder), strict=strict)
    found = MicroLensFolder.find(folder)
    assert found is not None
    return {reference.id: reference for reference in found.read(report)}, report


def test_every_table_finds_its_field(tmp_path: Path) -> None:
    references, report = read(
        tmp_path,
        titles="7, noodles by hand\r\n",
        described="7\tan old woman, making noodles\n",
        covers="7,hands, flour and a board\n",
        tags="7,Delicacy\n",
        figures="7\t12000\t414000\n",
        labels="video_id,comment_count\r\n7,153\r\n",
        splits="video_id,split\r\n7,val\r\n",
    )
    assert references == {
        "7": Reference(
            id="7",
            title="noodles by hand",
            description="an old woman, making noodles",
            cover_description="hands, flour and a board",
            tag="Delicacy",
            comments=153,
            likes=12000,
            views=414000,
            split="valid",
            source="microlens",
        )
    }
    assert (report.read, report.kept, report.rejected, report.unused) == (1, 1, 0, 0)


def test_unquoted_commas_stay_in_the_title_and_are_counted_as_a_repair(tmp_path: Path) -> None:
    references, report = read(tmp_path, titles=TITLES, strict=True)
    assert references["2"].title == "a cat, a dog, and a hat"
    assert report.repaired == 1
    assert report.first == [
        Remark("MicroLens-100k_title_en.csv", 2, "repaired", "commas without quotes", "a cat, a dog, and a hat")
    ]


def test_the_byte_order_mark_and_the_leading_space_go(tmp_path: Path) -> None:
    references, _ = read(tmp_path, titles=b"\xef\xbb\xbf1, first\n2, second\n")
    assert [(key, reference.title) for key, reference in references.items()] == [("1", "first"), ("2", "second")]


def test_utf_16_is_read_too(tmp_path: Path) -> None:
    references, _ = read(tmp_path, titles="1, naïve 🍜\n".encode("utf-16"))
    assert references["1"].title == "naïve 🍜"


def test_the_full_captions_are_preferred_over_cut_titles(tmp_path: Path) -> None:
    full = 'item,title\r\n4,"cut here, and this is the ""rest"""\r\n3,"now there is one"\r\n'
    references, report = read(tmp_path, titles=TITLES, full=full)
    assert references["4"].title == 'cut here, and this is the "rest"'
    assert references["3"].title == "now there is one"
    assert references["1"].title == "noodles by hand"
    assert list(references) == ["1", "2", "3", "4"]
    assert "2 titles taken from the full captions instead of the cut ones" in report.notes


def test_a_quoted_caption_may_run_over_lines(tmp_path: Path) -> None:
    references, _ = read(tmp_path, full='item,title\n1,"first line\nsecond, line"\n2,plain\n')
    assert references["1"].title == "first line second, line"
    assert references["2"].title == "plain"


def test_a_quote_that_is_never_closed_swallows_no_rows(tmp_path: Path) -> None:
    references, _ = read(tmp_path, titles='1, "hello he said\n2, second\n3, third "quoted" word\n4, "whole"\n')
    assert [reference.title for reference in references.values()] == [
        '"hello he said', "second", 'third "quoted" word', "whole",
    ]  # fmt: skip


def test_a_video_without_a_title_stays_and_is_mentioned(tmp_path: Path) -> None:
    references, report = read(tmp_path, titles=TITLES)
    assert references["3"].title == ""
    assert "1 references have no title" in report.notes


def test_without_labels_the_comments_are_counted(tmp_path: Path) -> None:
    comments = "11\t1\tnice\n12\t2\twow, what\n13\t1\tagain\n14\t1\tquite\ta tab\n"
    references, report = read(tmp_path, titles=TITLES, comments=comments)
    assert [reference.comments for reference in references.values()] == [3, 1, None, None]
    assert "comments counted from MicroLens-100k_comment_en.txt: 4 of 2 videos" in report.notes


def test_labels_win_over_counting_and_withheld_ones_are_none(tmp_path: Path) -> None:
    references, _ = read(
        tmp_path, titles=TITLES, comments="11\t1\tnice\n", labels="video_id,comment_count\n1,50\n2,0\n"
    )
    assert [reference.comments for reference in references.values()] == [50, 0, None, None]


def test_lines_that_fit_nothing_are_counted_with_their_place(tmp_path: Path) -> None:
    _, report = read(
        tmp_path,
        titles=TITLES + "no separator\n1, again\n",
        labels="video_id,comment_count\n1,many\n99,5\n",
        figures="1\t5\n2\t1\t2\n2\t1\t2\n",
    )
    assert report.unused == 6
    assert [(remark.file, remark.line, remark.reason) for remark in report.first if remark.action == "rejected"] == [
        ("MicroLens-100k_title_en.csv", 5, "the line holds no id and text"),
        ("MicroLens-100k_title_en.csv", 6, "the video came before"),
        ("MicroLens-100k_likes_and_views.txt", 1, "2 values instead of id, likes and views"),
        ("MicroLens-100k_likes_and_views.txt", 3, "the video came before"),
        ("video_label.csv", 2, "a label that is no count"),
        ("video_label.csv", 3, "there is no such video"),
    ]


def test_a_strict_import_stops_at_the_first_bad_line_and_says_where(tmp_path: Path) -> None:
    with pytest.raises(ImportRowError, match=r"line 2 of 'video_label.csv': a label that is no count: 'many'"):
        read(tmp_path, strict=True, titles=TITLES, labels="video_id,comment_count\n1,many\n")


def test_control_characters_in_titles_are_mended_and_other_encodings_are_read(tmp_path: Path) -> None:
    references, report = read(tmp_path, titles=b"1, a\x1b[2Jb\n2, caf\xe9\n")
    assert [reference.title for reference in references.values()] == ["a [2Jb", "caf\u00e9"]
    assert dict(report.reasons) == {"repaired: control characters": 1}


def test_a_title_with_damaged_bytes_is_left_out_rather_than_replaced(tmp_path: Path) -> None:
    titles = "1, caf\u00e9 d\u00e9j\u00e0 vu \u00e9t\u00e9\n".encode() + b"2, cut \xf0\x9f\x8d\n"
    references, report = read(tmp_path, titles=titles)
    assert list(references) == ["1"]
    assert dict(report.reasons) == {"rejected: bytes that are not UTF-8": 1}


def test_a_folder_without_titles_is_no_microlens_folder(tmp_path: Path) -> None:
    (tmp_path / "tags_to_summary.csv").write_text("1,Game\n")
    assert MicroLensFolder.find(tmp_path) is None


def test_an_empty_table_of_titles_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no titles"):
        read(tmp_path, titles="")
