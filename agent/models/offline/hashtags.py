"""The hashtags of a post, by rule: names of the subject, those of the references on it, the category, the AI label."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files

from ....graphs.create.request.language import ENGLISH
from ....graphs.create.request.words import is_helper, is_small, listed, parts
from .grammar import PRONOUNS
from .subject import Kind, read_subject

MOST, LEAST = 8, 3
_OF_THE_SUBJECT, _OF_REFERENCES = 4, 3
_LONG = 3
"""Words of a phrase that one hashtag takes."""
_LONGEST = 30
"""Characters that a hashtag has at most: longer ones nobody types."""
_TIMES = 2
"""References that have to use a hashtag which shares no word with the subject."""
AI_LABEL = "#AIGenerated"
_OF_THE_FORM = ("#ShortVideo", "#Shorts")
"""True of every clip, where the subject gives too few."""
_HASHTAG = re.compile(r"[#＃]([^\s#＃.,;:!?'’\"“”()\[\]{}<>/\\|&+*=…。，！？、]+)")
_WORD = re.compile(r"[^\s!-&(-/:-@\[-`{-~“”‘«»„।。，！？、…·—–]+")
"""Anything between spaces and signs: Hindi's vowel signs are no letters to `\\w`."""
_SMALL_ELSEWHERE = frozenset(
    {
        *("los", "las", "del", "por", "con", "una", "uno", "unos", "unas", "para", "sobre"),
        *("des", "les", "une", "pour", "avec", "sur", "dans", "aux", "gli", "dei", "delle", "della", "per", "che"),
        *("der", "die", "das", "und", "ein", "eine", "einen", "mit", "für", "von", "den", "dem", "auf", "bei"),
        *("dan", "yang", "untuk", "dari", "pada", "ile", "için", "é", "um", "os", "as", "dos", "com"),
        *("का", "की", "के", "में", "पर", "से", "को", "बारे", "और", "एक"),
    }
)
_NOUN_FIRST = frozenset({"es", "fr", "pt", "it", "id", "vi", "ar", "fa"})
"""Languages in which the noun of a phrase comes before what is said of it."""


def hashtags(
    request: str, references: Iterable[str] = (), categories: Sequence[str] = (), *, ai_generated: bool = False
) -> list[str]:
    """Three to eight hashtags. `references` are texts of past videos, the nearest first."""
    own = _of_the_subject(request)
    shared = _of_references(references, own)
    label = [AI_LABEL] if ai_generated else []
    chosen = _distinct([*own[:_OF_THE_SUBJECT], *shared[:_OF_REFERENCES], *map(_mark, categories[:1])])
    chosen = chosen[: MOST - len(label)] + label
    return [*chosen, *(one for one in _OF_THE_FORM if one not in chosen)][: max(len(chosen), LEAST)]


def _of_the_subject(request: str) -> list[str]:
    """`#Biryani #IndianBiryani #AuthenticIndianBiryani`: each noun phrase of the subject, from its noun outwards."""
    if not request.strip():
        return []
    subject = read_subject(request)
    if re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", subject.text):
        return _distinct(_chinese(subject.text))
    if subject.language != ENGLISH:
        return _distinct(_foreign(subject.text, noun_first=subject.language in _NOUN_FIRST))
    text = subject.noun if subject.kind is Kind.STATEMENT and subject.noun else subject.text
    runs = _runs(text.split(" ", 1)[-1] if subject.kind is Kind.ACTION else text, _parts_phrases)
    if subject.kind in {Kind.QUESTION, Kind.STATEMENT}:  # `do cats purr`, `snow falls`: what it does is no name
        runs = [run[:-1] if len(run) > 1 and "VERB" in parts(run[-1].casefold()) else run for run in runs]
    names = [_names(run) for run in runs]
    if subject.kind is Kind.QUESTION:  # the noun comes first
        names = [[_mark(run[0]), *one] for run, one in zip(runs, names, strict=True)]
    first = [one[0] for one in names if one]
    return _distinct([*first, *(name for one in names for name in one[1:])])


def _names(run: Sequence[str]) -> list[str]:
    """The names of a phrase: from its noun outwards; of a long one the two words that it begins with before these."""
    end = run[-_LONG:]
    if len(run) > 1 and run[-1].casefold() in _flat():
        bare = end[:-1]
        return [*([_mark(" ".join(bare))] if len(bare) > 1 else []), _mark(" ".join(end))]
    return [
        *([_mark(" ".join(run[:2]))] if len(run) > _LONG else []),
        *(_mark(" ".join(end[at:])) for at in _starts(end)),
    ]


@cache
def _flat() -> frozenset[str]:
    """English nouns that name nothing by themselves: nobody looks for `#Routine`."""
    table = tomllib.loads((files(__package__) / "flat_words.toml").read_text(encoding="utf-8"))
    return frozenset(table["words"])


def _foreign(text: str, *, noun_first: bool) -> Iterator[str]:
    """The phrases of another language, as far as small words tell where they end; and their noun where it leads."""
    for run in _runs(text, lambda word: word in _SMALL_ELSEWHERE or (len(word) < 3 and word.isascii())):
        end = run[-_LONG:]
        if noun_first or len(end) == 1:
            yield _mark(end[0])
        yield _mark(" ".join(end))


def _runs(text: str, parts_them: Callable[[str], bool]) -> list[list[str]]:
    """Runs of telling words: small words, verbs and signs part them."""
    runs: list[list[str]] = [[]]
    for piece in re.findall(rf"{_WORD.pattern}|[^\s]", text):
        if _WORD.fullmatch(piece) and not parts_them(piece.casefold()):
            runs[-1].append(re.sub(r"['’]s$", "s", piece))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _parts_phrases(word: str) -> bool:
    """True for English words on which no noun phrase goes on."""
    kinds = parts(word)
    asking = word in {"why", "how", "what", "when", "where", "who", "which", "learning", "trying", "going", "getting"}
    small = is_small(word) or is_helper(word) or word in PRONOUNS or word in listed("fillers")
    return asking or small or bool(kinds and not {"NOUN", "ADJ"} & set(kinds))


def _starts(run: Sequence[str]) -> list[int]:
    """Where the names of a phrase begin: at its noun, then outwards; a name in capitals is never taken apart."""
    last = len(run) - 1
    if last and all(word[:1].isupper() for word in run):
        return [0]
    kinds = parts(run[last])
    lone = not kinds or "NOUN" in kinds
    return [*([last] if lone else []), *range(last - 1, -1, -1)]


def _chinese(text: str) -> list[str]:
    """A short text whole, and its nouns as rjieba finds them; of Japanese the runs without kana."""
    import rjieba

    whole = re.sub(r"[^\w]", "", text)
    nouns = [word for word, kind in rjieba.tag(text) if kind.startswith("n") and len(word) > 1]
    runs = re.findall(r"[\u30a0-\u30ff\u4e00-\u9fff]{2,8}", text)
    words = runs if re.search(r"[\u3040-\u30ff]", text) else nouns[::-1]
    return [f"#{one}" for one in ([whole] if len(whole) <= 8 else []) + words]


def _of_references(texts: Iterable[str], own: Sequence[str]) -> list[str]:
    """The hashtags of past videos that name the subject, then those which several use; each as most write it."""
    spellings: dict[str, Counter[str]] = {}
    for text in texts:
        for tag in dict.fromkeys(_HASHTAG.findall(text)):
            spellings.setdefault(tag.casefold(), Counter())[tag] += 1
    stems = [one[1:].casefold().removesuffix("s") for one in own]
    near = [tag for tag in spellings if any(len(stem) > 2 and stem in tag for stem in stems)]
    often = [tag for tag, used in spellings.items() if tag not in near and used.total() >= _TIMES]
    ranked = [*near, *sorted(often, key=lambda tag: -spellings[tag].total())]
    return [name for tag in ranked if (name := _checked(f"#{spellings[tag].most_common(1)[0][0]}"))]


def _mark(words: str) -> str:
    """Several words as CamelCase behind a `#`; empty where that is no hashtag."""
    named = (part.replace("'", "").replace("’", "") for part in _WORD.findall(words))
    return _checked("#" + "".join(capital(part) for part in named))


def capital(word: str) -> str:
    """With a capital, unless it has one elsewhere: `iPhone`."""
    return word if re.match(r"[a-z][A-Z]", word) else word[:1].upper() + word[1:]


def _checked(tag: str) -> str:
    """The hashtag, or nothing where it is too long, too short or a bare number."""
    letters = tag[1:]
    short = len(letters) < 2 + letters.isascii()
    return "" if short or len(letters) > _LONGEST or letters.isdigit() else tag


def _distinct(tags: Iterable[str]) -> list[str]:
    """The first of each, whatever its case."""
    found: dict[str, str] = {}
    for tag in tags:
        if tag:
            found.setdefault(tag.casefold(), tag)
    return [*found.values()]
