"""Anyone's table of wins: counts or rates, whatever its columns are called, and each comparison once."""

from __future__ import annotations

from pathlib import Path

import pytest
from popcorn.errors import DataError, RequestError
from popcorn.study.printed_tables import Cell, read_cells


def table(folder: Path, text: str) -> Path:
    file = folder / "t.csv"
    file.write_text(text, "utf-8")
    return file


def test_rates_are_read_as_shares_and_as_percentages(tmp_path: Path) -> None:
    cells = read_cells(table(tmp_path, "Table,Cell,A,B,N,Rate\n4,x,a,b,100,61 %\n4,y,a,b,100,0.61\n4,z,a,b,100,61\n"))
    assert cells == [Cell("4", cell, "a", "b", 61, 0, 100) for cell in "xyz"]


def test_wins_and_ties_are_read_and_a_rate_counts_half_of_the_ties(tmp_path: Path) -> None:
    cells = read_cells(table(tmp_path, "table,cell,a,b,n,wins,ties,rate\n4,x,a,b,100,50,10,\n4,y,a,b,100,,10,55\n"))
    assert {(one.wins, one.ties) for one in cells} == {(50, 10)}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("4,x,a,b,0,1,", "n is a number of prompts"), ("4,x,a,b,ten,1,", "n is 'ten', not a whole number"),
        ("4,x,a,b,10,11,", "11 wins and 0 ties are not part of 10"), ("4,x,a,b,10,,57.7", "no whole number of wins"),
        ("4,x,a,b,10,5.5,", "wins is '5.5', not a whole number"),
        ("4,x,a,b,10,,lots", "rate is 'lots', not a number"), ("4,x,a,b,10,,101", "no share"),
    ],
)  # fmt: skip
def test_a_bad_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(DataError, match=f"line 2: .*{said}"):
        read_cells(table(tmp_path, f"table,cell,a,b,n,wins,rate\n{line}\n"))


def test_a_cell_that_stands_twice_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has the cell 'x' of 'a' and 'b' twice"):
        read_cells(table(tmp_path, "table,cell,a,b,n,wins\n4,x,a,b,10,5\n4,x,a,b,10,6\n"))


def test_a_file_that_is_no_table_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="No such file"):
        read_cells(tmp_path / "none.csv")
    with pytest.raises(DataError, match="has not the columns"):
        read_cells(table(tmp_path, "x,y\n1,2\n"))


@pytest.mark.parametrize(
    "text",
    [
        "a,b,n,wins\nx,y,100,61\n", "Model A;Model B;Prompts;Win rate\nx;y;100;61,0 %\n",
        "model_a\tmodel_b\ttotal\tWIN_RATE\nx\ty\t100\t0.61\n", "a,b,wins,losses\nx,y,61,39\n",
        "a,b,wins,ties,losses,n\nx,y,61,0,39,100\n", "method,baseline,trials,percent\nx,y,1 00,61\n\n,,,\n",
        "n,rate,b,a,note\n100,61％,y,x,seen\n",
    ],
)  # fmt: skip
def test_columns_go_by_the_names_that_people_give_them(tmp_path: Path, text: str) -> None:
    assert read_cells(table(tmp_path, text)) == [Cell("", "", "x", "y", 61, 0, 100)]


def test_a_rate_is_what_its_wins_were_rounded_to(tmp_path: Path) -> None:
    rows = ["a,33,55", "b,33,54.5", "c,37,0.43", "d,100,58.5", "e,7,14.3", "f,1000,61"]
    cells = read_cells(table(tmp_path, "cell,n,rate\n" + "".join(f"{row}\n" for row in rows)))
    assert [(one.wins, one.ties) for one in cells] == [(18, 0), (18, 0), (16, 0), (58, 1), (1, 0), (610, 0)]


def test_one_beside_percentages_is_one_per_cent_and_beside_shares_all(tmp_path: Path) -> None:
    assert [one.wins for one in read_cells(table(tmp_path, "cell,n,rate\na,100,1\nb,100,40\n"))] == [1, 40]
    assert [one.wins for one in read_cells(table(tmp_path, "cell,n,rate\na,100,1\nb,100,0.4\n"))] == [100, 40]


def test_both_sides_of_a_comparison_are_one_cell(tmp_path: Path) -> None:
    text = "table,a,b,n,wins,ties\n6,x,y,100,61,3\n6,y,x,100,36,3\n6,x,z,100,50,0\n"
    assert read_cells(table(tmp_path, text)) == [
        Cell("6", "", "x", "y", 61, 3, 100),
        Cell("6", "", "x", "z", 50, 0, 100),
    ]
    with pytest.raises(DataError, match="line 3: 'y' over 'x' is 40 of 100, the other way round 61 of 100"):
        read_cells(table(tmp_path, "a,b,n,wins\nx,y,100,61\ny,x,100,40\n"))


def test_a_line_without_a_name_is_called_by_its_number(tmp_path: Path) -> None:
    assert [one.cell for one in read_cells(table(tmp_path, "cell,n,wins\n,10,5\n,10,5\n"))] == ["line 2", "line 3"]


def test_losses_that_do_not_add_up_are_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="61 wins and 0 ties and 40 losses are not part of 100"):
        read_cells(table(tmp_path, "a,b,n,wins,ties,losses\nx,y,100,61,0,40\n"))
