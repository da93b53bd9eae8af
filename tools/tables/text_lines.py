"""Lines of a text file, one after the other: a file of any size in little memory."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import suppress

from ...errors import DataError
from .content import Content, readable
from .encodings import Encoding, text_stream

LONGEST = 32 << 20
"""Characters of a line. What is longer is no table that somebody wrote."""


def text_lines(content: Content, encoding: Encoding) -> Iterator[str]:
    """The lines without their ends. Raises DataError where one cannot be decoded or has no end."""
    number = 0
    with readable(content.path), text_stream(content, encoding) as stream:
        try:
            while line := stream.readline(LONGEST):
                number += 1
                if len(line) == LONGEST:
                    raise DataError(
                        f"line {number} of {str(content.path)!r} is longer than {LONGEST >> 20} million characters",
                        hint="A table has a row a line: check what wrote this file.",
                    )
                yield (line.lstrip("\ufeff") if number == 1 else line).removesuffix("\n")
        except UnicodeError as exc:
            raise DataError(
                f"{str(content.path)!r}, line {_bad_line(content, encoding)}: bytes that are not {encoding.codec}",
                hint="Name the file's encoding with --encoding, or save it in UTF-8.",
            ) from exc


def _bad_line(content: Content, encoding: Encoding) -> int:
    """The first line with bytes that cannot be decoded."""
    decoder, number = codecs.getincrementaldecoder(encoding.codec)(encoding.errors), 0
    with suppress(UnicodeError), content.open() as stream:
        for number, line in enumerate(stream, start=1):  # noqa: B007 - wanted behind the loop
            decoder.decode(line)
    return max(1, number)
