"""Files that are replaced in one step: whoever reads one finds the old content or the new, never a half."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from ..errors import StoreError
from .stores.complaints import unwritable


@contextmanager
def replacing(target: Path) -> Iterator[BinaryIO]:
    """A new file that becomes `target` when the block ends well, and goes away when it does not.

    Its mode is the umask's, its content is on the disk before it is renamed. Raises StoreError when the folder
    cannot be made or the file cannot be written; any OSError of the block is taken for one of these.
    """
    temporary = target.with_name(f".{secrets.token_hex(6)}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except OSError as exc:
        raise unwritable(target, exc) from exc
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def chunks_of(source: Path) -> Iterator[bytes]:
    """The content of a file, a mebibyte at a time. Raises StoreError when it cannot be read."""
    try:
        with source.open("rb") as file:
            while chunk := file.read(2**20):
                yield chunk
    except OSError as exc:
        raise StoreError(
            f"{str(source)!r} cannot be read: {exc.strerror or exc}",
            hint="Put it back or make it readable, or ask again to start a new run.",
        ) from exc
