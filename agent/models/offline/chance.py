"""Chance without a random generator: orders and picks that depend on nothing but a seed and some text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Repeatable choices; the same seed, text and items give the same order on every machine."""

    def __init__(self, seed: int, text: str) -> None:
        self._root = f"{seed}\n{text}"

    def share(self, item: str) -> float:
        """A number from 0 up to 1 that belongs to `item`."""
        digest = hashlib.sha256(f"{self._root}\n{item}".encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8], "big") / 2**64

    def order(self, items: Iterable[T], label: str = "") -> list[T]:
        """`items` in an order of their own for `label`."""
        return sorted(items, key=lambda item: self.share(f"{label}|{item}"))

    def pick(self, items: Sequence[T], label: str, turn: int = 0) -> T:
        """The item whose turn it is in the order for `label`; turns wrap around."""
        return self.order(items, label)[turn % len(items)]
