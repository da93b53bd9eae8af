"""Invented features at full size, for benchmarks/mmra.py and its rival, and what measures both."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
from popcorn.tools.popularity.mmra.videos import Videos

FRAMES, D, RETRIEVAL, K, BATCH, ALPHA = 10, 768, 1024, 10, 64, 0.6
Figures = dict[str, float]
Result = TypeVar("Result")


def clock(work: Callable[..., Result], *given: object) -> tuple[Result, float, float]:
    """What `work` returns, and its wall and CPU seconds, those of all threads."""
    started, spent = time.perf_counter(), time.process_time()
    done = work(*given)
    return done, time.perf_counter() - started, time.process_time() - spent


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def make(folder: Path, size: int) -> Figures:
    """Write the features of `size` videos, some hundred at a time."""
    random = np.random.default_rng(size)
    shapes = {"frames": (size, FRAMES, D), "text": (size, D), "retrieval": (size, RETRIEVAL)}
    files = {
        name: np.lib.format.open_memmap(folder / f"{name}.npy", "w+", np.float16, shape)
        for name, shape in shapes.items()
    }
    for start in range(0, size, 512):
        for name, file in files.items():
            part = random.standard_normal(file[start : start + 512].shape, dtype=np.float32)
            file[start : start + 512] = unit(part) if name == "retrieval" else part
    np.save(folder / "labels.npy", random.normal(6, 2, size))
    return {}


def read(folder: Path) -> Videos:
    frames, text, retrieval, labels = (
        np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("frames", "text", "retrieval", "labels")
    )
    return Videos(text, retrieval, np.array(labels), np.full(len(labels), -1), frames)


def split(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows to learn from (80 %) and to choose on (10 %)."""
    rows = np.arange(size)
    return rows[: int(0.8 * size)], rows[int(0.8 * size) : int(0.9 * size)]
