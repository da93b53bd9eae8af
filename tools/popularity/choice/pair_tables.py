"""Tables of pairs, CSV or Parquet: those to be compared, those to learn from, and what was found."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .... import files
from ....errors import DataError, RequestError, StoreError
from ..types import Subject
from .pairs import WON, LabelledPair
from .types import Comparison, Pair

COMPARED = ("pair_id", "title_a", "title_b", "prompt_a", "prompt_b", "tag", "request", "platform")
COUNTS = ("impressions_a", "clicks_a", "impressions_b", "clicks_b")
FORM = f"The columns are title_a, title_b and either z, or {', '.join(COUNTS)}, or winner (a, b or tie)."
OUT = ("pair_id", "probability_a", "tied", "evidence")
_WINNERS = {"a": WON, "b": -WON, "tie": 0.0}


@dataclass(frozen=True, slots=True)
class Row:
    """A pair of a table, with the line it stands on."""

    line: int
    pair_id: str
    pair: Pair


def read_pairs(file: Path) -> list[Row]:
    """The pairs of a table with the columns pair_id, title_a, title_b and perhaps the others of COMPARED.

    Raises RequestError for a file that cannot be read, a missing column, a pair without an id or without words, and an
    id that comes twice.
    """
    rows = []
    seen: dict[str, int] = {}
    for line, values in _records(file, COMPARED, ("pair_id", "title_a", "title_b")):
        row = _row(file, line, values)
        if row.pair_id in seen:
            raise RequestError(
                f"{str(file)!r} has the pair {row.pair_id!r} in the lines {seen[row.pair_id]} and {line}",
                hint="Every pair needs an id of its own.",
            )
        seen[row.pair_id] = line
        rows.append(row)
    if not rows:
        raise RequestError(f"{str(file)!r} has no rows", hint="Give it a header and a pair a line.")
    return rows


def read_labelled(file: Path) -> list[LabelledPair]:
    """The pairs of a table to learn from. Raises RequestError for one that is not as FORM says."""
    known = ("title_a", "title_b", "z", *COUNTS, "winner", "test_id", "story", "prompt_a", "prompt_b")
    pairs = [_labelled(file, line, values) for line, values in _records(file, known, ("title_a", "title_b"))]
    if not pairs:
        raise RequestError(f"{str(file)!r} has no rows", hint="Give it a header and a pair a line.")
    return pairs


def write_comparisons(file: Path, rows: Sequence[Row], found: Sequence[Comparison]) -> None:
    """Write a line a pair, in the order of the table, in one step. Raises StoreError when it cannot be written."""
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(OUT)
    writer.writerows(
        [row.pair_id, f"{one.probability_a:.6f}", str(one.tied).lower(), "yes" if one.evidence else "none"]
        for row, one in zip(rows, found, strict=True)
    )
    try:
        files.write_text(file, table.getvalue(), shared=True)
    except OSError as exc:
        raise StoreError(
            f"{str(file)!r} cannot be written: {exc.strerror or exc}", hint="Choose another --out."
        ) from exc


def _row(file: Path, line: int, values: Mapping[str, str]) -> Row:
    if not values["pair_id"]:
        raise RequestError(f"{_place(file, line)}: the row has no pair_id", hint="Give each pair an id.")
    for side in ("a", "b"):
        if not (values[f"title_{side}"] or values[f"prompt_{side}"]):
            raise RequestError(
                f"{_place(file, line)}: the pair {values['pair_id']!r} has no title_{side}",
                hint="Give both drafts a title, or leave the pair out.",
            )
    a, b = (
        Subject(
            values[f"title_{side}"],
            values[f"prompt_{side}"],
            values["tag"],
            request=values["request"],
            platform=values["platform"],
        )
        for side in ("a", "b")
    )
    return Row(line, values["pair_id"], Pair(a, b))


def _labelled(file: Path, line: int, values: Mapping[str, str]) -> LabelledPair:
    for side in ("a", "b"):
        if not values[f"title_{side}"]:
            raise RequestError(
                f"{_place(file, line)}: there is no title_{side}",
                hint="Give both drafts a title, or leave the row out.",
            )
    return LabelledPair(
        values["title_a"],
        values["title_b"],
        _difference(file, line, values),
        test=values["test_id"],
        story=values["story"],
        prompt_a=values["prompt_a"],
        prompt_b=values["prompt_b"],
    )


def _difference(file: Path, line: int, values: Mapping[str, str]) -> float:
    """By how many standard errors A drew more, from the first of z, counts and winner that the row has."""
    if values["z"]:
        return _number(file, line, "z", values["z"])
    if all(values[name] for name in COUNTS):
        return _pooled(file, line, *(_number(file, line, name, values[name]) for name in COUNTS))
    if values["winner"].casefold() in _WINNERS:
        return _WINNERS[values["winner"].casefold()]
    if values["winner"]:
        raise RequestError(f"{_place(file, line)}: the winner is {values['winner']!r}", hint="It is a, b or tie.")
    raise RequestError(f"{_place(file, line)}: nothing says which side drew more", hint=FORM)


def _pooled(
    file: Path, line: int, impressions_a: float, clicks_a: float, impressions_b: float, clicks_b: float
) -> float:
    """The z of two click rates with their pooled variance; 0 where nobody, or everybody, clicked."""
    if min(impressions_a, impressions_b) < 1:
        raise RequestError(f"{_place(file, line)}: a side was shown to nobody", hint="Leave such a pair out.")
    if not (0 <= clicks_a <= impressions_a and 0 <= clicks_b <= impressions_b):
        raise RequestError(
            f"{_place(file, line)}: a side has more clicks than impressions, or fewer than none",
            hint="Clicks are those of so many impressions.",
        )
    rate = (clicks_a + clicks_b) / (impressions_a + impressions_b)
    error = math.sqrt(rate * (1 - rate) * (1 / impressions_a + 1 / impressions_b))
    return (clicks_a / impressions_a - clicks_b / impressions_b) / error if error else 0.0


def _number(file: Path, line: int, name: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise RequestError(f"{_place(file, line)}: {name} is {value!r}, not a number", hint=FORM)
    return number


def _records(file: Path, known: Sequence[str], needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Every row that is not blank with its line; the `known` columns, empty where the table lacks them."""
    read: Callable[[Path], Iterator[tuple[int, dict[str, str]]]]
    read = _parquet if file.suffix.casefold() in (".parquet", ".pq") else _csv
    checked = False
    for line, record in read(file):
        if not checked:
            _check_columns(file, list(record), needed)
            checked = True
        values = {name: " ".join(record.get(name, "").split()) for name in known}
        if any(" ".join(value.split()) for value in record.values()):
            yield line, values


def _csv(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.reader(opened, strict=True)
            names = _names(next(reader, []))
            _check_columns(file, names, ("title_a", "title_b"))
            for fields in reader:
                if not "".join(fields).strip():
                    continue
                if len(fields) != len(names):
                    raise RequestError(
                        f"{_place(file, reader.line_num)}: the row has {len(fields)} fields and the header "
                        f"{len(names)}",
                        hint="Quote fields that hold commas.",
                    )
                yield reader.line_num, dict(zip(names, fields, strict=True))
    except OSError as exc:
        raise RequestError(
            f"{str(file)!r} cannot be read: {exc.strerror or exc}", hint="Name a CSV or Parquet file."
        ) from exc
    except (csv.Error, UnicodeDecodeError) as exc:
        raise DataError(
            f"{str(file)!r} is not a CSV file in UTF-8: {exc}", hint="Save it as CSV in UTF-8, or as Parquet."
        ) from exc


def _parquet(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(file)
    except OSError as exc:
        raise RequestError(f"{str(file)!r} cannot be read: {exc}", hint="Name a CSV or Parquet file.") from exc
    except pa.ArrowException as exc:
        raise DataError(f"{str(file)!r} is not a Parquet file: {exc}", hint="Save it again, or as CSV.") from exc
    names = _names(table.column_names)
    _check_columns(file, names, ("title_a", "title_b"))
    columns = [column.to_pylist() for column in table.columns]
    for line, fields in enumerate(zip(*columns, strict=True), start=1):
        yield line, {name: "" if value is None else str(value) for name, value in zip(names, fields, strict=True)}


def _names(header: Sequence[str]) -> list[str]:
    return [name.strip().casefold() for name in header]


def _check_columns(file: Path, names: Sequence[str], needed: Sequence[str]) -> None:
    missing = [name for name in needed if name not in names]
    if missing:
        raise RequestError(
            f"{str(file)!r} has no column {missing[0]!r}; it has {', '.join(map(repr, names)) or 'none'}",
            hint=f"It needs {', '.join(needed)}.",
        )
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        raise RequestError(f"{str(file)!r} has the column {twice!r} twice", hint="Keep one of the two.")


def _place(file: Path, line: int) -> str:
    return f"{str(file)!r}, line {line}"
