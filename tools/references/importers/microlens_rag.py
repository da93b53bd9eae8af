"""MicroLens with descriptions of covers and videos, as LLMPopcorn published it for retrieval.

Source: https://huggingface.co/datasets/junchenfu/microlens_rag (LLMPopcorn, arXiv 2502.12945).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ....errors import DataError, MissingError
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
    import huggingface_hub
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils.tqdm import disable_progress_bars

    disable_progress_bars()
    try:
        for revision in (None, _CONVERTED):
            folder = huggingface_hub.snapshot_download(
                name, repo_type="dataset", revision=revision, allow_patterns=["*.parquet"]
            )
            if list(Path(folder).rglob("*.parquet")):
                return read_dataset(Path(folder), mapping, report, store)
    except (OSError, HFValidationError) as exc:
        raise MissingError(
            f"the dataset {name!r} cannot be had from the Hugging Face hub: {str(exc).strip().splitlines()[0]}",
            hint="Check the name and the network, or fetch its Parquet files elsewhere and import their folder.",
        ) from exc
    raise DataError(f"the dataset {name!r} of the Hugging Face hub has no Parquet files")


def read_dataset(
    folder: Path, mapping: Mapping[str, str], report: ImportReport, store: Store | None = None
) -> Sequence[Reference]:
    """The references in all Parquet files below `folder`, in the order of their names."""
    return read_tables(sorted(folder.rglob("*.parquet")), mapping, report, store=store)
