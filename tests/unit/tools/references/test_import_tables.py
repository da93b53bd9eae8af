from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from popcorn.errors import DataError, ImportRowError, MissingError, RequestError
from popcorn.tools.references.importers.import_report import ImportReport
from popcorn.tools.references.importers.sources import check_mapping, read_source
from popcorn.tools.references.types import Reference


def read(
    path: Path, content: str | bytes | None = None, *mapped: str, strict: bool = False
) -> tuple[list[Reference], ImportReport]:
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    report = ImportReport(str(path), strict=strict)
    return read_source(str(path), check_mapping(mapped), report), report


def account(report: ImportReport) -> tuple[int, int, int, int]:
    return report.read, report.kept, report.repaired, report.rejected


def test_a_mapped_csv_becomes_references(tmp_path: Path) -> None:
    content = 'vid,headline,body,n,kind\na1,"Noodles, by hand","two\nlines","1,234",Delicacy\na2,Cats,,,\n'
    mapped = ("id=vid", "title=headline", "description=body", "comments=n", "tag=kind")
    references, report = read(tmp_path / "my_videos.csv", content, *mapped)
    assert references == [
        Reference("a1", "Noodles, by hand", "two\nlines", tag="Delicacy", comments=1234, source="my_videos"),
        Reference("a2", "Cats", source="my_videos"),
    ]
    assert account(report) == (2, 2, 0, 0)


def test_columns_with_the_names_of_fields_need_no_mapping(tmp_path: Path) -> None:
    references, _ = read(tmp_path / "t.csv", "ID;Title;Cover Description;Tag;Likes\n1;Cats;a cat;Animal;5\n")
    assert references == [Reference("1", "Cats", cover_description="a cat", tag="Animal", likes=5, source="t")]


def test_rows_without_ids_are_called_by_their_lines(tmp_path: Path) -> None:
    references, report = read(tmp_path / "t.csv", "title\nfirst\n\nthird\n")
    assert [reference.id for reference in references] == ["2", "4"]
    assert "t.csv has no ids: the numbers of its rows stand in for them" in report.notes


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.csv", "title,comments\nCats,5\n"),
        ("t.csv", b"\xef\xbb\xbftitle,comments\r\nCats,5\r\n"),
        ("t.csv", "title\tcomments\nCats\t5\n"),
        ("t.tsv", "title\tcomments\nCats\t5\n"),
        ("t.csv", "\n\ntitle|comments\nCats|5"),
        ("t.csv", "title,comments\rCats,5\r"),
        ("t.csv", "title,comments\nCats,5\n".encode("utf-16")),
        ("t.jsonl", '{"title": "Cats", "comments": 5}\n\n'),
        ("t.ndjson", '{"title": "Cats", "comments": 5.0, "other": [1]}'),
        ("t.json", '[{"title": "Cats", "comments": "5"}]'),
        ("t.json", '{"title": "Cats", "comments": 5}\n'),
    ],
)
def test_tables_of_all_kinds_are_read(tmp_path: Path, name: str, content: str | bytes) -> None:
    references, _ = read(tmp_path / name, content, strict=True)
    assert [(reference.title, reference.comments) for reference in references] == [("Cats", 5)]


def test_bad_rows_are_counted_with_their_lines_and_reasons_and_the_rest_is_kept(tmp_path: Path) -> None:
    content = (
        "id,title,comments\n"
        "1,whole,5\n"
        "2,no count,many\n"
        "3,too,many,values\n"
        "4,\n"
        "1,again,5\n"
        ",no id,5\n"
        "7,,5\n"
        "8,a\x07bell,5\n"
        '9,"stray" quote,5\n'
        "10,last,6\n"
    )
    references, report = read(tmp_path / "t.csv", content)
    assert [(reference.id, reference.title, reference.comments) for reference in references] == [
        ("1", "whole", 5),
        ("2", "no count", None),
        ("8", "a bell", 5),
        ("10", "last", 6),
    ]
    assert account(report) == (10, 4, 2, 6)
    assert [(remark.line, remark.action, remark.reason, remark.value) for remark in report.first] == [
        (3, "repaired", "comments that are no count", "many"),
        (4, "rejected", "4 values where the header has 3", "3,too,many,values"),
        (5, "rejected", "2 values where the header has 3", "4,"),
        (6, "rejected", "the id came before", "1"),
        (7, "rejected", "no id", ""),
        (8, "rejected", "no title and no other text", ""),
        (9, "repaired", "control characters in title", "a bell"),
        (10, "rejected", "a quote that is not closed, or not around the whole value", '9,"stray" quote,5'),
    ]


def test_a_quote_that_is_never_closed_costs_one_row_and_not_the_rest(tmp_path: Path) -> None:
    rows = "".join(f'{number},"title {number}",1\n' for number in range(2, 50))
    references, report = read(tmp_path / "t.csv", f'id,title,comments\n1,"open,1\n{rows}')
    assert len(references) == 48
    assert account(report) == (49, 48, 0, 1)
    references, report = read(tmp_path / "t.csv", 'id,title,comments\n1,first,1\n2,"open to the end,1\n3,third,1\n')
    assert [reference.id for reference in references] == ["1", "3"]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("2,Cats,many", r"line 3 of 't.csv': comments that are no count: 'many'"),
        ("2,Cats", r"line 3 of 't.csv': 2 values where the header has 3"),
        ("1,Cats,5", r"line 3 of 't.csv': the id came before: '1'"),
    ],
)
def test_a_strict_import_fails_on_the_first_bad_row(tmp_path: Path, line: str, complaint: str) -> None:
    with pytest.raises(ImportRowError, match=complaint) as caught:
        read(tmp_path / "t.csv", f"id,title,comments\n1,whole,5\n{line}\n", strict=True)
    assert "--strict" in caught.value.hint


def test_a_strict_import_takes_repairs_that_lose_nothing(tmp_path: Path) -> None:
    references, report = read(tmp_path / "t.csv", "id,title\n1,a\x07bell\n", strict=True)
    assert references[0].title == "a bell"
    assert account(report) == (1, 1, 1, 0)


def test_lines_that_are_no_json_objects_are_rejected(tmp_path: Path) -> None:
    content = '{"title": "Cats"}\n{"title": \n[1, 2]\n{"title": ["a", "list"]}\n{"title": null}\n' + "[" * 10**5
    references, report = read(tmp_path / "t.jsonl", content)
    assert [reference.title for reference in references] == ["Cats"]
    assert (report.read, report.kept, report.rejected) == (6, 1, 5)
    assert [remark.line for remark in report.first if remark.action == "rejected"] == [2, 3, 4, 5, 6]


def test_a_report_as_data_is_json(tmp_path: Path) -> None:
    _, report = read(tmp_path / "t.csv", "id,title,comments\n1,Cats,many\n2\n")
    data = json.loads(json.dumps(report.as_data()))
    assert (data["read"], data["kept"], data["repaired"], data["rejected"]) == (2, 1, 1, 1)
    assert data["reasons"] == {
        "repaired: comments that are no count": 1,
        "rejected: 1 values where the header has 3": 1,
    }
    assert data["first"][0] == {
        "file": "t.csv", "line": 2, "action": "repaired", "reason": "comments that are no count", "value": "many",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("mapped", "complaint"),
    [
        (("titel=a",), "no field 'titel'; did you mean 'title'"),
        (("title",), "'title' does not map a field to a column"),
        (("title=", "x=y"), "'title=' does not map"),
        (("title=a", "title=b"), "'title' is mapped twice: to 'a' and 'b'"),
        (("title=headlin",), "no column 'headlin'; did you mean 'headline'"),
        (("title=twice",), "more than one column 'twice'"),
        ((), "no column of .* is known to hold the title"),
    ],
)
def test_a_mapping_that_does_not_fit_says_what_would(tmp_path: Path, mapped: tuple[str, ...], complaint: str) -> None:
    with pytest.raises(RequestError, match=complaint):
        read(tmp_path / "t.csv", "headline,twice,twice\nCats,1,2\n", *mapped)


def test_parquet_is_read_with_its_types(tmp_path: Path) -> None:
    table = pa.table(
        {
            "key": pa.array([1.0, 2.0, 3.0]),
            "caption": pa.array(["Cats", None, "Dogs"]),
            "cover": pa.array(["a cat", "a cover", "a dog"]).dictionary_encode(),
            "n": pa.array([5.0, float("nan"), 2.5]),
            "unused": pa.array([[1], [2], [3]]),
        }
    )
    pq.write_table(table, tmp_path / "t.parquet")
    mapped = ("id=key", "title=caption", "cover_description=cover", "comments=n")
    references, report = read(tmp_path / "t.parquet", None, *mapped)
    assert [(r.id, r.title, r.cover_description, r.comments) for r in references] == [
        ("1", "Cats", "a cat", 5),
        ("2", "", "a cover", None),
        ("3", "Dogs", "a dog", None),
    ]
    assert account(report) == (3, 3, 1, 0)


def write_rag(path: Path, first: int, count: int) -> None:
    numbers = range(first, first + count)
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = {
        "video_id": list(numbers),
        "title_en": [f"title {n}" for n in numbers],
        "cover_desc": [f"cover {n}" for n in numbers],
        "caption_en": [f"caption {n}" for n in numbers],
        "partition": ["Game"] * count,
        "likes": [n * 10.0 for n in numbers],
        "views": [n * 100.0 for n in numbers],
        "comment_count": [None if n % 2 else float(n) for n in numbers],
    }
    pq.write_table(pa.table(columns), path)


def test_the_dataset_of_the_hub_is_recognised_in_a_file(tmp_path: Path) -> None:
    write_rag(tmp_path / "any_name.parquet", 1, 2)
    references, _ = read(tmp_path / "any_name.parquet", strict=True)
    assert references == [
        Reference("1", "title 1", "caption 1", "cover 1", "Game", None, 10, 100, source="microlens"),
        Reference("2", "title 2", "caption 2", "cover 2", "Game", 2, 20, 200, source="microlens"),
    ]


def test_a_folder_of_parquet_files_is_one_dataset(tmp_path: Path) -> None:
    write_rag(tmp_path / "data" / "train-00001-of-00002.parquet", 3, 2)
    write_rag(tmp_path / "data" / "train-00000-of-00002.parquet", 1, 2)
    references, report = read(tmp_path)
    assert [reference.id for reference in references] == ["1", "2", "3", "4"]
    assert account(report) == (4, 4, 0, 0)


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("t.parquet", b"PAR1 but no more", "t.parquet' cannot be read"),
        ("t.csv", b"", "is empty"),
        ("t.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is not a text file"),
        ("t.jsonl", b"\n\n", "is empty"),
    ],
)
def test_a_file_that_is_no_table_is_an_error(tmp_path: Path, name: str, content: bytes, complaint: str) -> None:
    with pytest.raises(DataError, match=complaint):
        read(tmp_path / name, content)


def test_a_source_that_is_none_says_what_can_be_one(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="there is nothing at"):
        read(tmp_path / "absent.csv")
    with pytest.raises(RequestError, match="of no kind that can be imported"):
        read(tmp_path / "t.docx", "title\n")
    with pytest.raises(RequestError, match="no MicroLens table of titles and no Parquet file"):
        read(tmp_path)


def test_the_sample_is_a_source_without_columns(tmp_path: Path) -> None:
    report = ImportReport("sample")
    references = read_source("sample", {}, report)
    assert len(references) == report.read == report.kept >= 260
    assert all(reference.illustrative and reference.source == "sample" for reference in references)
    with pytest.raises(RequestError, match="--map is for tables"):
        read_source("sample", {"title": "x"}, report)


def test_a_dataset_that_the_hub_cannot_give_is_missing() -> None:
    with pytest.raises(MissingError, match="the dataset 'not a name' cannot be had"):
        read_source("hf:not a name", {}, ImportReport(""))
