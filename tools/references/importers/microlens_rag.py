"""MicroLens with descriptions of covers and videos, as LLMPopcorn published it for retrieval.

Source: https://huggingface.co/datasets/junchenfu/microlens_rag (LLMPopcorn, arXiv 2502.12945).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ....errors import DataError
from ....trust.hub_snapshot import snapshot
from ..reference_spool import Store
from ..types import Reference
from .import_report import ImportReport
from .table_rows import read_tables

DATASET = "junchenfu/microlens_rag"
_CONVERTED = "refs/convert/parquet"
"""Where the hub keeps its own Parquet copy of a dataset that has none."""


def read_hub(
    name: str, mapping: Mapping[str, str], report: ImportReport, store: Store | None = None
) -> Sequence[Reference]:
    """The references of a dataset of the Hugging Face hub. Raises MissingError when it cannot be had."""
    for revision in (None, _CONVERTED):
        folder = snapshot(
            name,
            f"the dataset {name!r}",
            hint="Check the name and the network, or fetch its Parquet files elsewhere and import their folder.",
            repo_type="dataset",
            revision=revision,
            allow_patterns=["*.parquet"],
        )
        if list(folder.rglob("*.parquet")):
            return read_dataset(folder, mapping, report, store)
    raise DataError(f"the dataset {name!r} of the Hugging Face hub has no Parquet files")


def read_dataset(
    folder: Path, mapping: Mapping[str, str], report: ImportReport, store: Store | None = None
) -> Sequence[Reference]:
    """The references in all Parquet files below `folder`, in the order of their names."""
    return read_tables(sorted(folder.rglob("*.parquet")), mapping, report, store=store)
