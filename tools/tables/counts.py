"""Counts as people and scrapers write them: `1,234`, `12.345.678`, `2,3K`, `3.4万`, `22M views`, `1e3`.

Whether a point or a comma begins the decimals cannot be told from `1.234` alone; the column decides
(count_columns.py). Counts are whole: `1.234` with a decimal point is none.
"""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

LARGEST = 2**63 - 1
"""The largest count that a catalogue holds."""
POINT, COMMA = ".", ","

_NOTHING = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "--", "–", "—", "<na>", "nil", "?"})
_OFF = frozenset(
    {"off", "disabled", "hidden", "turned off", "comments are turned off", "comments disabled", "comments off"}
)
"""What stands where nobody may comment: that is no count."""
_ZERO = frozenset({"no views", "no comments", "no likes", "no plays", "no replies", "zero"})
_SCALES = {
    10**3: "k|thousand|thsd|tsd|tys|mil|тыс|тис|千|천|rb|ribu",
    10**4: "w|万|萬|만",
    10**5: "lakh|lakhs|lac|lacs",
    10**6: "m|mn|mm|mln|mio|mill|million|millions|millones|milhões|milioni|mi|млн|jt|juta|百万",
    10**7: "crore|crores|cr",
    10**8: "亿|億|억",
    10**9: "b|bn|g|mrd|mld|md|billion|billions|млрд",
}
_FACTORS = {word: factor for factor, words in _SCALES.items() for word in words.split("|")}
_WORDS = (
    "views?|comments?|likes?|plays?|replies|reply|shares?|hearts?|upvotes?|reactions?|watching|times|followers?"
    "|vues?|commentaires?|j.aime|aufrufe?n?|kommentare?n?|wiedergaben|gef.llt.mir(?:.angaben)?"
    "|visualizaciones|visualización|reproducciones|vistas?|comentarios?|me.gusta"
    "|visualizações|visualização|comentários?|curtidas?|visualizzazioni|commenti|weergaven|reacties"
    "|просмотр(?:ов|а)?|комментари(?:ев|й|я)|нравится|перегляд(?:ів|и)?|wyświetle(?:ń|nia|nie)|komentarz(?:y|e)?"
    "|görüntüleme|yorum|lượt.xem|bình.luận|x.ditonton|komentar|مشاهدة|تعليق(?:ات)?"
    "|次?观看|次?播放|次观看次数|条?评论|条?回复|个?赞|点赞|次?觀看|則?留言|条?弹幕|次"
    "|回視聴|回再生|再生|回|件(?:のコメント)?|コメント|いいね|회|조회수?|댓글|개|명"
)
_AROUND = re.compile(
    rf"(?:(?:조회수|{_WORDS})\s*[:：]?\s*)?(?P<core>[^a-zA-Z].*?)\s*\.?\s*(?:of\s+|de\s+)?(?:{_WORDS})?\+?", re.I
)
_NUMBER = re.compile(r"(?P<number>\d[\d.,' _]*?)(?:\s*(?P<scale>[^\d\s.,'_+-]+)\.?|[eE]\+?(?P<power>\d{1,2}))?")
_GROUPED = {
    POINT: re.compile(r"(?:\d{1,3}(?:([, _'])\d{3})(?:\1\d{3})*|\d{1,2}(?:,\d{2})+,\d{3})(\.\d+)?"),
    COMMA: re.compile(r"(?:\d{1,3}(?:([. _'])\d{3})(?:\1\d{3})*)(,\d+)?"),
}
_UNGROUPED = {POINT: re.compile(r"\d+(?:\.\d*)?"), COMMA: re.compile(r"\d+(?:,\d+)?")}


class NotACountError(ValueError):
    """A value that should be a count of something is none."""


def count(value: object, decimals: str = POINT) -> int | None:
    """A count from 0 to 2**63 - 1; None for the usual ways to write that there is none.

    `decimals` is the sign that begins them in this column. Raises NotACountError for what is no count.
    """
    if value is None:
        return None
    if isinstance(value, bool):
        raise NotACountError
    if isinstance(value, int | float):
        if isinstance(value, float) and math.isnan(value):
            return None
        if value != value // 1 or not 0 <= value <= LARGEST:
            raise NotACountError
        return int(value)
    if not isinstance(value, str) or len(value) > 5_000:
        raise NotACountError
    return _written(value, decimals)


@lru_cache(maxsize=65_536)
def _written(value: str, decimals: str) -> int | None:
    text = _plain(value)
    word = text.casefold()
    if word in _NOTHING or word in _OFF:
        return None
    if word in _ZERO:
        return 0
    around = _AROUND.fullmatch(text)
    found = _NUMBER.fullmatch(around["core"].strip().removesuffix("+").rstrip()) if around else None
    if found is None:
        raise NotACountError
    number = _number(found["number"].strip(), decimals)
    scale = (found["scale"] or "").casefold()
    if scale and scale not in _FACTORS:
        raise NotACountError
    number *= _FACTORS[scale] if scale else 10 ** int(found["power"] or 0)
    if not scale and number != number.to_integral_value():
        raise NotACountError
    if number > LARGEST:
        raise NotACountError
    return round(number)


def _number(text: str, decimals: str) -> Decimal:
    if len(text) > 60:
        raise NotACountError
    if _UNGROUPED[decimals].fullmatch(text):
        return Decimal(text.replace(",", ".").rstrip("."))
    if _GROUPED[decimals].fullmatch(text):
        whole, _, part = text.partition(decimals)
        return Decimal(re.sub(r"\D", "", whole) + (f".{part}" if part else ""))
    raise NotACountError


def _plain(text: str) -> str:
    """The text with ASCII digits and spaces; the signs of Arabic and of Swiss numbers are those of all."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = "".join(str(unicodedata.decimal(sign, sign)) for sign in text)
        text = text.translate({0x66B: ".", 0x66C: ",", 0x2019: "'", 0x200E: None, 0x200F: None, 0xFEFF: None})
    return " ".join(text.split())
