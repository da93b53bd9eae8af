"""A .npy file that grows row by row, so that an interrupted build goes on where it stopped."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ... import files

if TYPE_CHECKING:
    from numpy.typing import NDArray


_BLOCK = 4096
"""Rows that are read at once."""


class VectorFile:
    """A float32 array (rows, dimension) on disk whose first `done` rows are written."""

    def __init__(self, path: Path, rows: int, dimension: int) -> None:
        """Go on with the file at `path` when it is the beginning of such an array; start it anew otherwise."""
        self._path = path
        self._shape = (rows, dimension)
        self._header = _header(rows, dimension)
        self.done = self._good_rows()
        if self.done == 0:
            files.private_file(path).write_bytes(self._header)
        os.truncate(path, len(self._header) + self.done * dimension * 4)

    def append(self, vectors: Sequence[NDArray[np.float32]]) -> None:
        """Write the next rows and wait until they are on the disk."""
        block = np.ascontiguousarray(np.stack(vectors), dtype=np.float32)
        if block.shape[1] != self._shape[1] or self.done + len(block) > self._shape[0]:
            raise ValueError(f"vectors of shape {block.shape} do not fit row {self.done} of {self._shape}")
        with files.appending(self._path) as file:
            file.write(block.tobytes())
            file.flush()
            os.fsync(file.fileno())
        self.done += len(block)

    def read(self) -> NDArray[np.float32]:
        """The whole array, memory-mapped. Raises ValueError while rows are missing."""
        array: NDArray[np.float32] = np.load(self._path, mmap_mode="r", allow_pickle=False)
        return array

    def _good_rows(self) -> int:
        """How many whole unit rows follow the header; after a power cut the last ones may be zeros."""
        good = 0
        for rows in self.blocks():
            bad = np.flatnonzero(~(np.abs(np.linalg.norm(rows, axis=1) - 1) < 1e-3))
            if len(bad):
                return good + int(bad[0])
            good += len(rows)
        return min(good, self._shape[0])

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        """The whole rows that follow the header, a few thousand at a time; none where there is no such file."""
        width = self._shape[1] * 4
        with suppress(FileNotFoundError), self._path.open("rb") as file:
            if file.read(len(self._header)) != self._header:
                return
            while values := file.read(width * _BLOCK):
                whole = np.frombuffer(values[: len(values) // width * width], dtype=np.float32)
                yield whole.reshape(-1, self._shape[1])


def _header(rows: int, dimension: int) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": "<f4", "fortran_order": False, "shape": (rows, dimension)})
    return buffer.getvalue()
