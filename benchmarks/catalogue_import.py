"""How long an import of MicroLens takes, and where the time goes.

    python benchmarks/catalogue_import.py [--rows N] [--data FOLDER]

Embedding is timed around the encoder, loading its model apart; the rest is reading, writing and indexing. The second
import is of the same rows, the third of rows of which one changed. The rival is the shape of the published script,
which keeps nothing: reading and embedding everything for each query (LLMPopcorn, arXiv 2502.12945).
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from popcorn.tools.embedding.encoder import open_encoder
from popcorn.tools.embedding.types import Encoder, Progress
from popcorn.tools.references.catalogue import Catalogue
from popcorn.tools.references.catalogue_build import build_catalogue
from popcorn.tools.references.importers.import_report import ImportReport
from popcorn.tools.references.importers.sources import read_source


class Timed:
    """An encoder that adds up the seconds and texts that went through it."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dimension, self._encoder = encoder.name, encoder.dimension, encoder
        self.seconds, self.texts = 0.0, 0

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """What the encoder gives, timed."""
        started = time.perf_counter()
        vectors = self._encoder.encode(texts, progress)
        self.seconds += time.perf_counter() - started
        self.texts += len(texts)
        return vectors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=0, help="only the first N rows; 0 for all")
    parser.add_argument("--encoder", default="all-MiniLM-L6-v2")
    parser.add_argument("--data", type=Path, default=os.environ.get("POPCORN_TEST_DATA", "../shared/data"))
    options = parser.parse_args()

    started = time.perf_counter()
    encoder = open_encoder(options.encoder)
    encoder.encode(["loaded"])
    print(f"load the encoder            {time.perf_counter() - started:8.2f} s")

    started = time.perf_counter()
    rows = read_source(str(options.data / "microlens_100k"), {}, ImportReport("microlens"))
    reading = time.perf_counter() - started
    rows = rows[: options.rows or None]
    print(f"read and check the folder   {reading:8.2f} s   {len(rows):,} rows")

    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "microlens"
        first = imported("first import", folder, rows, encoder)
        second = imported("second import, same rows", folder, rows, encoder)
        imported("third import, one changed", folder, [replace(rows[0], title="another"), *rows[1:]], encoder)
        started = time.perf_counter()
        catalogue = Catalogue.open(folder)
        catalogue.index.search(catalogue.vectors[0], 10)
        print(f"open and search             {time.perf_counter() - started:8.2f} s")
    times = (reading + first) / (reading + second)
    print(f"rival, for each query       {reading + first:8.2f} s   {times:.0f} times the second import")
    print(f"peak memory                 {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MiB")


def imported(label: str, folder: Path, rows: list, encoder: Encoder) -> float:
    timed, started = Timed(encoder), time.perf_counter()
    build_catalogue(folder, rows, timed)
    seconds = time.perf_counter() - started
    split = f"embedding {timed.seconds:.2f} s of {timed.texts:,} texts, the rest {seconds - timed.seconds:.2f} s"
    print(f"{label:27} {seconds:8.2f} s   {split}")
    return seconds


if __name__ == "__main__":
    main()
