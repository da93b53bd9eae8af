"""Settings files as they lie on the disk: read in one go, and what cannot be read is named with its place.

Nothing that stands where a settings file would be is passed over: a person who put it there believes that it counts.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from ..errors import RequestError
from .foreign_files import parse_toml, read_file

_LARGEST = 1 << 20


def content_of(file: Path) -> bytes | None:
    """All of a settings file at one moment; None where there is none.

    Raises RequestError for what is no file (a folder, a pipe, a link that leads nowhere), may not be read or is too
    large; nothing of the kind is waited for.
    """
    try:
        return read_file(file, _LARGEST)
    except OSError as exc:
        is_absent = isinstance(exc, FileNotFoundError | NotADirectoryError)
        if is_absent and not file.is_symlink():
            return None
        why = "it is a link that leads nowhere" if is_absent else exc.strerror
        raise RequestError(
            f"the settings file {str(file)!r} cannot be read: {why}",
            hint="Put a text file there that you may read, or move what is there away.",
        ) from exc


def text_of(file: Path, content: bytes) -> str:
    """What a settings file says, without the byte order mark that some editors put before it. Raises RequestError."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise RequestError(
            f"the settings file {str(file)!r} is not UTF-8: {exc}", hint="Save it as UTF-8 in your editor."
        ) from exc


def table_of(file: Path, text: str) -> dict[str, Any]:
    """The settings in a settings file's text. Raises RequestError where it is no TOML."""
    try:
        return parse_toml(text)
    except tomllib.TOMLDecodeError as exc:
        raise RequestError(
            f"the settings file {str(file)!r} is not TOML: {exc}",
            hint="Mend it there; each line is written like: attempts = 3",
        ) from exc
