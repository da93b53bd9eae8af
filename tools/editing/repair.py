"""What can be mended in an ad that failed its checks, as another timeline; and what that was, in sentences.

Only loudness, peaks, and where, when and how large subtitles are: what the words say, which clips show and what is
missing in the sound is for a person, or for the planner. A repair never leaves anything out to pass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ..media.area import Area
from .caption_checks import IN_THE_SAFE_AREA, READ
from .check_results import Check, Fault
from .delivery import LOUD, PEAK
from .safe_area import safe_area
from .speech_checks import TOGETHER
from .timeline_parts import Cue, Timeline

_LARGER, _LARGEST = 1.2, 1.5
"""How much the letters grow that could not be read, and up to how many times the usual size."""
_LOWER = 0.2
"""dB below what is needed that peaks are turned down."""

Mend = Callable[[Timeline, Check, Area], tuple[Timeline, str]]


def repair(timeline: Timeline, results: Sequence[Check], safe: Area | None = None) -> tuple[Timeline, tuple[str, ...]]:
    """The timeline with what can be mended of the failed checks; the same one, and no sentence, where nothing can.

    `safe` is where letters may stand, if it is not what the platforms leave free.
    """
    told = []
    area = safe or safe_area(timeline.width, timeline.height)
    for check in results:
        mend = _MENDS.get(check.name)
        if check.ok or mend is None or not check.faults:
            continue
        mended, sentence = mend(timeline, check, area)
        if mended != timeline:
            timeline = mended
            told.append(sentence)
    return timeline, tuple(told)


def _louder(timeline: Timeline, check: Check, safe: Area) -> tuple[Timeline, str]:
    off = check.faults[0].amount
    levels = replace(timeline.levels, correction=round(timeline.levels.correction - off, 2))
    return replace(timeline, levels=levels), f"the sound is mixed {-off:+.1f} LU, since it had {check.value}"


def _lower_peaks(timeline: Timeline, check: Check, safe: Area) -> tuple[Timeline, str]:
    down = check.faults[0].amount + _LOWER
    levels = replace(timeline.levels, ceiling=round(timeline.levels.ceiling - down, 2))
    return replace(timeline, levels=levels), f"peaks are held {down:.1f} dB lower, since they had {check.value}"


def _moved(timeline: Timeline, check: Check, safe: Area) -> tuple[Timeline, str]:
    late = {(fault.at, fault.text): fault for fault in check.faults}
    cues = list(timeline.cues)
    for number, cue in enumerate(cues):
        if (fault := late.get((cue.start, cue.text))) is not None:
            cues[number] = _shifted(cue, fault, timeline.seconds)
    ordered = tuple(_ended(cue, after) for cue, after in zip(cues, [*cues[1:], None], strict=True))
    moved = ", ".join(f"{fault.text!r} by {-1000 * fault.amount:+.0f} ms" for fault in check.faults)
    return replace(timeline, cues=ordered), f"subtitles are moved: {moved}"


def _shifted(cue: Cue, fault: Fault, seconds: float) -> Cue:
    start = min(max(0.0, cue.start - fault.amount), seconds)
    return replace(cue, start=start, end=max(start, cue.end))


def _ended(cue: Cue, after: Cue | None) -> Cue:
    """A subtitle that ends where the next one begins, at the latest."""
    if after is None or cue.end <= after.start or after.start <= cue.start:
        return cue
    return replace(cue, end=after.start)


def _larger(timeline: Timeline, check: Check, safe: Area) -> tuple[Timeline, str]:
    scale = min(_LARGEST, timeline.captions.scale * _LARGER)
    sentence = f"subtitles are drawn {scale:.2f} times as large, since {check.faults[0].text!r} could not be read"
    return replace(timeline, captions=replace(timeline.captions, scale=scale)), sentence


def _inside(timeline: Timeline, check: Check, safe: Area) -> tuple[Timeline, str]:
    captions = replace(timeline.captions, safe=safe, lift=0.0)
    return replace(timeline, captions=captions), "subtitles are moved into the area that apps leave free"


_MENDS: Mapping[str, Mend] = {
    LOUD: _louder,
    PEAK: _lower_peaks,
    TOGETHER: _moved,
    READ: _larger,
    IN_THE_SAFE_AREA: _inside,
}
