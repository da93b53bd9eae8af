"""What a text is about: its first noun that the animatic can draw, or that it cannot."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from .words import WORD, Entry, Index, fold, forms, is_glued

PLAIN = "plain"
"""The drawing that claims nothing."""
VIEW = "view"
"""The drawing of a place in which nothing stands."""

_SENTENCE = re.compile(r"[.;!?\n。；！？]+")
_CLAUSE = re.compile(r"[,:，、：“”„«»「」『』()\[\]…\"]|\s[-–—|]\s|—")
_PART_OF = {"of", "off", "from", "de", "del", "du", "des", "von", "di"}
_MOST_SAID = 3  # words of a phrase that a notice repeats


@dataclass(frozen=True, slots=True)
class Topic:
    """The picture's subject as the words have it."""

    subject: str
    """A drawing in `art/`; `view` when a place is shown for itself, `plain` when there is no drawing."""
    setting: str = ""
    """Where a view is; else empty."""
    undrawn: str = ""
    """What the text is about and nothing is drawn of, in its own words."""


@dataclass(frozen=True, slots=True)
class _Word:
    said: str
    folded: str


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A noun with what stands before it, as far as that can be told without a grammar."""

    opener: str
    """The word that it follows, such as `of`; empty for the first one, and after a comma or colon."""
    words: tuple[_Word, ...]


def topic_of(title: str, prompt: str, subjects: Mapping[str, Mapping[str, object]]) -> Topic:
    """The subject of a draft: of what title and prompt share, else of the prompt's first words, else of the title."""
    lists = _lists()
    known = _Known(_index(tuple((key, _named(facts)) for key, facts in subjects.items())), _about(subjects))
    shown, titled = [list(_phrases(text, lists.ends)) for text in (prompt, title)]
    named = {form for phrase in titled for word in phrase.words for form in forms(word.folded)} - lists.plain_words
    for phrase in shown[:6]:
        if any(form in named for word in phrase.words for form in forms(word.folded)) and (
            found := known.named(phrase)
        ):
            return found
    found, unknown = _first(shown, known)
    if found is None:
        named_in_title = (known.named(phrase) or known.suggested(phrase) for phrase in titled)
        found = next((one for one in named_in_title if one is not None), None)
    if found is None and unknown is None:
        found, unknown = _first(titled, known)
    return found or Topic(PLAIN, undrawn=unknown or _whole(shown or titled))


def _first(phrases: Sequence[_Phrase], known: _Known) -> tuple[Topic | None, str | None]:
    """What the phrases are about, or the words of the one that is about something unknown."""
    unknown: str | None = None
    missing: Topic | None = None
    for phrase in phrases:
        if (missing or unknown) and phrase.opener not in _PART_OF:
            break
        found = known.named(phrase) or known.suggested(phrase) or known.seen(phrase)
        if found is not None and found.subject != PLAIN:
            return found, None
        missing, unknown = missing or found, unknown or known.left(phrase)
    return missing, unknown


@dataclass(frozen=True, slots=True)
class _Known:
    """The lists, asked for a phrase from its last word to its first."""

    names: Index
    about: Index

    def named(self, phrase: _Phrase) -> Topic | None:
        """The drawing of what a phrase names, or that there is none."""
        lists = _lists()
        for place in range(len(phrase.words) - 1, -1, -1):
            word = phrase.words[place]
            if is_glued(word.folded):
                sign = Index((*self.names.entries, lists.undrawn)).find_sign(word.folded)
                if sign is not None:
                    return Topic(sign[0]) if sign[0] else Topic(PLAIN, undrawn=sign[1])
                continue
            for said, form in _candidates(phrase, place):
                if lists.undrawn.has(form):
                    return Topic(PLAIN, undrawn=said)
                if (key := self.names.find([form])) is not None:
                    return Topic(key)
        return None

    def suggested(self, phrase: _Phrase) -> Topic | None:
        """The drawing that stands for what a phrase is about, as a ball does for sport."""
        for place in range(len(phrase.words) - 1, -1, -1):
            if (key := self.about.find(form for _, form in _candidates(phrase, place))) is not None:
                return Topic(key)
        return None

    def seen(self, phrase: _Phrase) -> Topic | None:
        """The place that a phrase names."""
        view = _lists().view
        for place in range(len(phrase.words) - 1, -1, -1):
            word = phrase.words[place].folded
            sign = view.find_sign(word) if is_glued(word) else None
            if (key := sign[0] if sign else view.find(form for _, form in _candidates(phrase, place))) is not None:
                return Topic(VIEW, setting=key)
        return None

    def left(self, phrase: _Phrase) -> str | None:
        """The words of a phrase that say something which is not known; None when it only leads to the next."""
        lists = _lists()
        if any(lists.leads.has(word.folded) or is_glued(word.folded) for word in phrase.words):
            return None
        left = [word.said for word in phrase.words if not _is_passing(word.folded)]
        return " ".join(left[-_MOST_SAID:]) or None


def _candidates(phrase: _Phrase, place: int) -> Iterator[tuple[str, str]]:
    """A word with the one before it, alone, and its last part; each as it was said and as it is looked for."""
    word = phrase.words[place]
    if place:
        before = phrase.words[place - 1]
        yield f"{before.said} {word.said}", f"{before.folded}+{word.folded}"
    elif phrase.opener:
        yield word.said, f"{phrase.opener}+{word.folded}"
    yield word.said, word.folded
    if "-" in word.folded:
        yield word.said, word.folded.rpartition("-")[2]


def _phrases(text: str, ends: frozenset[str]) -> Iterator[_Phrase]:
    for clause in (clause for sentence in _SENTENCE.split(text) for clause in _CLAUSE.split(sentence)):
        opener, words = "", list[_Word]()
        for said in WORD.findall(clause):
            word = _Word(said, fold(said))
            ended = word.folded in ends
            if (ended or _is_gerund(word.folded)) and words:
                yield _Phrase(opener, tuple(words))
                opener, words = "", []
            if not ended:
                words.append(word)
            elif not (opener in _PART_OF and not words):  # of the ...: it is the `of` that counts
                opener = word.folded
        if words:
            yield _Phrase(opener, tuple(words))


def _is_gerund(word: str) -> bool:
    lists = _lists()
    return len(word) > 5 and word.endswith("ing") and not lists.undrawn.has(word) and word not in lists.nouns


def _is_passing(word: str) -> bool:
    """Whether a word says how or when rather than what."""
    return word.isdigit() or word.endswith(("ing", "ed", "ly")) or word in _lists().plain_words


def _whole(phrases: Sequence[_Phrase]) -> str:
    return " ".join(word.said for phrase in phrases[:1] for word in phrase.words[-_MOST_SAID:])


def _named(facts: Mapping[str, object]) -> str:
    return f"{facts['words']} {facts.get('abroad', '')}"


def _about(subjects: Mapping[str, Mapping[str, object]]) -> Index:
    return _index(tuple((key, str(facts["about"])) for key, facts in subjects.items() if "about" in facts))


@cache
def _index(lists: tuple[tuple[str, str], ...]) -> Index:
    return Index.of(lists)


@dataclass(frozen=True, slots=True)
class _Lists:
    ends: frozenset[str]
    leads: Entry
    undrawn: Entry
    view: Index
    nouns: frozenset[str]
    plain_words: frozenset[str]


@cache
def _lists() -> _Lists:
    read = (files(__package__).joinpath(name).read_text(encoding="utf-8") for name in ("topic.toml", "lexicon.toml"))
    own, lexicon = (tomllib.loads(text) for text in read)
    named = " ".join(_named(facts) for facts in lexicon["subject"].values())
    attributes = (str(words) for group in ("colour", "time", "weather", "framing") for words in lexicon[group].values())
    return _Lists(
        frozenset(fold(own["ends"]).split()),
        Entry.of("", own["leads"]),
        Entry.of("", own["undrawn"]),
        Index.of(own["view"].items()),
        frozenset(word for word in fold(named).split() if word.endswith("ing")),
        frozenset(fold(f"{' '.join(attributes)} {own['leads']} {own['ends']}").split()),
    )
