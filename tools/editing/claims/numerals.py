"""Numbers in a text, in digits, in English words and in Chinese numerals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SMALL = {word: value for value, word in enumerate(_ONES)} | {word: 20 + 10 * n for n, word in enumerate(_TENS)}
_LARGE = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_SHORT = {"k": 1_000, "K": 1_000, "m": 1_000_000, "M": 1_000_000, "bn": 1_000_000_000}
_WORD = "|".join(sorted((*_SMALL, *_LARGE), key=len, reverse=True))
_ENGLISH = re.compile(rf"\b(?:{_WORD})(?:(?:[\s-]+and[\s-]+|[\s-]+)(?:{_WORD}))*\b", re.IGNORECASE)
_HAN = "零〇一二两三四五六七八九十百千万亿"
_DIGITS = re.compile(
    r"(?<![A-Za-z\d.])(?:\d{1,3}(?:,\d{3})+|\d+)(?:[.点]\d+)?"
    rf"(?:(?P<han>[百千万亿](?:[\d{_HAN}]*[百千万亿])*\d?(?![\d.]))|\s?(?P<large>hundred|thousand|million|billion)\b|(?P<short>k|K|bn)\b)?"
)
_CHINESE = re.compile(rf"(?<![第几数{_HAN}])[{_HAN}]+(?:点[{_HAN}]+)?")
_BETWEEN = re.compile(r"[一两二三四五六七八九]{2}")
_LEADING_POINT = re.compile(r"(?<![\w.])\.\d+")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as it stands in a text."""

    value: Decimal
    start: int
    end: int
    spelled: bool
    """True where it is written in words: `one` and 一 may be articles."""


def numerals(text: str) -> list[Numeral]:
    """All numbers of a text, in order; digits inside names such as L2 and A6 are none."""
    found: list[Numeral] = []
    for pattern, value in (
        (_DIGITS, _of_digits),
        (_LEADING_POINT, _of_digits),
        (_CHINESE, _of_han),
        (_ENGLISH, _of_words),
    ):
        for match in pattern.finditer(text):
            if any(match.start() < one.end and one.start < match.end() for one in found):
                continue
            number = value(match)
            if number is not None:
                found.append(Numeral(number, match.start(), match.end(), pattern in (_CHINESE, _ENGLISH)))
    return sorted(found, key=lambda one: one.start)


def _of_digits(match: re.Match[str]) -> Decimal | None:
    named = match.groupdict()
    text = match.group().replace(",", "").replace("点", ".")
    if named.get("han"):
        return _chinese(text)
    word = named.get("large") or named.get("short")
    try:
        plain = Decimal(text.removesuffix(word or "").strip())
    except InvalidOperation:
        return None
    return plain * (_LARGE | _SHORT)[word] if word else plain


def _of_han(match: re.Match[str]) -> Decimal | None:
    if _BETWEEN.fullmatch(match.group()):  # 五六 is five or six
        first = _chinese(match.group()[0])
        return None if first is None else first + Decimal("0.5")
    return _chinese(match.group())


def _chinese(text: str) -> Decimal | None:
    """None for numerals that are no number, such as the 百亿 and 千万 of everyday words."""
    import cn2an

    try:
        return Decimal(str(cn2an.cn2an(text.replace("〇", "零"), "smart"))).normalize()
    except (ValueError, KeyError):  # cn2an raises KeyError for units in an impossible order, such as 十十一
        return None


def _of_words(match: re.Match[str]) -> Decimal | None:
    total, part = 0, 0
    for word in re.split(r"[\s-]+", match.group().casefold()):
        if word in _SMALL:
            part += _SMALL[word]
        elif word == "hundred":
            part = max(1, part) * 100
        elif word in _LARGE:
            total, part = total + max(1, part) * _LARGE[word], 0
    return Decimal(total + part)
