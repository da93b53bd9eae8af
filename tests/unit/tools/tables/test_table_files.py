"""Tables as people have them: headers with gaps, encodings, packed files, JSON of every shape, sheets."""

from __future__ import annotations

import gzip
import io
import os
import struct
import zipfile
import zlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from popcorn.errors import DataError, PopcornError, RequestError
from popcorn.tools.tables.columns import column_of
from popcorn.tools.tables.table_file import open_table
from popcorn.tools.tables.types import Table

ROWS = "title,comments\nCats,5\nDogs,7\n"


def opened(path: Path, content: str | bytes, encoding: str = "") -> Table:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return open_table(path, encoding)


def values(table: Table, *names: str) -> list[tuple[object, ...]]:
    columns = [column_of(table, name) for name in names]
    return [tuple(column.of(line.cells) for column in columns) for line in table.lines() if line.cells is not None]


def zipped(**members: str | bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def sheet(rows: list[list[str | float]], first: str = "A1") -> bytes:
    """The smallest workbook of one sheet."""
    cells = "".join(
        "<row>"
        + "".join(
            f'<c t="inlineStr"><is><t>{cell}</t></is></c>' if isinstance(cell, str) else f"<c><v>{cell}</v></c>"
            for cell in row
        )
        + "</row>"
        for row in rows
    )
    extra = f'<row r="{first[3:]}"><c r="{first}"><v>1</v></c></row>' if first != "A1" else ""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    return zipped(
        **{
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" Type="{office}/'
            'officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="Videos" sheetId="1" '
            'r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}{extra}</sheetData></worksheet>',
        }
    )


@pytest.mark.parametrize(
    "content",
    [
        ",title,comments\n0,Cats,5\n1,Dogs,7\n",
        "title,comments,\nCats,5\nDogs,7\n",
        "title,comments,\nCats,5,\nDogs,7,more\n",
        "title,comments\nCats,5,,\nDogs,7,\n",
        '"title","comments"\n"1","Cats",5\n"2","Dogs",7\n',
        "sep=;\r\ntitle;comments\r\nCats;5\r\nDogs;7\r\n",
        '\ufeff"sep=|"\ntitle|comments\nCats|5\nDogs|7\n',
        " title , comments \nCats,5\nDogs,7\n",
    ],
)
def test_headers_with_gaps_and_signs_lead_to_the_same_rows(tmp_path: Path, content: str) -> None:
    assert values(opened(tmp_path / "t.csv", content), "title", "comments") == [("Cats", "5"), ("Dogs", "7")]


def test_a_column_without_a_name_is_found_by_its_number_alone(tmp_path: Path) -> None:
    table = opened(tmp_path / "t.csv", ",title\n0,Cats\n")
    assert values(table, "1", "title") == [("0", "Cats")]
    with pytest.raises(RequestError, match=r"has no column '9'; it has 2 columns"):
        column_of(table, "9")


def test_a_first_line_that_is_a_row_is_one(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("v1,Cats,5\n")
    table = open_table(tmp_path / "t.csv", headed=False)
    assert values(table, "2", "3") == [("Cats", "5")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"])
def test_encodings_of_unicode_need_no_guess(tmp_path: Path, encoding: str) -> None:
    table = opened(tmp_path / "t.csv", ("\ufeff" * (encoding == "gb18030") + "title\nCafé 猫 🍜\n").encode(encoding))
    assert values(table, "title") == [("Café 猫 🍜",)]
    assert not any("guess" in note for note in table.notes)


@pytest.mark.parametrize(
    ("encoding", "title"),
    [
        ("cp1252", "Crème brûlée – “maison”"), ("latin-1", "Noël à l'école façon grand-mère"),
        ("gb18030", "街头小吃推荐，北京烤鸭"),
        ("shift_jis", "渋谷の屋台ラーメンとたこ焼き"), ("euc_jp", "渋谷の屋台ラーメン"),
        ("big5", "夜市小吃推薦"), ("cp949", "길거리 음식 먹방"), ("cp1251", "Кот спит на диване"),
        ("cp1253", "Γάτα στον καναπέ"),
        ("cp1250", "Zażółć gęślą jaźń"), ("cp1254", "İstanbul'da sokak lezzetleri şöleni"), ("cp1256", "قطة نائمة"),
    ],
)  # fmt: skip
def test_another_encoding_is_guessed_and_that_is_said_with_an_example(
    tmp_path: Path, encoding: str, title: str
) -> None:
    table = opened(tmp_path / "t.csv", f"title,comments\n{title},5\nplain,6\n".encode(encoding))
    assert values(table, "title") == [(title,), ("plain",)]
    (note,) = table.notes
    assert "is not in UTF-8 and was read as" in note
    assert title[:5] in note
    assert "--encoding" in note


def test_an_encoding_that_is_named_is_taken_and_one_that_does_not_fit_is_an_error_with_its_line(tmp_path: Path) -> None:
    content = "title\nplain\nZażółć\n".encode("iso8859-2")
    assert values(opened(tmp_path / "t.csv", content, "iso-8859-2"), "title")[-1] == ("Zażółć",)
    with pytest.raises(DataError, match="line 3: bytes that are not utf-8"):
        list(opened(tmp_path / "t.csv", content, "utf-8").lines())
    with pytest.raises(RequestError, match="there is no encoding 'klingon'"):
        opened(tmp_path / "t.csv", content, "klingon")


def test_a_text_in_utf_8_with_one_damaged_place_stays_utf_8(tmp_path: Path) -> None:
    table = opened(tmp_path / "t.csv", "title\nCafé\nété à Noël\n".encode() + b"cut \xf0\x9f\x8d\n")
    (note,) = table.notes
    assert "UTF-8 with bytes that are none in 1 place" in note
    assert values(table, "title")[0] == ("Café",)


def test_a_field_may_be_longer_than_python_s_own_limit(tmp_path: Path) -> None:
    ((text,),) = values(opened(tmp_path / "t.csv", f'title\n"{"x, " * 100_000}"\n'), "title")
    assert len(str(text)) == 300_000


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.csv.gz", gzip.compress(ROWS.encode(), mtime=0)),
        ("t.csv", gzip.compress(ROWS.encode(), mtime=0)),
        ("t.zip", zipped(**{"a/videos.csv": ROWS, "__MACOSX/a/._videos.csv": "x", "readme.md": "x"})),
        ("t.xlsx", sheet([["title", "comments"], ["Cats", 5.0], ["Dogs", 7.0]])),
        ("export.csv", sheet([["title", "comments"], ["Cats", 5.0], ["Dogs", 7.0]])),
        ("t.json.gz", gzip.compress(b'[{"title":"Cats","comments":5},{"title":"Dogs","comments":7}]', mtime=0)),
    ],
)
def test_packed_tables_and_sheets_are_read_whatever_they_are_called(tmp_path: Path, name: str, content: bytes) -> None:
    found = values(opened(tmp_path / name, content), "title", "comments")
    assert [(title, int(str(comments))) for title, comments in found] == [("Cats", 5), ("Dogs", 7)]


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ('{"items": [{"title": "Cats", "n": {"c": 5}}]}', ("title", "n.c")),
        ('{"data": {"videos": [{"title": "Cats", "n": {"c": 5}}], "next": 3}}', ("title", "n.c")),
        ('{"a1": {"title": "Cats", "c": 5}, "a2": {"title": "Dogs"}}', ("title", "c")),
        ('{"title": {"0": "Cats"}, "c": {"0": 5}}', ("title", "c")),
        ('{"title": ["Cats", "Dogs"], "c": [5, 7]}', ("title", "c")),
        ('{"columns": ["title", "c"], "index": [0], "data": [["Cats", 5]]}', ("title", "c")),
        ('[{"": 0, "title": "Cats", "stats.c": 5}]', ("title", "stats.c")),
        ('[{"title": "Cats", "stats": [{"c": 5}]}]', ("title", "stats[0].c")),
    ],
)
def test_json_of_every_shape_has_rows(tmp_path: Path, content: str, names: tuple[str, ...]) -> None:
    assert values(opened(tmp_path / "t.json", content), *names)[0] == ("Cats", 5)


def test_objects_by_id_keep_their_ids(tmp_path: Path) -> None:
    assert values(opened(tmp_path / "t.json", '{"a1": {"title": "Cats"}}'), "id", "title") == [("a1", "Cats")]


def test_parquet_has_decimals_structs_and_lists(tmp_path: Path) -> None:
    import decimal

    columns = {
        "n": pa.array([decimal.Decimal("5.00")]),
        "stats": pa.array([{"c": 7}]),
        "tags": pa.array([["a", "b"]]),
        "raw": pa.array([b"text"]),
    }
    pq.write_table(pa.table(columns), tmp_path / "t.parquet")
    table = open_table(tmp_path / "t.parquet")
    assert values(table, "n", "stats.c", "tags[1]", "raw") == [(5, 7, "b", "text")]


def lying_zip() -> bytes:
    """An archive whose directory says that its table has ten bytes."""
    content = zipped(**{"t.csv": "title\n" + "x" * 100_000})
    at = content.index(b"PK\x01\x02") + 24
    return content[:at] + struct.pack("<I", 10) + content[at + 4 :]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.zip", zipped(**{"a.csv": ROWS, "b.csv": ROWS}), "should hold one table; it holds 'a.csv', 'b.csv'"),
        ("t.zip", zipped(**{"a.txt.md": "x"}), "should hold one table; it holds none"),
        ("t.zip", lying_zip(), "cannot be unpacked"),
        ("t.csv.gz", gzip.compress(ROWS.encode(), mtime=0)[:-12], "cannot be unpacked"),
        ("t.csv.gz", b"\x1f\x8b\x08\x00" + b"\xff" * 50, "cannot be unpacked"),
        ("t.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is not a text file"),
        ("t.csv", b"<!DOCTYPE html>\n<html>", "is a web page"),
        ("t.csv", b"", "is empty"),
        ("t.json", b"[" * 100_000, "nested too deep"),
        ("t.json", b"5", "holds no JSON objects"),
        ("t.json", b"{'title': 'x'}", "is no JSON"),
        ("t.parquet", b"PAR1" + b"\0" * 50, "cannot be read"),
        ("t.xlsx", zipped(**{"[Content_Types].xml": "x", "xl/workbook.xml": "<x>"}), "cannot be read"),
        ("t.xlsx", sheet([["title"]], "XFD1048576"), "larger than can be read at once"),
        ("t.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "cannot be read"),
    ],
)
def test_what_is_no_table_is_a_sentence_with_a_way_out(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    with pytest.raises(PopcornError, match=said) as caught:
        list(opened(tmp_path / name, content).lines())
    assert caught.value.hint
    assert str(tmp_path / name) in caught.value.message


def test_what_is_no_ordinary_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    for name, said in (("pipe.csv", "it is a pipe"), ("zero.csv", "it is a device"), ("none.csv", "No such file")):
        with pytest.raises(DataError, match=said):
            open_table(tmp_path / name)


def test_a_packed_table_that_never_ends_is_refused(tmp_path: Path) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    with (tmp_path / "bomb.csv.gz").open("wb") as file:
        file.writelines(packer.compress(b"\0" * (1 << 20)) for _ in range(40))
        file.write(packer.flush())
    with pytest.raises(DataError, match="is not a text file"):
        open_table(tmp_path / "bomb.csv.gz")


def test_a_line_that_never_ends_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"line 2 .* is longer than 32 million characters"):
        list(opened(tmp_path / "t.csv", b"title\n" + b"x" * (33 << 20)).lines())
