"""Whether a title is one that a predictor can judge: its language, its form, and whether it reads like a title at all.

Rules first: words, signs, repetition, length, language (CLD2, which knows short texts). Then a logistic regression on
the title's vector and a few counts, which tells known titles from texts that are made up of their letters and words:
scrambled letters, words strewn about, names piled up. What of the known titles themselves would be refused is measured
on titles that it has not seen, and kept to `REFUSED`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ...languages import language_of as detected
from .made_up import made_up
from .other_titles import OtherTitles, TitleMoments, told_apart
from .platforms import titles_of
from .title_form import ENDLESS, doubt_of_form, latin
from .title_look import MARKS, WORDS, Look, features, fit_look, held_out_looks

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_SHORT = 0.02
"""The share of known titles that may be shorter than what is judged."""
LONGEST = 120
"""Characters that may always be judged: a title on YouTube has 100 at most. Known titles may set a higher limit."""
FEWEST_TITLES = 500
"""Known titles below which nothing is learned from them."""
REFUSED = 0.004
"""The share of known titles, beyond those that the rules refuse, that may not be judged."""
_OWN_LANGUAGE = 0.02
"""The share of known titles that makes a language one of the predictor's own."""
_DOUBTFUL = 1.5  # log odds more than the least, for what has nothing but names
_TOLD = (
    "ar bg bn cs de el en es fa fi fr he hi hr hu id it iw ja ko nl pl pt ro ru sr sv ta te th tr uk ur vi zh zh-Hant"
)
"""Languages that are told apart; short English is at times taken for Latin, Scots or Xhosa."""
_LATIN_WORDS = "cs de en es fi fr hr hu id it nl pl pt ro sv tr vi"
_LATIN = frozenset(_LATIN_WORDS.split())
"""Those of them that are written in Latin letters."""
LANGUAGES = {
    "ar": "Arabic",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "hi": "Hindi",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "tr": "Turkish",
    "vi": "Vietnamese",
    "zh": "Chinese",
}

Encode = Callable[[Sequence[str]], "NDArray[np.float32]"]


@dataclass(frozen=True, slots=True)
class Domain:
    """What a predictor's known titles say about new ones."""

    languages: tuple[str, ...] = ()
    """Codes of the languages that known titles are in; empty where that is not known, and none is refused."""
    fewest: int = 2
    """Words below which a title is not judged: 1 to 3."""
    longest: int = ENDLESS
    """Characters above which it is not."""
    look: Look | None = None
    """None where too few titles are known to learn from."""
    others: tuple[OtherTitles, ...] = ()
    """What tells them from titles of other platforms; empty where a draft's `platform` has to say it."""

    def doubts(self, title: str, vector: NDArray[np.float32] | None, *, all_names: bool = False) -> tuple[str, ...]:
        """Why a title cannot be judged, in clauses for people; empty where it can. `vector` (D,) is its own.

        `all_names` is for a title without a plain word: it has to look more like a title where no mark parts the names.
        """
        if reason := doubt_of_form(title, self.fewest, self.longest) or self._doubt_of_language(title):
            return (reason,)
        if self.look is None or vector is None:
            return ()
        looks, piled = self.look.of(title, vector) - self.look.least, all_names and not MARKS.search(title)
        if looks < (_DOUBTFUL if piled else 0):
            return ("names are piled up",) if piled and not title.islower() else ("it does not read like a title",)
        return self._doubt_of_platform(title, vector)

    def _doubt_of_platform(self, title: str, vector: NDArray[np.float32]) -> tuple[str, ...]:
        for other in self.others:
            if other.look.of(title, vector) < other.look.least:
                return (f"it reads like {titles_of(other.platform)}, and unlike the titles that were learned from",)
        return ()

    def _doubt_of_language(self, title: str) -> str:
        spoken = language_of(title)
        written = bool(spoken) or latin(title) or not _LATIN.issuperset(self.languages)
        if not self.languages or (written and (not spoken or spoken in self.languages)):
            return ""
        own = " or ".join(LANGUAGES.get(one, one) for one in self.languages)
        return f"it is not in {own}"


def language_of(title: str) -> str:
    """The code of the language that a title is surely in, e.g. `fr`; empty where it may be any."""
    code = detected(title)
    return code if code in _TOLD else ""


def fit_domain(
    titles: Sequence[str],
    encode: Encode,
    groups: NDArray[np.int64] | None = None,
    seed: int = 0,
    others: Sequence[TitleMoments] = (),
) -> Domain:
    """Learn from known titles (N); of one of the `groups` (N,) all are learned from, or none, when it is checked.

    They are told from `others` too, which are of the vectors that `encode` makes.
    """
    spoken = Counter(filter(None, map(language_of, titles)))
    own = tuple(sorted(code for code, count in spoken.items() if count >= _OWN_LANGUAGE * len(titles)))
    longest = int(np.quantile([len(title) for title in titles], 1 - REFUSED / 10)) if titles else 0
    rough = Domain(own, _fewest(titles), max(LONGEST, longest))
    known = [row for row, title in enumerate(titles) if not rough.doubts(title, None)]
    if len(known) < FEWEST_TITLES:
        return rough
    texts = [titles[row] for row in known]
    invented = made_up(texts, seed)
    rows, foreign = features(texts, encode(texts)), features(invented, encode(invented))
    codes = np.arange(len(titles)) if groups is None else np.unique(groups, return_inverse=True)[1]
    halves = np.random.default_rng(seed).permutation(int(codes.max()) + 1)[codes[known]] % 2
    least = float(np.quantile(held_out_looks(rows, foreign, halves), REFUSED))
    return replace(rough, look=fit_look(rows, foreign, least), others=told_apart(rows, halves, others))


def _fewest(titles: Sequence[str]) -> int:
    """The most words, 1 or 2, that all but MOST_SHORT of the titles have."""
    counts = np.array([len(WORDS.findall(title)) for title in titles])
    return 2 if np.mean(counts < 2) <= MOST_SHORT else 1
