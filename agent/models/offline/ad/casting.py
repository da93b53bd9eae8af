"""Which line goes over which clip: words in common, length, flaws, and what other variants took already."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .....graphs.asking.lengths import counts_characters, spoken_units
from .....graphs.create.request.words import is_small, parts
from ..chance import Chance
from .brief import AdBrief, SeenClip
from .facts import Saying

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

IMPOSSIBLE = -1_000.0
_WORDS_A_SECOND, _CHARACTERS_A_SECOND = 2.5, 4.5
"""A calm voice, for clips whose room nobody measured."""
_FLAW = 2.0
_USELESS = 20.0
"""What a clip of which nothing can be seen loses; a flaw still leaves something."""
_NOTHING_SEEN = frozenset({"black", "frozen", "duplicate"})
_SPARE, _AGAIN, _OPENED, _CHANCE = 0.6, 0.4, 3.0, 0.5


def room_of(clip: SeenClip, language: str) -> int:
    """How many words or characters fit over a clip."""
    rate = _CHARACTERS_A_SECOND if counts_characters(language) else _WORDS_A_SECOND
    return clip.words or int(clip.seconds * rate)


def usable(brief: AdBrief, wanted: int) -> list[SeenClip]:
    """Clips that show something, each picture once; with all others behind them where `wanted` needs them."""
    numbers = {clip.clip for clip in brief.clips}
    good = [clip for clip in brief.clips if not _NOTHING_SEEN & {*clip.flaws} and clip.twin not in numbers]
    rest = [clip for clip in brief.clips if clip not in good]
    return good + rest[: max(0, wanted - len(good))] if good else rest


def cast(sayings: Sequence[Saying], clips: Sequence[SeenClip], brief: AdBrief, chance: Chance) -> list[SeenClip | None]:
    """The clip of each saying, none twice; None where no clip that is left can hold it."""
    from scipy.optimize import linear_sum_assignment

    if not sayings or not clips:
        return [None] * len(sayings)
    worth = _worth(sayings, clips, brief, chance)
    found: list[SeenClip | None] = [None] * len(sayings)
    for line, clip in zip(*linear_sum_assignment(worth, maximize=True), strict=True):
        if worth[line, clip] > IMPOSSIBLE / 2:
            found[line] = clips[clip]
    return found


def _worth(sayings: Sequence[Saying], clips: Sequence[SeenClip], brief: AdBrief, chance: Chance) -> NDArray[np.float64]:
    """How well each saying goes over each clip: (sayings, clips) float64."""
    import numpy as np

    known = [terms(clip.about) for clip in clips]
    common = Counter(term for words in known for term in words)
    used = Counter(number for ad in brief.made for number in ad.clips)
    opened = {ad.clips[0] for ad in brief.made if ad.clips}
    worth = np.full((len(sayings), len(clips)), IMPOSSIBLE)
    for row, saying in enumerate(sayings):
        said = terms(saying.forms[0])
        for column, clip in enumerate(clips):
            room = room_of(clip, brief.code)
            text = saying.within(room, brief.code)
            if not text:
                continue
            shared = sum(1 / common[term] for term in said & known[column])
            spare = 1 - spoken_units(text, brief.code) / room
            flaws = len(clip.flaws) * _FLAW + _USELESS * bool(_NOTHING_SEEN & {*clip.flaws})
            seen = _AGAIN * used[clip.clip] + _OPENED * (row == 0 and clip.clip in opened)
            luck = _CHANCE * chance.share(f"{saying.forms[0]}|{clip.clip}")
            worth[row, column] = shared - _SPARE * spare - flaws - seen + luck
    return worth


def terms(text: str) -> set[str]:
    """What a text is about: base forms of its longer words, pairs of signs where no spaces part words."""
    words = [word for word in re.findall(r"[^\W\d_]{3,}", text.casefold()) if word.isascii() and not is_small(word)]
    signs = re.findall(r"[\u3040-\u30ff\u3400-\u9fff]+", text)
    pairs = {run[at : at + 2] for run in signs for at in range(len(run) - 1)}
    return {_base(word) for word in words} | pairs


def _base(word: str) -> str:
    """The base form that most of a word's parts of speech share."""
    return min((base for bases in parts(word).values() for base in bases), key=len, default=word)
