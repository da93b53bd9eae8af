"""How long a retrieval takes, warm and in process, and how it grows from 10^3 to 10^6 references.

Milliseconds a request over all requests: the median and the 95th percentile of wall time, and the median of CPU time,
which a busy machine changes less. Without encoding the request, which stands in a line of its own. The rows are real
vectors where MicroLens is (POPCORN_TEST_DATA, default ../shared/data, embedded into FOLDER once), repeated with noise
beyond its 19,738 rows; random unit vectors where it is not. Every size runs in a process of its own: the peak memory is
its own. The rival embeds the whole table for every request, as the published script does; its time is
reckoned from the encoder's speed on a part of it.

    python benchmarks/retrieval.py [FOLDER [LARGEST]]
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import popcorn
from popcorn.graphs.create.request.command import idea_of
from popcorn.tools.embedding.encoder import open_encoder
from popcorn.tools.embedding.types import Encoder, Progress
from popcorn.tools.references.catalogue import Catalogue
from popcorn.tools.references.catalogue_build import build_catalogue
from popcorn.tools.references.importers.import_report import ImportReport
from popcorn.tools.references.importers.sources import read_source
from popcorn.tools.references.retrieval import Retriever
from popcorn.tools.references.types import Reference, RetrievalOptions

DATA = Path(os.environ.get("POPCORN_TEST_DATA", Path(popcorn.__file__).parent.parent / "shared" / "data"))
SIZES = (1_000, 10_000, 19_738, 100_000, 1_000_000)
REQUESTS = (
    "Make a video about the preparation of authentic Indian biryani",
    "Discuss why players love open worlds",
    "Create a clip of a knight facing a dragon in an old animation style",
    "Show how to fold clothes to save drawer space",
    "Explain how a film director builds tension before a fight",
)
ROUNDS = 20
TAGS = ("Game", "Film", "Anime", "Life", "Food", "Music", "Sports", "Animal")


class Remembered:
    """An encoder that knows some texts by heart, so that what is left to time is retrieval."""

    def __init__(self, encoder: Encoder, texts: Sequence[str], vectors: np.ndarray) -> None:
        self.name, self.dimension = encoder.name, encoder.dimension
        self._encoder = encoder
        self._known = dict(zip(texts, vectors, strict=True))

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> np.ndarray:
        """The vectors (N, D) of `texts`."""
        for text in texts:
            if text not in self._known:
                self._known[text] = self._encoder.encode([text])[0]
        return np.stack([self._known[text] for text in texts])


def source_rows(folder: Path, encoder: Encoder) -> tuple[list[Reference], np.ndarray]:
    """The real references and vectors, or invented ones with random unit vectors."""
    if (DATA / "microlens_100k").is_dir():
        source = str(DATA / "microlens_100k")
        references = read_source(source, {}, ImportReport(source))
        return references, np.asarray(build_catalogue(folder / "microlens", references, encoder).vectors)
    random = np.random.default_rng(0)
    references = [
        Reference(id=str(n), title=f"video {n}", tag=TAGS[n % len(TAGS)], comments=int(random.integers(0, 5000)))
        for n in range(20_000)
    ]
    return references, unit(random.normal(size=(20_000, encoder.dimension)))


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def grow(references: list[Reference], vectors: np.ndarray, size: int) -> tuple[list[Reference], np.ndarray]:
    """`size` rows: the first ones, and copies with noise beyond them."""
    random = np.random.default_rng(size)
    grown, rows = [], np.empty((size, vectors.shape[1]), dtype=np.float32)
    for start in range(0, size, len(references)):
        count = min(len(references), size - start)
        noise = random.normal(scale=0.02, size=(count, vectors.shape[1])) if start else 0.0
        rows[start : start + count] = unit(vectors[:count] + noise)
        grown += [
            Reference(id=f"{start}/{one.id}", title=f"{one.title} {start}", tag=one.tag, comments=one.comments)
            for one in references[:count]
        ]
    return grown, rows


def measure(folder: Path) -> None:
    """The line of one catalogue; run in a process of its own."""
    encoder = open_encoder()
    catalogue = Catalogue.open(folder)
    retriever = Retriever(catalogue, Remembered(encoder, [], np.empty((0, encoder.dimension))), idea_of)
    started = time.perf_counter()
    retriever.retrieve(REQUESTS[0])
    first = time.perf_counter() - started
    for request in REQUESTS:
        retriever.retrieve(request)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    cells = []
    for k in (10, 100):
        walls, cpus = [], []
        for _ in range(ROUNDS):
            for request in REQUESTS:
                started, spent = time.perf_counter(), time.thread_time()
                retriever.retrieve(request, RetrievalOptions(references=k))
                walls.append(1000 * (time.perf_counter() - started))
                cpus.append(1000 * (time.thread_time() - spent))
        highest = statistics.quantiles(walls, n=20)[-1]
        cells.append(f"{statistics.median(walls):8.2f} {highest:8.2f} {statistics.median(cpus):8.2f}")
    print(f"{len(catalogue):10,} {cells[0]} {cells[1]} {first:9.2f} {peak:9,.0f}", flush=True)


def encoding(encoder: Encoder) -> None:
    encoder.encode(["warm"])
    times = []
    for _ in range(ROUNDS):
        for request in REQUESTS:
            started = time.perf_counter()
            encoder.encode([request])
            times.append(1000 * (time.perf_counter() - started))
    highest = statistics.quantiles(times, n=20)[-1]
    print(f"encoding one request: median {statistics.median(times):.1f} ms, 95 % {highest:.1f} ms")


def rival(references: list[Reference], encoder: Encoder, rows: int = 512) -> None:
    texts = [one.text for one in references[:: len(references) // rows][:rows]]
    started = time.perf_counter()
    encoder.encode(texts)
    seconds = (time.perf_counter() - started) / len(texts) * len(references)
    print(
        f"rival that embeds all {len(references):,} texts for every request: {seconds:.0f} s (from {len(texts)} texts)"
    )


def main(folder: Path, largest: int = SIZES[-1]) -> None:
    encoder = open_encoder()
    print(f"{os.cpu_count()} cores; K = 10 and K = 100, one tag, {ROUNDS} rounds of {len(REQUESTS)} requests")
    encoding(encoder)
    references, vectors = source_rows(folder, encoder)
    rival(references, encoder)
    columns = f"{'median':>8} {'95 %':>8} {'CPU':>8}"
    print(f"{'':10} {'-- K = 10, ms --':^26} {'-- K = 100, ms --':^26} {'first':>9} {'peak':>9}")
    print(f"{'rows':>10} {columns} {columns} {'s':>9} {'MB':>9}")
    for size in (size for size in SIZES if size <= largest):
        grown, rows = grow(references, vectors, size)
        with tempfile.TemporaryDirectory(dir=folder) as place:
            catalogue = build_catalogue(
                Path(place) / "grown", grown, Remembered(encoder, [one.text for one in grown], rows)
            )
            del grown, rows
            subprocess.run([sys.executable, __file__, "--measure", str(catalogue.folder)], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            main(Path(sys.argv[1] if len(sys.argv) > 1 else temporary), *map(int, sys.argv[2:3]))
