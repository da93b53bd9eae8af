"""The footage's own sound under an ad: what is heard in each cut, left out where nothing is."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ..media.audio import stereo
from ..media.probe import probe
from .timeline_parts import Cut, Sound

_HEARD = 10 ** (-60 / 20)
"""RMS below which a clip's track holds nothing to hear."""


def clip_sounds(cuts: Iterable[Cut], gain_db: float = 0.0) -> tuple[Sound, ...]:
    """The sound of each cut at its place. Slowed pictures have none: their sound would be lower or out of step.

    Raises BadClipError where a file's sound cannot be decoded.
    """
    return tuple(
        Sound(cut.source, cut.at, cut.seconds, gain_db, cut.start)
        for cut in cuts
        if cut.speed == 1.0 and probe(cut.source).has_audio and _is_heard(cut)
    )


def _is_heard(cut: Cut) -> bool:
    samples = stereo(cut.source, start=cut.start, end=cut.end)
    return bool(samples.size and float(np.sqrt(np.mean(samples.astype(np.float64) ** 2))) > _HEARD)
