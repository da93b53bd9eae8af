"""The languages of requests: which one it is, and what of it is command and what subject."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from .... import languages
from .words import is_small, parts

ENGLISH = "en"
UNKNOWN = "signs"
"""A script, or words in Latin letters, that no entry is there for."""
_SCRIPTS = (
    ("HIRAGANA", "ja"),
    ("KATAKANA", "ja"),
    ("HANGUL", "ko"),
    ("CJK", "zh"),
    ("CYRILLIC", "ru"),
    ("DEVANAGARI", "hi"),
    ("BENGALI", "bn"),
    ("THAI", "th"),
)
_URDU = re.compile("[ٹڈڑںےپچگکہھی]")
_NOT_RUSSIAN = re.compile("[іїєґўћђљњџј]", re.IGNORECASE)
_EVERYWHERE = frozenset(("video", "film", "clip"))
"""Words that many languages share."""
_OWN_NEEDED = 2
_SURE = 3
"""Small words that tell a language, with its letters, whatever else it looks like."""
_FIRST_PERSON = 160
"""Characters of what somebody tells of themselves before they say what they want."""

_NO_HOW = "".join(f"(?<!{how})(?<!{how} )" for how in ("कैसे", "কীভাবে", "কিভাবে", "어떻게", "どうやって"))
"""Not behind `how`: that something is made is then what it is about."""
_COUNTED = r"(?:(?:\d+|[두세네二三四五]|다섯)\s*(?:개|편|つ|本)(?:를|を)?\s*)?"
"""How many videos there shall be, behind the word for them."""

_ACCUSATIVE = re.compile(
    r"(?:(?P<the>den)|(?P<own>ein|kein|mein|dein|sein|ihr|unser|eur)en)\s+"
    r"(?P<adjectives>(?:[a-zäöüß]+en\s+)*)(?P<noun>[A-ZÄÖÜ][\w-]*)"
)
"""A German noun with its article, as an object; it is masculine where they end so."""
_WEAK_NOUN = re.compile(r"(Bär|Held|Mensch|Prinz|ant|ent|graf|ist)en\b|(Affe|Hase|Löwe|achbar|bote|unge)n\b")
"""German nouns with the ending that they have as an object only: `einen Bären`."""

_ABOUT_HOW = re.compile(
    r"^(?:об?|o|про) (?:том|tym|tom|tome|те|то)(?:,\s+|\s+(?=как|почему|jak|dlaczego|як|чому|proč))", re.IGNORECASE
)
"""Slavic words for `about`, where a clause follows that stands alone: `о том, как` ..."""

Frames = tuple[tuple[str, str], ...]


@cache
def entries() -> dict[str, dict[str, str]]:
    """The languages of languages.toml, without their frames."""
    return {code: {name: str(value) for name, value in entry.items()} for code, entry in _table().items()}


def frames(language: str) -> Frames:
    """[angle, title] of the language; {o} is the subject."""
    return tuple((angle, text) for angle, text in _table()[language]["frames"])


@cache
def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads((files(__package__) / "languages.toml").read_text(encoding="utf-8"))


def language_of(request: str) -> str:
    """A code of languages.toml, `en`, or UNKNOWN."""
    letters = [c for c in request if c.isalpha()]
    if not letters:
        return UNKNOWN
    scripts = [unicodedata.name(c, "").split(" ", 1)[0] for c in letters]
    if sum(script == "LATIN" for script in scripts) >= 0.6 * len(letters):
        return _latin_language(request)
    if any(script == "ARABIC" for script in scripts):
        return "ur" if len(_URDU.findall(request)) >= _OWN_NEEDED else "ar"
    code = next((code for script, code in _SCRIPTS if any(name.startswith(script) for name in scripts)), UNKNOWN)
    return UNKNOWN if code == "ru" and _NOT_RUSSIAN.search(request) else code


def _latin_language(request: str) -> str:
    words = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", request.casefold().replace("\u0307", ""))
    known = [w for w in words if w not in _EVERYWHERE and (parts(w) or is_small(w) or len(w) < 2)]
    english = sum(is_small(word) or word in ("make", "video", "i", "you", "me", "show") for word in words)
    said = {
        code: sum(word in entry["stop"].split() for word in words if word not in _EVERYWHERE)
        + bool(re.search(_command(code), request, re.IGNORECASE))
        for code, entry in entries().items()
        if "stop" in entry
    }
    written = {
        code: 1.5 * bool(re.search(f"[{entry.get('letters', '_')}]", request)) for code, entry in entries().items()
    }
    detected = languages.language_of(request, 0)
    telling = re.findall(r"\b[^\W\d_A-Z]{3,}", request)  # neither a name nor as short as `i`
    foreign = 3 * len(set(telling) & set(known)) < len(telling)
    elsewhere = detected not in ("", ENGLISH) and not any(languages.alike(detected, code) for code in said)
    rank = {code: said[code] + written[code] + (code == detected and said[code] > 0) for code in said}
    first, second = sorted(rank, key=rank.__getitem__, reverse=True)[:2]
    clear = rank[first] > rank[second]
    if written[first] and said[first] >= _SURE and clear:
        return first
    asked, named = (re.match(pattern, request, re.IGNORECASE) for pattern in _patterns(UNKNOWN))
    if (foreign and (elsewhere or asked)) or (elsewhere and named):
        return UNKNOWN
    if said[first] > english and (said[first] >= _OWN_NEEDED or (clear and not known)):
        other = detected and detected != ENGLISH and detected not in said and not languages.alike(detected, first)
        return UNKNOWN if other else first
    if written[first] and clear and (not known or detected == first):
        return first
    if foreign and said.get(detected):
        return detected
    english -= foreign * words[1:].count("a")  # a preposition of many languages
    names = all(word[:1].isupper() for word in re.findall(r"[^\W\d_]+", request))
    return ENGLISH if names or english or not foreign else UNKNOWN


def subject_in(language: str, request: str) -> str:
    """The request without the command around its subject; the request itself where nothing else is left."""
    asks = "verbs" not in entries()[language] or not re.search(_command(language), request, re.IGNORECASE)
    kept = asks and request.rstrip().endswith(("?", "？", "؟"))
    text = request.strip() if kept else request.strip(" .。!！?？؟।\"'“”")
    if language == "de":  # the verb stands last in such a clause, as after `wie`
        text = re.sub(r",? (?:in dem|in der|wo) (?=.*\w$)", ": wie ", text, count=1) if "ideo" in text else text
    for pattern in _patterns(language):
        found = re.search(pattern, text, re.IGNORECASE)
        if found is None:
            continue
        left = found.groupdict().get("subject") or text[: found.start()] + text[found.end() :]
        if any(c.isalnum() for c in left):
            text = left.strip(" ,.:：，。、!！")
    return _nominative(language, _ABOUT_HOW.sub("", text))


def standing_alone(language: str, subject: str) -> str:
    """The subject as all of a title: `коротко о котиках`, where its case hangs on the word in front."""
    code = language if language != UNKNOWN else languages.guess_of(subject)
    code = "uk" if language == UNKNOWN and re.search("[іїєґ]", subject) else code
    briefly: dict[str, str] = _table()[UNKNOWN]["briefly"]
    about = re.match(rf"(?:{entries()[UNKNOWN]['about']})\s", subject, re.IGNORECASE)
    return f"{briefly[code]} {subject[:1].lower()}{subject[1:]}" if about and code in briefly else subject


def is_small_in(language: str, word: str) -> bool:
    """True for a small word of the language; without a list of them, for one of one or two letters."""
    small = entries()[language].get("stop", "").split()
    return word.casefold() in small if small else re.fullmatch(r"[^\W\d]{1,2}", word) is not None


def _nominative(language: str, text: str) -> str:
    """A subject that was an object, so that it can stand alone: `ein Hund` of `zeig mir einen Hund`."""
    first = text.split(" ", 1)[0].casefold()
    if first in entries()[language].get("stop", "").split():
        text = first + text[len(first) :]
    if language == "de":
        return _german_nominative(text)
    if language in ("hi", "ur"):  # without `about`, where the noun that is left has its own form
        text = re.sub("ियों के बारे में$", "ियाँ", re.sub("یوں کے بارے میں$", "یاں", text))
        return re.sub("(?<!ों)(?<!وں) (?:के बारे में|पर|کے بارے میں)$", "", text)
    return f"{text} 영상" if language == "ko" and text.endswith(("는", "던")) else text


def _german_nominative(text: str) -> str:
    """`unser kleiner Laden` of `unseren kleinen Laden`."""
    found = _ACCUSATIVE.match(text)
    if found is None:
        return text
    ending = "e" if found["the"] else "er"
    article = "der" if found["the"] else found["own"].replace("eur", "euer")
    adjectives = "".join(f"{word[:-2]}{ending} " for word in found["adjectives"].split())
    noun = _WEAK_NOUN.sub(r"\1\2", found["noun"])
    return f"{article} {adjectives}{noun}{text[found.end() :]}"


@cache
def _command(language: str) -> str:
    entry = entries()[language]
    return rf"\b(?:{entry['verbs']}|{entry['polite']})(?!\w)"


@cache
def _patterns(language: str) -> tuple[str, ...]:
    """What takes the command away, one after the other; a group `subject` is the subject itself."""
    entry = defaultdict(lambda: "(?!)", entries()[language])
    if language == UNKNOWN:
        thing = rf"(?:[\w-]+\s+){{0,3}}?(?:{entry['things']})\s+"
        asked = rf"^(?:(?:{entry['polite']})[\s,!]+)*(?:{entry['verbs']})\s+{thing}(?:(?:{entry['link']})\s+)?(?=\w)"
        return (asked, rf"^{thing}(?:(?:{entry['link']})\s+|(?=(?:{entry['about']})\s))")
    if "ask" in entry:
        return _around(entry)
    return _behind(entry) if "tail" in entry else _before(entry)


def _around(entry: Mapping[str, str]) -> tuple[str, ...]:
    """Chinese and Thai: verb and count stand before the subject, and the video there too or behind it."""
    own = f"(?:{entry['polite']}|{entry['verbs']}|{entry['middle']}|\\s)*"
    thing = f"(?:{entry['things']})(?:{entry['ask']}|[。！!？?\\s])*$"
    return (
        r"^.*?(?:主题|题目|内容)(?:是|为|：|:)\s*(?P<subject>.+)$",
        f"^.{{0,{_FIRST_PERSON}}}?(?:{entry['link']})(?P<subject>.+?)的?{entry['middle']}*{thing}",
        f"^.{{0,{_FIRST_PERSON}}}?(?:{entry['verbs']}){entry['middle']}*(?:{entry['things']})(?:{entry['link']})(?P<subject>.+)$",
        f"^(?:请|麻烦)?[给為为](?!我(?:{entry['verbs']}))(?P<subject>.{{1,20}}?)(?:{entry['verbs']}){entry['middle']}*{thing}",
        f"^{own}(?:{entry['verbs']}|{entry['polite']}){own}(?:{entry['link']})?",
        f"(?:的|{entry['middle']})*{thing}",
        f"^(?:{entry['link']})(?=.)",
    )


def _behind(entry: Mapping[str, str]) -> tuple[str, ...]:
    """Languages that say the subject first."""
    end = f"(?:{entry['polite']}|を|을|를|[\\s.!。！।])*$"
    thing = f"(?:{entry['middle']}\\s*)*(?:{entry['things']})+(?:を|을|를|が)?\\s*{_COUNTED}"
    thing += f"(?:{entry['verbs']})?\\s*{end}"
    return (
        r"^.*?(?:テーマは|主題は|주제는)\s*(?P<subject>.+)$",
        f"^(?:(?:{entry['polite']})[\\s,、]+)+",
        f"^(?:{entry['middle']}\\s*)*(?:{entry['things']})\\s*[:：]\\s*",
        f"(?<=.)\\s*(?:{entry['link']})\\s*{thing}",
        f"(?<=.)\\s*{thing}",
        f"(?<=.){_NO_HOW}(?:を|을|를)?\\s*(?:{entry['verbs']})\\s*{end}",
    )


def _before(entry: Mapping[str, str]) -> tuple[str, ...]:
    """Languages that say the command first."""
    verbs, polite, keep = f"(?:{entry['verbs']})", f"(?:{entry['polite']})", f"(?:{entry['keep']})(?!\\w)"
    link = f"(?:{entry['link']})"
    words = r"(?:[\w'’-]+,?\s+){0,4}?"
    after = f"(?:,?\\s+(?!{link}(?!\\w)|{keep})[\\w-]+){{0,3}}?"
    to = f"[,:]?\\s*(?:{link}(?:\\s+|(?<=['’]))(?:{verbs}\\s+)?|(?={keep})|(?<=:\\s))"
    thing = f"{words}(?:{entry['things']}){after}{to}"
    politely = f"(?:{polite}[\\s,!]+)*"
    return (
        f"^(?P<subject>\\S+(?: \\S+){{1,20}}?)(?:,|\\s(?:et|y|und|e|dan|và))\\s+{verbs}\\s+"
        f"{words}(?:{entry['things']})$",
        f"^(?:.{{0,{_FIRST_PERSON}}}?[\\s,.;،]|){politely}{verbs}\\s+{thing}",
        f"^{politely}{thing}",
        f"^{politely}(?:{verbs},?\\s+)+(?:{polite}\\s+)*",
        f"^(?:{polite}[\\s,!]+)+",
        f"[\\s,]+(?:{entry['tails']})[\\s.!]*$",
    )
