"""Catalogues: references with their embeddings and index, opened from disk and read when needed.

On disk a catalogue is a folder with `manifest.json` and one sub-folder `builds/<key>/` that holds `rows.parquet`,
`vectors.npy` and `index.faiss`. The manifest names the current build; a new build replaces it in one rename.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...errors import DataError, MissingError, PopcornError
from .catalogue_manifest import REBUILD, Manifest
from .catalogue_rows import Rows
from .types import Reference

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..embedding.index import VectorIndex

ROWS, VECTORS, INDEX = "rows.parquet", "vectors.npy", "index.faiss"
CHECKED_BYTES = 256 * 2**20
"""Up to this size in all, the files' checksums are compared at every opening; above it, only by `verify`."""


class Catalogue:
    """A set of references with unit vectors (N, D) and an exact index over them. Open one with `Catalogue.open`."""

    def __init__(
        self, folder: Path, manifest: Manifest, rows: Rows, vectors: NDArray[np.float32], index: VectorIndex
    ) -> None:
        self.folder = folder
        self.manifest = manifest
        self.vectors = vectors
        """(N, D) float32, memory-mapped and read-only."""
        self.index = index
        """The index over `vectors`, memory-mapped."""
        self._rows = rows
        self._stamps = _stamps(folder, manifest)

    @classmethod
    def open(cls, folder: Path) -> Catalogue:
        """The catalogue at `folder`, whose name is the catalogue's.

        Raises MissingError when there is none, NewerFormatError when a newer Popcorn wrote it, and DataError when
        one of its files is damaged.
        """
        manifest = _manifest(folder)
        try:
            return cls._opened(folder, manifest)
        except DataError:
            # A rebuild may have replaced the build between reading the manifest and opening its files.
            current = _manifest(folder)
            if current.build == manifest.build:
                raise
            return cls._opened(folder, current)

    @classmethod
    def _opened(cls, folder: Path, manifest: Manifest) -> Catalogue:
        # Everything is opened here, so that a rebuild may remove these files while they are in use.
        from ..embedding.index import VectorIndex

        build = folder / manifest.build
        _check_files(build, manifest, contents=sum(f.bytes for f in manifest.files.values()) <= CHECKED_BYTES)
        rows, vectors, index = Rows(build / ROWS), _vectors(build / VECTORS), VectorIndex.open(build / INDEX)
        shape = (manifest.rows, manifest.dimension)
        if len(rows) != manifest.rows or vectors.shape != shape or (len(index), index.dimension) != shape:
            raise DataError(
                f"the catalogue {manifest.name!r} should hold vectors of shape {shape}, but it has {len(rows)} rows,"
                f" vectors of shape {vectors.shape} and an index of {len(index)}",
                hint=REBUILD,
            )
        return cls(folder, manifest, rows, vectors, index)

    def __len__(self) -> int:
        return self.manifest.rows

    @property
    def name(self) -> str:
        """The catalogue's name, which is its folder's."""
        return self.manifest.name

    @property
    def digest(self) -> str:
        """SHA-256 over all rows in order."""
        return self.manifest.digest

    @property
    def illustrative(self) -> bool:
        """True when figures in it are invented."""
        return self.manifest.illustrative

    @cached_property
    def ids(self) -> Sequence[str]:
        """The N ids, in row order."""
        return tuple(self._rows.column("id").to_pylist())

    @cached_property
    def tags(self) -> NDArray[np.object_]:
        """The N tags as `str`, empty where a reference has none."""
        return self._strings("tag")

    @cached_property
    def splits(self) -> NDArray[np.object_]:
        """The N splits as `str`: train, valid, test, or empty."""
        return self._strings("split")

    @cached_property
    def comments(self) -> NDArray[np.float64]:
        """The N comment counts, NaN where a reference has none."""
        counts = self._rows.column("comments").to_pylist()
        return np.array([np.nan if count is None else count for count in counts], dtype=np.float64)

    @cached_property
    def upper(self) -> NDArray[np.bool_]:
        """(N,) which rows drew at least as many comments as the median of their source, and at least one."""
        upper, sources = np.zeros(len(self), dtype=bool), self._strings("source")
        for source in set(sources):
            rows = np.flatnonzero((sources == source) & np.isfinite(self.comments))
            if len(rows):
                upper[rows] = self.comments[rows] >= max(1.0, float(np.median(self.comments[rows])))
        return upper

    def reference(self, row: int) -> Reference:
        """The reference in row `row`, 0 to N-1."""
        return self._rows[int(row)]

    def references(self, rows: Iterable[int]) -> list[Reference]:
        """The references in `rows`, each 0 to N-1, in that order, read together."""
        return self._rows.take(rows)

    def texts(self) -> list[str]:
        """What was embedded of each reference, in row order."""
        return self._rows.texts()

    def each_text(self) -> Iterator[str]:
        """The same, a group of rows at a time."""
        return self._rows.each_text()

    @property
    def stands(self) -> bool:
        """Whether its folder still holds this build, its files as they were opened."""
        try:
            return _manifest(self.folder) == self.manifest and _stamps(self.folder, self.manifest) == self._stamps
        except PopcornError:
            return False

    def verify(self) -> None:
        """Compare the checksum of every file with the manifest. Raises DataError naming the first that differs."""
        _check_files(self.folder / self.manifest.build, self.manifest, contents=True)

    def _strings(self, column: str) -> NDArray[np.object_]:
        return np.array(self._rows.column(column).to_pylist(), dtype=object)


def _stamps(folder: Path, manifest: Manifest) -> tuple[tuple[int, int, int] | None, ...]:
    """What tells each file of a build from one that replaced it, without reading it; None for a file that is gone."""
    return tuple(_stamp(folder / manifest.build / name) for name in (ROWS, VECTORS, INDEX))


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_ino, facts.st_size, facts.st_mtime_ns


def _manifest(folder: Path) -> Manifest:
    try:
        return Manifest.read(folder)
    except (FileNotFoundError, NotADirectoryError) as exc:
        raise MissingError(
            f"there is no catalogue {folder.name!r} in {str(folder.parent)!r}",
            hint=f"Import one: popcorn references import SOURCE --name {folder.name}",
        ) from exc
    except OSError as exc:
        raise DataError(f"the catalogue {folder.name!r} cannot be read: {exc.strerror or exc}") from exc


def _vectors(path: Path) -> NDArray[np.float32]:
    try:
        vectors: NDArray[np.float32] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as exc:
        raise DataError(f"the vectors {str(path)!r} cannot be read: {exc}", hint=REBUILD) from exc
    if vectors.dtype != np.float32 or vectors.ndim != 2:
        raise DataError(f"the vectors {str(path)!r} are {vectors.dtype} of shape {vectors.shape}", hint=REBUILD)
    return vectors


def _check_files(build: Path, manifest: Manifest, *, contents: bool) -> None:
    for name in (ROWS, VECTORS, INDEX):
        facts = manifest.files.get(name)
        try:
            size = (build / name).stat().st_size
            damaged = facts is None or size != facts.bytes or (contents and file_sha256(build / name) != facts.sha256)
        except OSError as exc:
            raise DataError(
                f"the catalogue {manifest.name!r} has lost its file {name!r}: {exc.strerror}", hint=REBUILD
            ) from exc
        if damaged:
            raise DataError(
                f"the file {name!r} of catalogue {manifest.name!r} is damaged: it is not what was written", hint=REBUILD
            )


def file_sha256(path: Path) -> str:
    """The file's SHA-256, as 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
