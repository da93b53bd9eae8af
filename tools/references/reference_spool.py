"""References on their way into a catalogue, on the disk: a table of any length in little memory.

Of an id that comes again the one with the higher figures stays, in the place of the first.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterator, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, overload

import numpy as np

from ... import files
from .catalogue_rows import GROUP, Rows, RowWriter
from .types import Reference

if TYPE_CHECKING:
    from numpy.typing import NDArray


_ENDING = ".rows"


class Store(Protocol):
    """Where references are put down, a row each."""

    def append(self, reference: Reference) -> None:
        """Put one down as the next row."""
        ...

    def chosen(self, rows: NDArray[np.int64]) -> Sequence[Reference]:
        """Those of `rows`, in that order; nothing is appended afterwards."""
        ...


class MemoryStore:
    """In memory, for what is small."""

    def __init__(self) -> None:
        self._references: list[Reference] = []

    def append(self, reference: Reference) -> None:
        """As the protocol says."""
        self._references.append(reference)

    def chosen(self, rows: NDArray[np.int64]) -> Sequence[Reference]:
        """As the protocol says."""
        return [self._references[row] for row in rows.tolist()]


class DiskStore:
    """In a Parquet file at `path`, which is begun with the first row and removed with `close`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: RowWriter | None = None

    @classmethod
    def beside(cls, folder: Path) -> DiskStore:
        """One for the catalogue at `folder`, of this process alone."""
        return cls(folder.parent / f".{folder.name}.{os.getpid()}{_ENDING}")

    def append(self, reference: Reference) -> None:
        """As the protocol says. Raises StoreError where the disk refuses."""
        with files.writing(self._path):
            if self._writer is None:
                files.folder(self._path.parent)
                self._writer = RowWriter(files.private_file(self._path))
            self._writer.append(reference)

    def chosen(self, rows: NDArray[np.int64]) -> Sequence[Reference]:
        """As the protocol says. Raises StoreError where the disk refuses."""
        if self._writer is None:
            return []
        with files.writing(self._path):
            self._writer.close()
        return SpooledReferences(Rows(self._path), rows)

    def close(self) -> None:
        """Remove the file."""
        if self._writer is not None:
            with suppress(OSError):
                self._writer.close()
        with suppress(OSError):
            self._path.unlink(missing_ok=True)


def remove_abandoned(folder: Path) -> None:
    """Remove what killed imports of the catalogue at `folder` left beside it."""
    for path in folder.parent.glob(f".{folder.name}.*{_ENDING}"):
        process = path.name.removesuffix(_ENDING).rpartition(".")[2]
        if process.isdecimal() and not _lives(int(process)):
            with suppress(OSError):
                path.unlink()


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


class SpooledReferences(Sequence[Reference]):
    """References in a file, read some thousand at a time. Their ids are all different."""

    def __init__(self, rows: Rows, order: NDArray[np.int64]) -> None:
        self._rows, self._order = rows, order

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, place: int) -> Reference: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Reference]: ...
    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return self._rows.take(self._order[place])
        return self._rows.take([self._order[place]])[0]

    def __iter__(self) -> Iterator[Reference]:
        for start in range(0, len(self), GROUP):
            yield from self[start : start + GROUP]


class Places:
    """Where each id stands so far, in a hundred bytes an id."""

    def __init__(self) -> None:
        self._of: dict[int, int] = {}
        self._rows, self._lines, self._files = array("q"), array("q"), array("H")
        self._figures = array("q")
        self._appended = 0

    def find(self, key: str) -> int | None:
        """The place of an id; None where it is new."""
        return self._of.get(text_digest(key))

    def put(self, reference: Reference, file: int, line: int, place: int | None = None) -> None:
        """The row that is appended next stands at the end, or in the place of another."""
        if place is None:
            self._of[text_digest(reference.id)] = len(self._rows)
            self._rows.append(self._appended)
            self._lines.append(line)
            self._files.append(file)
            self._figures.extend(figures(reference))
        else:
            self._rows[place], self._lines[place], self._files[place] = self._appended, line, file
            self._figures[3 * place : 3 * place + 3] = array("q", figures(reference))
        self._appended += 1

    def of(self, place: int) -> tuple[int, int, tuple[int, ...]]:
        """The file's number, the line, and the figures of what stands there."""
        return self._files[place], self._lines[place], tuple(self._figures[3 * place : 3 * place + 3])

    @property
    def rows(self) -> NDArray[np.int64]:
        """The appended row of each place."""
        return np.frombuffer(self._rows, dtype=np.int64).copy() if self._rows else np.empty(0, np.int64)


def figures(reference: Reference) -> tuple[int, int, int]:
    """What grows with time: comments, views, likes; nothing known is less than 0."""
    known = (reference.comments, reference.views, reference.likes)
    comments, views, likes = (-1 if figure is None else figure for figure in known)
    return comments, views, likes


def text_digest(key: str) -> int:
    """A text as 64 bits, to find it by."""
    return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest())
