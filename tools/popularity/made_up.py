"""Texts that are no titles, made up of the letters and words of titles: what a test of titles has to tell apart."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Callable, Sequence
from itertools import pairwise

EACH = 300
"""Texts of each kind."""
_WORDS = re.compile(r"\w+")
_PRINTED = string.ascii_letters + string.digits + string.punctuation
_SIGNS = "_.-!?*#@&%$~^+=|/<>:;,()[]{}0123456789"


def made_up(titles: Sequence[str], seed: int = 0) -> list[str]:
    """EACH texts of a kind: letters, scrambled words, words strewn about, names piled up, repetitions, noise, signs."""
    chance = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
    words, names = _words_and_names(titles)
    letters = sorted({sign for word in words for sign in word.casefold() if sign.isalpha()}) or ["a", "b"]

    def letter_row() -> str:
        return "".join(chance.choices(letters, k=chance.randint(1, 10)))

    def scrambled() -> str:
        word = chance.choice(words)
        return "".join(chance.sample(word, len(word)))

    def several(make: Callable[[], str], low: int, high: int, between: str = " ") -> str:
        return between.join(make() for _ in range(chance.randint(low, high)))

    def strewn() -> str:
        return several(lambda: chance.choice(words).casefold(), 3, 9)

    def piled() -> str:
        return several(lambda: chance.choice(names), 4, 8, chance.choice([" ", " ", ", "]))

    def repeated() -> str:
        return " ".join([chance.choice(names)] * chance.randint(3, 8))

    def noise() -> str:
        return "".join(chance.choices(_PRINTED, k=chance.randint(5, 50)))

    kinds: tuple[Callable[[], str], ...] = (
        lambda: several(letter_row, 1, 9),
        lambda: several(scrambled, 3, 9),
        strewn,
        piled,
        piled,  # the kind that is most like titles
        repeated,
        noise,
        lambda: "".join(chance.choices(_SIGNS, k=chance.randint(1, 25))),
    )
    return [kind() for kind in kinds for _ in range(EACH)]


def _words_and_names(titles: Sequence[str]) -> tuple[list[str], list[str]]:
    """Every word once; and words and pairs of words that are never written small, names mostly."""
    rows = [_WORDS.findall(title) for title in titles]
    small = {word for row in rows for word in row if word == word.lower()}
    names = [word for row in rows for word in row if _is_name(word, small)]
    pairs = [pair for row in rows for pair in pairwise(row)]
    names += [f"{one} {other}" for one, other in pairs if _is_name(one, small) and _is_name(other, small)]
    words = sorted({word for row in rows for word in row})
    return words, names or words


def _is_name(word: str, small: set[str]) -> bool:
    return len(word) > 1 and word[0].isupper() and word.lower() not in small
