"""What a wish in another language names besides its subject: a renderer, a language, a count, a length, silence."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from .language import entries

_WITH = (
    r"(?:(?<!\w)(?:con|usando|avec|mit|com|с помощью|через|с|ile|dengan|menggunakan|bằng|với|के साथ|باستخدام|مع)"
    r"|用|使用|で|로|를 써서|을 써서)?"
)
_AND_RENDER = r"(?:(?:et|y|und|e|и)\s+(?:rend|g[eé]n[eéè]r|mach|сдела)\w*(?:-l[ae]s?)?\s+(?:(?:es|sie|lo|la|его)\s+)?)?"
_SECONDS = (
    "秒钟?|초|segundos?|secondes?|sekunden?|sekündige\\w*"
    "|секунд\\w*|secondi|detik|วินาที|saniye\\w*|giây|सेकंड|সেকেন্ড|ثانية|ثوان[يٍ]?"
)
_MINUTES = (
    "分钟?|분|minutos?|minutes?|minuten?|นาที|minütige\\w*|минут\\w*|minuti|menit|dakika\\w*|phút|मिनट|মিনিট|دقيقة|دقائق"
)
_NUMBERS = {
    2: "两|兩|二|二つ|두|dos|deux|zwei|dois|duas|due|два|две|iki|dua|hai|दो|দুটি|اثنين",
    3: "三|三つ|세|tres|três|trois|drei|tre|три|üç|tiga|ba|तीन|তিনটি|ثلاثة",
    4: "四|네|cuatro|quatre|vier|quatro|quattro|четыре|dört|empat|bốn|चार|أربعة",
    5: "五|다섯|cinco|cinq|fünf|cinque|пять|beş|lima|năm|पांच|पाँच|خمسة",
}
_IDEAS = (
    "entwürfen?|borradores|brouillons|rascunhos|bozze|вариант\\w*|草稿"
    "|ideen|ideas|idées|ideias|idee|идеи|идей|点子|アイデア|案|아이디어"
)
_LENGTH = re.compile(
    rf"(?P<length>\d+[\s-]*(?:{_SECONDS}|{_MINUTES}))(?:-(?=\w))?"
    r"(?:钟|的|の|で|짜리|으?로|का|की|\s+(?:lang|de long|de dura(?:ção|ción)))?",
    re.IGNORECASE,
)
_POST = re.compile(
    r"[\s,，、]*(?:(?:con|avec|mit|com|with|с|i|y|et|und|e|и|dan|dengan|ile|với|met|و|مع|और|加|配|和|加上)\s*)?"
    r"(?:\b(?:des|unos|los|os|gli)\s)?"
    r"(?P<post>hashtags?|хе[шэ]ште?г\w*|хэштег\w*|标签|話題標籤|ハッシュタグ(?:付き|も|で)?|해시태그(?:도|와)?"
    r"|हैशटैग|هاشتاغ\w*)[\s.!。]*$",
    re.IGNORECASE,
)
_DIGITS = "|".join([r"\d+", *_NUMBERS.values()])


def renderer_in(line: str, known: str) -> tuple[str, str]:
    """The line without the renderer that it names, and the renderer; `known` is a pattern of their names."""
    found = re.search(rf"[\s,，、]*{_AND_RENDER}{_WITH}\s*(?a:{known})(?:来)?(?:渲染)?", line, re.IGNORECASE)
    if found is None:
        return line, ""
    return f"{line[: found.start()]}{line[found.end() :]}".strip(), found["renderer"]


def length_in(line: str) -> tuple[str, str]:
    """The line without the length that it names, and the length."""
    found = _LENGTH.search(line)
    if found is None:
        return line, ""
    before = re.sub(
        r"(?:[\s,](?:de|von|di|em|com|con|durante|pendant|в|на|je|jeweils|cada|chacune?|по))?\s*$",
        " ",
        line[: found.start()],
    )
    return " ".join(f"{before}{line[found.end() :]}".split()).strip(" ,，、"), found["length"]


def language_in(line: str) -> tuple[str, str]:
    """The line without the language that it wishes for, and the language by its English name."""
    of, *names = _table()["language"].items()
    for name, words in names:
        pattern = rf"[\s,，、]*(?:{of[1]})(?:{words})(?!\w*\d)(?:로|で|来|में|olarak)?(?![a-zà-ÿа-яё])"
        if found := re.search(pattern, line, re.IGNORECASE):
            return _without(line, found), name
    return line, ""


def silence_in(line: str) -> tuple[str, str]:
    """The line without the sound that it wishes to be without, and that in English: `no music`."""
    sound, said = _table()["sound"], list[str]()
    for name in ("voice", "music"):
        words = f"(?:{sound[name]})"
        before = rf"(?<![a-zà-ÿа-яё])(?:{sound['without']})\s*(?:\w+\s)?{words}(?:的(?=关于)|(?!\w))"
        way = rf"[\s,，、]*(?:{before}|{words}\s*(?:{sound['unjoined']}))"
        if found := re.search(way, line, re.IGNORECASE):
            line = _without(line, found)
            said.append("no voice-over" if name == "voice" else "no music")
    return line, " and ".join(said)


def _without(line: str, found: re.Match[str]) -> str:
    """The line without what was found; a space stays where one stood before it and a letter follows."""
    rest = line[found.end() :]
    gap = " " if re.match(r"[^\W\d_]", rest) and found[0][:1].isspace() else ""
    return " ".join(f"{line[: found.start()]}{gap}{rest}".split()).strip(" ,，、")


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "foreign_terms.toml").read_text(encoding="utf-8"))


def post_in(line: str) -> tuple[str, str]:
    """The line without the hashtags that it wishes for at its end, and their word."""
    found = _POST.search(line)
    return (line[: found.start()].rstrip(" ,，、"), found["post"]) if found else (line, "")


def count_in(language: str, line: str) -> int:
    """How many videos the line asks for; 1 where it names no number right before them."""
    things = f"{entries()[language].get('things', '(?!)')}|{_IDEAS}"
    behind = re.search(rf"(?:{things})\s*(?:[을를を])?\s*(?P<count>{_DIGITS})\s*(?:개|편|つ|本)", line)
    entry = entries()[language]
    middle = entry.get("middle", "(?!)") if entry.get("tail") else r"[\w'’-]+"  # else the subject stands there
    numbers = rf"(?P<count>{_DIGITS})(?<![가-힣](?=[가-힣]))"
    found = behind or re.search(rf"(?<!\w){numbers}\s*(?:{middle}\s+)?(?:{things})", line, re.IGNORECASE)
    counted = re.search(r"(?P<count>\d+|[两兩二三四五])\s*[个個条條部]", line) if language == "zh" else found
    if counted is None:
        return 1
    word = counted["count"].casefold()
    return int(word[:9]) if word.isdigit() else next(n for n, words in _NUMBERS.items() if word in words.split("|"))


def names_no_subject(language: str, subject: str) -> bool:
    """True where nothing but a video is left of a wish: `un video`."""
    things = entries()[language].get("things", "(?!)")
    return re.fullmatch(rf"\W*(?:\w+\s+)?(?:{things})\W*", subject, re.IGNORECASE) is not None
