"""Which clips a failed check is about: pictures that stand still or show nothing are mended by other clips."""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import DataError
from ...tools.editing.check_results import Check
from ...tools.editing.timeline_parts import Timeline
from ...tools.footage.types import FootageClip
from .policy import length_of, lines_of
from .state import AdPlan

OF_PICTURES = frozenset({"black", "frozen"})
"""The checks that say what a clip shows; tools/editing/delivery.py has them."""


def clips_at_fault(checks: Sequence[Check], timeline: Timeline) -> dict[int, str]:
    """The clips that are seen where a check of pictures fails, each with what is wrong with it."""
    found: dict[int, str] = {}
    for check in checks:
        if check.ok or check.name not in OF_PICTURES:
            continue
        for fault in check.faults:
            for cut in timeline.cuts:
                if cut.at <= fault.at < cut.at + cut.seconds:
                    found[cut.clip] = f"clip {cut.clip} is {check.name} at {fault.at:.1f} s of the ad"
    return found


def others(clips: Sequence[FootageClip], wrong: dict[int, str], plan: AdPlan) -> list[FootageClip]:
    """The clips without those that are wrong; none where what is left carries no such ad."""
    kept = [clip for clip in clips if clip.number not in wrong]
    try:
        lines_of(plan, kept, length_of(plan, kept))
    except DataError:
        return []
    return kept
