"""Whether a machine has the room that features of many clips take: asked before hours of work begin."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from ....errors import StoreError
from .types import Profile, Shape

_TWICE = 2
"""Rows stand in the journal and in the finished arrays for a moment."""
_SUMS = 4
"""Bytes a number of what the neighbours of a video say together, which a training with frames keeps on the disk."""
_SPARE = 200e6
"""Bytes of a disk that are left free."""
_BESIDE = 0.15
"""How much more than their weights models take while they work: activations, and frames that wait."""
_AROUND = 0.9e9
"""Bytes that a training takes with few videos; each adds about twice what is kept of it (measured: docs/log.md)."""
_ROW = 7_500
"""Bytes that a video takes in memory beside its features: title, captions, digests, keys (measured: docs/log.md)."""
_MEMINFO = Path("/proc/meminfo")


def check_room(folder: Path, profile: Profile, rows: int) -> None:
    """Raises StoreError where features of so many videos fill the disk of `folder`, or models and training the memory.

    The memory is asked for before the profile's shape is, which loads one of its models.
    """
    memory, weights = free_memory(), profile.weights
    _check_memory(memory, weights * (1 + _BESIDE) + _AROUND, rows)
    shape = profile.shape
    needed, free = disk_needed(shape, rows) - _standing(folder), _free_disk(folder)
    if needed + _SPARE > free:
        raise StoreError(
            f"the features of {rows:,} videos take about {_gb(needed)} more on the disk of {str(folder)!r}, "
            f"and of {_gb(free)} that are free {_gb(_SPARE)} are left alone",
            hint="Free some room, or put POPCORN_HOME on a larger disk; nothing was begun.",
        )
    _check_memory(memory, memory_needed(shape, rows, weights), rows)


def _check_memory(free: float | None, taken: float, rows: int) -> None:
    if free is not None and taken > free:
        raise StoreError(
            f"the features of {rows:,} videos, and a training on them, take about {_gb(taken)} of memory, "
            f"and {_gb(free)} are free",
            hint="Close other programs, or use a machine with more; `--profile light` does without models for frames.",
        )


def disk_needed(shape: Shape, rows: int) -> float:
    """Bytes on the disk for the features of so many videos, and for a training with frames on them."""
    frames = shape.frames * shape.frame_dimension
    return float(rows * (_TWICE * _stored(shape) + _SUMS * (frames + shape.text_dimension)))


def memory_needed(shape: Shape, rows: int, weights: int) -> float:
    """Bytes of memory for models of so many bytes, and for a training on the features of so many videos."""
    return weights * (1 + _BESIDE) + _AROUND + rows * (_TWICE * _stored(shape) + _ROW)


def _stored(shape: Shape) -> int:
    """Bytes of a video's features in half precision."""
    return 2 * (shape.frames * shape.frame_dimension + shape.text_dimension + shape.retrieval_dimension)


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
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
