"""Whether a machine has the room that features of many clips take: asked before hours of work begin."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from ....errors import StoreError
from .types import Shape

_TWICE = 2
"""Rows stand in the journal and in the finished arrays for a moment."""
_SUMS = 4
"""Bytes a number of what the neighbours of a video say together, which a training with frames keeps on the disk."""
_SPARE = 200e6
"""Bytes of a disk that are left free."""
_BESIDE = 0.15
"""How much more than their weights models take while they work: activations, and frames that wait."""
_MEMINFO = Path("/proc/meminfo")


def check_room(folder: Path, shape: Shape, rows: int, weights: int) -> None:
    """Raises StoreError where the features of so many videos would fill the disk of `folder`, or models the memory.

    `weights` are the bytes of the models that make them.
    """
    needed, free = disk_needed(shape, rows) - _standing(folder), _free_disk(folder)
    if needed + _SPARE > free:
        raise StoreError(
            f"the features of {rows:,} videos take about {_gb(needed)} more on the disk of {str(folder)!r}, "
            f"and {_gb(free)} are free",
            hint="Free some room, or put POPCORN_HOME on a larger disk; nothing was begun.",
        )
    memory = free_memory()
    taken = weights * (1 + _BESIDE)
    if memory is not None and taken > memory:
        raise StoreError(
            f"the models of the features take about {_gb(taken)} of memory, and {_gb(memory)} are free",
            hint="Close other programs, or use a machine with more; `--profile light` does without models for frames.",
        )


def disk_needed(shape: Shape, rows: int) -> float:
    """Bytes on the disk for the features of so many videos, and for a training with frames on them."""
    frames = shape.frames * shape.frame_dimension
    stored = 2 * (frames + shape.text_dimension + shape.retrieval_dimension)
    return float(rows * (_TWICE * stored + _SUMS * (frames + shape.text_dimension)))


def free_memory() -> float | None:
    """Bytes that programs may still take, as Linux reckons; None elsewhere."""
    try:
        lines = _MEMINFO.read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
    return float(np.int64(found[0])) * 1024 if found else None


def _standing(folder: Path) -> int:
    """Bytes that stand in the folder already."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 0


def _free_disk(folder: Path) -> float:
    place = folder
    while not place.exists():
        place = place.parent
    return float(shutil.disk_usage(place).free)


def _gb(count: float) -> str:
    return f"{count / 1e9:.1f} GB"
