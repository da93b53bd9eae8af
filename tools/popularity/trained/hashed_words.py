"""Words as numbers: the buckets that scikit-learn's FeatureHasher puts them into, without scikit-learn.

Importing any part of it takes longer than all else that a score needs. Fitted predictors hold weights by these buckets.
"""

from __future__ import annotations

import struct
from functools import lru_cache

BUCKETS = 2**17
_32 = 0xFFFFFFFF


@lru_cache(maxsize=2**16)
def bucket(word: str) -> int:
    """The bucket of a word: its MurmurHash3 (Austin Appleby; 32 bits, seed 0) as a signed number, without the sign."""
    content = word.encode("utf-8", "replace")
    whole = len(content) // 4 * 4
    state = 0
    for (block,) in struct.iter_unpack("<I", content[:whole]):
        state = _turned(state ^ _mixed(block), 13) * 5 + 0xE6546B64 & _32
    state ^= _mixed(int.from_bytes(content[whole:], "little"))
    state ^= len(content)
    state = (state ^ state >> 16) * 0x85EBCA6B & _32
    state = (state ^ state >> 13) * 0xC2B2AE35 & _32
    state ^= state >> 16
    return min(state, 2**32 - state) % BUCKETS


def _mixed(block: int) -> int:
    return _turned(block * 0xCC9E2D51 & _32, 15) * 0x1B873593 & _32


def _turned(number: int, places: int) -> int:
    return (number << places | number >> 32 - places) & _32
