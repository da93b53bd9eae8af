"""Whether every picture of the ad comes from the footage that was given: by name, and by the look of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ...errors import BadClipError, DataError
from ..media.stretches import Stretch, frames_of
from .check_results import Check, Fault
from .timeline_parts import Cut, SourceClip, Timeline
from .watched import SeenCut, Watched, blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

ALIKE = 8.0
"""Mean difference of luma, in steps of 255 over blocks of 8 x 8 pixels, between a cut's frame and its source's."""
_SPARED = 0.1
"""The share of blocks that differ most and are not counted: subtitles stand there."""
_ROUNDING = 0.05


def footage_checks(seen: Watched, timeline: Timeline, sources: Mapping[int, SourceClip] | None) -> list[Check]:
    """Cuts of clips that were not given, and cuts that do not look like their clip."""
    if sources is None:
        listed = Check("clips of the footage", True, "not checked: no footage was given", "")
    else:
        strange = [cut for cut in timeline.cuts if not _is_listed(cut, sources)]
        value = f"{len(strange)} of {len(timeline.cuts)} not in it" + (
            f": scene {strange[0].line + 1}" if strange else ""
        )
        faults = tuple(Fault(cut.at, 1.0) for cut in strange)
        listed = Check("clips of the footage", not strange, value, "0 not in it", faults=faults)
    return [listed, _looks(seen, timeline)]


def _is_listed(cut: Cut, sources: Mapping[int, SourceClip]) -> bool:
    clip = sources.get(cut.clip)
    if clip is None or clip.path != cut.source:
        return False
    first, last = clip.shot
    return first - _ROUNDING <= cut.start and cut.end <= last + _ROUNDING


def _looks(seen: Watched, timeline: Timeline) -> Check:
    """The middle frame of each cut beside the same moment of its source."""
    name, limit = "pictures from the footage", f"{ALIKE:g} of 255 apart"
    if len(seen.cuts) < len(timeline.cuts):
        return Check(name, False, f"{len(seen.cuts)} of {len(timeline.cuts)} cuts were seen", limit)
    apart = [(_apart(one, timeline), one.cut) for one in seen.cuts]
    worst, cut = max(apart, key=lambda one: one[0])
    faults = tuple(Fault(cut.at, far) for far, cut in apart if far > ALIKE)
    return Check(name, not faults, f"{worst:.1f} of 255 apart at most, in scene {cut.line + 1}", limit, faults=faults)


def _apart(one: SeenCut, timeline: Timeline) -> float:
    cut = one.cut
    at = cut.start + one.frame * cut.speed / timeline.fps
    try:
        stretch = Stretch(cut.source, at, 1, timeline.fps, cut.crop, timeline.width, timeline.height)
        source = blocks(next(iter(frames_of(stretch))).y)
    except (BadClipError, DataError):  # a source that is gone is not what is seen here
        return 255.0
    return _difference(source, one.picture) if one.picture is not None else 255.0


def _difference(source: NDArray[np.float32], seen: NDArray[np.float32]) -> float:
    if source.shape != seen.shape:
        return 255.0
    apart = np.sort(np.abs(source - seen), axis=None)
    return float(apart[: round(len(apart) * (1 - _SPARED))].mean())
