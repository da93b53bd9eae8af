"""How much a server may send: bodies, streams, and what is packed in them.

A packed answer is unpacked here, a piece at a time, so that a megabyte that stands for a thousand never does.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2 as httpx

LARGEST_BODY = 10 << 20
"""Bytes of an answer that comes as a whole."""
LARGEST_STREAM = 64 << 20
"""Bytes of a stream: around each token stand two hundred."""
_PIECE = 1 << 16
_WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}


class TooMuchError(httpx.TransportError):
    """An answer is larger than any can be, or packed in a way that was not asked for."""


def bound(response: httpx.Response, most: int) -> None:
    """Have an answer end in TooMuchError after `most` bytes, unpacked. Its body must not have been read."""
    packed = response.headers.get("content-encoding", "identity").strip().casefold()
    if packed in _WINDOWS:
        del response.headers["content-encoding"]
    unpacker = _Unpacker(packed, most)
    stream: Any = response.stream
    response.stream = _Later(stream, unpacker) if isinstance(stream, httpx.AsyncByteStream) else _Now(stream, unpacker)


class _Unpacker:
    """Counts what comes, and unpacks it."""

    def __init__(self, packed: str, most: int) -> None:
        self._most, self._left, self._packed = most, most, packed
        self._inflate = zlib.decompressobj(_WINDOWS[packed]) if packed in _WINDOWS else None

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        if self._inflate is None and self._packed not in {"", "identity"}:
            raise TooMuchError(f"its answer is packed as {self._packed[:20]!r}, which was not asked for")
        if self._inflate is None:
            yield self._counted(chunk)
            return
        while chunk:
            try:
                piece = self._inflate.decompress(chunk, _PIECE)
            except zlib.error as exc:
                raise TooMuchError(f"its answer cannot be unpacked: {exc}") from exc
            yield self._counted(piece)
            chunk = self._inflate.unconsumed_tail

    def _counted(self, piece: bytes) -> bytes:
        self._left -= len(piece)
        if self._left < 0:
            raise TooMuchError(f"its answer is longer than {self._most >> 20} MiB")
        return piece


class _Now(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream, unpacker: _Unpacker) -> None:
        self._stream, self._unpacker = stream, unpacker

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            yield from self._unpacker.pieces(chunk)

    def close(self) -> None:
        self._stream.close()


class _Later(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream, unpacker: _Unpacker) -> None:
        self._stream, self._unpacker = stream, unpacker

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            for piece in self._unpacker.pieces(chunk):
                yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()
