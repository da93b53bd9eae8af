"""How often each rule chooses the right tag for the LLMPopcorn prompts, on the whole of MicroLens-100k.

A choice is right when the first tag is the prompt's category. The data is read from POPCORN_TEST_DATA (default
../shared/data). Embedding MicroLens takes minutes; FOLDER keeps the catalogue for the next time.

    python benchmarks/routing.py [FOLDER]
"""

from __future__ import annotations

import csv
import os
import sys
import tempfile
from pathlib import Path

import popcorn
from popcorn.graphs.create.request.command import idea_of
from popcorn.tools.embedding.encoder import open_encoder
from popcorn.tools.references.catalogue_build import build_catalogue
from popcorn.tools.references.importers.import_report import ImportReport
from popcorn.tools.references.importers.sources import read_source
from popcorn.tools.references.retrieval import Retriever
from popcorn.tools.references.types import Routing

DATA = Path(os.environ.get("POPCORN_TEST_DATA", Path(popcorn.__file__).parent.parent / "shared" / "data"))
KINDS = ("concrete", "abstract")


def open_microlens(folder: Path) -> Retriever:
    """A retriever on MicroLens; built at `folder` unless it stands there."""
    source, encoder = str(DATA / "microlens_100k"), open_encoder()
    references = read_source(source, {}, ImportReport(source))
    return Retriever(build_catalogue(folder / "microlens", references, encoder), encoder, idea_of)


def share_right(retriever: Retriever, kind: str, routing: Routing, first: int = 1) -> float:
    """The share of prompts whose category is among the `first` tags."""
    rows = list(csv.DictReader((DATA / "llmpopcorn_prompts" / f"{kind}.csv").open(encoding="utf-8")))
    right = sum(
        row["category"] in [choice.tag for choice in retriever.choose_tags(row["prompt"], routing)[:first]]
        for row in rows
    )
    return right / len(rows)


def main(folder: Path) -> None:
    retriever = open_microlens(folder)
    print(f"{'rule':12} {'tags':>4} " + " ".join(f"{kind:>9}" for kind in KINDS))
    for routing in Routing:
        for first in (1, 2):
            shares = [share_right(retriever, kind, routing, first) for kind in KINDS]
            print(f"{routing.value:12} {first:4} " + " ".join(f"{100 * share:7.1f} %" for share in shares))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        main(Path(sys.argv[1] if len(sys.argv) > 1 else temporary))
