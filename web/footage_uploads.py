"""Footage that somebody dropped onto the page: what of it is kept, and why the rest is not.

Nothing is decoded here but the header of a file. What is kept goes the way of `popcorn ad make`: every file is read
once, and one that cannot be read is left out with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import files
from ..errors import DataError, PopcornError
from ..prompts.text import visible
from ..tools.media.probe import stated
from ..trust import foreign_files

ENDINGS = (".mp4", ".mov", ".m4v", ".webm", ".mkv", ".avi", ".mpg", ".mpeg")
MOST_FILES = 60
LARGEST = 1 << 30
"""Bytes of one file."""
MOST_BYTES = 4 << 30
"""Bytes of all together."""
LONGEST_SIDE, MOST_PIXELS = 8192, 36_000_000
"""Of a picture: a decoder keeps several whole frames at once."""
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Dropped:
    """One file that was dropped."""

    name: str
    """As the person called it, without hidden characters."""
    told: str
    """What it is where it is kept, else why it is not."""
    kept: Path | None = None


def looked_at(paths: Sequence[Path]) -> list[Dropped]:
    """What of these files could be footage; nothing is copied."""
    return list(_looked_at(paths))


def keep(paths: Sequence[Path], folder: Path) -> list[Dropped]:
    """Copy what can be footage into a folder, by names of ours, in order. Raises StoreError where that is full.

    Raises DataError where none of the files is kept.
    """
    dropped: list[Dropped] = []
    with files.writing(folder):
        files.folder(folder)
    for number, one in enumerate(_looked_at(paths), 1):
        if one.kept is None:
            dropped.append(one)
            continue
        target = folder / f"{number:02d} {_short(one.name)}"
        with files.writing(target):
            files.copy(one.kept, target)
        dropped.append(Dropped(one.name, one.told, target))
    if not any(one.kept for one in dropped):
        raise DataError("none of the files is footage", hint=f"Drop clips onto the page: {', '.join(ENDINGS)}.")
    return dropped


def _looked_at(paths: Sequence[Path]) -> Iterator[Dropped]:
    left = MOST_BYTES
    for number, path in enumerate(paths, 1):
        name = visible(path.name) or "a file without a name"
        try:
            size = _size(path)
            why = f"{MOST_FILES} files are the most" if number > MOST_FILES else ""
            why = why or (f"all files together are larger than {MOST_BYTES >> 30} GiB" if size > left else "")
            told = "" if why else _picture(path)
        except PopcornError as exc:
            why = exc.message.replace(repr(str(path)), "it")
        except OSError as exc:
            why = f"it cannot be read: {exc.strerror or exc}"
        if why:
            yield Dropped(name, why)
        else:
            left -= size
            yield Dropped(name, told, path)


def _size(path: Path) -> int:
    """Bytes of an ordinary file that may be footage. Raises DataError, OSError."""
    if path.suffix.lower() not in ENDINGS:
        raise DataError(f"it is no clip: its name ends in {path.suffix[:12]!r}")
    with foreign_files.open_file(path, LARGEST) as file:
        file.seek(0, 2)
        size = file.tell()
    if size == 0:
        raise DataError("it is empty")
    return size


def _picture(path: Path) -> str:
    """What the header says, in words. Raises DataError for a picture that is too large, and what `stated` raises."""
    said = stated(path)
    if max(said.width, said.height) > LONGEST_SIDE or said.width * said.height > MOST_PIXELS:
        raise DataError(
            f"its picture is {said.width}×{said.height}, and the largest is {LONGEST_SIDE} pixels a side and "
            f"{MOST_PIXELS / 1e6:.0f} million"
        )
    return f"{said.width}×{said.height}" + (f", {said.seconds:.1f} s" if said.seconds else "")


def _short(name: str) -> str:
    """A file name without separators, of a length that every file system takes."""
    stem, ending = Path(name).stem, Path(name).suffix.lower()
    stem = "".join("_" if sign in "/\\:\0" else sign for sign in " ".join(stem.split()))
    return f"{stem.encode()[:_LONGEST_NAME].decode(errors='ignore').strip('. ') or 'clip'}{ending}"
