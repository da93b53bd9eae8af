"""Exact nearest neighbours by inner product, over a FAISS index that stays on disk until it is read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import faiss
import numpy as np

from ... import files
from ...errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROWS_AT = 8
"""Where the number of rows stands in a file of FAISS: behind its mark and the dimension."""
REBUILD = "Import the catalogue again: what is still good is kept."


class VectorIndex:
    """A flat inner-product index over rows 0 to N-1; with unit vectors the product is the cosine similarity."""

    def __init__(self, index: faiss.IndexFlatIP) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: NDArray[np.float32]) -> VectorIndex:
        """An index in memory over `vectors` (N, D) float32.

        Raises DataError for another shape and for values that are not finite.
        """
        if vectors.ndim != 2 or vectors.shape[1] == 0:
            raise DataError(f"an index needs vectors of shape (N, D), not {vectors.shape}")
        if not np.isfinite(vectors).all():
            raise DataError("an index cannot hold vectors with values that are not finite")
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @staticmethod
    def write(path: Path, blocks: Iterable[NDArray[np.float32]], rows: int, dimension: int) -> None:
        """Write the index over `rows` vectors that come in `blocks` (n, dimension) to `path`, without holding them all.

        The file is that which `save` writes: a header with the number of rows, then the vectors. Raises DataError for
        values that are not finite, and OSError when the place cannot be written.
        """
        empty = faiss.serialize_index(faiss.IndexFlatIP(dimension)).tobytes()
        written = 0
        with files.replacing(path) as file:
            file.write(empty[:_ROWS_AT] + rows.to_bytes(8, "little"))
            file.write(empty[_ROWS_AT + 8 : -8] + (rows * dimension).to_bytes(8, "little"))
            for block in blocks:
                if not np.isfinite(block).all():
                    raise DataError("an index cannot hold vectors with values that are not finite")
                file.write(np.ascontiguousarray(block, dtype="<f4").tobytes())
                written += len(block)
            if written != rows:
                raise DataError(f"an index of {rows:,} rows was given {written:,} vectors")

    @classmethod
    def open(cls, path: Path) -> VectorIndex:
        """The index saved at `path`, memory-mapped. Raises DataError when it is absent or damaged."""
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as exc:
            raise DataError(f"the index {str(path)!r} cannot be read: it is absent or damaged", hint=REBUILD) from exc
        if not isinstance(index, faiss.IndexFlatIP):
            kind = type(index).__name__
            raise DataError(f"the index {str(path)!r} is a {kind}, not a flat inner-product index", hint=REBUILD)
        return cls(index)

    def save(self, path: Path) -> None:
        """Write the index to `path`. Raises OSError when the place cannot be written."""
        try:
            faiss.write_index(self._index, str(path))
        except RuntimeError as exc:
            raise OSError(f"the index cannot be written to {str(path)!r}: {exc}") from exc

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """D, the length of a vector."""
        return int(self._index.d)

    def search(
        self, query: NDArray[np.float32], k: int, rows: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The `k` rows nearest to each query: rows (Q, k') int64 and similarities (Q, k') float32, best first.

        `query` is (D,) or (Q, D). `rows` restricts the search to those row numbers. k' is `k`, or the number of rows
        searched where that is smaller. Raises ValueError for a query of another length or a row out of range.
        """
        queries = np.ascontiguousarray(np.atleast_2d(query), dtype=np.float32)
        if queries.ndim != 2 or queries.shape[1] != self.dimension:
            raise ValueError(f"a query of shape {query.shape} does not fit an index of dimension {self.dimension}")
        options, available = None, len(self)
        if rows is not None:
            wanted = self._checked(rows)
            options = faiss.SearchParameters(sel=faiss.IDSelectorArray(wanted))  # type: ignore[call-arg]
            available = len(wanted)
        most = min(k, available)
        if most <= 0 or len(queries) == 0:
            return np.empty((len(queries), 0), np.int64), np.empty((len(queries), 0), np.float32)
        # One thread: a query does not split over threads, and idle ones make it wait at OpenMP's barriers.
        faiss.omp_set_num_threads(1)
        similarities, nearest = self._index.search(queries, most, params=options)
        return nearest, similarities

    def _checked(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        wanted = np.unique(np.asarray(rows, dtype=np.int64))
        if len(wanted) and not (wanted[0] >= 0 and wanted[-1] < len(self)):
            raise ValueError(f"rows {wanted[0]} to {wanted[-1]} do not fit an index of {len(self)} rows")
        return wanted
