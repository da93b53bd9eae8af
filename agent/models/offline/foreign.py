"""Requests that are not English: their own words stay in the title, with hooks of their own language where known."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files

from .chance import Chance
from .characters import clipped
from .titles import TITLE_LIMIT, Title, fold
from .topic import Intent, Kind, Topic
from .vocabulary import vocabulary

_SCRIPTS = (
    ("HIRAGANA", "ja"),
    ("KATAKANA", "ja"),
    ("HANGUL", "ko"),
    ("CJK", "zh"),
    ("ARABIC", "ar"),
    ("CYRILLIC", "ru"),
    ("DEVANAGARI", "hi"),
)
_ENGLISH = vocabulary("english_signs")
_OWN_NEEDED = 2


@cache
def _languages() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((files(__package__) / "languages.toml").read_text(encoding="utf-8"))


@cache
def _hooks(language: str) -> tuple[tuple[str, str], ...]:
    hooks: list[list[str]] = tomllib.loads((files(__package__) / "languages.toml").read_text(encoding="utf-8"))[
        language
    ]["hooks"]
    return tuple((angle, text) for angle, text in hooks)


def own_topic(request: str) -> Topic | None:
    """The topic of a request in another language or without letters; None for English."""
    language = language_of(request)
    if language == "en":
        return None
    text = request.strip(" .。!！\"'“”")
    for pattern in _languages()[language]["before"]:
        stripped = re.sub(rf"^(?:{pattern})", "", text, count=1, flags=re.IGNORECASE)
        text = stripped.strip() or text
    for pattern in _languages()[language]["after"]:
        text = re.sub(pattern, "", text, count=1, flags=re.IGNORECASE).strip() or text
    return Topic(Kind.OWN_WORDS, Intent.SHOW, text or request, language=language)


def language_of(request: str) -> str:
    """A code of languages.toml, `en`, or `signs` for scripts and signs without an entry."""
    letters = [c for c in request if c.isalpha()]
    if not letters:
        return "signs"
    scripts = [unicodedata.name(c, "").split(" ", 1)[0] for c in letters]
    if sum(script == "LATIN" for script in scripts) < 0.6 * len(letters):
        found = (code for script, code in _SCRIPTS if any(name.startswith(script) for name in scripts))
        return next(found, "signs")
    return _latin_language(request)


def _latin_language(request: str) -> str:
    words = re.findall(r"[^\W\d_]+", request.casefold())
    english = sum(word in _ENGLISH for word in words)
    counts = {code: sum(word in entry.get("stop", ()) for word in words) for code, entry in _languages().items()}
    best = max(counts, key=lambda code: counts[code])
    plainly = counts[best] >= _OWN_NEEDED and counts[best] > english
    return best if plainly else "en"


def own_words_titles(topic: Topic, chance: Chance) -> list[Title]:
    """Titles around the topic's own words, best first, in its language where hooks are known."""
    known = _hooks(topic.language) if topic.language in _languages() else _hooks("signs")
    titles: dict[str, Title] = {}
    for angle, pattern in (*known, *_hooks("signs")):
        own = pattern if (angle, pattern) in known else ""
        text = clipped(topic.text, TITLE_LIMIT - len(pattern.replace("{o}", "")))
        filled = pattern.replace("{o}", text)
        worth = 2.0 * len(text) / max(len(topic.text), 1) + 0.3 * chance.share(pattern) + 0.6 * bool(own)
        title = Title(filled[:1].upper() + filled[1:], angle, worth)
        titles.setdefault(fold(title.text) if fold(title.text) != fold(text) else title.text, title)
    return sorted(titles.values(), key=lambda title: (-title.worth, title.text))
