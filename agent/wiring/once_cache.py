"""Things that are kept once they are made: the last few of a kind, each made once however many threads ask."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

T = TypeVar("T")


class OnceCache(Generic[T]):
    """At most so many things by a key; the least recently used goes first. Safe to use from several threads."""

    def __init__(self, most: int) -> None:
        """Keeps at most `most`."""
        self._most = most
        self._things: OrderedDict[Hashable, T] = OrderedDict()
        self._looking = threading.Lock()
        self._making: WeakValueDictionary[Hashable, _Turn] = WeakValueDictionary()
        self._only = _Turn() if most == 1 else None

    def __len__(self) -> int:
        return len(self._things)

    def get(self, key: Hashable, is_current: Callable[[T], bool], make: Callable[[], T]) -> T:
        """What is kept under `key` if it is current, else what `make` gives, which is kept from now on.

        Several threads that ask for the same key take turns; others do not wait, unless one thing alone is kept: then
        no second one is made beside it. What goes is given up before `make` is called. Raises what `make` raises; then
        nothing is kept under the key.
        """
        with self._looking:
            turn = self._only or self._making.setdefault(key, _Turn())
        with turn.lock:
            with self._looking:
                thing = self._things.pop(key, None)
            if thing is None or not is_current(thing):
                thing = None
                self._make_room(1)
                thing = make()
            with self._looking:
                self._things[key] = thing
            self._make_room(0)
            return thing

    def _make_room(self, wanted: int) -> None:
        """Give up what has been unused for longest until so many more find room."""
        with self._looking:
            while len(self._things) > self._most - wanted:
                self._things.popitem(last=False)


class EditionCache(Generic[T]):
    """The same for things that are current as long as what they were made of is equal to what they would be made of."""

    def __init__(self, most: int) -> None:
        """Keeps at most `most`."""
        self._things: OnceCache[tuple[T, tuple[object, ...]]] = OnceCache(most)

    def get(self, key: Hashable, edition: tuple[object, ...], make: Callable[[], T]) -> T:
        """What was made of this edition under `key`, or what `make` gives now. Raises what `make` raises."""
        thing, _ = self._things.get(key, lambda kept: kept[1] == edition, lambda: (make(), edition))
        return thing


class _Turn:
    """Whose turn it is to make one thing."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


def edition_of_file(file: Path) -> tuple[int, int]:
    """What tells a file from another one under its name."""
    facts = file.stat()
    return facts.st_size, facts.st_mtime_ns


def edition_of_folder(folder: Path) -> tuple[object, ...]:
    """What tells the files of a folder from others of these names; nothing where there is no such folder."""
    if not folder.is_dir():
        return ()
    return tuple((path.name, *edition_of_file(path)) for path in sorted(folder.iterdir()) if path.is_file())
