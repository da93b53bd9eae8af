"""How counts of a published video are told in English, Spanish and Chinese: patterns, number words, and questions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ....graphs.create.request.terms import COUNTS
from ....tools.tables.counts import COMMA, POINT

_RUN = r"run (?P<run>\d{8}-\d{6}-[0-9a-f]{6})"
_HOUR, _WEEK, _MONTH = 1 / 24, 7.0, 30.0


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language."""

    told: re.Pattern[str]
    """How such a line begins; its groups `run` and `about` say which video it tells of."""
    counted: re.Pattern[str]
    """A `number` with its `kind`."""
    age: re.Pattern[str]
    """A `number`, perhaps, and a `unit`."""
    names: Mapping[str, str]
    """What comments, views and likes begin with."""
    units: Mapping[str, float]
    """Days in each."""
    numbers: Mapping[str, float]
    which_count: str
    """Asked where nobody said how many comments."""
    which_age: str
    how: str
    decimals: str = POINT

    @property
    def kinds(self) -> re.Pattern[str]:
        """Any of the names."""
        return re.compile("|".join(self.names), re.IGNORECASE)

    def kind(self, found: re.Match[str]) -> str:
        """Which count a find is of."""
        named = found["kind"].casefold()
        return next(kind for name, kind in self.names.items() if named.startswith(name))


def _either(words: Mapping[str, float]) -> str:
    return "|".join(sorted((rf"{word}\b" for word in words), key=len, reverse=True))


def _english() -> Tongue:
    words = {"a": 1.0, "an": 1.0, "half a": 0.5, "half an": 0.5, "half": 0.5, "no": 0.0, "zero": 0.0}
    words |= {name: float(number) for name, number in COUNTS.items()}
    first = rf"\d[\d.,]*(?: ?[kKmM]\b)?|zero\b|{_either(COUNTS)}"  # `no comments, please` tells of no count
    number = rf"{first}|no\b"
    video = r"(?:the|my|our|this|that) (?P<about>(?:[\w'’-]+ ){0,5}?)(?:video|clip|reel|short|post|one)"
    after = r"(?: (?:about|of|on|with) (?P<about_after>[\w'’ -]{1,60}?))?"
    units = {"hour": _HOUR, "hours": _HOUR, "day": 1.0, "days": 1.0, "week": _WEEK, "weeks": _WEEK}
    how = "Say it in one line, for example: it got 420 comments in three days."
    return Tongue(
        told=re.compile(
            rf"(?:(?:i|we)(?:['’]ve| have)? (?:posted|published|uploaded)\b.{{0,60}}?(?:,| and|:|;|\.)* ?)?"
            rf"(?:(?:it|that|this|i|we|{video}{after}|{_RUN})(?:['’]s|['’]ve| has| have| had)?"
            rf"(?: now| already| only| just| is)* )?"
            rf"(?:(?:got|gotten|has|had|drew|drawn|received|collected|at|reached)\b|(?:{first}) comments?\b)",
            re.IGNORECASE,
        ),
        counted=re.compile(rf"(?P<number>{number}) (?P<kind>comments?|views?|likes?)\b", re.IGNORECASE),
        age=re.compile(
            r"\b(?:in|after|within|over|for)(?: the| its| only| just| about| first)* "
            rf"(?:(?P<number>{number}|half an?|an?) )?(?P<unit>hours?|days?|weeks?|months?)\b",
            re.IGNORECASE,
        ),
        names={"comment": "comments", "view": "views", "like": "likes"},
        units=units | {"month": _MONTH, "months": _MONTH},
        numbers=words,
        which_count=f"How many comments? Popularity is measured by these. {how}",
        which_age=f"After how many days? {how}",
        how=how,
    )


def _spanish() -> Tongue:
    words = {
        "un": 1.0,
        "una": 1.0,
        "medio": 0.5,
        "media": 0.5,
        "dos": 2.0,
        "tres": 3.0,
        "cuatro": 4.0,
        "cinco": 5.0,
        "seis": 6.0,
        "siete": 7.0,
        "ocho": 8.0,
        "nueve": 9.0,
        "diez": 10.0,
        "doce": 12.0,
        "quince": 15.0,
    }
    number = rf"\d[\d.,]*(?: ?(?:k|mil|m)\b)?|{_either(words)}"
    video = (
        r"(?:mi|el|la|ese|este|nuestro) (?:(?:último|ultimo|nuevo) )?(?:v[ií]deo|clip|reel|short|corto|tiktok)"
        r"(?: (?:de|del|sobre|con) (?P<about>[\w' -]{1,60}?))?"
    )
    how = "Dilo en una línea, por ejemplo: tuvo 420 comentarios en tres días."
    return Tongue(
        told=re.compile(
            r"(?:(?:lo|la) (?:publiqué|subí)\b.{0,60}?(?:,| y|;|\.)* ?)?"
            rf"(?:(?:{video}|{_RUN}) )?(?:ya |ahora |s[oó]lo )*"
            r"(?:(?:tiene|tuvo|consiguió|obtuvo|recibió|lleva|llegó a|alcanzó|sacó|logró|juntó"
            r"|ha (?:tenido|conseguido|recibido|sacado|obtenido|logrado))\b"
            rf"|(?:{number}) comentarios?\b)",
            re.IGNORECASE,
        ),
        counted=re.compile(
            rf"(?P<number>{number}) (?P<kind>comentarios?|vistas?|visualizaciones|reproducciones|me gusta|likes?)",
            re.IGNORECASE,
        ),
        age=re.compile(
            r"\b(?:en|después de|despues de|tras|al cabo de|luego de|dentro de|a los|a las|a la|al|durante)"
            rf"(?: los| las| la| el| primeros| primeras| primera| primer| sus| s[oó]lo)* (?:(?P<number>{number}) )?"
            r"(?P<unit>horas?|d[ií]as?|semanas?|mes(?:es)?)\b",
            re.IGNORECASE,
        ),
        names={
            "comentario": "comments", "vista": "views", "visualizacion": "views", "reproduccion": "views",
            "me gusta": "likes", "like": "likes",
        },
        units={
            "hora": _HOUR, "horas": _HOUR, "día": 1.0, "días": 1.0, "dia": 1.0, "dias": 1.0, "semana": _WEEK,
            "semanas": _WEEK, "mes": _MONTH, "meses": _MONTH,
        },
        numbers=words,
        which_count=f"¿Cuántos comentarios? Con ellos se mide la popularidad. {how}",
        which_age=f"¿Después de cuántos días? {how}",
        how=how,
        decimals=COMMA,
    )  # fmt: skip


def _chinese() -> Tongue:
    digits = dict(zip("一二三四五六七八九十", map(float, range(1, 11)), strict=True))
    digits |= {f"十{sign}": 10 + value for sign, value in digits.items() if value < 10}
    words = digits | {"两": 2.0, "兩": 2.0, "半": 0.5}
    han = "|".join(sorted(words, key=len, reverse=True))
    number = rf"\d[\d.,]*\s?(?:[万萬千kKwW])?|{han}"
    kinds = "评论|評論|留言|播放|观看|觀看|点赞|點讚|赞"
    how = "请用一句话说，例如：三天内有420条评论。"
    return Tongue(
        told=re.compile(
            r"(?!.*(?:做|制作|製作|拍一|拍个|生成|写|寫|创作|創作|设计|来一|來一|帮我|幫我|关于|關於))"
            r"(?:(?:昨天|今天|前天|上周|刚刚|刚)?(?:我们?)?(?:的|发的|拍的|发布的|上传的)?(?:那条|这条|那个|这个)?(?P<about>[^\d，。,;；]{0,20}?)"
            rf"(?:视频|视頻|短片|影片|片子|作品))?[^\d]*?(?:{number}|{kinds})"
        ),
        counted=re.compile(
            rf"(?P<number>{number})多?\s?(?:个|條|条|則|则|次)?\s?(?P<kind>{kinds})", re.IGNORECASE
        ),
        age=re.compile(rf"(?P<number>\d+(?:\.\d+)?|{han})\s?[个個]?(?P<unit>小时|小時|天|日|周|週|星期|礼拜|月)"),
        names={
            "评论": "comments", "評論": "comments", "留言": "comments", "播放": "views", "观看": "views",
            "觀看": "views", "点赞": "likes", "點讚": "likes", "赞": "likes",
        },
        units={
            "小时": _HOUR, "小時": _HOUR, "天": 1.0, "日": 1.0, "周": _WEEK, "週": _WEEK, "星期": _WEEK,
            "礼拜": _WEEK, "月": _MONTH,
        },
        numbers=words,
        which_count=f"有多少条评论？热度以评论数衡量。{how}",
        which_age=f"发布多少天之后？{how}",
        how=how,
    )  # fmt: skip


TONGUES = (_english(), _spanish(), _chinese())
