"""A text as pieces that are never divided: words where spaces show them, rjieba's words in Chinese, phrases elsewhere.

jieba cuts the same as rjieba, fifty times more slowly, and loads a `marshal` cache from a temporary folder that others
can write. ICU (icu4py, 44 MB installed) would cut Thai and Japanese by dictionaries; the rules that break the lines of
titles (tools/media/line_breaks) keep Thai syllables and Japanese phrases whole without it.
"""

from __future__ import annotations

import itertools
import re
import unicodedata

from ..media.line_breaks import is_japanese, may_break, script

_HAN_RUN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]+")
_CLUSTER = re.compile(r"\S[\u0300-\u036f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\ufe00-\ufe0f\u200d\u3099\u309a]*")
_JOINING = frozenset("-‐‑'’·・/_@&+")


def pieces(text: str) -> list[str]:
    """The text as pieces in order; joined they are the text. White space stands at the end of the piece before it."""
    spaced = re.findall(r"\s*\S+\s*", text) if text.strip() else [text] if text else []
    japanese = not text.isascii() and is_japanese(text)
    return [piece for word in spaced for piece in _inside(word, japanese=japanese)]


def words(text: str) -> list[str]:
    """The words of a text without white space and punctuation."""
    return [word for piece in pieces(text) if (word := _bare(piece))]


def _inside(word: str, *, japanese: bool) -> list[str]:
    """The pieces of what stands between two white spaces."""
    if word.isascii() or not any(script(sign) for sign in word):
        return [word]
    parts = _japanese_or_thai(word, japanese=japanese) if japanese or _is_thai(word) else _chinese(word)
    return _joined(parts)


def _is_thai(word: str) -> bool:
    return any(script(sign) == "Thai" for sign in word)


def _japanese_or_thai(word: str, *, japanese: bool) -> list[str]:
    clusters = [found.group() for found in re.finditer(rf"{_CLUSTER.pattern}|\s+", word)]
    parts = [clusters[0]]
    for before, after in itertools.pairwise(clusters):
        if not before.isspace() and not after.isspace() and may_break(before, after, japanese=japanese):
            parts.append(after)
        else:
            parts[-1] += after
    return parts


def _chinese(word: str) -> list[str]:
    import rjieba

    parts, at = [], 0
    for run in _HAN_RUN.finditer(word):
        parts += [word[at : run.start()]] if run.start() > at else []
        parts += rjieba.cut(run.group())
        at = run.end()
    return parts + ([word[at:]] if at < len(word) else [])


def _joined(parts: list[str]) -> list[str]:
    """Parts with what may not stand alone beside its neighbour: closing marks, opening marks, numbers and units."""
    whole: list[str] = []
    for part in parts:
        if whole and _belong(whole[-1], part):
            whole[-1] += part
        else:
            whole.append(part)
    return whole


def _belong(before: str, after: str) -> bool:
    last, first = before[-1], after[0]
    if first.isspace() or last in _JOINING or first in _JOINING:
        return True
    if unicodedata.category(last) in {"Ps", "Pi"} or last in "$¥￥€£#":
        return True
    closing = unicodedata.category(first) in {"Pe", "Pf", "Po", "Pd"} and first not in "#@&"
    return closing or not may_break(last, first)


def _bare(piece: str) -> str:
    return piece.strip().strip("".join(sign for sign in set(piece) if unicodedata.category(sign)[0] in "PSZ"))
