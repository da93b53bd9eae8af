"""Tables of pairs, CSV or Parquet: those to be compared, those to learn from, and what was found."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .... import files
from ....errors import RequestError, StoreError
from ...tables.records import each_record, read_records
from ..types import Subject
from .pairs import WON, LabelledPair
from .types import Comparison, Pair

COMPARED = ("pair_id", "title_a", "title_b", "prompt_a", "prompt_b", "tag", "request", "platform")
COUNTS = ("impressions_a", "clicks_a", "impressions_b", "clicks_b")
FORM = f"The columns are title_a, title_b and either z, or {', '.join(COUNTS)}, or winner (a, b or tie)."
OUT = ("pair_id", "probability_a", "tied", "evidence")
_ABOUT = ("request", "platform")
"""What a pair to learn from may say of both its drafts."""
_WINNERS = {"a": WON, "b": -WON, "tie": 0.0}


@dataclass(frozen=True, slots=True)
class Row:
    """A pair of a table, with the line it stands on."""

    line: int
    pair_id: str
    pair: Pair


def read_pairs(file: Path, encoding: str = "") -> list[Row]:
    """The pairs of a table with the columns pair_id, title_a, title_b and perhaps the others of COMPARED.

    Raises RequestError for a file that cannot be read, a missing column, a pair without an id or without words, and an
    id that comes twice.
    """
    rows = []
    seen: dict[str, int] = {}
    for record in read_records(file, COMPARED, COMPARED[:3], encoding=encoding):
        line, row = record.line, _row(file, record.line, record.values)
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


def read_labelled(file: Path, encoding: str = "") -> list[LabelledPair]:
    """The pairs of a table to learn from. Raises RequestError for one that is not as FORM says."""
    return list(each_labelled(file, encoding))


def each_labelled(file: Path, encoding: str = "") -> Iterator[LabelledPair]:
    """The same, one pair after the other: memory does not grow with the table."""
    known = ("title_a", "title_b", "z", *COUNTS, "winner", "test_id", "story", "prompt_a", "prompt_b", *_ABOUT)
    pairs = 0
    for record in each_record(file, known, known[:2], encoding=encoding, columns=FORM):
        pairs += 1
        yield _labelled(file, record.line, record.values)
    if not pairs:
        raise RequestError(f"{str(file)!r} has no rows", hint="Give it a header and a pair a line.")


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
        request=values["request"],
        platform=values["platform"],
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


def _place(file: Path, line: int) -> str:
    return f"{str(file)!r}, line {line}"
