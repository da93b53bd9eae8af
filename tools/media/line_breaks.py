"""Where a line may be broken: inside text that is written without spaces, and inside a word that is too long for one.

The rules of UAX #14 and JIS X 4051 that titles need; whole words are kept where the script itself shows them: katakana
and Latin runs stay together, and Japanese lines begin where a phrase does, not with its particle. Chinese and Thai
words are those of dictionaries.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, pairwise

_NEVER_FIRST = frozenset(
    "、。，．！？：；）」』】》〉…ー々・％゛゜ヽヾ,.!?:;)]}%»”’"
    "ぁぃぅぇぉっゃゅょァィゥェォッャュョ的了吗嗎呢吧啊呀们們着過过ๆฯ"
)
_NEVER_LAST = frozenset("（「『【《〈([{¥$#@＃＠“‘«")
_LEADING_VOWELS = frozenset("เแโใไເແໂໃໄ")
"""Thai and Lao vowels that are written before the consonant they follow: a syllable begins with them."""
_KANA = ("Hiragana", "Katakana")
_TOGETHER = re.compile(
    "[\u0e00-\u0e7f]{2,8}|(?<![\u0e80-\u0eff])[\u0e80-\u0eff]{1,18}(?![\u0e80-\u0eff])"
    r"|(?<!\d)\d{1,3}(?: \d{3})+(?!\d)|\d [ap]\.?m\b"
)
"""What is written together in Lao, where it is not long; a number with its thousands, an hour."""
_BEHIND = ("里", "裡", "上", "下", "中")
"""Chinese words for a place that stand behind it: `胡同里`."""
_VERBS = frozenset("吃喝做学写改买卖修养包煮炒切拍玩找用教聊洗骑穿画唱跳喂")
"""Chinese verbs of one sign, whose object is behind them: `改代码`."""
_COMPOUND = re.compile(
    "(?<![\u4e00-\u9fff々])[\u4e00-\u9fff][\u30a1-\u30fa]|[\u30a1-\u30faー][屋店館系風味化感]|の[日人方事時頃上中下前後](?![\u4e00-\u9fff])"
    "|(?![のをがはにでともへや])[\u3041-\u3096](?:焼き|揚げ|漬け|煮|寿司|汁|飯|鍋|丼|餅|祭り)"
)
"""Japanese words that go on in another script: `段ボール`, `ラーメン屋`, `最後の日`, `たこ焼き`."""
_HAN = re.compile("[\u4e00-\u9fff]{2,}")
_THAI = re.compile("[\u0e00-\u0e7f]{9,}")
"""Thai that may be more than a word: a shorter run may be a name that no dictionary has."""
_THAI_PREFIXES = frozenset(("การ", "ความ", "ผู้", "นัก", "น่า"))
"""They make a noun or an adjective of the word behind them."""
_VOWELS = frozenset("aeiouyаеёиоуыэюяєіїαεηιουω")
_LOOK_BACK = 7  # signs before the last possible place in which a better one is looked for


def may_break(before: str, after: str, *, japanese: bool = False) -> bool:
    """Whether a line may end between two grapheme clusters; a space stands before the break, never after it."""
    if after == " " or after[0] in _NEVER_FIRST or before[-1] in _NEVER_LAST:
        return False
    if before == " ":
        return True
    first, second = script(before), script(after)
    if "Thai" in (first, second):
        return after[0] in _LEADING_VOWELS or first != second
    if second == "Han" and before.isdecimal():  # a number and what it counts
        return False
    if second == "Hiragana" or (first == second and (first == "Katakana" or japanese)):
        return False
    return bool({first, second} & {"Han", *_KANA})


@lru_cache(maxsize=1024)
def insides(text: str) -> frozenset[int]:
    """Places at which no line may begin, since a word or a number goes on there."""
    spans = [found.span() for found in _TOGETHER.finditer(text)]
    japanese = is_japanese(text)
    spans += [found.span() for found in _COMPOUND.finditer(text)] if japanese else []
    for run in () if japanese else _HAN.finditer(text):
        import rjieba

        places = [*accumulate(map(len, rjieba.cut(run.group())), initial=run.start())]
        for first, end in pairwise(places):
            word = text[first:end]
            spans.append((first - (word in _BEHIND), end + (word in _VERBS)))
    spans += [run.span() for run in _THAI.finditer(text)]
    return frozenset(place for first, end in spans for place in range(first + 1, end)) - thai_words(text)


@lru_cache(maxsize=1024)
def thai_words(text: str) -> frozenset[int]:
    """Where a Thai word begins behind another."""
    begins: set[int] = set()
    for run in _THAI.finditer(text):
        from newmm_tokenizer.tokenizer import word_tokenize

        words = word_tokenize(run.group())
        ends = accumulate(map(len, words), initial=run.start())
        begins.update(place for word, place in zip(words, [*ends][1:-1], strict=False) if word not in _THAI_PREFIXES)
    return frozenset(place for place in begins if text[place] not in _NEVER_FIRST)


def is_japanese(text: str) -> bool:
    """Whether kana stand among its signs, so that ideographs in a row are one word."""
    return any(script(sign) in _KANA for sign in text)


@lru_cache(maxsize=65_536)
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

    Without a dictionary the place is one that reads well in most languages: after a sign, else before a consonant
    between vowels, or between two.
    """
    places = range(most, max(1, most - _LOOK_BACK) - 1, -1)
    for place in places:
        if not word[place - 1][0].isalnum() and place < len(word):
            return place, ""
    if not all(_is_hyphenated(sign) for sign in word[: most + 1]):
        return most, ""
    sounds = ["v" if _is_vowel(sign) else "c" for sign in word]
    for place in range(most - 1, max(1, most - _LOOK_BACK), -1):
        around = "".join(sounds[place - 2 : place + 2])
        if around[1:] == "vcv" or around == "vccv":
            return place, "-"
    return (most - 1, "-") if most > 1 and "v" in sounds[:most] else (most, "")


def _is_vowel(cluster: str) -> bool:
    return unicodedata.normalize("NFD", cluster.casefold())[0] in _VOWELS


def _is_hyphenated(cluster: str) -> bool:
    name = unicodedata.name(cluster[0], "")
    return name.startswith(("LATIN", "CYRILLIC", "GREEK"))
