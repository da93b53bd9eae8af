"""What an import's SOURCE is: recognised by what stands there, and read by the importer for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ....errors import MissingError, RequestError
from ....home import expanded
from ....names import meant_after
from ...tables.content import PACKED
from ...tables.table_file import KINDS
from .. import sample
from ..reference_spool import Store
from ..types import Reference
from .import_options import ImportOptions
from .import_report import ImportReport
from .microlens import MicroLensFolder
from .microlens_rag import DATASET, read_dataset, read_hub
from .table_columns import FIELDS
from .table_rows import read_tables

HUB = "hf:"
_OTHER_ENDINGS = (".txt", ".pq", ".xlsm")


def check_mapping(pairs: Sequence[str]) -> dict[str, str]:
    """`field=column` pairs as a dict. Raises RequestError for what is no pair, no field, or given twice."""
    mapping: dict[str, str] = {}
    for pair in pairs:
        name, separator, column = (part.strip() for part in pair.partition("="))
        if not separator or not name or not column:
            raise RequestError(f"{pair!r} does not map a field to a column", hint="Write e.g. --map title=caption.")
        if name not in FIELDS:
            raise RequestError(
                f"references have no field {name!r}{meant_after(name, FIELDS)}",
                hint=f"The fields are {', '.join(FIELDS)}.",
            )
        if name in mapping:
            raise RequestError(f"the field {name!r} is mapped twice: to {mapping[name]!r} and {column!r}")
        mapping[name] = column
    return mapping


def place_of(source: str) -> str:
    """`source` in the one way to write it from anywhere: an absolute path, `hf:OWNER/NAME`, or `sample`."""
    if source == sample.NAME:
        return source
    return HUB + source.removeprefix(HUB) if _on_hub(source) else str(expanded(source).resolve())


def read_source(
    source: str,
    mapping: Mapping[str, str],
    report: ImportReport,
    options: ImportOptions | None = None,
    store: Store | None = None,
) -> Sequence[Reference]:
    """The references of a MicroLens folder, a table file, a dataset of the hub, or the built-in sample.

    Those of a table are put down in `store`, where there is one.

    Raises MissingError when there is no such source, RequestError when it is of no known kind or the mapping does not
    fit it, DataError when it cannot be read, and ImportRowError for the first bad row when the report is strict.
    """
    path = expanded(source)
    if source == sample.NAME:
        return _only_without(mapping, _sample(report))
    if _on_hub(source):
        return read_hub(source.removeprefix(HUB), mapping, report, store)
    if path.is_dir():
        return _folder(path, mapping, report, store)
    if path.exists():
        if path.is_file() and path.suffix.casefold() not in (*KINDS, *_OTHER_ENDINGS, *PACKED):
            raise RequestError(
                f"{source!r} is of no kind that can be imported",
                hint=f"Kinds: {', '.join(KINDS)}, also packed as {' or '.join(PACKED)}.",
            )
        return read_tables([path], mapping, report, options, store)
    raise MissingError(
        f"there is nothing at {source!r}",
        hint=f"Name a MicroLens folder, a file ({', '.join(KINDS)}), {HUB}OWNER/NAME, or {sample.NAME}.",
    )


def _on_hub(source: str) -> bool:
    return source.startswith(HUB) or (source == DATASET and not Path(source).exists())


def _folder(path: Path, mapping: Mapping[str, str], report: ImportReport, store: Store | None) -> Sequence[Reference]:
    if microlens := MicroLensFolder.find(path):
        return _only_without(mapping, microlens.read(report))
    if list(path.rglob("*.parquet")):
        return read_dataset(path, mapping, report, store)
    raise RequestError(
        f"the folder {str(path)!r} holds no MicroLens table of titles and no Parquet file",
        hint="A MicroLens folder has a file like MicroLens-100k_title_en.csv; of other data name the file.",
    )


def _sample(report: ImportReport) -> list[Reference]:
    references = sample.read_sample()
    report.read = report.kept = len(references)
    report.notes.append("the sample's references and their counts are invented")
    return references


def _only_without(mapping: Mapping[str, str], references: list[Reference]) -> list[Reference]:
    if mapping:
        raise RequestError("--map is for tables; this source has columns of its own", hint="Leave --map out.")
    return references
