"""What is said beside a clip where it is posted: caption, hashtags and alt text, by rule and without a model."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ....languages import code_of, language_of
from .hashtags import capital, hashtags
from .subject import Kind, read_subject

_ALT = 250
"""Characters of an alt text: what screen readers say in one go."""
_LIKE_ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Post:
    """The words of a post."""

    title: str
    caption: str
    hashtags: tuple[str, ...]
    alt_text: str

    @property
    def text(self) -> str:
        """Caption and hashtags, as they are pasted."""
        return "\n\n".join(filter(None, (self.caption, " ".join(self.hashtags))))


@dataclass(frozen=True, slots=True)
class Shown:
    """What a post is about, beside its request."""

    title: str
    video_prompt: str
    seconds: float
    drawn: bool = False
    """True of an animatic, in whose picture the title stands."""
    photograph: bool = False
    """True of a picture of somebody's own, of which the prompt says nothing."""
    ai_generated: bool = False
    references: Sequence[str] = ()
    """Texts of past videos that may have hashtags, the nearest first."""
    categories: Sequence[str] = ()


def post_of(request: str, shown: Shown) -> Post:
    """The words of a post. An empty request stands for a draft of one's own: its title says what it is about."""
    about = request if request.strip() else shown.title
    tags = hashtags(about, shown.references, shown.categories, ai_generated=shown.ai_generated)
    subject, language = _subject(about)
    words = _words(shown.title or subject, language)
    return Post(shown.title, _caption(shown, subject, words), tuple(tags), _alt(shown, subject, words))


def _caption(shown: Shown, subject: str, words: dict[str, str]) -> str:
    """The title, and what the clip is in the words of its request; one sentence where both are the same."""
    title = shown.title.strip()
    held = bool(subject) and _bare(subject) in _bare(title)
    about = title if held else subject
    if not about:
        return title
    if re.search(r"[?!？！…]$", about):
        return capital(about) if held or not title else f"{title}\n{capital(about)}"
    if held and re.search(r"(?i)second|segundo|sekund|秒|초|секунд|saniye|detik|giây|सेकंड", title):
        return title
    said = words["caption"].format(subject=capital(about.rstrip(".。")), seconds=max(1, round(shown.seconds)))
    return said if held or not title else f"{title}\n{said}"


def _alt(shown: Shown, subject: str, words: dict[str, str]) -> str:
    """What the picture shows: a drawing by its subject and title, anything else by the first sentences of its shot."""
    if shown.drawn:
        said = words["drawn"].format(subject=(subject or shown.title).rstrip(".?。？"))
        return _cut(f"{said} {words['said'].format(title=shown.title)}" if shown.title else said)
    if shown.photograph:
        return _cut(words["photo"].format(subject=(subject or shown.title).rstrip(".?。？")))
    sentences = re.split(r"(?<=[.!?。！？])\s*", " ".join(shown.video_prompt.split()))
    text = ""
    for sentence in sentences:
        if text and len(text) + len(sentence) > _ALT:
            break
        text = f"{text} {sentence}".strip()
    return _cut(text)


def _cut(text: str) -> str:
    if len(text) <= _ALT:
        return text
    return f"{text[: _ALT - 1].rsplit(' ', 1)[0]}…"


def _subject(request: str) -> tuple[str, str]:
    """What the request is about, in its own words, and the code of its language."""
    if not request.strip():
        return "", _LIKE_ENGLISH
    subject = read_subject(request)
    own = subject.kind is Kind.OWN_WORDS
    return (subject.text if own else f"{subject.said}{subject.mark}"), subject.language


def _bare(text: str) -> str:
    return "".join(re.findall(r"\w+", text.casefold()))


def _words(text: str, language: str) -> dict[str, str]:
    """The sentences in the language of the text, else in that of its request; English where there are none."""
    table = _table()
    script = next((code for code, signs in _SCRIPTS.items() if re.search(f"[{signs}]", text)), "")
    sure = code_of(language_of(text))
    return table.get(script) or table.get(sure or language) or table[_LIKE_ENGLISH]


_SCRIPTS = {"ja": "\u3040-\u30ff", "zh": "\u4e00-\u9fff", "ko": "\uac00-\ud7af", "hi": "\u0900-\u097f"}
"""Scripts that tell the language of a few signs, the first that is found."""


@cache
def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads((files(__package__) / "post.toml").read_text(encoding="utf-8"))
