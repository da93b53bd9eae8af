"""Which finished ads are good enough to learn from: the paper's criteria, as far as numbers and rules tell.

Source: VC-LLM (Qian et al.): at most 120 s, 2 to 8 clips, and text that is fluent, free of typing errors and relevant
to the product. Length and count are arithmetic. The other three are a model's to judge (ad_judge.py); without one,
rules see what they can: that the script does not go in circles, is in one language, is said at a human rate and has no
broken characters (fluent), that its English words stand in some list (typos), and that it shares a word, number or name
with the product text, where both are in one language (relevant).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...graphs.asking.lengths import counts_characters
from ...languages import alike, language_of, name_of
from ...tools.editing.claims.quantities import quantities
from ...tools.editing.claims.subjects import subjects
from ...tools.editing.word_cuts import words
from .finished_ads import FinishedAd
from .spelling import strange_words

RULE = "rule"
"""Who says so, where no model does."""
LONGEST = 120.0
FEWEST_CLIPS, MOST_CLIPS = 2, 8
FASTEST = {"words": 6.0, "characters": 12.0}
"""Units a second: nobody speaks faster; what is over it was written down wrongly."""
FEWEST_WORDS = 3
"""Words of a script: less is a slogan, and Whisper's way to hear music."""
_DISTINCT = 0.4
"""The share of a script's words that differ, at least, from `_LONG` words on."""
_LONG = 20
_TOLD_APART, _TOLD_BY_LETTERS = 25, 12
"""Bytes of one line from which its language is sure: in Latin letters, and in others."""
_STRANGE = 0.03
"""The share of words that no list knows which passes; one in a short script is too many."""
_BROKEN = re.compile(r"\ufffd|[^\W\d_]\d+[^\W\d_]{2,}|(\w)\1{3,}|[\u0400-\u04ff][a-zA-Z]|[a-zA-Z][\u0400-\u04ff]")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an ad is not taken."""

    reason: str
    """One of REASONS, to be counted."""
    detail: str
    """A sentence with the facts."""
    by: str = RULE
    """Who says so: a rule, or a model by its name."""


REASONS = (
    "cannot be read", "no product text", "no shot", "too long", "the same file", "too few clips", "too many clips",
    "nothing is said", "not understood", "two languages", "not fluent", "typos", "not relevant", "not judged",
    "gone meanwhile",
)  # fmt: skip
"""All that files and ads are left out for, in the order in which they are looked at."""


def limits(ad: FinishedAd) -> list[Fault]:
    """What numbers say against an ad, whoever judges its text."""
    count, faults = len(ad.clips), list[Fault]()
    if ad.seconds > LONGEST:
        faults.append(Fault("too long", f"it lasts {ad.seconds:.1f} s, and an ad at most {LONGEST:g} s"))
    if not ad.script:
        faults.append(Fault("nothing is said", "; ".join(ad.doubts) or f"over none of its {ad.shots} shots"))
    elif ad.doubts:
        faults.append(Fault("not understood", "; ".join(ad.doubts)))
    if count < FEWEST_CLIPS:
        faults.append(Fault("too few clips", f"it has {count} of {ad.shots} shots with words, at least {FEWEST_CLIPS}"))
    if count > MOST_CLIPS:
        faults.append(Fault("too many clips", f"it has {count} clips, at most {MOST_CLIPS}"))
    return faults


def by_rule(ad: FinishedAd) -> list[Fault]:
    """What rules see against the text of an ad in which something is said."""
    checks: Sequence[Callable[[FinishedAd], Fault | None]] = (_one_language, _fluent, _spelt, _relevant)
    return [fault for check in checks if (fault := check(ad)) is not None]


def _one_language(ad: FinishedAd) -> Fault | None:
    spoken = {
        language: clip.place
        for clip in ad.clips
        if len(clip.script.encode()) >= (_TOLD_APART if clip.script.isascii() else _TOLD_BY_LETTERS)
        and (language := language_of(clip.script))
    }
    others = [language for language in spoken if not alike(language, ad.language or language)]
    if not ad.language and len(spoken) > 1:
        others = [one for one in spoken if not all(alike(one, other) for other in spoken)]
    if not others:
        return None
    place = spoken[others[-1]]
    rest = name_of(ad.language) if ad.language else "another language"
    return Fault("two languages", f"clip {place} is in {name_of(others[-1])}, the rest in {rest}")


def _fluent(ad: FinishedAd) -> Fault | None:
    said = [word.casefold() for word in words(ad.script)]
    if len(said) < FEWEST_WORDS:
        return Fault("not fluent", f"it says {len(said)} words")
    if len(said) >= _LONG and len(set(said)) < _DISTINCT * len(said):
        word, times = Counter(said).most_common(1)[0]
        return Fault("not fluent", f"{len(set(said))} of {len(said)} words differ, {word!r} stands there {times} times")
    lines = Counter(clip.script.casefold() for clip in ad.clips)
    if (most := lines.most_common(1)[0])[1] > 1 and len(words(most[0])) >= FEWEST_WORDS:
        return Fault("not fluent", f"it says {most[0]!r} over {most[1]} clips")
    if broken := _BROKEN.search(ad.script):
        return Fault("not fluent", f"it holds {broken.group()!r}")
    spoken = sum(clip.seconds for clip in ad.clips)
    unit = "characters" if counts_characters(ad.language) else "words"
    if ad.units > FASTEST[unit] * spoken:
        return Fault("not fluent", f"{ad.units / spoken:.1f} {unit} a second are said, at most {FASTEST[unit]:g}")
    return None


def _spelt(ad: FinishedAd) -> Fault | None:
    if ad.language != "en":
        return None
    strange = strange_words(ad.script, product_texts(ad))
    if len(strange) <= _STRANGE * ad.units:
        return None
    return Fault("typos", f"no list knows {', '.join(map(repr, strange[:5]))}")


def _relevant(ad: FinishedAd) -> Fault | None:
    texts = product_texts(ad)
    known = language_of(" ".join(texts))
    if not known or not ad.language or not alike(known, ad.language):
        return None  # names may be the same in any language, and words are not
    shared = subjects(ad.script) & subjects(" ".join(texts))
    numbers = {(one.value, one.unit) for one in quantities(ad.script)}
    if shared or numbers & {(one.value, one.unit) for text in texts for one in quantities(text)}:
        return None
    return Fault("not relevant", f"it shares no word or number with the text about {ad.product.called!r}")


def product_texts(ad: FinishedAd) -> tuple[str, ...]:
    """All that is known of an ad's product, as texts."""
    product = ad.product
    return tuple(text for text in (product.called, product.category, product.price, *product.facts) if text)
