"""One way to open files that others made: ordinary files only, up to a size, nested up to a depth.

A pipe is never waited for, a device never read: both raise OSError like a file that is not there, so that whoever
reads a file says it in the sentence that it has for that. JSON and TOML that are nested too deep raise ValueError.
"""

from __future__ import annotations

import errno
import json
import os
import stat
import tomllib
from io import BufferedReader
from pathlib import Path
from typing import Any

SMALL = 16 << 20
"""Bytes of what people or programs write for one another: manifests, results, settings."""
_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


def open_file(path: Path, most: int | None = None) -> BufferedReader:
    """The ordinary file at `path`, to be read. Raises OSError for what is none, or is larger than `most` bytes."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    refused = _refusal(path, os.fstat(descriptor), most)
    if refused is not None:
        os.close(descriptor)
        raise refused
    return os.fdopen(descriptor, "rb")


def _refusal(path: Path, about: os.stat_result, most: int | None) -> OSError | None:
    """Why what is at `path` is not read; None for an ordinary file of a fitting size."""
    if stat.S_ISDIR(about.st_mode):
        return IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(about.st_mode):
        kind = _KINDS.get(stat.S_IFMT(about.st_mode), "something else")
        return OSError(errno.EINVAL, f"it is {kind}, not a file", str(path))
    return _too_large(path, most) if most is not None and about.st_size > most else None


def read_file(path: Path, most: int = SMALL) -> bytes:
    """All of the ordinary file at `path`. Raises OSError as `open_file`."""
    with open_file(path, most) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise _too_large(path, most)
    return content


def read_text(path: Path, most: int = SMALL) -> str:
    """The text of the file in UTF-8, without a byte order mark. Raises OSError, and UnicodeDecodeError."""
    return read_file(path, most).decode("utf-8-sig")


def parse_json(text: str | bytes) -> Any:
    """The JSON value. Raises ValueError for what is none, and for what is nested too deep."""
    try:
        return json.loads(text)
    except RecursionError as exc:
        raise ValueError("it is nested too deep") from exc


def parse_toml(text: str) -> dict[str, Any]:
    """The TOML table. Raises tomllib.TOMLDecodeError, also for what is nested too deep."""
    try:
        return tomllib.loads(text)
    except RecursionError as exc:
        raise tomllib.TOMLDecodeError("it is nested too deep") from exc


def leads_out(path: Path, *folders: Path) -> bool:
    """Whether a file that lies in a stranger's folder is a link that leads out of these folders, or nowhere: whoever
    shares a folder does not share the rest of the disk.
    """
    try:
        place = path.resolve(strict=True)
        return not any(place.is_relative_to(folder.resolve()) for folder in folders)
    except (OSError, RuntimeError):  # links that lead round in a ring: RuntimeError before Python 3.13
        return True


def _too_large(path: Path, most: int) -> OSError:
    return OSError(errno.EFBIG, f"it is larger than {most / 2**20:,.0f} MiB, which is the limit", str(path))
