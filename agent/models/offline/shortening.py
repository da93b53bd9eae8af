"""Shorter forms of a phrase that stay grammatical: weak words go first, then trailing parts, names last of all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from .vocabulary import vocabulary

_FILLERS = vocabulary("fillers")
_PRAISE = vocabulary("praise")
_BREAKERS = vocabulary("breakers")
_LIGHT = vocabulary("light_heads")
_RELATIONS = vocabulary("relations")
_DANGLING = vocabulary("dangling") | _BREAKERS
_JOINERS = vocabulary("name_joiners")
_SHORTER_WORDING = {"focused on": "for", "featuring": "with", "such as": "like", "in order to": "to"}
_YOU_SOUNDS = ("uni", "use", "usu", "eu", "one", "once", "ubi", "uto", "ukulele")
_ADJECTIVE = re.compile(r"\w{2}(?:al|ive|ous|ful|ic|ern|ary|less|able|ible)$")
_VERBAL = re.compile(r"\w{2}(?:ing|ed)$")
_NO_ADJECTIVE = vocabulary("not_adjectives")
_AUXILIARY = re.compile(r"\b(?:is|are|was|were|can|will|would|could|has|have|do|does|did)\b(?! being$)")
_CLAUSE = re.compile(r"(?:how|why|what|when|where|who|which|whether) ")
_WORD = re.compile(r"[^\W_]+(?:['’&.-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Shortened:
    """A form of a phrase, and the share of its content words that are still in it."""

    text: str
    kept: float
    sound: bool = True
    """False for a form that was cut wherever it had to be, which may read badly."""
    opened: bool = True
    """False for a form without the opening: `X in Y` of `the role of X in Y`. An article went with it."""


def is_breaker(word: str) -> bool:
    """True for a preposition or a word that opens a relative clause: what follows it may be left out."""
    return word.casefold() in _BREAKERS


def is_evaluation(word: str) -> bool:
    """True for an adjective or adverb that only praises or fills: `most`, `iconic`, `various`."""
    return word.casefold() in _FILLERS | _PRAISE


def content_words(text: str) -> list[str]:
    """The words that carry meaning, folded: neither articles, prepositions nor evaluations."""
    weak = _FILLERS | _PRAISE | _DANGLING
    words = [word.casefold().removesuffix("'s").removesuffix("’s") for word in _WORD.findall(text)]
    return [word for word in words if word not in weak] or words


@cache
def shortenings(text: str) -> tuple[Shortened, ...]:
    """All forms of `text`, itself first, without doubles; none ends on a preposition or an article."""
    whole = content_words(text)
    forms: dict[str, Shortened] = {}
    names_alone = {" ".join(form) for form in _about_names(text.split())}
    for form, sound, opened in _forms(text.split()):
        tidy = _tidy(form)
        if tidy and (tidy not in forms or (sound and not forms[tidy].sound)):
            left = content_words(tidy)
            kept = sum(word in left for word in whole) / max(1, len(whole))
            missing = len(text.split()) - len(tidy.split()) + 4 * (_names(tidy) < _names(text) or tidy in names_alone)
            sound = sound and not _lost_its_verb(text, tidy)
            forms[tidy] = Shortened(tidy, max(kept / 3, kept - 0.05 * missing), sound, opened)
    return tuple(forms.values())


def _forms(words: list[str]) -> Iterator[tuple[list[str], bool, bool]]:
    named = _in_names(words)
    for drop in (frozenset[str](), _FILLERS, _FILLERS | {"most"}, _FILLERS | _PRAISE):
        lean = _without(words, drop, named)
        for start in _light_openings(lean):
            opened = start[:1] == lean[:1]
            for form in _cut_tails(start):
                yield form, True, opened
                yield _reworded(form), True, opened
                yield from ((terse, sound, opened) for terse, sound in _terser(form))
    yield from ((form, True, False) for form in _about_names(words))
    for form in _cut_tails(_without(words, _FILLERS | _PRAISE, named), keep_names=False):
        yield form, True, True
    for at in range(len(words) - 1, 0, -1):
        if not (_ADJECTIVE.search(words[at - 1]) or _VERBAL.search(words[at - 1])):
            yield words[:at], False, True


def _names(text: str) -> int:
    words = text.split()
    return sum(named and _capital(word) for named, word in zip(_in_names(words), words, strict=True))


def _terser(words: list[str]) -> Iterator[tuple[list[str], bool]]:
    """Headline forms: without inner articles, and, less soundly, without one adjective."""
    named = _in_names(words)
    bare = [
        word
        for i, word in enumerate(words)
        if i == 0 or named[i] or word not in ("the", "a", "an") or words[i + 1 :] == ["world"]
    ]
    if bare != words:
        yield bare, True
    for i, word in enumerate(words[:-1]):
        if (
            (
                i
                and _ADJECTIVE.search(word)
                and word not in _NO_ADJECTIVE
                and not (named[i] or is_breaker(words[i + 1]) or is_breaker(word))
            )
            and words[i + 1] not in ("and", "or", "of")
            and words[i - 1] not in ("and", "or")
        ):
            yield words[: i - (words[i - 1].casefold() == "most")] + words[i + 1 :], False


def _lost_its_verb(text: str, form: str) -> bool:
    """True for `how cooking techniques` from `how cooking techniques are being revived`."""
    verbs = _AUXILIARY.findall(text)
    return bool(verbs) and _CLAUSE.match(text) is not None and not _AUXILIARY.search(form)


def _reworded(words: list[str]) -> list[str]:
    text = " ".join(words)
    for long, short in _SHORTER_WORDING.items():
        text = text.replace(f" {long} ", f" {short} ")
    return text.split()


def _without(words: list[str], drop: frozenset[str], named: list[bool]) -> list[str]:
    kept = [word for word, name in zip(words, named, strict=True) if name or word.casefold().strip(",") not in drop]
    if len(kept) < len(words) and len(kept) > 1 and kept[0].casefold() in ("and", "or"):
        kept = kept[1:]
    pairs = [(kept[i], kept[i + 1] if i + 1 < len(kept) else "") for i in range(len(kept))]
    # "beautiful and functional spreads" loses its "and" with its adjectives
    return [
        word
        for i, (word, after) in enumerate(pairs)
        if not (word.casefold() == "and" and (not after or (i and _lost_neighbour(words, kept[i - 1], after))))
    ]


def _lost_neighbour(words: list[str], before: str, after: str) -> bool:
    joined = " ".join(words)
    return f"{before} and " not in joined or f" and {after}" not in joined


def _light_openings(words: list[str]) -> Iterator[list[str]]:
    """The phrase, and what it is about: `the role of X in Y` is about X in Y."""
    yield words
    folded = [word.casefold() for word in words]
    if "of" in folded[:6] and _tops(folded[: folded.index("of")]) <= _LIGHT | {"and", "step-by-step", "step"}:
        about = words[folded.index("of") + 1 :]
        yield about
        for i, word in enumerate(about[:-2]):
            if word == "in" and about[i + 1].endswith("ing") and len(about[i + 1]) > 5:
                yield [*about[: i + 1], *about[i + 2 :]]
    elif "of" in folded[1:5] and not _in_names(words)[folded.index("of")]:
        yield words[folded.index("of") + 1 :]
    if "between" in folded[:4] and _tops(folded[: folded.index("between")]) & _RELATIONS:
        yield words[folded.index("between") + 1 :]


def _about_names(words: list[str]) -> Iterator[list[str]]:
    """`Goku's best fights in Dragon Ball` is about Goku in Dragon Ball, `scenes in Casablanca` about Casablanca."""
    named = _in_names(words)
    at = next((i for i, word in enumerate(words) if is_breaker(word) and not named[i]), 0)
    if not at or not any(named[at + 1 : at + 3]):
        return
    owner = next((i for i in range(at) if named[i] and words[i].endswith(("'s", "’s"))), None)
    if owner is not None:
        yield [*words[:owner], words[owner][:-2], *words[at:]]
    elif words[at].casefold() in ("in", "from", "of"):
        yield words[at + 1 :]


def _tops(words: list[str]) -> frozenset[str]:
    return frozenset(words) - {"the", "a", "an"} or frozenset({"?"})


def _cut_tails(words: list[str], *, keep_names: bool = True) -> Iterator[list[str]]:
    yield words
    named = _in_names(words)
    breaks = [
        i - 1 if _participle(words, i) else i
        for i, word in enumerate(words)
        if i and is_breaker(word) and not _inside(named, i)
    ]
    breaks += [i + 1 for i, word in enumerate(words[:-1]) if word.endswith((",", ";", ":")) and not _inside(named, i)]
    breaks = [i for i in breaks if not (words[i].casefold() == "to" and "from" in words[:i])]
    for at in sorted(set(breaks), reverse=True):
        if not (keep_names and any(named[at:])):
            yield words[:at]
    # a subtitle may go although it belongs to the name
    yield from (words[: i + 1] for i, word in enumerate(words[:-1]) if word.endswith(":"))
    # the last part alone may go from the middle: "villains from films in Marvel" keeps its name
    for first, second in zip(sorted(set(breaks)), sorted(set(breaks))[1:], strict=False):
        if any(named[second:]) and not any(named[first:second]):
            yield words[:first] + words[second:]
    # "for productivity and mindfulness" may lose its second half
    if (
        len(words) > 4
        and words[-2].casefold() in ("and", "or")
        and is_breaker(words[-4])
        and words[-4] != "between"
        and not named[-1]
    ):
        yield words[:-2]


def _participle(words: list[str], at: int) -> bool:
    """True when the word before a preposition is a participle that cannot end a noun phrase: `used by chefs`."""
    before = words[at - 1].casefold()
    form = before.endswith("ed") or before in ("made", "built", "eaten", "seen", "told", "found", "taken", "written")
    return at > 1 and form and words[0].casefold() not in ("how", "why", "what", "when", "where", "who")


def _in_names(words: list[str]) -> list[bool]:
    """Which words belong to names: capitals inside the phrase, and the small words that join them."""
    named = [
        (i > 0 and _capital(word)) or (i == 0 and _capital(word) and len(words) > 1) for i, word in enumerate(words)
    ]
    if words and named[0] and words[0].casefold() in _DANGLING | _PRAISE | _FILLERS:
        named[0] = False
    for i, word in enumerate(words):
        if not named[i] and word.casefold() in _JOINERS and word.casefold() not in ("and", "in") and i > 0:
            after = next((j for j in range(i, min(i + 3, len(words))) if named[j]), None)
            named[i] = named[i - 1] and after is not None and not words[i - 1].endswith(("’s", "'s"))
    return named


def _inside(named: list[bool], at: int) -> bool:
    return named[at] and named[at - 1]


def _capital(word: str) -> bool:
    letters = [c for c in word if c.isalpha()]
    return bool(letters) and (letters[0].isupper() or any(c.isupper() for c in letters))


def _tidy(words: list[str]) -> str:
    words = _agreeing_articles(words)
    loose = _DANGLING if words and _CLAUSE.match(words[0] + " ") else _DANGLING | _PRAISE | _FILLERS
    while words and words[-1].casefold().strip(",;:") in loose and len(words) > 1:
        words.pop()
    while len(words) > 1 and words[0].casefold() in ("of", "and", "or", "that", "which"):
        words.pop(0)
    return " ".join(words).rstrip(",;:–—- ") if not words or words[-1].casefold() not in _DANGLING else ""


def _agreeing_articles(words: list[str]) -> list[str]:
    """`a` and `an` as the word that now follows them wants it."""
    return [
        article_for(words[i + 1]) if word in ("a", "an") and i + 1 < len(words) else word
        for i, word in enumerate(words)
    ]


def article_for(word: str) -> str:
    """`a` or `an` by the sound that `word` begins with."""
    folded = word.casefold().lstrip("\"“'’(")
    if folded.startswith(_YOU_SOUNDS):
        return "a"
    silent = folded.startswith(("hour", "honest", "heir", "honor", "honour"))
    spelled = len(word) > 1 and word[:2].isupper() and word[0] in "FHLMNRSX" and (len(word) < 4 or not word.isalpha())
    return "an" if silent or spelled or folded[:1] in tuple("aeiou") or folded.startswith(("8", "11", "18")) else "a"
