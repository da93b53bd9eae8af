"""What the predictors' folders have in common: manifests with a format, packed names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic import TypeAdapter, ValidationError

from ... import files
from ...errors import DataError, MissingError, StoreError
from ...trust import foreign_files

if TYPE_CHECKING:
    from numpy.typing import NDArray

MANIFEST = "manifest.json"

Arrays = Mapping[str, "NDArray[np.generic]"]


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Make `folder`, and take every OSError of the block for one of writing there."""
    try:
        files.folder(folder)
        yield
    except OSError as exc:
        raise StoreError(
            f"the predictor cannot be written to {str(folder)!r}: {exc.strerror or exc}",
            hint="Make the folder writable or free some room, or choose another home with POPCORN_HOME.",
        ) from exc


def read_facts(folder: Path, newest: int, *, missing: str, damaged: str) -> bytes:
    """The bytes of the manifest at `folder`, whose `format` is no newer than `newest`.

    Raises MissingError with the hint `missing`, DataError with the hint `damaged`, and NewerFormatError.
    """
    path = folder / MANIFEST
    try:
        text = foreign_files.read_file(path)
    except (FileNotFoundError, NotADirectoryError) as exc:
        raise MissingError(f"there is no predictor at {str(folder)!r}", hint=missing) from exc
    except OSError as exc:
        raise DataError(f"the predictor {str(folder)!r} cannot be read: {exc.strerror or exc}", hint=damaged) from exc
    try:
        version = foreign_files.parse_json(text)["format"]
    except (ValueError, KeyError, TypeError) as exc:
        raise DataError(f"the manifest {str(path)!r} is damaged: {reason(exc)}", hint=damaged) from exc
    hint = "Upgrade Popcorn, or choose another home with POPCORN_HOME."
    files.check_format(f"the predictor {folder.name!r} has", version, newest, hint=hint)
    return text


def read_arrays(path: Path, sha256: str, *, damaged: str) -> Arrays:
    """The arrays of a safetensors file that has this SHA-256. Raises DataError when it does not, or cannot be read."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        with foreign_files.open_file(path, 4 << 30) as file:  # piece by piece, before all of it is in memory
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                raise DataError(f"the bank {str(path)!r} is damaged: it is not what was written", hint=damaged)
            file.seek(0)
            arrays: Arrays = load(file.read())
    except OSError as exc:
        raise DataError(f"the bank {str(path)!r} cannot be read: {exc.strerror or exc}", hint=damaged) from exc
    except SafetensorError as exc:
        raise DataError(f"the bank {str(path)!r} is damaged: {exc}", hint=damaged) from exc
    return arrays


def packed(texts: tuple[str, ...]) -> NDArray[np.uint8]:
    """Strings as an array of bytes, for a file of arrays."""
    return np.frombuffer(json.dumps(texts).encode(), dtype=np.uint8)


def unpacked(array: NDArray[np.generic]) -> tuple[str, ...]:
    """The strings that `packed` made an array of. Raises ValueError when they are none."""
    return tuple(TypeAdapter(list[str]).validate_json(array.tobytes(), strict=True))


def reason(exc: Exception) -> str:
    """What is wrong, in one line."""
    if isinstance(exc, ValidationError):
        first = exc.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return f"{type(exc).__name__}: {exc}".splitlines()[0]
