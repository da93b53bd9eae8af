"""What an interrupted extraction has done so far: rows of numbers, and a log of what each of them is.

A row counts as done once its line stands in the log, and its numbers are on the disk before that line is.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .... import files

if TYPE_CHECKING:
    from numpy.typing import NDArray

Remarks = dict[str, object]


class Journal:
    """Float16 rows of one shape in `<name>.f16`, found by key; `<name>.jsonl` says which are whole."""

    def __init__(self, folder: Path, name: str, shape: tuple[int, ...], facts: Mapping[str, str]) -> None:
        """Go on with what stands in `folder` when it was begun with the same `shape` and `facts`; else start anew.

        Raises OSError.
        """
        self._numbers, self._log = folder / f"{name}.f16", folder / f"{name}.jsonl"
        self._shape = shape
        self._width = 2 * int(np.prod(shape))
        self._slots: dict[str, int | None] = {}
        self._remarks: dict[str, Remarks] = {}
        self._count = 0
        head = _line({"shape": list(shape), "facts": dict(facts)})
        for path in (self._numbers, self._log):
            files.private_file(path)
        good = self._read(head)
        if good == 0:
            self._log.write_bytes(head)
            good = len(head)
        os.truncate(self._log, good)
        os.truncate(self._numbers, self._count * self._width)

    def __contains__(self, key: str) -> bool:
        return key in self._slots

    def remarks(self, key: str) -> Remarks:
        """What was said about `key`."""
        return self._remarks[key]

    def row(self, key: str) -> NDArray[np.float16] | None:
        """The numbers of `key`; None when it was done without any."""
        slot = self._slots[key]
        if slot is None:
            return None
        values = np.fromfile(self._numbers, np.float16, self._width // 2, offset=slot * self._width)
        return values.reshape(self._shape)

    def append(
        self, keys: Sequence[str], rows: NDArray[np.floating] | None, remarks: Sequence[Remarks] | None = None
    ) -> None:
        """Keep the rows (len(keys), *shape), or none of them, all at once. Raises OSError."""
        count = 0
        if rows is not None:
            if rows.shape != (len(keys), *self._shape):
                raise ValueError(f"rows of shape {rows.shape} do not fit {len(keys)} of {self._shape}")
            count = len(keys)
            _append(self._numbers, np.ascontiguousarray(rows, np.float16).tobytes())
        said = list(remarks) if remarks is not None else [{} for _ in keys]
        _append(self._log, _line({"keys": list(keys), "first": self._count, "count": count, "remarks": said}))
        self._add(keys, count, said)

    def _add(self, keys: Sequence[str], count: int, remarks: Sequence[Remarks]) -> None:
        for place, (key, said) in enumerate(zip(keys, remarks, strict=True)):
            self._slots[key] = self._count + place if count else None
            self._remarks[key] = said
        self._count += count

    def _read(self, head: bytes) -> int:
        """Take in what is whole; how many bytes of the log that is."""
        room = self._numbers.stat().st_size // self._width
        good = 0
        with self._log.open("rb") as file:
            for line in file:
                if good == 0:
                    if line != head:
                        return 0
                elif not self._take(line, room):
                    break
                good += len(line)
        return good

    def _take(self, line: bytes, room: int) -> bool:
        if not line.endswith(b"\n"):
            return False
        try:
            entry = json.loads(line)
            keys, first, count, remarks = (entry[name] for name in ("keys", "first", "count", "remarks"))
        except (ValueError, KeyError, TypeError):
            return False
        if first != self._count or count not in (0, len(keys)) or first + count > room or len(keys) != len(remarks):
            return False
        self._add(keys, count, remarks)
        return True


def _line(entry: Mapping[str, object]) -> bytes:
    return json.dumps(entry, sort_keys=True).encode() + b"\n"


def _append(path: Path, content: bytes) -> None:
    with files.appending(path) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
