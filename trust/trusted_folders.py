"""The settings files of folders that a person has trusted: each by its absolute path and its very bytes.

A file a folder, named by the digest of the path, so that two processes never write over each other's.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import platformdirs

from .. import files
from ..errors import StoreError

_LARGEST = 1 << 16


NOWHERE = Path(os.devnull) / "popcorn"
"""Where nothing is and nothing can be."""


def user_folder() -> Path:
    """Where the settings of the person who runs Popcorn are, and what they trust."""
    try:
        return Path(platformdirs.user_config_dir("popcorn", appauthor=False))
    except RuntimeError:  # nobody knows where this user's home is
        return NOWHERE


def is_closed(folder: Path) -> bool:
    """Whether we may not even see what is in a folder, as in a home that is another user's."""
    try:
        (folder / "x").lstat()
    except PermissionError:
        return True
    except OSError:
        return False
    return False


class Standing(StrEnum):
    """How a settings file stands to what was trusted."""

    TRUSTED = "trusted"
    CHANGED = "changed"
    """Another content of it was trusted."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Trust:
    """What was trusted."""

    path: str
    """The settings file; its folder without symbolic links."""
    sha256: str
    since: str
    """ISO 8601, in UTC."""


class TrustedFolders:
    """The record, in a folder that nobody else can write. Raises StoreError where it cannot be relied on."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder` is that of the user's settings if none is given."""
        self._folder = folder or user_folder() / "trusted"

    def standing(self, path: Path, digest: str) -> Standing:
        """How the settings file `path`, with a content of that digest, stands."""
        if is_closed(self._folder):
            return Standing.UNKNOWN
        known = self._read(self._record(path))
        if known is None or known.path != str(path):
            return Standing.UNKNOWN
        return Standing.TRUSTED if known.sha256 == digest else Standing.CHANGED

    def keep(self, path: Path, digest: str) -> Trust:
        """Trust this content of the file, and no other one."""
        trust = Trust(str(path), digest, datetime.now(UTC).isoformat(timespec="seconds"))
        try:
            files.folder(self._folder)
            files.write_bytes(self._record(path), json.dumps(asdict(trust)).encode())
        except OSError as exc:
            raise StoreError(
                f"what is trusted cannot be kept in {str(self._folder)!r}: {exc.strerror or exc}",
                hint="Make that folder writable for yourself.",
            ) from exc
        return trust

    def forget(self, path: Path) -> bool:
        """Take trust back; False where there was none."""
        try:
            self._record(path).unlink()
        except FileNotFoundError:
            return False
        except OSError as exc:
            raise StoreError(
                f"{str(self._record(path))!r} cannot be deleted: {exc.strerror or exc}", hint="Delete it yourself."
            ) from exc
        return True

    def all(self) -> list[Trust]:
        """Everything that is trusted, by path."""
        records = sorted(self._folder.glob("*.json")) if self._folder.is_dir() else []
        return sorted(filter(None, map(self._read, records)), key=lambda trust: trust.path)

    def _record(self, path: Path) -> Path:
        return self._folder / f"{hashlib.sha256(os.fsencode(path)).hexdigest()}.json"

    def _read(self, file: Path) -> Trust | None:
        """One record; None where there is none."""
        try:
            with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as opened:
                facts = os.fstat(opened.fileno())
                if facts.st_uid != os.geteuid() or facts.st_mode & 0o022 or not stat.S_ISREG(facts.st_mode):
                    raise StoreError(
                        f"{str(file)!r} says what is trusted, and others than you can write it",
                        hint="Delete it, and trust the folder again: popcorn config trust FOLDER",
                    )
                return Trust(**json.loads(opened.read(_LARGEST)))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as exc:
            raise StoreError(
                f"{str(file)!r} says what is trusted, and cannot be read: {exc}",
                hint="Delete it, and trust the folder again: popcorn config trust FOLDER",
            ) from exc
