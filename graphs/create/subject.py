"""What a request is about, and whether a draft still is: its names and its head noun stand in title and shot.

By rule, as a check has to be the same for every model and at every attempt. In English the names are words with a
capital where none is due, and the head noun is the last noun before what only places or qualifies it; `sourdough bread`
in `how to make sourdough bread at home` gives `bread`. Endings may differ. Other languages have other grammars: there
any word of substance will do, and where a draft is in another language than its request, its English prompt is read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .policy import needs_translation
from .request.command import take_apart
from .state import Draft
from .word_lists import word_list

MOST_NAMES = 3
"""Names that a shot of three seconds has to show."""
NEAR_ENOUGH = 0.45
"""Cosine similarity to the request from which a text may say its head noun in other words."""
_SHORTEST, _FEW = 3, 5
_ARABIC_THE = "ال"
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_RUN = re.compile(f"[{_UNSPACED}]+")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_BOUNDARY = word_list("boundaries")
_SMALL = word_list("small")
_OF_WHICH = word_list("less_than_what_follows")
"""Words before `of` that say less than what follows it."""
_NO_NAMES = word_list("no_names")
_WHERE_FROM = re.compile(r"\w+(?:ian|ean|ese|ish|ican)|french|dutch|german|thai|greek|swiss|czech")
"""Adjectives of places: `Indian biryani` may be shown without saying where it is from."""
_ARTICLES = word_list("articles")
_ASKED = word_list("asked")
_ING_NOUNS = word_list("nouns_in_ing")
_FOREIGN = word_list("foreign")
_COMMANDS = re.compile(
    "请|帮我|制作|拍摄|生成|创建|创作|一个|一段|一条|关于|有关|展示|介绍|短视频|视频|影片|短片|过程"
    "|について|に関する|動画|ビデオ|ショート|を?作って|作成して|ください|下さい|วิดีโอ|เกี่ยวกับ|ทำ"
)
_PARTICLES = re.compile("[的の在和与是了をがはにでとも]")
_ASKING = word_list("asking")


class Term(NamedTuple):
    """A name or a noun that a draft has to have, in one of its words."""

    told: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a request is about."""

    names: tuple[Term, ...] = ()
    head: Term | None = None
    any_of: tuple[str, ...] = ()
    """Words one of which will do, for a request that is not in English; beginnings of words, or signs."""

    @property
    def english(self) -> bool:
        """Whether the request was read as English."""
        return not self.any_of

    @property
    def known(self) -> bool:
        """Whether anything was found that a draft can be held to."""
        return bool(self.names or self.head or self.any_of)

    def named_in(self, text: str) -> bool:
        """Whether a text names the subject at all."""
        said = _Said(text)
        wanted = [*self.names, *([self.head] if self.head else [])]
        return said.has_any(self.any_of) if self.any_of else not wanted or any(said.has(term) for term in wanted)


def subject_of_request(request: str) -> Subject:
    """The names and the head noun of a request, or its words of substance where it is not in English."""
    if not is_english(request):
        return Subject(any_of=tuple(_substance(request)))
    idea = take_apart(request).idea
    words = [(found.group(), found.start()) for found in _WORD.finditer(idea)]
    names = _names(words, idea, opening=request.strip().startswith(idea[:1]) and request.strip().startswith(idea))
    head = _head([word for word, _ in words])
    known = {part for name in names for part in name.words}
    if head and known & set(head.words):
        head = None
    return Subject(tuple(names[:MOST_NAMES]), head)


def left_subject(subject: Subject, draft: Draft, language: str, title_near: float, shot_near: float) -> str:
    """The fault of a draft that has lost the request's subject; empty where it has it.

    `title_near` and `shot_near` are cosine similarities to the request.
    """
    if draft.render_prompt or (language and (needs_translation(language) or not subject.english)):
        return _left_in_translation(subject, draft, shot_near)
    if subject.any_of:
        lost = [where for where, text in _parts(draft) if not subject.named_in(text)]
        return f"its {' and its '.join(lost)} left the subject of the request; come back to it" if lost else ""
    if lacking := _lacking(subject, draft.video_prompt, shot_near):
        return f"its shot has left the subject of the request: say {_listed(lacking)}"
    if not subject.named_in(draft.title) and (subject.names or title_near < NEAR_ENOUGH):
        told = [*(name.told for name in subject.names), *([subject.head.told] if subject.head else [])]
        return f"its title has left the subject of the request: say {_listed(told, ' or ')}"
    return ""


def is_english(text: str) -> bool:
    """Whether a request reads as English: Latin letters, and no more small words of others than of English."""
    letters = [one for one in text if one.isalpha()]
    if 2 * sum("LATIN" in unicodedata.name(one, "") for one in letters) <= len(letters):
        return False
    said = [word.casefold() for word in _WORD.findall(text)]
    foreign = sum(word in _FOREIGN and word not in _SMALL and word not in _BOUNDARY for word in said)
    strange = sum(not one.isascii() for one in letters)
    own = sum(word in _BOUNDARY or word in _SMALL or word == "of" for word in said)
    return not (foreign > own and (foreign > 1 or strange or len(said) <= _FEW))


def _left_in_translation(subject: Subject, draft: Draft, shot_near: float) -> str:
    """Of a draft in another language than its request: names may stand anywhere, the rest in the English prompt."""
    if not subject.english:
        return ""
    said = _Said(" ".join((draft.title, draft.video_prompt, draft.render_prompt)))
    lacking = [] if shot_near >= NEAR_ENOUGH else [name.told for name in subject.names if not said.has(name)]
    if subject.head and draft.render_prompt and shot_near < NEAR_ENOUGH and not said.has(subject.head):
        lacking.append(subject.head.told)
    return f"its shot has left the subject of the request: say {_listed(lacking)}" if lacking else ""


def _lacking(subject: Subject, shot: str, near: float) -> list[str]:
    said = _Said(shot)
    lacking = [name.told for name in subject.names if not said.has(name)]
    if subject.head and near < NEAR_ENOUGH and not said.has(subject.head):
        lacking.append(subject.head.told)
    return lacking


def _parts(draft: Draft) -> tuple[tuple[str, str], ...]:
    return (("title", draft.title), ("shot", draft.video_prompt))


def _listed(told: Sequence[str], last: str = " and ") -> str:
    quoted = [repr(one) for one in told]
    return last.join((", ".join(quoted[:-1]), quoted[-1])) if len(quoted) > 1 else quoted[0]


class _Said:
    """A text, to be looked through for words whatever their endings."""

    def __init__(self, text: str) -> None:
        self._text = _folded(text)
        self._words = {word for whole in _WORD.findall(self._text) for word in (whole, *re.split(r"[.'’-]", whole))}

    def has(self, term: Term) -> bool:
        return any(alike(word, other) for word in term.words for other in self._words)

    def has_any(self, beginnings: Sequence[str]) -> bool:
        starts = {word.removeprefix(_ARABIC_THE) for word in self._words} | self._words
        return any(
            one in self._text if _RUN.match(one) else any(word.startswith(one) for word in starts) for one in beginnings
        )


def alike(word: str, other: str) -> bool:
    """Whether two words are one but for an English ending: `taco` and `tacos`, `baking` and `bake`."""
    one, two = sorted((stem(word), stem(other)), key=len)
    more = 1 if len(one) <= _SHORTEST else 2
    return one == two or (len(one) >= _SHORTEST and two.startswith(one) and len(two) - len(one) <= more)


def stem(word: str) -> str:
    """An English word without its commonest endings."""
    bare = re.sub(r"['’]s?$", "", word)
    for ending, rest in (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x")):
        if bare.endswith(ending) and len(bare) > len(ending) + 1:
            return bare.removesuffix(ending) + rest
    if bare.endswith("s") and not bare.endswith(("ss", "us", "is")) and len(bare) > _SHORTEST:
        return bare[:-1]
    for ending in ("ing", "ed"):
        root = bare.removesuffix(ending)
        if root != bare and len(root) >= _SHORTEST:
            return root[:-1] if root[-1] == root[-2] and root[-1] not in "sl" else root
    return bare


def _names(words: Sequence[tuple[str, int]], idea: str, *, opening: bool) -> list[Term]:
    """Runs of words with a capital where none is due; none where every word has one."""
    substance = [word for word, _ in words if word.casefold() not in _SMALL | _BOUNDARY and word != "of"]
    if len(substance) > _SHORTEST and all(_capital(word) for word in substance):
        return []
    runs: list[list[tuple[str, int]]] = []
    for place, (word, start) in enumerate(words):
        due = place == 0 and opening and not (len(words) > 1 and _capital(words[1][0]))
        if not _capital(word) or due or word.casefold() in _NO_NAMES | _SMALL:
            continue
        joined = False
        if runs and place and runs[-1][-1] == words[place - 1]:
            before, at = words[place - 1]
            joined = idea[at + len(before) : start] == " "
        if joined:
            runs[-1].append((word, start))
        else:
            runs.append([(word, start)])
    found = (Term(_shown(run), tuple(_folded(part) for part, _ in run if len(part) > 1)) for run in runs)
    return [term for term in found if term.words and not all(_WHERE_FROM.fullmatch(word) for word in term.words)]


def _shown(run: Sequence[tuple[str, int]]) -> str:
    return re.sub(r"['’]s$", "", " ".join(word for word, _ in run))


def _head(words: Sequence[str]) -> Term | None:
    """The last word of the first phrase; with `of`, that of the next phrase will do as well, in a clause any word."""
    heads: list[str] = []
    phrase: list[str] = []
    if [word.casefold() for word in words[:2]] == ["how", "to"]:
        words = words[3:]
    clause = bool(words) and words[0].casefold() in _ASKED
    for place, word in enumerate([*words, ""]):
        low = _folded(word)
        doing = low.endswith("ing") and bool(phrase) and low not in _ING_NOUNS and place < len(words) - 1
        clause = clause or (low in _ARTICLES and bool(phrase))
        if word and low not in _BOUNDARY and low != "of" and not doing and not (low in _ARTICLES and phrase):
            phrase += [] if low in _SMALL else [low]
            continue
        if phrase:
            heads += phrase if clause else phrase[-1:]
            phrase = []
            if low != "of":
                break
    telling = [one for one in heads if stem(one) not in _OF_WHICH] or heads
    return Term(telling[0] if clause else telling[-1], tuple(telling)) if telling else None


def _capital(word: str) -> bool:
    return word[:1].isupper() or (len(word) > 1 and any(one.isupper() for one in word[1:]))


def _substance(request: str) -> Iterator[str]:
    """Beginnings of the words that say something, or pairs of signs where words are not parted."""
    text = _folded(request)
    for run in _RUN.findall(_COMMANDS.sub(" ", text)):
        for part in _PARTICLES.split(run):
            yield from (part[at : at + 2] for at in range(max(1, len(part) - 1)) if part)
    for word in _WORD.findall(_RUN.sub(" ", text)):
        if word in _ASKING or word in _FOREIGN or word in _SMALL:
            continue
        bare = word.removeprefix(_ARABIC_THE)
        shortest = 2 if "HANGUL" in unicodedata.name(bare[:1], "") else _SHORTEST
        if len(bare) >= shortest:
            yield bare[: max(shortest, 2 * len(bare) // 3)]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
