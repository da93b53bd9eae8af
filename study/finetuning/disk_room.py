"""How much disk a training takes, asked before it begins: a full disk after hours leaves nothing."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from ...errors import StoreError
from .learning import Method

KEPT = 2
"""Checkpoints that are there at once, while the older one of them goes."""
_GIB = 2**30
_RESERVE = 1.05
_STATE = 8
"""Bytes of AdamW's two moments of a weight that is learned, in single precision."""


@dataclass(frozen=True, slots=True)
class DiskNeed:
    """What will be written, in bytes."""

    model: int
    checkpoint: int

    @property
    def total(self) -> int:
        """The model, and one checkpoint more than are kept."""
        return int(_RESERVE * (self.model + (KEPT + 1) * self.checkpoint))


def disk_need(method: Method, model_bytes: int, learned: int, bytes_each: int) -> DiskNeed:
    """Of a model of so many bytes with so many learned weights of `bytes_each`."""
    weights = model_bytes if method is Method.FULL else learned * bytes_each
    return DiskNeed(model_bytes, weights + _STATE * learned)


def check_room(place: Path, need: DiskNeed, free: int | None = None, *, lora_option: str = "--method lora") -> None:
    """Raises StoreError where the disk under `place` has less than is needed; `free` where somebody has asked it.

    `lora_option` is what the command calls a training that writes less.
    """
    there = next(folder for folder in (place, *place.parents) if folder.is_dir())
    left = shutil.disk_usage(there).free if free is None else free
    if left < need.total:
        raise StoreError(
            f"the training writes {need.total / _GIB:.1f} GiB (model {need.model / _GIB:.1f}, each of "
            f"{KEPT + 1} checkpoints {need.checkpoint / _GIB:.1f}), and {str(there)!r} has {left / _GIB:.1f} GiB left",
            hint=f"Name a folder on another disk with -o, or train with {lora_option}.",
        )
