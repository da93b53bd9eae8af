"""Where a line may be broken: inside text that is written without spaces, and inside a word that is too long for one.

The rules of UAX #14 and JIS X 4051 that titles need; whole words are kept where the script itself shows them: katakana
and Latin runs stay together, and Japanese lines begin where a phrase does, not with its particle.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_NEVER_FIRST = frozenset(
    "、。，．！？：；）」』】》〉…ー々・％゛゜ヽヾ,.!?:;)]}%»”’"
    "ぁぃぅぇぉっゃゅょァィゥェォッャュョ的了吗嗎呢吧啊呀们們着過过ๆฯ"
)
_NEVER_LAST = frozenset("（「『【《〈([{¥$#@＃＠“‘«")
_LEADING_VOWELS = frozenset("เแโใไເແໂໃໄ")
"""Thai and Lao vowels that are written before the consonant they follow: a syllable begins with them."""
_KANA = ("Hiragana", "Katakana")
_VOWELS = frozenset("aeiouyаеёиоуыэюяєіїαεηιουω")
_LOOK_BACK = 5  # signs before the last possible place in which a better one is looked for


def may_break(before: str, after: str, *, japanese: bool = False) -> bool:
    """Whether a line may end between two grapheme clusters; a space stands before the break, never after it."""
    if after == " " or after[0] in _NEVER_FIRST or before[-1] in _NEVER_LAST:
        return False
    if before == " ":
        return True
    first, second = script(before), script(after)
    if "Thai" in (first, second):
        return after[0] in _LEADING_VOWELS or first != second
    if second == "Hiragana" or (first == second and (first == "Katakana" or japanese)):
        return False
    return bool({first, second} & {"Han", *_KANA})


def is_japanese(text: str) -> bool:
    """Whether kana stand among its signs, so that ideographs in a row are one word."""
    return any(script(sign) in _KANA for sign in text)


def script(cluster: str) -> str:
    """Han, Hiragana, Katakana, Thai (with Lao), else nothing."""
    name = unicodedata.name(cluster[0], "")
    if name.startswith("CJK"):
        return "Han"
    if name.startswith("LAO"):
        return "Thai"
    return next((kind for kind in (*_KANA, "Thai") if name.startswith(kind.upper())), "")


def cut(word: Sequence[str], most: int) -> tuple[int, str]:
    """Where to part a word of which `most` clusters fit on a line, and the hyphen that is added there, if any.

    Without a dictionary the place is one that reads well in most languages: after a sign, else before a consonant that
    follows a vowel.
    """
    places = range(most, max(1, most - _LOOK_BACK) - 1, -1)
    for place in places:
        if not word[place - 1][0].isalnum() and place < len(word):
            return place, ""
    if not all(_is_hyphenated(sign) for sign in word[: most + 1]):
        return most, ""
    for place in places:
        if _is_vowel(word[place - 2]) and not _is_vowel(word[place - 1]) and 1 < place - 1 < len(word) - 1:
            return place - 1, "-"
    return most, ""


def _is_vowel(cluster: str) -> bool:
    return unicodedata.normalize("NFD", cluster.casefold())[0] in _VOWELS


def _is_hyphenated(cluster: str) -> bool:
    name = unicodedata.name(cluster[0], "")
    return name.startswith(("LATIN", "CYRILLIC", "GREEK"))
