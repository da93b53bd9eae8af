"""Numbers with their units: what is counted, in what, how exactly, and, of money, what for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from ....english import lemminflect
from ..types import ClaimKind
from .cues import Bound, Purpose, cues
from .numerals import Numeral, numerals
from .units import MONEY, units

PERCENT, OFF = "%", "% off"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text. Equal values in equal units are equal however they are written."""

    text: str
    start: int
    end: int
    value: Decimal
    """In `unit`."""
    unit: str
    """A base unit of units.toml, `%`, `% off`, or the noun that is counted; empty where nothing is named."""
    bound: Bound = Bound.EXACTLY
    purpose: Purpose = Purpose.UNKNOWN

    @property
    def kind(self) -> ClaimKind:
        """What sort of claim it is."""
        if self.unit in MONEY:
            return ClaimKind.PRICE
        return ClaimKind.PERCENTAGE if self.unit in (PERCENT, OFF) else ClaimKind.NUMBER


_CHINESE_PERCENT = re.compile(r"百分之([零一二两三四五六七八九十百点\d.]+)")
_FOLD = re.compile(r"([零一二三四五六七八九]|\d(?:\.\d+)?)([一二三四五六七八九]?)折")
_SPLIT = re.compile(r"(?P<unit>米|块)(?P<rest>\d{1,3}|[一二三四五六七八九])(?![\d万千百十.年月天A-Za-z个元斤件盒米])")
_HALF = re.compile(
    r"\bhalf[- ](?:price|off)\b|\bhalf (?:of )?(?:the|its|their|our) (?:[a-z]+ )?price\b|半价|便宜一半|一半的?价",
    re.IGNORECASE,
)
_STRONG = frozenset({Purpose.FORMER, Purpose.MONTHLY, Purpose.DEPOSIT, Purpose.EARNING})
_CLAUSE = re.compile(r"[，。！？；,!?;\n]|(?<!\d)[.]|[.](?!\d)")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b")
_NOUN = re.compile(r"[\s-]*(?:[A-Za-z]+ly\s+)?([A-Za-z][A-Za-z'-]*)")


def quantities(text: str, hidden: tuple[str, ...] = ()) -> list[Quantity]:
    """Every number of a text that claims something, in order.

    `hidden` are names (product, brand) whose own digits claim nothing.
    """
    masked = _masked(text, hidden)
    found = [*_special(text, masked)]
    for numeral in numerals(masked):
        if any(numeral.start < one.end and one.start < numeral.end for one in found):
            continue
        quantity = _quantity(text, masked, numeral)
        if quantity is not None:
            found.append(quantity)
    return sorted(found, key=lambda one: one.start)


def clause_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the clause begins and ends in which something stands."""
    first = max((found.end() for found in _CLAUSE.finditer(text, 0, start)), default=0)
    after = _CLAUSE.search(text, end)
    return first, after.start() if after else len(text)


def _masked(text: str, hidden: tuple[str, ...]) -> str:
    """The text with what claims nothing made of blanks of the same length."""
    for name in sorted((one for one in hidden if any(sign.isdigit() for sign in one)), key=len, reverse=True):
        text = re.sub(re.escape(name), lambda found: "\x00" * len(found.group()), text, flags=re.IGNORECASE)
    return units().names.sub(lambda found: "\x00" * len(found.group()), text)


def _special(text: str, masked: str) -> list[Quantity]:
    """Percentages that are written in Chinese, and half prices."""
    found = []
    for match in _CHINESE_PERCENT.finditer(masked):
        inner = numerals(match.group(1))
        if inner:
            found.append(_made(text, match.start(), match.end(), inner[0].value, PERCENT))
    for match in _FOLD.finditer(masked):
        tenths = "".join(str(numerals(digit)[0].value) for digit in match.groups() if digit)
        kept = Decimal(tenths) if "." in tenths or len(tenths) == 1 else Decimal(tenths) / 10
        found.append(_made(text, match.start(), match.end(), (10 - kept) * 10, OFF))
    found += [_made(text, match.start(), match.end(), Decimal(50), OFF) for match in _HALF.finditer(masked)]
    return found


def _quantity(text: str, masked: str, numeral: Numeral) -> Quantity | None:
    """The number with its unit; None where it claims nothing."""
    start, end, value = numeral.start, numeral.end, numeral.value
    if masked[start:end] == "零" and not masked.startswith(units().zero, end):
        return None
    before = units().before_number.search(masked[max(0, start - 4) : start])
    if before:
        start -= len(before.group())
        return _made(text, start, end, value, units().currency[before.group("sign")])
    split = _SPLIT.match(masked, end)
    if split:
        rest = str(numerals(split.group("rest"))[0].value)
        unit = units().by_spelling[split.group("unit")]
        whole = value + Decimal(rest) / 10 ** len(rest)
        return _made(text, start, split.end(), whole * unit.factor, unit.base)
    approximate = re.match(r"[多余来几]", masked[end:])
    skipped = end + (approximate.end() if approximate else 0)
    found = units().after_number.match(masked, skipped)
    if found and not _is_article(numeral, found, masked):
        unit = units().by_spelling[found.group("latin") or found.group("han")]
        base = OFF if unit.base == PERCENT and _is_discount(text, start, found.end()) else unit.base
        return _made(text, start, found.end(), value * unit.factor, base, loose=bool(approximate))
    if found and numeral.spelled and found.group("han"):
        return None
    return _counted(text, masked, numeral, skipped, loose=bool(approximate))


def _counted(text: str, masked: str, numeral: Numeral, end: int, *, loose: bool) -> Quantity | None:
    """A number of things, or a bare number; None for an article, an idiom or a part of a name."""
    counter = next((masked[end : end + size] for size in (3, 2, 1) if masked[end : end + size] in units().counters), "")
    if counter:
        article = numeral.spelled and numeral.value == 1
        return None if article else _made(text, numeral.start, end + len(counter), numeral.value, counter, loose=loose)
    money = _purpose(text, numeral.start, end)
    is_large = numeral.value >= 100
    if money is not Purpose.UNKNOWN and is_large and not _NOUN.match(masked, end):
        chinese = any("\u4e00" <= sign <= "\u9fff" for sign in text)
        if chinese and _names_money(text, numeral.start, end):
            return _made(text, numeral.start, end, numeral.value, "CNY", loose=loose)
    if _ORDINAL.match(masked, end):
        return None
    noun = _NOUN.match(masked, end)
    if noun and noun.group(1).casefold() not in cues().no_nouns:
        if numeral.spelled and numeral.value == 1:
            return None
        return _made(text, numeral.start, noun.end(), numeral.value, _singular(noun.group(1)), loose=loose)
    small = numeral.spelled and 0 < numeral.value < 1_000
    if small or masked[end : end + 1] == "\x00" or masked[numeral.start - 1 : numeral.start] == "\x00":
        return None
    return _made(text, numeral.start, end, numeral.value, _han_noun(masked, end), loose=loose)


def _made(text: str, start: int, end: int, value: Decimal, unit: str, *, loose: bool = False) -> Quantity:
    bound = Bound.ABOUT if loose and unit not in MONEY else _bound(text, start, end)
    bound = Bound.AT_LEAST if loose and bound is Bound.EXACTLY else bound
    purpose = _purpose(text, start, end) if unit in MONEY else Purpose.UNKNOWN
    return Quantity(text[start:end].strip(), start, end, value.normalize(), unit, bound, purpose)


def _bound(text: str, start: int, end: int) -> Bound:
    for bound, words in cues().before.items():
        if re.search(
            rf"(?:{words})\s*(?:a |an |the |to |约)?\s*[$£€¥￥]?\Z", text[max(0, start - 24) : start], re.IGNORECASE
        ):
            return bound
    for bound, words in cues().after.items():
        if re.match(rf"\s*(?:{words})", text[end : end + 12], re.IGNORECASE):
            return bound
    return Bound.EXACTLY


def _purpose(text: str, start: int, end: int) -> Purpose:
    """By the nearest word in the clause that says it; what says a rate or a former price goes before the rest."""
    first, last = clause_around(text, start, end)
    near: list[tuple[int, int, Purpose]] = []
    for purpose, words in cues().purposes.items():
        for found in re.finditer(rf"(?<![A-Za-z])(?:{words})(?![A-Za-z])", text[first:last], re.IGNORECASE):
            at = first + found.start()
            if purpose is Purpose.FORMER and at > start:
                continue
            distance = start - (first + found.end()) if at < start else at - end
            near.append((max(0, distance), -len(found.group()), purpose))
    strong = [one for one in near if one[2] in _STRONG and one[0] <= 8]
    return min(strong or near, default=(0, 0, Purpose.UNKNOWN))[2]


def _names_money(text: str, start: int, end: int) -> bool:
    """Whether the words right around a bare number speak of money."""
    around = text[max(0, start - 6) : start] + "|" + text[end : end + 4]
    return re.search(cues().beside_money, around) is not None


def _is_discount(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 6) : start], text[end : end + 12]
    if re.match(rf"\s*(?:{cues().discount_after})\b", after, re.IGNORECASE):
        return True
    return re.search(cues().discount_before, before) is not None


def _is_article(numeral: Numeral, unit: re.Match[str], masked: str) -> bool:
    """`one in three` has no inch, `one day` no day, 一块 is a piece."""
    if unit.group("latin") == "in" and not re.match(cues().inches, masked[unit.end() :], re.IGNORECASE):
        return True
    if not numeral.spelled:
        return False
    if unit.group("latin") in {"in", "m", "s", "x"}:
        return True
    base = units().by_spelling[unit.group("latin") or unit.group("han")].base
    if numeral.value != 1 or base not in {"s", "day", "month", "CNY"}:
        return False
    if base == "CNY":
        return unit.group("han") == "块"
    return re.match(cues().one_claims, masked[unit.end() :].lstrip(), re.IGNORECASE) is None


def _singular(noun: str) -> str:
    lemma: str = lemminflect().getLemma(noun.casefold(), upos="NOUN")[0]
    return lemma


def _han_noun(masked: str, end: int) -> str:
    """The Chinese word after a bare number, which it counts."""
    following = re.match("[\u4e00-\u9fff]{1,4}", masked[end:])
    if not following:
        return ""
    import rjieba

    return rjieba.cut(following.group())[0]
