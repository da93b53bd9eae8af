"""Which encoding a text is in: UTF-8 where it is that, else the one that a detector takes, which is said.

The detector is chardetng, which Firefox uses for pages that name none. On 19 short tables in 14 encodings it names the
right one 18 times; charset-normalizer does 5 times (docs/log.md). Nothing is ever decoded with replacement characters:
a text that is UTF-8 but for single damaged bytes keeps these as lone surrogates, for the reader to reject their rows.
"""

from __future__ import annotations

import codecs
import io
import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from ...errors import DataError, RequestError
from .content import Content

_log = logging.getLogger(__name__)
_BLOCK = 1 << 20
_SAMPLE = 4 << 20
"""Bytes with at least one that is not ASCII, which the detector gets at most."""
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_PYTHON = {"shift_jis": "cp932", "euc-kr": "cp949", "big5": "big5hkscs", "gbk": "gb18030", "macintosh": "mac_roman"}
"""Names of the web standard, under which Python knows less than what files of that name hold."""
_LOST = re.compile("[\udc80-\udcff]+")
_FOREIGN = re.compile("[^\x00-\x7f\udc80-\udcff]")
_DAMAGED = 4
"""A text is damaged UTF-8 where it has so many whole characters beyond ASCII for each broken place."""
_FEW = 24
"""Bytes beyond ASCII below which a guess is called one."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a text is decoded, and what to say about it."""

    codec: str
    errors: str = "strict"
    note: str = ""


def encoding_of(content: Content, named: str = "") -> Encoding:
    """The encoding of a text: `named`, that of its byte order mark, UTF-8 where it is that, or a guess.

    Raises RequestError for a name that Python does not know, and DataError for what is no text.
    """
    if named:
        return _named(named)
    with content.open() as stream:
        start = stream.read(4096)
    for mark, codec in _MARKS:
        if start.startswith(mark):
            return Encoding(codec)
    if wide := _without_mark(start):
        return Encoding(wide, note=f"{content.name} was read as {wide}, which its zero bytes show")
    _check_text(content, start)
    whole, broken = _characters(content)
    if not broken:
        return Encoding("utf-8")
    if b"\0" in start:
        raise no_text(content)
    if whole >= _DAMAGED * broken:
        places = "1 place" if broken == 1 else f"{broken:,} places"
        note = f"{content.name} is UTF-8 with bytes that are none in {places}: rows that have one there are left out"
        return Encoding("utf-8", "surrogateescape", note)
    return _guess(content)


def no_text(content: Content) -> DataError:
    """What to say of bytes that are no text."""
    return DataError(
        f"{str(content.path)!r} is not a text file",
        hint="Import a CSV, JSONL, Parquet or Excel file; --encoding names the encoding of a text.",
    )


def _named(name: str) -> Encoding:
    codec = None
    with suppress(LookupError, ValueError):
        codec = codecs.lookup(_PYTHON.get(name.casefold(), name))
    if codec is None or not getattr(codec, "_is_text_encoding", True):
        raise RequestError(
            f"there is no encoding {name!r}",
            hint="Write e.g. --encoding cp1252, gb18030, shift_jis, utf-16 or latin-1.",
        )
    return Encoding(codec.name)


def _without_mark(start: bytes) -> str:
    """UTF-16 without a byte order mark: every other byte of its ASCII characters is zero."""
    half = max(1, len(start) // 2)
    even, odd = start[::2].count(0), start[1::2].count(0)
    if odd > 0.3 * half and even < 0.02 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.3 * half and odd < 0.02 * half else ""


def _blocks(content: Content) -> Iterator[bytes]:
    with content.open() as stream:
        while block := stream.read(_BLOCK):
            yield block


def _characters(content: Content) -> tuple[int, int]:
    """Characters beyond ASCII that are whole in UTF-8, and places that are not; both 0 for ASCII."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    whole = broken = 0
    for block in _blocks(content):
        text = decoder.decode(block)
        if not text.isascii():
            whole += len(_FOREIGN.findall(text))
            broken += len(_LOST.findall(text))
    rest = decoder.decode(b"", True)
    return whole, broken + len(_LOST.findall(rest))


def _check_text(content: Content, start: bytes) -> None:
    if start.count(0) > len(start) // 20:
        raise no_text(content)
    if re.match(rb"\s*<(!doctype\s+html|html)\b", start, re.IGNORECASE):
        raise DataError(
            f"{str(content.path)!r} is a web page, not a table",
            hint="Often a download that asked for a login: fetch the file itself.",
        )


def _guess(content: Content) -> Encoding:
    from chardetng_py import EncodingDetector

    detector, fed, foreign = EncodingDetector(), 0, 0
    for block in _blocks(content):
        if not block.isascii() and fed < _SAMPLE:
            detector.feed(block, last=False)
            fed += len(block)
            foreign += sum(byte > 127 for byte in block)
    detector.feed(b"", last=True)
    name, sure = detector.guess_assess(tld=None, allow_utf8=False)
    codec = codecs.lookup(_PYTHON.get(name.casefold(), name)).name
    try:
        example = _example(content, codec)
    except UnicodeDecodeError as exc:
        if codec != "cp1252":
            raise DataError(
                f"{str(content.path)!r} is not in UTF-8, and not in {name} either, which it looks like",
                hint="Name its encoding: --encoding NAME.",
            ) from exc
        codec = "iso8859-1"  # the five gaps of cp1252 are control characters there, of which a reader is told
        example = _example(content, codec)
    how = "a detector is sure" if sure and foreign >= _FEW else f"a guess, from {foreign:,} bytes beyond ASCII"
    return Encoding(
        codec,
        note=f"{content.name} is not in UTF-8 and was read as {name} ({how}), e.g. {example!r}; "
        "--encoding names another",
    )


def _example(content: Content, codec: str) -> str:
    """A short piece of the text with characters beyond ASCII; decodes all of it. Raises UnicodeDecodeError."""
    decoder, example = codecs.getincrementaldecoder(codec)(), ""
    with content.open() as stream:
        for block in iter(lambda: stream.read(_BLOCK), b""):
            example = example or _piece(decoder.decode(block))
        decoder.decode(b"", True)
    return example


def _piece(text: str) -> str:
    found = re.search(r"[^\n]{0,12}[^\x00-\x7f][^\n]{0,20}", text)
    return found[0].strip() if found else ""


def tell_all(notes: Iterable[str]) -> None:
    """Log what there is to say of a table, for readers that have no report."""
    for note in notes:
        _log.warning("%s", note)


def text_stream(content: Content, encoding: Encoding) -> io.TextIOWrapper:
    """The text from its beginning; every way to end a line is a newline."""
    return io.TextIOWrapper(content.open(), encoding.codec, encoding.errors, newline=None)
