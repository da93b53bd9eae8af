"""Every eighth MicroLens video with the default encoder's vectors, which pytest's cache keeps between runs."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from popcorn.tools.embedding.encoder import open_encoder
from popcorn.tools.embedding.types import Encoder
from popcorn.tools.references.importers.import_report import ImportReport
from popcorn.tools.references.importers.sources import read_source
from popcorn.tools.references.types import Reference

DATA = Path(os.environ.get("POPCORN_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))
STEP = 8


@dataclass(frozen=True)
class Embedded:
    """References with their vectors (N, D) float32."""

    references: list[Reference]
    vectors: np.ndarray


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The folder of real data; tests that need it are skipped where it is absent."""
    if not DATA.is_dir():
        pytest.skip(f"the real test data is not at {DATA}")
    return DATA


@pytest.fixture(scope="session")
def default_encoder() -> Encoder:
    return open_encoder()


@pytest.fixture(scope="session")
def embedded(test_data: Path, default_encoder: Encoder, request: pytest.FixtureRequest) -> Embedded:
    """About 2,500 videos; embedding them takes about half a minute on two idle cores, once."""
    source = str(test_data / "microlens_100k")
    references = read_source(source, {}, ImportReport(source))[::STEP]
    texts = [reference.text for reference in references]
    digest = hashlib.sha256("\0".join([default_encoder.name, *texts]).encode()).hexdigest()[:16]
    cached = request.config.cache.mkdir("popcorn_vectors") / f"{digest}.npy"
    if not cached.exists():
        unfinished = cached.with_suffix(f".{os.getpid()}.npy")
        np.save(unfinished, default_encoder.encode(texts))
        unfinished.replace(cached)
    return Embedded(references, np.load(cached))
