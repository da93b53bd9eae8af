"""Imports of different tables under one name at once, for benchmarks/reliability.py."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path

from popcorn.errors import PopcornError

forking = multiprocessing.get_context("fork")  # a child has everything imported already


def import_one(folder: Path, table: Path, told: Connection) -> None:
    """What `references import` does with a table, without a word."""
    from popcorn.tools.embedding.hashing_encoder import HashingEncoder
    from popcorn.tools.references.catalogue_build import build_catalogue
    from popcorn.tools.references.importers.import_report import ImportReport
    from popcorn.tools.references.importers.sources import read_source

    try:
        references = read_source(str(table), {}, ImportReport(str(table)))
        build_catalogue(folder, references, HashingEncoder(64), None, str(table), replace_other=False)
        told.send("ok")
    except PopcornError as exc:
        told.send("refused" if "imported from" in exc.message else f"unforeseen: {exc.message}")


def imports(home: Path, rounds: int, at_once: int = 4) -> dict[str, int]:
    """Rounds of imports of different tables under one name at once: one is kept, the others are told, none is lost."""
    from popcorn.tools.references.catalogue import Catalogue

    counts = Counter(rounds=rounds, kept=0, refused=0, lost=0, unforeseen=0)
    for number in range(rounds):
        tables = [home / f"table-{number}-{one}.csv" for one in range(at_once)]
        for one, table in enumerate(tables):
            table.write_text("id,title\n" + "".join(f"{at},{one} title {at}\n" for at in range(300)))
        folder, pipes, processes = home / "catalogues" / f"same{number}", [], []
        for table in tables:
            here, there = multiprocessing.Pipe()
            pipes.append(here)
            processes.append(forking.Process(target=import_one, args=(folder, table, there)))
        for process in processes:
            process.start()
        outcomes = [pipe.recv() for pipe in pipes]
        for process in processes:
            process.join()
        kept = [str(table) for table, outcome in zip(tables, outcomes, strict=True) if outcome == "ok"]
        counts["kept"] += len(kept) == 1
        counts["refused"] += outcomes.count("refused")
        counts["unforeseen"] += sum(outcome.startswith("unforeseen") for outcome in outcomes)
        counts["lost"] += kept != [Catalogue.open(folder).manifest.imported_from]
    return dict(counts)
