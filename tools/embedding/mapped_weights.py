"""Weights of a safetensors file that are mapped into memory in place of read: a request needs a few rows of 30,522."""

from __future__ import annotations

import json
import mmap
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LENGTH_BYTES = 8


def mapped_weights(path: Path) -> dict[str, NDArray[np.float32]]:
    """The arrays of a file by name; whoever writes into one writes into a copy of the page.

    Layout: https://huggingface.co/docs/safetensors, "Format". Raises OSError for a file that cannot be read, and
    SafetensorError for one that is none.
    """
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as whole:  # checks that every array lies within the file
        names = {name: whole.get_slice(name).get_dtype() for name in whole.offset_keys()}
        arrays = {name: whole.get_tensor(name) for name, kind in names.items() if kind != "F32"}
    with path.open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    begins = _LENGTH_BYTES + int.from_bytes(content[:_LENGTH_BYTES], "little")
    header = json.loads(content[_LENGTH_BYTES:begins])
    for name in (name for name, kind in names.items() if kind == "F32"):
        first, end = header[name]["data_offsets"]
        values = np.frombuffer(content, np.float32, (end - first) // 4, begins + first)
        arrays[name] = values.reshape(header[name]["shape"])
    return arrays
