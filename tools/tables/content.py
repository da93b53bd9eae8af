"""The bytes of a table: an ordinary file, one that gzip packed, or the one table of a ZIP archive."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from ...errors import DataError
from ...trust import foreign_files

ENDINGS = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json", ".parquet", ".pq", ".xlsx", ".xlsm", ".xls")
PACKED = (".gz", ".zip")
LARGEST = 4 << 30
"""Bytes that a packed table may have when it is unpacked."""
Closing = Any
"""What can be read and closed: a file, gzip's, an archive and what it holds."""
_BLOCK = 1 << 20
_GZIP, _ZIP, _PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"PAR1"
_WORKBOOK_PARTS = frozenset({"[Content_Types].xml", "xl/workbook.xml", "mimetype"})


@dataclass(frozen=True, slots=True)
class Content:
    """What a table is read from. `open` begins anew at its first byte."""

    path: Path
    name: str
    """The name that says what kind it is: that of the file in an archive, without `.gz`."""
    open: Callable[[], BinaryIO]
    packed: bool = False

    @property
    def ending(self) -> str:
        """The ending of its name in small letters."""
        return PurePosixPath(self.name).suffix.casefold()


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turns what is raised about reading `path` into DataError."""
    try:
        yield
    except OSError as exc:
        raise DataError(
            f"{str(path)!r} cannot be read: {exc.strerror or exc}", hint="Name a file that is there and can be read."
        ) from exc
    except (EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError) as exc:
        raise DataError(
            f"{str(path)!r} is packed and cannot be unpacked: {exc}", hint="Pack it again, or import what is inside."
        ) from exc


def content_of(path: Path) -> Content:
    """What is in the file at `path`, by its first bytes. Raises DataError where that cannot be read."""
    with readable(path), foreign_files.open_file(path) as file:
        start = file.read(8)
    if start.startswith(_GZIP):
        inner = path.name[:-3] if path.suffix.casefold() == ".gz" else path.name
        return Content(path, inner, lambda: _unpacked(path), packed=True)
    if start.startswith(_ZIP):
        return _zipped(path)
    return Content(path, path.name, lambda: _opened(path))


def content_in(text: str, name: str) -> Content:
    """A text as if it were a file of this name."""
    return Content(Path(name), PurePosixPath(name).name, lambda: cast(BinaryIO, io.BytesIO(text.encode())))


def whole(content: Content, most: int, advice: str) -> bytes:
    """All bytes, for kinds that are read at once. Raises DataError where they are more than `most`."""
    with readable(content.path), content.open() as stream:
        read = stream.read(most + 1)
    if len(read) > most:
        raise DataError(f"{str(content.path)!r} holds more than {most >> 20} MiB, which is the limit", hint=advice)
    return read


def _opened(path: Path) -> BinaryIO:
    with readable(path):
        return foreign_files.open_file(path)


def _zipped(path: Path) -> Content:
    with readable(path), foreign_files.open_file(path) as file, zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if names & _WORKBOOK_PARTS:
        _check_size(path, sum(entry.file_size for entry in entries))
        name = path.name if path.suffix.casefold() in ENDINGS[-3:] else f"{path.name}.xlsx"
        return Content(path, name, lambda: _opened(path))
    tables = [entry for entry in entries if _is_table(entry.filename)]
    if len(tables) != 1:
        listed = ", ".join(repr(entry.filename) for entry in tables[:10]) or "none"
        raise DataError(
            f"the archive {str(path)!r} should hold one table; it holds {listed}",
            hint="Unpack it and name the table that you mean.",
        )
    entry = tables[0]
    if entry.flag_bits & 1:
        raise DataError(f"{entry.filename!r} in {str(path)!r} has a password", hint="Unpack it and name the table.")
    _check_size(path, entry.file_size)

    def opened() -> BinaryIO:
        file = _opened(path)
        with readable(path):
            archive = zipfile.ZipFile(file)
            return _bounded(path, archive.open(entry), archive, file)

    return Content(path, PurePosixPath(entry.filename).name, opened, packed=True)


def _is_table(name: str) -> bool:
    place = PurePosixPath(name)
    hidden = any(part.startswith((".", "__MACOSX")) for part in place.parts)
    return not hidden and not name.endswith("/") and place.suffix.casefold() in ENDINGS


def _check_size(path: Path, size: int) -> None:
    if size > LARGEST:
        raise _too_large(path)


def _too_large(path: Path) -> DataError:
    return DataError(
        f"{str(path)!r} unpacks to more than {LARGEST >> 30} GiB, which is the limit",
        hint="Unpack it, and import it in parts.",
    )


class _Bounded(io.RawIOBase):
    """A stream that ends in an error when it has given too much, and that names its file in every error."""

    def __init__(self, path: Path, *opened: Closing) -> None:
        """Reads the first of `opened`, and closes all when it is closed."""
        super().__init__()
        self._path, self._opened, self._left = path, opened, LARGEST

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        with readable(self._path):
            read = self._opened[0].read(min(len(buffer), _BLOCK))
        self._left -= len(read)
        if self._left < 0:
            raise _too_large(self._path)
        buffer[: len(read)] = read
        return len(read)

    def close(self) -> None:
        for opened in self._opened:
            opened.close()
        super().close()


def _unpacked(path: Path) -> BinaryIO:
    file = _opened(path)
    return _bounded(path, gzip.GzipFile(fileobj=file), file)


def _bounded(path: Path, *opened: Closing) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(_Bounded(path, *opened), _BLOCK))
