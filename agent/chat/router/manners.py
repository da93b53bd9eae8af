"""How a draft is wished to be, and the languages it is wished in: words that the offline router knows."""

from __future__ import annotations

import re

from ....graphs.create.request.command import take_apart
from ....graphs.create.request.terms import LANGUAGES
from ....graphs.create.request.words import article_for

_IRREGULAR = {
    "better": "better", "funnier": "funny", "sadder": "sad", "simpler": "simple", "cuter": "cute",
    "weirder": "weird", "wilder": "wild", "nicer": "nice", "stranger": "strange", "hotter": "hot", "bigger": "big",
}  # fmt: skip
_PLAIN = frozenset({
    "funny", "scary", "sad", "happy", "silly", "weird", "cute", "calm", "dark", "bright", "bold", "loud",
    "quiet", "slow", "fast", "quick", "simple", "crazy", "creepy", "spicy", "sexy", "edgy", "moody", "dreamy",
    "cosy", "cozy", "warm", "cold", "cool", "soft", "sharp", "wild", "strange", "sweet", "nice", "catchy",
    "punchy", "snappy", "gritty", "classy", "fancy", "cheeky", "witty", "angry", "clever", "smart", "strong",
    "big", "close", "hot", "fresh", "clean", "deep", "light", "spooky", "gloomy", "lively", "sunny",
    "colourful", "colorful", "dramatic", "exciting", "emotional", "serious", "fun", "epic", "romantic",
    "mysterious", "boring", "professional", "personal", "interesting", "surprising", "honest", "intense",
    "elegant", "modern", "retro", "vintage", "cinematic", "realistic", "engaging", "viral", "provocative",
    "playful", "poetic",
})  # fmt: skip
_FILLERS = frozenset({
    "a", "an", "the", "bit", "little", "lot", "much", "even", "way", "slightly", "really", "very", "super",
    "so", "too", "look", "looks", "sound", "sounds", "feel", "be", "seem", "to", "something", "into", "as",
    "and", "but", ",", "one", "ones", "version", "title", "titles", "hook", "hooks", "draft", "drafts",
})  # fmt: skip
_MOST_WORDS = 4
"""Words of wishes that the front of a request takes."""
_WISHED = re.compile(r"an? (?P<wishes>.+?) video about ")
_WRITTEN = frozenset(LANGUAGES.split("|")[:13])
"""Languages whose requests the offline drafter has hooks for."""


def manners(text: str) -> list[str]:
    """The wishes in `a bit funnier and more dramatic`: funny, more dramatic; none where a word is no such wish."""
    words = [word for word in re.findall(r"[\w'’-]+|,", text.casefold()) if word not in _FILLERS]
    found: list[str] = []
    while words:
        word = words.pop(0)
        if word in {"more", "less"} and words and words[0] in _PLAIN:
            found.append(f"{word} {words.pop(0)}")
        elif (plain := _plain(word)) is not None:
            found.append(plain)
        else:
            return []
    return found


def wished(request: str, wishes: list[str]) -> str:
    """The request with the wishes in front of its subject, next to those that stand there already."""
    before = _WISHED.match(request)
    kept = list(dict.fromkeys([*(before["wishes"].split(", ") if before else []), *wishes]))
    while len(kept) > 1 and len(" ".join(kept).split()) > _MOST_WORDS:
        del kept[0]
    said = ", ".join(kept)
    return f"{article_for(said)} {said} video about {take_apart(request).idea}"


def unfelt(wishes: list[str]) -> str:
    """What there is to say of wishes that stand in a request of the offline drafter."""
    return (
        f"“{', '.join(wishes)}” stands in the shot as a word: my drafter goes by fixed rules and has no sense for it."
    )


def untranslated(language: str) -> str:
    """What there is to say of a wish for a language."""
    name = language.capitalize()
    if language.casefold() in _WRITTEN:
        return (
            f"My drafter works by fixed rules and cannot translate. It writes {name} only where the request is {name}: "
            "say in it what the video is about, or let a language model speak: /model openai:gpt-4o"
        )
    return f"My drafter works by fixed rules and cannot write {name}. A language model can: /model openai:gpt-4o"


def _plain(word: str) -> str | None:
    """The adjective that `scarier`, `bolder` or `calm` is a form of."""
    if word in _IRREGULAR or word in _PLAIN:
        return _IRREGULAR.get(word, word)
    stem = word.removesuffix("er")
    forms = (stem, f"{stem}e", f"{stem[:-1]}y", stem[:-1]) if stem != word else ()
    return next((form for form in forms if form in _PLAIN), None)
