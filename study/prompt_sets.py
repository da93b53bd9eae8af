"""Prompt sets: the one that ships, a CSV file, or a data set of the Hugging Face hub."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files as resources
from pathlib import Path

from ..errors import DataError, RequestError
from ..home import expanded
from ..redaction import scrubbed
from ..tools.tables.content import content_in, content_of
from ..tools.tables.records import open_records, texts_of
from ..tools.tables.table_file import table_in
from ..tools.tables.types import Line, Table
from ..trust import foreign_files
from ..trust.hub_snapshot import snapshot
from .types import Prompt

SHIPPED = "popcorn-800"
"""Our own: five categories, two kinds, 80 each; enough to tell a win rate of 55 % from a half."""
HUB = "hf:"
LONGEST = 5_000
"""Characters of a prompt."""
_COLUMNS = "a table with the columns kind, category and prompt"


def read_prompts(source: str, folder: Path) -> list[Prompt]:
    """The prompts of `popcorn-800`, of `hf:OWNER/NAME`, or of a CSV file, whose path counts from `folder`.

    Raises RequestError for a file that is not there, and DataError that names every bad line.
    """
    if source == SHIPPED:
        text = resources(__package__).joinpath("prompts.csv").read_text("utf-8")
        return prompts_in(text, SHIPPED)
    if source.startswith(HUB):
        return _unique(_hub_rows(source.removeprefix(HUB)), source)
    path = folder / expanded(source)
    try:
        foreign_files.open_file(path).close()
    except OSError as exc:
        raise RequestError(
            f"the prompts {str(path)!r} cannot be read: {exc.strerror or exc}",
            hint=f"Name {_COLUMNS}, or write prompts = {SHIPPED!r}.",
        ) from exc
    return _prompts(open_records(path))


def prompts_in(text: str, name: str) -> list[Prompt]:
    """The prompts of a CSV table; quotes, newlines and emoji are text like any other.

    Raises DataError with all that is wrong with it, up to ten lines.
    """
    return _prompts(table_in(content_in(text, name)))


def _prompts(table: Table) -> list[Prompt]:
    names = [column.strip().casefold() for column in table.columns]
    if "prompt" not in names:
        raise DataError(f"{table.place!r} has no column `prompt`", hint=f"It has to be {_COLUMNS}.")
    return _unique([(line.number, _row(line, table, names)) for line in table.lines()], table.place)


def _row(line: Line, table: Table, names: Sequence[str]) -> Mapping[str | None, object]:
    """The row by name; what it lacks is empty, and what it has beyond the header stands under None."""
    if line.values:
        more: object = line.values[len(names) :]
        return {None: more, **dict(zip(names, line.values, strict=False))}
    return dict(zip(names, texts_of(line, table, names), strict=True))


def _unique(rows: Iterable[tuple[int, Mapping[str | None, object]]], name: str) -> list[Prompt]:
    """The prompts, each once; two that differ in spaces and case alone are the same."""
    prompts: list[Prompt] = []
    wrong: list[str] = []
    seen: dict[str, int] = {}
    for line, row in rows:
        if row.get(None):
            wrong.append(f"line {line} has more fields than the header")
            continue
        text = scrubbed(" ".join(unicodedata.normalize("NFC", str(row.get("prompt") or "")).split()))
        if not text:
            wrong.append(f"line {line} has no prompt")
        elif len(text) > LONGEST:
            wrong.append(f"line {line} has {len(text):,} characters, and a prompt at most {LONGEST:,}")
        elif (first := seen.setdefault(text.casefold(), line)) != line:
            wrong.append(f"line {line} repeats the prompt of line {first}")
        else:
            where = (scrubbed(str(row.get(part) or "").strip()) for part in ("kind", "category"))
            prompts.append(Prompt(text, *where))
    if wrong:
        shown = "; ".join(wrong[:10]) + (f"; and {len(wrong) - 10} more" if len(wrong) > 10 else "")
        raise DataError(f"{name!r}: {shown}", hint="Mend these lines: a prompt counts once.")
    if not prompts:
        raise DataError(f"{name!r} holds no prompt", hint=f"It has to be {_COLUMNS}.")
    return prompts


def _hub_rows(dataset: str) -> list[tuple[int, Mapping[str | None, object]]]:
    """The rows of a data set's CSV files, kind from the file's name where no column has it.

    Raises MissingError when it cannot be had.
    """
    folder = snapshot(
        dataset,
        f"the data set {dataset!r}",
        hint="Check the name and the network, or fetch it elsewhere and name its CSV file as `prompts`.",
        repo_type="dataset",
        allow_patterns=["*.csv"],
    )
    rows: list[tuple[int, Mapping[str | None, object]]] = []
    for place in sorted(folder.rglob("*.csv")):
        kind = next((word for word in ("concrete", "abstract") if word in place.stem.casefold()), "")
        table = table_in(content_of(place))
        names = [column.strip().casefold() for column in table.columns]
        for line in table.lines():
            rows.append((len(rows) + 2, {"kind": kind, **_row(line, table, names)}))
    return rows
