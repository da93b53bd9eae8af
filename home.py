"""The home folder, closed to others: what an older Popcorn made there may be open still.

What this one makes is private from its first moment (files.py). Nothing but what Popcorn itself has made is touched,
and no link is followed.
"""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import platformdirs

from .errors import RequestError
from .files import private_file

_log = logging.getLogger(__name__)
_FOLDERS = frozenset({"catalogues", "clips", "features", "paid", "predictors", "renders", "runs", "threads"})
_FILES = ("popcorn.", "replies.", "feedback.")
"""How the names of databases and locks begin."""
_OTHERS = 0o077
_SAID = ".open-to-others"
"""The file that remembers that a home cannot be closed, by the number of its file system."""


def usual_home() -> Path:
    """The platform's folder for data. Raises RequestError where nobody knows this user's home."""
    try:
        return Path(platformdirs.user_data_dir("popcorn", appauthor=False))
    except RuntimeError as exc:
        raise RequestError(
            "there is no home folder to keep anything in: HOME is not set, and this user has none",
            hint="Set POPCORN_HOME to a folder of your own.",
        ) from exc


def expanded(path: Path | str) -> Path:
    """The path with its `~` resolved, where that can be: nobody may have such a home."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def close_to_others(home: Path) -> None:
    """Take from everybody but the owner what an older home lets them read; says so in the log, once.

    Where that cannot be done, as on a file system without modes, it is said and nothing else happens.
    """
    with suppress(OSError):
        home = home.resolve()
        if not _open_places(home) or _was_said(home):
            return
        _close_all(home)
        if _open_places(home):
            _log.warning(
                "others may be able to read %r, and its modes cannot be changed. Name another folder with POPCORN_HOME",
                str(home),
            )
            private_file(home / _SAID).write_text(str(home.stat().st_dev))
        else:
            _log.warning("others could read %r, which an older Popcorn made; now it is yours alone", str(home))


def _close_all(home: Path) -> None:
    """The folder first, which shuts everybody out; then each part from the inside, so that a part is done or seen."""
    if _is_own(home):
        with suppress(OSError):
            home.chmod(stat.S_IMODE(home.stat().st_mode) & ~_OTHERS)
    for path in _parts(home):
        _close(str(path), None)


def _close(name: str, within: int | None) -> None:
    """Close what is at a place and all inside of it; what cannot be opened or changed stays as it is.

    A file is not opened: that it is closed again would end every lock that this process has on it, as SQLite's.
    """
    with suppress(OSError, NotImplementedError, ValueError):  # the last two where modes need links to be followed
        about = os.stat(name, dir_fd=within, follow_symlinks=False)
        mode = stat.S_IMODE(about.st_mode) & 0o700
        if stat.S_ISREG(about.st_mode) and about.st_mode & _OTHERS:
            os.chmod(name, mode, dir_fd=within, follow_symlinks=False)
        if not stat.S_ISDIR(about.st_mode):
            return
        opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY, dir_fd=within)
        try:
            for inner in os.listdir(opened):  # noqa: PTH208 - by number, so that nobody puts a link in its place
                _close(inner, opened)
            if about.st_mode & _OTHERS:
                os.fchmod(opened, mode)
        finally:
            os.close(opened)


def _open_places(home: Path) -> list[Path]:
    """What others may read of the home and of its parts, without what is inside of these."""
    places = [home, *_parts(home)] if _is_own(home) else [*_parts(home)]
    return [path for path in places if path.lstat().st_mode & _OTHERS]


def _parts(home: Path) -> Iterator[Path]:
    """What Popcorn has made in the home; links are passed over."""
    for path in home.iterdir():
        if (path.name in _FOLDERS or path.name.startswith(_FILES)) and not path.is_symlink():
            yield path


def _is_own(home: Path) -> bool:
    """Whether the folder is for Popcorn alone: not where a person's or everybody's other files are."""
    with suppress(RuntimeError):  # who has no home folder keeps no other files in it
        if Path.home().is_relative_to(home):
            return False
    return not home.stat().st_mode & stat.S_ISVTX


def _was_said(home: Path) -> bool:
    """Whether it is known that the home cannot be closed."""
    try:
        return (home / _SAID).read_text() == str(home.stat().st_dev)
    except FileNotFoundError:
        return False
