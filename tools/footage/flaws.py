"""Which clips an editor would rather not use, by measurement. The limits were tried on real clips: docs/log.md."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from .appearance import distance
from .look import Look, Moment, Stretch
from .types import Flaw

MOSTLY = 0.5
"""The share of a clip that has to be black or frozen."""
BLUR = 7.0
"""Sharpness.blur, pixels of 640: sharp clips have 2.8 to 6.7, the same blurred by 5 pixels 7.6 and more."""
SHAKE = 0.005
"""Trembling in parts of the diagonal: a hand that trembles by 1.2 % of it gives 0.0044 to 0.0079, a tripod 0.0008."""
ALIKE = 26
"""Bits of 256 in which moments differ at most, on average: encoded again at half size 4 to 23, another take 31 on."""
PLAIN = 10.0
"""Spatial information below which a picture has too little in it to be told from others, or to be shown.

Of the open clips, and of a macro before a soft ground, the plainest has 26; a bare wall 6 to 8.
"""
_EDGES = 3.0
"""Spatial information below which there is no edge whose blur could be measured."""
_OVERLAP = 0.6
"""How many moments the shorter of two has at least beside the longer: a short repeat inside a long take is none."""
_SLACK = 0.75
"""Seconds by which a repeated recording may begin later than the first."""


def flaws(look: Look, clip: Stretch) -> tuple[Flaw, ...]:
    """The flaws of one clip that can be told from itself alone."""
    moments = look.between(clip.start, clip.end)
    edged = [moment for moment in moments if moment.blur and moment.detail > _EDGES]
    found = {
        Flaw.BLACK: _dark(look, clip),
        Flaw.FROZEN: _share(look.frozen, clip) >= MOSTLY and not _dark(look, clip),
        Flaw.BLURRED: bool(edged) and median(moment.blur for moment in edged) > BLUR,
        Flaw.EMPTY: bool(moments) and sum(map(_empty, moments)) >= MOSTLY * len(moments) and not _dark(look, clip),
        Flaw.SHAKY: bool(moments) and median(moment.shake for moment in moments) > SHAKE,
    }
    return tuple(flaw for flaw, has in found.items() if has)


def repeats(first: Sequence[Moment], second: Sequence[Moment]) -> bool:
    """Whether two clips are one recording: every moment of the shorter has its like at nearly the same time."""
    shorter, longer = sorted((first, second), key=len)
    telling = [moment for moment in shorter if moment.detail > PLAIN]
    if not telling or len(shorter) < _OVERLAP * len(longer):
        return False
    later = longer[0].at - shorter[0].at
    bits = 0
    for moment in telling:
        bits += _gap(moment, longer, moment.at + later)
        if bits > ALIKE * len(telling):
            return False
    return True


def twins(clips: Sequence[tuple[str, Sequence[Moment]]]) -> dict[int, int]:
    """Which clips repeat an earlier one of another file, by their places; each clip is (file, moments)."""
    found: dict[int, int] = {}
    for later, (file, moments) in enumerate(clips):
        for earlier, (other, before) in enumerate(clips[:later]):
            if other != file and earlier not in found and repeats(before, moments):
                found[later] = earlier
                break
    return found


def _dark(look: Look, clip: Stretch) -> bool:
    return _share(look.black, clip) >= MOSTLY


def _empty(moment: Moment) -> bool:
    return moment.detail < PLAIN and not moment.faces and not moment.texts


def _gap(moment: Moment, others: Sequence[Moment], at: float) -> int:
    """How far the nearest likeness is, among moments at about that time; 256 where there is none."""
    near = [other for other in others if abs(other.at - at) <= _SLACK]
    return min((distance(moment.fingerprint, other.fingerprint) for other in near), default=256)


def _share(stretches: Sequence[Stretch], clip: Stretch) -> float:
    return sum(stretch.shared(clip.start, clip.end) for stretch in stretches) / clip.seconds if clip.seconds else 0.0
