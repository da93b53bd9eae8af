"""Which clips an editor would rather not use, by measurement. The limits were tried on real clips: docs/log.md."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from statistics import median

from .appearance import distance
from .look import Look, Moment, Stretch
from .types import Flaw

MOSTLY = 0.5
"""The share of a clip that has to be black or frozen."""
BLUR = 7.0
"""Sharpness.blur, pixels of 640: sharp clips have 2.7 to 6.3, the same blurred by 5 pixels have 7.4 and more."""
SHAKE = 0.006
"""Trembling in parts of the diagonal."""
ALIKE = 20
"""Bits of 256 in which two moments of one recording differ at most, on average, when it was encoded again."""
PLAIN = 10.0
"""Spatial information below which a picture has no edges by which blur or likeness could be told."""
_SLACK = 0.75
"""Seconds by which a repeated recording may begin later than the first."""


def flaws(look: Look, clip: Stretch) -> tuple[Flaw, ...]:
    """The flaws of one clip that can be told from itself alone."""
    moments = look.between(clip.start, clip.end)
    lit = [moment for moment in moments if moment.detail > PLAIN]
    found = {
        Flaw.BLACK: _share(look.black, clip) >= MOSTLY,
        Flaw.FROZEN: _share(look.frozen, clip) >= MOSTLY and _share(look.black, clip) < MOSTLY,
        Flaw.BLURRED: bool(lit) and median(moment.blur for moment in lit) > BLUR,
        Flaw.SHAKY: bool(moments) and median(moment.shake for moment in moments) > SHAKE,
    }
    return tuple(flaw for flaw, has in found.items() if has)


def repeats(first: Sequence[Moment], second: Sequence[Moment]) -> bool:
    """Whether two clips are one recording: every moment of the shorter has its like at nearly the same time."""
    shorter, longer = sorted((first, second), key=len)
    telling = [moment for moment in shorter if moment.detail > PLAIN]
    if not telling or len(shorter) < 0.6 * len(longer):
        return False
    begins = (shorter[0].at, longer[0].at)
    gaps = [_gap(moment, longer, moment.at - begins[0] + begins[1]) for moment in telling]
    return max(gaps) < 256 and sum(gaps) / len(gaps) <= ALIKE


def twins(clips: Sequence[tuple[str, Sequence[Moment]]]) -> dict[int, int]:
    """Which clips repeat an earlier one of another file, by their places; each clip is (file, moments)."""
    found: dict[int, int] = {}
    for later, earlier in itertools.product(range(len(clips)), repeat=2):
        if earlier < later and later not in found and earlier not in found:
            (file_one, one), (file_two, two) = clips[earlier], clips[later]
            if file_one != file_two and repeats(one, two):
                found[later] = earlier
    return found


def _gap(moment: Moment, others: Sequence[Moment], at: float) -> int:
    """How far the nearest likeness is, among moments at about that time; 256 where there is none."""
    near = [other for other in others if abs(other.at - at) <= _SLACK]
    return min((distance(moment.fingerprint, other.fingerprint) for other in near), default=256)


def _share(stretches: Sequence[Stretch], clip: Stretch) -> float:
    return sum(stretch.shared(clip.start, clip.end) for stretch in stretches) / clip.seconds if clip.seconds else 0.0
