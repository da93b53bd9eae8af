"""The words of the three beats: what leads up to it, what it is, and the whole of it."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

from ...media.characters import NO_BREAK, clusters
from ...media.lettering import units

_MOST = 200
"""Signs of a text that are set."""
_AT_ONCE = 84
"""Signs that are shown whole in the last beat; a longer text is read in three parts."""
_FEW = 3
_SHORT = 40  # signs of a text that is read at once where no thought ends in it, as in `why do we yawn?`
_PARTED_BADLY = 0.45
_KEY_WORDS = 3
_TIED = 2  # letters of small words that are always tied; longer ones only where both are short
_TIED_LENGTH = 11
_TIED_RUN = 10  # letters of two small words in a row, as in `for a`
_COUNTED = 12  # letters of a number and what it counts, as in `365 days`
_MOSTLY = 0.7  # of a text's words are the idea's: it is the idea, and none of them stands out by that
_SYLLABLE = re.compile("[가-힣]")
"""A Korean noun of one syllable, which what stands before it mostly describes: `오는 날`, `할머니의 손`."""
_DOING = re.compile(r"[A-Z][a-z]{2,}ing\Z")  # first of a text: what follows is its object
_VERB = re.compile(r"[a-z]{3,}\Z")
_NO_VERB = frozenset(("is", "are", "was", "were", "last", "next", "one", "every", "all", "half"))
"""First words behind which a word before an article is a noun: `one night the moon`."""
_TIMES = frozenset(("season", "year", "month", "week", "weekend", "summer", "winter", "spring", "fall", "autumn"))
_OPEN_OBJECTS = frozenset(
    ("a", "an", "the", "my", "our", "your", "his", "her", "their", "its", "this", "these", "those")
)
_VIETNAMESE = re.compile("[ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵơưỷỹ]")
_PHRASE = 16
"""Signs of a Vietnamese phrase that stay on one line: nothing tells there whether two syllables are one word."""
_PAIRS = {"and": "between", "to": "from", "und": "zwischen", "y": "entre", "et": "entre", "e": "entre"}
"""The second half of a pair, with the word that opened it: `between clouds and mountains`."""
_COMPOUND = frozenset(("de", "di", "du", "d'"))  # as in `salon de thé`, where one word follows
_OF = frozenset(("of", "de", "del", "du", "von", "di"))
_IN_NAMES = _OF | {"the", "on", "la", "der", "des"}
_CLAUSE = re.compile(
    r"(?:：|:\s|(?<=[！？…。，、])|(?<=[!?;])\s|\s[–—-]\s)\s*(?=[^\s!?！？…])|(?<=,)\s|(?<=\w\w[.])\s(?!\d)"
)
NUMBER = re.compile(
    r"[#№$€£¥₹]?\s?\d+(?:[.,:/]\d+| \d{3}(?!\d))*"
    r"(?:\s?[%％°℃]|[kKmM]\b|€|円|元|[ap]\.?m\b\.?|年|月|日|天|个|個|种|種|分|步|つ|년|월|분|가지)?"
)


@dataclass(frozen=True, slots=True)
class Beats:
    """What is read in a clip."""

    setup: str
    subject: str
    punch: str
    """With a line's end where its second thought begins."""
    key: frozenset[str]
    """Words, as `bare` has them, that the punch stresses."""


def beats_of(title: str, idea: str) -> Beats:
    """The beats of a title, or of the idea where there is none; the title's words that the idea has too are its key."""
    text = clean(title) or _headed(clean(idea)) or "…"
    if len(clusters(text)) > _AT_ONCE:
        return Beats(*_thirds(text), frozenset())
    first, second = _halves(text, idea)
    if second:
        return Beats(first.rstrip(" :：,，、-–—"), second, f"{first}\n{second}", _key(text, idea))
    context = _headed(clean(idea))
    told = bare(context) != bare(text) and 0 < len(clusters(context)) <= _AT_ONCE
    return Beats(context if told else text, text, text, _key(text, idea))


def clean(text: str) -> str:
    """One line of what can be drawn, cut at a word where it is too long to be read."""
    signs = clusters(" ".join(text.encode(errors="replace").decode().split()))
    if len(signs) <= _MOST:
        return "".join(signs).strip()
    cut = "".join(signs[: _MOST - 1])
    return (cut.rsplit(" ", 1)[0] if " " in cut[_MOST // 2 :] else cut).rstrip(" ,;:") + "…"


def bare(text: str) -> str:
    """A word without case and the signs around it."""
    return "".join(sign for sign in text.casefold() if unicodedata.category(sign)[0] in "LMN")


def _halves(text: str, idea: str) -> tuple[str, str]:
    """Two thoughts: at a clause's end where there is one, else before the idea or where the words turn to a second."""
    parts = [part for part in _CLAUSE.split(text, maxsplit=1) if part]
    if len(parts) == 2 and all(bare(part) for part in parts):
        return text[: -len(parts[1])].strip(), parts[1]
    words = [unit.replace(NO_BREAK, " ") for unit in units(_phrased(text))]
    if len(words) < 2 or (len(words) <= _FEW and not _VIETNAMESE.search(text)):
        return text, ""
    places = range(1, len(words))
    at = text.casefold().find(clean(idea).casefold())
    strain = {place: _strain(words, place) - (0 < at == len("".join(words[:place]))) for place in places}
    best = min(places, key=lambda place: (strain[place], place))
    first, second = "".join(words[:best]).strip(), "".join(words[best:]).strip()
    if (strain[best] > _PARTED_BADLY and len(text) <= _SHORT) or not (bare(first) and bare(second)):
        return text, ""
    return first, second


def _strain(words: list[str], place: int) -> float:
    """How badly a text is parted before `words[place]`: off its middle, after an article, in a name, in mid-thought."""
    sizes, before, after = [len(word) for word in words], words[place - 1].strip(), words[place].strip()
    off = abs(sum(sizes[:place]) / sum(sizes) - 0.5)
    led = leads_on(before) or after in _listed("trails") or _takes(words, place - 1)
    abbreviated = before.endswith(".") and NUMBER.fullmatch(after) is not None  # `No. 5`
    counted = abbreviated or NUMBER.fullmatch(before) is not None
    compound = after in _COMPOUND and place == len(words) - 2 and words[-1].islower()
    paired = _PAIRS.get(after) in {word.strip().casefold() for word in words[:place]}
    own = before.endswith(("'s", "’s", ",")) or (place == 1 and _DOING.match(before) is not None)
    mid_phrase = words[place - 1].endswith(" ") and not is_passing(after) and not own and not _takes(words, place)
    turns = _first(after) in _listed("turns") or _takes(words, place)
    turned = 0.0 if compound or paired else 0.3 if turns else 0.15 * leads_on(_first(after))
    bound = mid_phrase or compound or paired or abbreviated
    return off + 0.9 * led - turned + 0.4 * counted + 0.5 * bound + 0.8 * _is_name(words, place)


def _takes(words: list[str], place: int) -> bool:
    """Whether a verb at `words[place]` has its object behind it: `steals my bike`; not in `5 signs your dog`."""
    verb, after, of = (word.strip() for word in [*words[place : place + 3], "", ""][:3])
    noun = (
        place < 1
        or of in _TIMES
        or words[0].strip().casefold() in _NO_VERB
        or NUMBER.fullmatch(words[place - 1].strip()) is not None
    )
    return not noun and _VERB.match(verb) is not None and after in _OPEN_OBJECTS and not is_passing(verb)


def _is_name(words: list[str], place: int) -> bool:
    """Whether a name goes on at `words[place]`, as in `Walter White`, `Game of Thrones`, `The Lord of the Rings`."""
    after = next((word for word in words[place : place + 3] if word.strip() not in _IN_NAMES), "")
    return words[place - 1][:1].isupper() and after[:1].isupper()


def _thirds(text: str) -> tuple[str, str, str]:
    words = units(text)
    ends = [0]
    for share in (1 / 3, 2 / 3):
        near = [place for place in range(ends[-1] + 1, len(words)) if abs(_share(words, place) - share) < 0.13]
        ends.append(min(near or [len(words)], key=lambda place: _strain_near(words, place, share)))
    first, second = ends[1:]
    return tuple("".join(part).strip() for part in (words[:first], words[first:second], words[second:]))  # type: ignore[return-value]  # three parts


def _share(words: list[str], place: int) -> float:
    return sum(len(word) for word in words[:place]) / sum(len(word) for word in words)


def _strain_near(words: list[str], place: int, share: float) -> float:
    ended = words[place - 1].strip()[-1:] in ",.;:!?，。、；：！？"
    led = leads_on(words[place - 1].strip())
    return 2 * abs(_share(words, place) - share) + 0.5 * led - 0.4 * ended


def _key(text: str, idea: str) -> frozenset[str]:
    """The longest run of the text's words that the idea has too, else what ends its first phrase; and its numbers."""
    words = text.split()
    if len(words) < _FEW:
        return frozenset()
    known = {bare(word) for word in idea.split()} - {""}
    runs, run = [list[str]()], list[str]()
    for word in [*words, ""]:
        if bare(word) in known and not is_passing(word):
            run.append(bare(word))
            continue
        runs, run = [*runs, run[-_KEY_WORDS:]], []
    key = max(runs, key=len)
    if sum(bare(word) in known for word in words) > _MOSTLY * len(words):
        start = next((place + 1 for place, word in enumerate(words) if place and word in _OF), 0)
        turning = _listed("turns") - {"and"}
        turns = (place for place, word in enumerate(words) if place > start and word.casefold() in turning)
        end = next(turns, len(words))
        key = [bare(word) for word in words[max(start, end - 2) : end] if not is_passing(word)]
    numbers = {bare(word) for word in words if NUMBER.fullmatch(word.strip(".,;:!?"))}
    return frozenset(numbers or key) - {""}


def is_passing(word: str) -> bool:
    """Whether a word only leads from one to the next."""
    folded = _first(word).casefold()
    return leads_on(folded) or folded in _listed("turns") | _listed("trails")


def leads_on(word: str) -> bool:
    """Whether no thought ends with a word, so that a line does not either."""
    return word.casefold().lstrip('¿¡"“(').rstrip("'’") in _listed("leads_on")


def _first(phrase: str) -> str:
    """The first word of a phrase that stays together."""
    return phrase.split(" ", 1)[0]


@cache
def _listed(kind: str) -> frozenset[str]:
    """The words of a kind in small_words.toml, of all languages."""
    table = tomllib.loads((files(__package__) / "small_words.toml").read_text(encoding="utf-8"))[kind]
    return frozenset(word for words in table.values() for word in words.split())


def tied(text: str) -> str:
    """The text with its small words tied to what they belong to, so that no line parts them: `a plane`."""
    words = _phrased(text).split(" ")
    ties = (
        (leads_on(before) and len(before + after) <= (_TIED_RUN if leads_on(after) else _TIED_LENGTH))
        or (len(before) <= _TIED and leads_on(before) and not leads_on(after))
        or after in _listed("trails")
        or (NUMBER.fullmatch(before) and len(before + after) <= _COUNTED)
        or _SYLLABLE.fullmatch(after)
        or _SYLLABLE.fullmatch(before)
        for before, after in pairwise(words)
    )
    return "".join(word + (NO_BREAK if tie else " ") for word, tie in zip(words, ties, strict=False)) + words[-1]


def _phrased(text: str) -> str:
    """A Vietnamese text with its phrases tied; any other as it is."""
    if not _VIETNAMESE.search(text):
        return text
    phrases: list[list[str]] = [[]]
    for word in text.split(" "):
        before = phrases[-1][-1:] or [""]
        ended = before[0].casefold() in _listed("ends") or before[0].endswith((",", ":", ".", "?", "!"))
        if phrases[-1] and (ended or (is_passing(word) and not is_passing(before[0]))):
            phrases.append([])
        phrases[-1].append(word)
    return " ".join(part for phrase in phrases for part in _in_lines(phrase))


def _in_lines(phrase: list[str]) -> list[str]:
    """A phrase tied, in parts of two syllables and more where it is too long for a line."""
    if len(" ".join(phrase)) <= _PHRASE or len(phrase) < _FEW:
        return [NO_BREAK.join(phrase)]
    half = max(2, len(phrase) // 4 * 2)
    return [*_in_lines(phrase[:half]), *_in_lines(phrase[half:])]


def _headed(text: str) -> str:
    """An idea as the heading that it becomes: with a capital, unless it is a name as `iPhone`."""
    word = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if word.islower() and re.fullmatch(r"[\w'’-]+", word) else text
