"""Files of ours: whole or not at all, and nobody else's to read.

Whatever Popcorn makes has mode 0600 in folders of mode 0700 from the moment it is there, whatever the umask, in any
thread and in child processes: the mode is given when a file is made and never mended afterwards. What a person asked
for elsewhere (`-o clip.mp4`) is `shared`: it has the mode that the umask gives, as any program's file has.

Libraries that open files by name find an empty one of that mode there (`private_file`, `Replacement`); all of ours keep
the mode of a file that they write over. The functions raise OSError, which each border turns into its own sentence.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from .errors import NewerFormatError, StoreError
from .redaction import scrubbed, scrubbed_value

if TYPE_CHECKING:
    from filelock import BaseFileLock

_FOLDER, _FILE = 0o700, 0o600
_ORDINARY_FOLDER, _ORDINARY_FILE = 0o777, 0o666
"""What the umask is taken from."""
_PATIENCE = 0.5
"""Seconds between looks at a lock that another process holds."""
_HOLDER = ".holder"
_PART = re.compile(r"\..+\.(?:[0-9a-f]{12}|unchecked)\.\w+")
"""The names of replacements, and of clips that were not checked yet."""
_NAME = 40
"""Characters of a file's name that its temporary file carries: names may be as long as a file system allows."""


def folder(path: Path, *, shared: bool = False) -> Path:
    """Make a folder, and those above it that are missing, unless it is there; a power cut does not take it away."""
    missing = []
    place = path
    while not place.is_dir():
        missing.append(place)
        if place.parent == place:
            break
        place = place.parent
    for place in reversed(missing):
        with suppress(FileExistsError):  # another process was quicker; a file in its place fails below
            place.mkdir(_ORDINARY_FOLDER if shared else _FOLDER)
            _sync_names(place.parent)
    if not path.is_dir():
        raise NotADirectoryError(20, os.strerror(20), str(path))
    return path


def new_file(path: Path, *, shared: bool = False) -> BinaryIO:
    """A file that was not there, to be written. Raises FileExistsError where it is."""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, _ORDINARY_FILE if shared else _FILE)
    return os.fdopen(descriptor, "w+b")


def private_file(path: Path) -> Path:
    """See that there is a file, empty if it is new, for a library that opens it by name."""
    with suppress(FileExistsError):
        new_file(path).close()
    return path


def appending(path: Path) -> BinaryIO:
    """A file to write on at its end, made where it is not there."""
    return os.fdopen(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, _FILE), "ab")


class Replacement:
    """A new, empty file beside `target`, at `path`, which takes its place when it is kept."""

    def __init__(self, target: Path, *, shared: bool = False, ending: str = ".part") -> None:
        """Makes the folder and the file; `ending` is that of its name, for libraries that look at it."""
        folder(target.parent, shared=shared)
        self._target = target
        self.path = target.with_name(f".{target.name[:_NAME]}.{secrets.token_hex(6)}{ending}")
        new_file(self.path, shared=shared).close()

    def keep(self) -> None:
        """Put it in the target's place, once it is on the disk."""
        _sync(self.path)
        self.path.replace(self._target)
        _sync_names(self._target.parent)

    def discard(self) -> None:
        """Throw it away where it was not kept."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)


def remove_parts(folder: Path) -> None:
    """Remove what a killed process was about to put in the place of files below `folder`, where nobody else writes."""
    for path in folder.rglob(".*"):
        if _PART.fullmatch(path.name):
            with suppress(OSError):
                path.unlink()


@contextmanager
def replacing_by_name(target: Path, *, shared: bool = False, ending: str = ".part") -> Iterator[Path]:
    """The name of an empty file that becomes `target` when the block ends well, and goes away when it does not."""
    made = Replacement(target, shared=shared, ending=ending)
    try:
        yield made.path
        made.keep()
    finally:
        made.discard()


@contextmanager
def replacing(target: Path, *, shared: bool = False) -> Iterator[BinaryIO]:
    """As `replacing_by_name`, with the file open to be written."""
    with replacing_by_name(target, shared=shared) as path, path.open("r+b") as file:
        yield file


def write_bytes(target: Path, content: bytes, *, shared: bool = False) -> Path:
    """Write a file in one step."""
    with replacing(target, shared=shared) as file:
        file.write(content)
    return target


def write_text(target: Path, text: str, *, shared: bool = False) -> Path:
    """Write a text without secrets, in UTF-8, in one step; halves of characters become question marks."""
    return write_bytes(target, scrubbed(text).encode(), shared=shared)


def write_json(target: Path, data: Mapping[str, Any], *, shared: bool = False) -> Path:
    """Write JSON without secrets, to be read by people too, in one step; what JSON does not know is a text."""
    text = json.dumps(scrubbed_value(data), ensure_ascii=False, indent=2, default=lambda one: scrubbed(str(one)))
    return write_bytes(target, f"{text}\n".encode("utf-8", "replace"), shared=shared)


def json_line(data: Mapping[str, Any]) -> bytes:
    """A line of a file of JSON lines, without secrets. Raises ValueError for what is no number."""
    return json.dumps(scrubbed_value(data), ensure_ascii=False, allow_nan=False).encode("utf-8", "replace") + b"\n"


def copy(source: Path, target: Path, *, shared: bool = False) -> Path:
    """A copy of `source` at `target`, in one step."""
    with source.open("rb") as file, replacing(target, shared=shared) as replacement:
        shutil.copyfileobj(file, replacement, 2**20)
    return target


def link(source: Path, target: Path) -> bool:
    """A second name for a file, or a copy of it where that cannot be; False when it is gone."""
    try:
        target.hardlink_to(source)
    except FileNotFoundError:
        return False
    except OSError:
        copy(source, target)
    return True


def hand_over(path: Path) -> None:
    """Give a file that was made privately the mode that the umask gives: a person asked for it at this place."""
    probe = Replacement(path, shared=True)
    try:
        mode = stat.S_IMODE(probe.path.stat().st_mode)
    finally:
        probe.discard()
    with suppress(PermissionError):  # a file system without modes
        path.chmod(mode)


def lock(path: Path, timeout: float = -1, *, thread_local: bool = True) -> BaseFileLock:
    """A lock that processes share, not held yet; `timeout` in seconds, without one it waits for as long as it takes."""
    from filelock import FileLock

    return FileLock(path, timeout, _FILE, thread_local=thread_local)


@contextmanager
def alone(path: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock at `path`, whose folder is made.

    As long as another process holds it, `waiting` is called twice a second, and may raise to give up. Raises OSError
    where there can be no lock.
    """
    from filelock import Timeout

    held = lock(path, _PATIENCE)
    folder(path.parent)
    while not held.is_locked:
        try:
            held.acquire()
        except Timeout:
            waiting()
    holder = path.with_name(f"{path.name}{_HOLDER}")
    try:
        with suppress(OSError):  # a full disk keeps nobody from working alone
            private_file(holder).write_text(f"{os.getpid()} {int(time.time())}")
        yield
    finally:
        with suppress(OSError):
            holder.unlink()
        held.release()


def holder_of(path: Path) -> str:
    """Who holds the lock at `path` that `alone` took, as a sentence has it: `process 4711, since 14:30:05`."""
    try:
        process, since = path.with_name(f"{path.name}{_HOLDER}").read_text().split()
        return f"process {process}, since {datetime.fromtimestamp(int(since)).astimezone():%H:%M:%S}"
    except (OSError, ValueError, OverflowError):
        return "another process"


def unwritable(path: Path, exc: OSError) -> StoreError:
    """What to say when a path under the home cannot be written."""
    return StoreError(
        f"{str(path)!r} cannot be written: {exc.strerror or exc}",
        hint="Free space there or name another folder with POPCORN_HOME.",
    )


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Takes every OSError of the block for one of writing `path`. Raises StoreError."""
    try:
        yield
    except OSError as exc:
        raise unwritable(path, exc) from exc


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """A folder that becomes `out` when the block ends well, and is gone when it does not; for anybody to read.

    `out` may be an empty folder. What a killed process left of one goes first. Raises StoreError as `writing` does.
    """
    part = out.with_name(f".{out.name}.part")
    with writing(out):
        if part.exists():
            shutil.rmtree(part)
        folder(part, shared=True)
        try:
            yield part
            if out.is_dir():
                out.rmdir()
            part.rename(out)
        finally:
            shutil.rmtree(part, ignore_errors=True)


def newer_format(what: str, found: int, newest: int, *, hint: str, knows: str = "reads up to") -> NewerFormatError:
    """What to say of something that a newer Popcorn wrote; `what` ends in its verb."""
    return NewerFormatError(f"{what} format {found}; this Popcorn {knows} {newest}", hint=hint)


def check_format(what: str, found: object, newest: int, *, hint: str) -> None:
    """Raises NewerFormatError for a manifest's format number that is beyond `newest`."""
    if isinstance(found, int) and found > newest:
        raise newer_format(what, found, newest, hint=hint)


def _sync_names(place: Path) -> None:
    """Have the names in a folder on the disk; some file systems sync no folders."""
    with suppress(OSError):
        _sync(place)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
