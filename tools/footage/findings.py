"""Findings about files, kept by their content: a file that was read once is not read again, whatever its name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ... import files
from ...trust import foreign_files

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")

_BLOCK = 2**20


class Findings:
    """One JSON file for each content and step, written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        """Nothing is written before there is something to keep."""
        self._folder = folder

    def get(self, sha256: str, step: str, kind: type[T], find: Callable[[], T]) -> T:
        """What was found at `step` (its name and version) in the file of this content; found now where it was not.

        `kind` is a frozen dataclass. A kept file that cannot be read is found anew. Raises StoreError.
        """
        path = self._folder / f"{sha256}.{step}.json"
        kept = _read(path, _adapter(kind))
        if kept is not None:
            return kept
        content = _adapter(kind).dump_json(find())
        with files.writing(path):
            files.write_bytes(path, content)
        return _adapter(kind).validate_json(content)  # the same whether it was found now or before: NumPy's numbers go


def sha256_of(path: Path) -> str:
    """The content's hash, read a block after another. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _adapter(kind: type[T]) -> TypeAdapter[T]:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _read(path: Path, adapter: TypeAdapter[T]) -> T | None:
    from pydantic import ValidationError

    try:
        return adapter.validate_json(foreign_files.read_file(path, 256 << 20))
    except (OSError, ValidationError):  # absent, cut short or of another shape: it is found again
        return None
