"""English words and their forms, by LemmInflect, whose tables are searched here and not read whole.

Reading them takes a third of a second of CPU, which every `ask` would wait for, and a request has a dozen words.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

Entry = dict[str, tuple[str, ...]]


class SortedTable:
    """A table of LemmInflect, whose lines are sorted by the word that they begin with."""

    def __init__(self, file: str, read: Callable[[str], Entry], fixed: Mapping[str, Entry]) -> None:
        """`read` makes an entry of a line; `fixed` are words of which the table is not asked."""
        with gzip.open(file) as opened:
            self._text = opened.read()
        self._read, self._fixed = read, fixed

    def get(self, word: str, default: Entry) -> Entry:
        """All that the lines of a word say."""
        if word in self._fixed:
            return self._fixed[word]
        entry: Entry = {}
        for line in self._lines(word.encode("utf-8", "replace")):
            entry |= self._read(line.decode())
        return entry or default

    def _lines(self, word: bytes) -> Iterator[bytes]:
        start = self._first(word)
        while b"," not in word and self._text.startswith(word + b",", start):
            end = self._text.index(b"\n", start)
            yield self._text[start:end]
            start = end + 1

    def _first(self, word: bytes) -> int:
        """Where the first line begins whose word is not before this one."""
        text, low, high = self._text, 0, len(self._text)
        while low < high:
            middle = (low + high) // 2
            start = text.rfind(b"\n", 0, middle) + 1
            if text[start : text.index(b",", start)] < word:
                low = text.index(b"\n", middle) + 1
            else:
                high = start
        return low


@cache
def lemminflect() -> Any:
    """The library, with its tables in place."""
    import lemminflect as library
    from lemminflect.codecs.InflectionLUCodec import InflectionLUCodec
    from lemminflect.codecs.LemmaLUCodec import LemmaLUCodec
    from lemminflect.core.LexicalUtils import categoryToUPos

    def bases(line: str) -> Entry:
        _, category, forms = LemmaLUCodec.fromString(line)
        return {categoryToUPos(category): forms}

    def forms(line: str) -> Entry:
        return dict(InflectionLUCodec.fromString(line)[2])

    lemmatizer, inflections = library.Lemmatizer(), library.Inflections()
    lemmatizer.lemma_dict = SortedTable(lemmatizer.lemma_lu_fn, bases, {})
    inflections.infl_dict = SortedTable(inflections.infl_lu_fn, forms, InflectionLUCodec.updateForAuxMod({}))
    return library
