from __future__ import annotations

import math
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from popcorn.errors import DataError, PopcornError, RequestError
from popcorn.tools.popularity.choice.pair_tables import read_labelled, read_pairs, write_comparisons
from popcorn.tools.popularity.choice.types import Comparison
from popcorn.tools.popularity.types import Subject


def table(folder: Path, text: str, name: str = "pairs.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_columns_come_in_any_order_and_blank_rows_count_only_as_lines(tmp_path: Path) -> None:
    file = table(tmp_path, "\ufefftitle_b, Title_A ,pair_id,platform\nB,A,1,tv\n\n , , ,\nD,C,2,\n")
    first, second = read_pairs(file)
    assert (first.line, first.pair_id, first.pair.a, first.pair.b) == (
        2,
        "1",
        Subject("A", platform="tv"),
        Subject("B", platform="tv"),
    )
    assert (second.line, second.pair_id) == (5, "2")


def test_a_parquet_table_reads_as_a_csv_table(tmp_path: Path) -> None:
    columns = {"pair_id": [1, 2], "title_a": ["A, so", "C"], "title_b": ["B", "D"], "prompt_a": [None, "a lake"]}
    pq.write_table(pa.table(columns), tmp_path / "pairs.parquet")
    first, second = read_pairs(tmp_path / "pairs.parquet")
    assert (first.pair_id, first.pair.a) == ("1", Subject("A, so"))
    assert second.pair.a == Subject("C", "a lake")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pair_id,title_a\n1,A\n", "has no column 'title_b'; it has 'pair_id', 'title_a'"),
        ("title_a,title_b\nA,B\n", "has no column 'pair_id'"),
        ("pair_id,title_a,title_b\n", "has no rows"),
        ("pair_id,title_a,title_b\n1,A,B\n1,C,D\n", "has the pair '1' in the lines 2 and 3"),
        ("pair_id,title_a,title_b\n1,A,B\n2,C,\n", "line 3: the pair '2' has no title_b"),
        ("pair_id,title_a,title_b\n,A,B\n", "line 2: the row has no pair_id"),
        ("pair_id,title_a,title_b\n1,A,B\n2,C, or D,E\n", "line 3: the row has 4 fields and the header 3"),
        ("pair_id,title_a,title_b,title_a\n1,A,B,C\n", "has the column 'title_a' twice"),
        ("", "has no column 'pair_id'; it has none"),
    ],
)
def test_a_table_that_cannot_be_compared_is_told_by_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(RequestError) as caught:
        read_pairs(table(tmp_path, text))
    assert said in caught.value.message
    assert caught.value.hint


def test_a_quote_that_is_not_closed_is_told_by_its_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="line 2: a quote that is not closed"):
        read_pairs(table(tmp_path, 'pair_id,title_a,title_b\n1,"A\n'))


def test_pairs_in_another_encoding_are_read_and_that_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "pairs.csv").write_bytes("pair_id,title_a,title_b\n1,Café d'été,Über uns\n".encode("cp1252"))
    (row,) = read_pairs(tmp_path / "pairs.csv")
    assert (row.pair.a.title, row.pair.b.title) == ("Café d'été", "Über uns")
    assert "was read as windows-1252" in caplog.text


def test_what_is_no_parquet_file_or_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="it is not a Parquet file"):
        read_pairs(table(tmp_path, "pair_id,title_a,title_b\n", "pairs.parquet"))
    for name in ("none.csv", "none.parquet"):
        with pytest.raises(RequestError, match="cannot be read"):
            read_pairs(tmp_path / name)


def test_which_side_drew_more_comes_from_z_or_counts_or_the_winner(tmp_path: Path) -> None:
    header = "title_a,title_b,z,impressions_a,clicks_a,impressions_b,clicks_b,winner\n"
    rows = ["A,B,1.5,,,,,\n", "A,B,,1000,30,1000,10,\n", "A,B,,,,,,B\n", "A,B,,,,,,tie\n", "A,B,,50,0,50,0,\n"]
    pairs = read_labelled(table(tmp_path, header + "".join(rows)))
    pooled = 0.02 / math.sqrt(0.02 * 0.98 * 2 / 1000)
    assert [pair.z for pair in pairs] == pytest.approx([1.5, pooled, -2.0, 0.0, 0.0])


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("A,B,,,,,,\n", "line 2: nothing says which side drew more"),
        ("A,B,high,,,,,\n", "line 2: z is 'high', not a number"),
        ("A,B,nan,,,,,\n", "line 2: z is 'nan', not a number"),
        ("A,B,,10,11,10,1,\n", "line 2: a side has more clicks than impressions"),
        ("A,B,,0,0,10,1,\n", "line 2: a side was shown to nobody"),
        ("A,B,,,,,,A!\n", "line 2: the winner is 'A!'"),
        (",B,1,,,,,\n", "line 2: there is no title_a"),
    ],
)
def test_a_row_that_teaches_nothing_is_told_by_its_line(tmp_path: Path, row: str, said: str) -> None:
    header = "title_a,title_b,z,impressions_a,clicks_a,impressions_b,clicks_b,winner\n"
    with pytest.raises(PopcornError) as caught:
        read_labelled(table(tmp_path, header + row))
    assert said in caught.value.message
    assert caught.value.hint


def test_comparisons_are_written_a_line_a_pair_in_order(tmp_path: Path) -> None:
    rows = read_pairs(table(tmp_path, "pair_id,title_a,title_b\nx,A,B\ny,C,D\n"))
    write_comparisons(
        tmp_path / "out.csv", rows, [Comparison(0.7, False, True), Comparison(0.5, True, False, ("it is Greek",))]
    )
    assert (tmp_path / "out.csv").read_text().splitlines() == [
        "pair_id,probability_a,tied,evidence",
        "x,0.700000,false,yes",
        "y,0.500000,true,none",
    ]
