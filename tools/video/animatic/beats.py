"""The words of the three beats: what leads up to it, what it is, and the whole of it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from ...media.lettering import NO_BREAK, clusters, units

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
_TIED_RUN = 8  # letters of two small words in a row, as in `for a`
_MOSTLY = 0.7  # of a text's words are the idea's: it is the idea, and none of them stands out by that
_LEADS_ON = re.compile(
    r"(?:an?|and|are|as|at|by|for|from|how|i|in|into|is|it|its|my|no|not|of|on|or|our|so|than|that|the|their|these"
    r"|this|to|very|was|we|when|which|who|why|with|you|your|would|could|should|can|will|do|does|did"
    r"|about|after|because|before|but|every|has|have|he|her|his|if|like|my|she|some|they|until|what|where|while"
    r"|de|del|la|el|los|las|un|una|en|y|a|al|con|por|para|sin|sobre|que|qué|su|mi|tu|se"
    r"|le|les|du|des|et|à|au|aux|dans|pour|avec|sans|sur|sous|une|mon|ma|mes|ce|cette|son|sa|ses|par|qui|notre"
    r"|der|die|das|den|dem|ein|eine|einen|einem|und|mit|im|am|an|auf|aus|bei|beim|vom|von|zu|zum|zur|für|wie|über|nach"
    r"|il|lo|gli|che|di|da|della|del|dei|delle|alla|nel|nella|per|os|as|do|da|dos|das|no|na|nos|nas|com|um|uma|em"
    r"|của|và|ở|với|cho|các|những|một|trong|di|ke|dari|untuk|dan|yang|dengan|ve|ile"
    r"|w|z|ze|dla|przez|het|een|voor|om|på|av|för|az|egy"
    r"|في|من|على|إلى|عن|مع|أو|كيف|هذا|هذه|e|o|τα|το|τη|την|τον|ο|η|και|σε|и|в|на|с|о|за|из|по|от|до|для|без|как)[’']?\Z",
    re.IGNORECASE,
)
"""Words after which no thought ends."""
_TURNS = re.compile(
    r"(?:about|after|against|and|around|at|because|between|but|by|featuring|for|from|in|into|like|of|on|or|over|so|than|that"
    r"|through|throughout|to|until|using|versus|vs\.?|when|where|which|while|who|with|without|you|your"
    r"|de|del|en|con|sin|para|que|y|dans|pour|sans|sur|avec|für|mit|und|ohne|im|von)\Z",
    re.IGNORECASE,
)
"""Words with which the next one begins."""
_TRAILS = re.compile(r"(?:का|की|के|को|में|पर|से|ने|तक|बारे|کا|کی|کے|کو|میں|پر|سے|نے|تک|بارے|এর|থেকে|নিয়ে|জন্য)\Z")
"""Words that belong to what stands before them."""
_SYLLABLE = re.compile("[가-힣]")
"""A Korean noun of one syllable, which what stands before it mostly describes: `오는 날`, `할머니의 손`."""
_VERB = re.compile(r"[A-Z][a-z]{2,}ing\Z")  # first of a text: what follows is its object
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
    words = units(text)
    if len(words) <= _FEW:
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
    led = leads_on(before) or _TRAILS.match(after) is not None
    abbreviated = before.endswith(".") and NUMBER.fullmatch(after) is not None  # `No. 5`
    counted = abbreviated or NUMBER.fullmatch(before) is not None
    compound = after in _COMPOUND and place == len(words) - 2 and words[-1].islower()
    paired = _PAIRS.get(after) in {word.strip().casefold() for word in words[:place]}
    own = before.endswith(("'s", "’s", ",")) or (place == 1 and _VERB.match(before) is not None)
    mid_phrase = words[place - 1].endswith(" ") and not is_passing(after) and not own
    turned = 0.0 if compound or paired else 0.3 if _TURNS.match(after) else 0.15 * leads_on(after)
    bound = mid_phrase or compound or paired or abbreviated
    return off + 0.9 * led - turned + 0.4 * counted + 0.5 * bound + 0.8 * _is_name(words, place)


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
    led = _LEADS_ON.match(words[place - 1].strip()) is not None
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
        turns = (place for place, word in enumerate(words) if place > start and _TURNS.match(word) and word != "and")
        end = next(turns, len(words))
        key = [bare(word) for word in words[max(start, end - 2) : end] if not is_passing(word)]
    numbers = {bare(word) for word in words if NUMBER.fullmatch(word.strip(".,;:!?"))}
    return frozenset(numbers or key) - {""}


def is_passing(word: str) -> bool:
    """Whether a word only leads from one to the next."""
    return (_LEADS_ON.match(word) or _TURNS.match(word) or _TRAILS.match(word)) is not None


def leads_on(word: str) -> bool:
    """Whether no thought ends with a word, so that a line does not either."""
    return _LEADS_ON.match(word) is not None


def tied(text: str) -> str:
    """The text with its small words tied to what they belong to, so that no line parts them: `a plane`."""
    words = text.split(" ")
    ties = (
        (leads_on(before) and len(before + after) <= (_TIED_RUN if leads_on(after) else _TIED_LENGTH))
        or (len(before) <= _TIED and leads_on(before) and not leads_on(after))
        or _TRAILS.match(after)
        or _SYLLABLE.fullmatch(after)
        or _SYLLABLE.fullmatch(before)
        for before, after in pairwise(words)
    )
    return "".join(word + (NO_BREAK if tie else " ") for word, tie in zip(words, ties, strict=False)) + words[-1]


def _headed(text: str) -> str:
    """An idea as the heading that it becomes: with a capital, unless it is a name as `iPhone`."""
    word = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if word.islower() and re.fullmatch(r"[\w'’-]+", word) else text
