"""A row of results of `ask --file`, and the tables of such rows: Parquet, CSV, JSON lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, get_type_hints

from ... import files
from ...errors import DataError, RequestError
from ...tools.tables.table_file import open_table


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row of the results. What is not known of a failure is empty or None."""

    line: int
    """Where the request stands in its table, from 1."""
    id: str
    request: str
    status: str
    """done, failed, stopped, or begun: the process that walks it has not told of it yet, or was killed."""
    error: str = ""
    """Why it failed, in a sentence; `hint` is the way out, `code` the error's name."""
    hint: str = ""
    code: str = ""
    run_id: str = ""
    title: str = ""
    caption: str = ""
    hashtags: str = ""
    video_prompt: str = ""
    cover_prompt: str = ""
    video: str = ""
    cover: str = ""
    seconds: float | None = None
    """The clip's length."""
    log2_comments: float | None = None
    comments: float | None = None
    percentile: float | None = None
    percentile_low: float | None = None
    percentile_high: float | None = None
    against: str = ""
    evidence: str = ""
    """`yes` or `none`."""
    illustrative: bool | None = None
    """True where the figures are made of invented counts."""
    accepted: bool | None = None
    chat: str = ""
    renderer: str = ""
    predictor: str = ""
    cost_usd: float | None = None
    settings: str = ""
    """A digest of the settings that it was made with."""


_TYPES = get_type_hints(Outcome)
_NAMES = tuple(one.name for one in fields(Outcome))


def read_rows(path: Path) -> list[Outcome]:
    """The rows of a table of results. Raises RequestError where it is none, DataError where it is damaged."""
    table = open_table(path)
    if not {"line", "request", "status", "settings"} <= set(table.columns):
        raise RequestError(
            f"{str(path)!r} is no table of results, and would be replaced", hint="Name another file after --results."
        )
    columns = {name: column for name in _NAMES if (column := table.pick(name))}
    rows = []
    for line in table.lines():
        if line.cells is None:
            raise DataError(f"{table.unit} {line.number} of {str(path)!r} is damaged: {line.fault}", hint="Mend it.")
        given = {name: column.of(line.cells) for name, column in columns.items()}
        rows.append(Outcome(**{name: _typed(name, value) for name, value in given.items()}))
    return rows


def _typed(name: str, value: object) -> Any:
    """A cell in the type of its column: texts are what CSV has."""
    kind = _TYPES[name]
    if kind is str:
        return "" if value is None else str(value)
    if value is None or value == "":
        return None
    if kind is int:
        return int(str(value))
    return str(value).lower() == "true" if "bool" in str(kind) else float(str(value))


def _parquet(rows: Sequence[Outcome]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {str: pa.string(), int: pa.int64(), float | None: pa.float64(), bool | None: pa.bool_()}
    schema = pa.schema([(name, kinds[_TYPES[name]]) for name in _NAMES])
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([asdict(row) for row in rows], schema), sink)
    return sink.getvalue()


def _csv(rows: Sequence[Outcome]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, _NAMES)
    writer.writeheader()
    writer.writerows({name: "" if value is None else value for name, value in asdict(row).items()} for row in rows)
    return text.getvalue().encode("utf-8", "replace")


def _jsonl(rows: Sequence[Outcome]) -> bytes:
    return b"".join(files.json_line(asdict(row)) for row in rows)


WRITERS = {".parquet": _parquet, ".csv": _csv, ".jsonl": _jsonl}
"""What writes a table, by the ending of its file."""
