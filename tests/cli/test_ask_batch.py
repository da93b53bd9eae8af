"""`popcorn ask --file`: a row of results for each request, failures with their reasons, and going on."""

from __future__ import annotations

from typing import Any

import pyarrow.parquet as pq
import pytest

QUICK = ("--aspect", "1:1", "--attempts", "1", "-n", "1")
TABLE = """id,prompt
1,a cat on a sofa
2,
3,a bowl of soup and render it with nonesuch
4,a cat on a sofa
5,too,many,cells
"""


@pytest.fixture(scope="module")
def answered(built: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    from dataclasses import replace

    program = replace(built, folder=tmp_path_factory.mktemp("batch"))
    (program.folder / "prompts.csv").write_text(TABLE)
    return program, program("ask", "--file", "prompts.csv", "--results", "r.parquet", "--json", "--bundle", "b", *QUICK)


def rows_of(program: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(program.folder / "r.parquet").to_pylist()
    return rows


def test_every_request_has_a_row_and_a_failure_has_its_reason(answered: Any) -> None:
    program, outcome = answered
    rows = rows_of(program)
    assert [(row["id"], row["status"]) for row in rows] == [
        ("1", "done"), ("2", "failed"), ("3", "failed"), ("4", "done"), ("", "failed"),
    ]  # fmt: skip
    assert [row["error"] for row in rows if row["id"] in {"2", "3"}] == [
        "the request is empty", "there is no renderer 'nonesuch'",
    ]  # fmt: skip
    assert all(row["hint"] for row in rows if row["status"] == "failed")
    assert outcome.status == 1
    assert (outcome.envelope["data"]["done"], outcome.envelope["data"]["failed"]) == (2, 3)
    assert rows[0]["caption"]
    assert rows[0]["evidence"] == "none"
    assert sorted(path.name for path in (program.folder / "b").iterdir()) == ["0002", "0005"]


def test_the_same_command_makes_nothing_twice(answered: Any) -> None:
    program, _ = answered
    before = rows_of(program)
    outcome = program("ask", "--file", "prompts.csv", "--results", "r.parquet", "--json", *QUICK)
    assert outcome.envelope["data"]["kept"] == 2
    assert [row["run_id"] for row in rows_of(program)] == [row["run_id"] for row in before]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--file", "prompts.csv", "--results", "r.parquet", "--seed", "5"), "holds results of other settings"),
        (("--file", "prompts.csv", "--results", "prompts.csv"), "is no table of results"),
        (("--file", "prompts.csv", "--results", "r.xlsx"), "results cannot be written as 'r.xlsx'"),
        (("--file", "prompts.csv"), "--file needs a place for the results"),
        (("--results", "r.csv"), "--results belongs to --file"),
        (("tacos", "--file", "prompts.csv", "--results", "r.csv"), "a request is for one"),
        (("--file", "gone.csv", "--results", "r.csv"), "'gone.csv' cannot be read"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(answered: Any, words: tuple[str, ...], message: str) -> None:
    program, _ = answered
    outcome = program("ask", *words, "--json")
    assert outcome.status == 2
    assert message in outcome.error["message"]
    assert outcome.error["hint"]
    assert (program.folder / "prompts.csv").read_text() == TABLE
