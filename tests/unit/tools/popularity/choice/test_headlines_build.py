from __future__ import annotations

import math
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from popcorn.errors import DataError
from popcorn.tools.popularity.choice.headlines.build import read_tests

COLUMNS = ("clickability_test_id", "headline", "eyecatcher_id", "impressions", "clicks", "story", "test_week")


def table(folder: Path, *rows: tuple[object, ...]) -> Path:
    pq.write_table(pa.table(dict(zip(COLUMNS, map(list, zip(*rows, strict=True)), strict=True))), folder / "t.parquet")
    return folder / "t.parquet"


def test_arms_of_one_test_and_picture_make_pairs_and_equal_headlines_are_summed(tmp_path: Path) -> None:
    file = table(
        tmp_path,
        ("t", "One", "p", 1000, 10, "s", 201401),
        ("t", "One ", "p", 1000, 30, "s", 201401),
        ("t", "Other", "p", 2000, 80, "s", 201401),
        ("t", "Elsewhere", "q", 2000, 80, "s", 201401),
        ("t", "Seen by few", "p", 99, 9, "s", 201401),
        ("t", None, "p", 1000, 30, "s", 201401),
    )
    (pair,) = read_tests(file)
    by_side = {pair.title_a: pair.z, pair.title_b: -pair.z}
    z = 0.02 / math.sqrt(0.03 * 0.97 * 2 / 2000)
    assert by_side == {"Other": pytest.approx(z, abs=1e-4), "One": pytest.approx(-z, abs=1e-4)}
    assert (pair.test, pair.story) == ("t", "s")


def test_the_weeks_of_faulty_randomisation_are_left_out_of_figures(tmp_path: Path) -> None:
    rows = [
        (f"t{week}", headline, "p", 1000, clicks, "s", week)
        for week in (201325, 201326, 201402, 201403)
        for headline, clicks in (("One", 10), ("Other", 20))
    ]
    sound = {pair.test: pair.sound for pair in read_tests(table(tmp_path, *rows))}
    assert sound == {"t201325": True, "t201326": False, "t201402": False, "t201403": True}


def test_a_level_is_a_log_click_rate_beside_those_of_its_week(tmp_path: Path) -> None:
    rows = [
        ("t", "One", "p", 999, 9, "s", 201401),
        ("t", "Other", "p", 999, 19, "s", 201401),
        ("u", "Alone", "q", 999, 39, "v", 201401),
        ("u", "Seen by few", "q", 99, 39, "v", 201401),
        ("w", "Another week", "q", 999, 900, "w", 201402),
    ]
    (pair,) = read_tests(table(tmp_path, *rows))
    assert pair.levels is not None
    by_side = dict(zip((pair.title_a, pair.title_b), pair.levels, strict=True))
    mean = (math.log(0.0095) + math.log(0.0195) + math.log(0.0395)) / 3
    assert by_side == {"One": pytest.approx(math.log(0.0095) - mean), "Other": pytest.approx(math.log(0.0195) - mean)}


def test_a_table_without_the_columns_is_told(tmp_path: Path) -> None:
    pq.write_table(pa.table({"headline": ["One"]}), tmp_path / "t.parquet")
    with pytest.raises(DataError, match="has no column 'clickability_test_id'"):
        list(read_tests(tmp_path / "t.parquet"))
