"""The checks that a finished ad has to pass: all of them measured on the file itself.

A check that could not be made says so in its value ("not checked: ...") and is no failure; whoever delivers shows it.
What is wrong names the moment in the ad, so that a person can look.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..media.area import Area
from ..media.probe import ClipFacts, probe
from .caption_checks import caption_checks
from .check_results import Check, Fault
from .footage_checks import footage_checks
from .listened import Listened, listened
from .safe_area import safe_area
from .speech_checks import speech_checks
from .timeline_parts import SourceClip, Timeline
from .types import Line, Listener, TextReader
from .watched import Watched, watched

LOUD, PEAK = "loudness", "true peak"
BLACK = 0.1
"""Seconds of black that are allowed: a flash."""
FROZEN = 0.5
"""Seconds without motion that are allowed."""
SILENT = 1.2
"""Seconds of silence that are allowed."""
LOUDNESS = 1.0
"""LU from the target."""
TRUE_PEAK = -1.0
"""dBTP (EBU R 128)."""
APART = 0.05
"""Seconds by which sound and picture may differ in length: a frame, and two of AAC's."""
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Evidence:
    """What helps to judge an ad beside the file and its timeline. What is not given is not checked, and said."""

    sources: Mapping[int, SourceClip] | None = None
    """The clips of the footage."""
    lines: Sequence[Line] = ()
    """The script, as it was to be spoken."""
    language: str = ""
    reader: TextReader | None = None
    listener: Listener | None = None
    safe: Area | None = None
    """Where letters may stand; the platforms' own area where None."""


def checks(
    ad: Path, timeline: Timeline, evidence: Evidence, tick: Callable[[int], None] | None = None
) -> tuple[Check, ...]:
    """Measure everything. `tick` is called with the frames that were looked at.

    Raises DataError and BadClipError where the file cannot be read at all.
    """
    facts = probe(ad)
    seen = watched(ad, timeline, tick)
    heard = listened(ad, timeline)
    evidence = replace(evidence, safe=evidence.safe or safe_area(timeline.width, timeline.height))
    return (
        *_container(facts, timeline),
        *_picture(seen),
        *_sound(facts, heard, seen, timeline),
        *speech_checks(ad, timeline, seen, heard, evidence.lines, evidence.language, evidence.listener),
        *caption_checks(timeline, seen, evidence.safe or safe_area(timeline.width, timeline.height), evidence.reader),
        *footage_checks(seen, timeline, evidence.sources),
    )


def failed(results: Sequence[Check]) -> tuple[Check, ...]:
    """The checks that block delivery."""
    return tuple(check for check in results if not check.ok)


def _container(facts: ClipFacts, timeline: Timeline) -> list[Check]:
    wanted = f"h264 yuv420p {timeline.width}x{timeline.height} at {timeline.fps}, even rate, index first"
    size = f"{facts.width}x{facts.height}"
    even = "even rate" if facts.constant_frame_rate else "uneven rate"
    index = "index first" if facts.faststart else "index last"
    value = f"{facts.codec} {facts.pix_fmt} {size} at {facts.fps:g}, {even}, {index}"
    seconds = abs(facts.seconds - timeline.seconds)
    return [
        Check("container", value == wanted, value, wanted),
        Check("provenance", bool(facts.provenance), "there" if facts.provenance else "missing", "there"),
        Check(
            "length",
            seconds <= 1 / timeline.fps + _ROUNDING,
            f"{facts.seconds:.2f} s",
            f"{timeline.seconds:.2f} s, less or more a frame",
        ),
    ]


def _picture(seen: Watched) -> list[Check]:
    return [_stretches("black", seen.black, BLACK), _stretches("frozen", seen.frozen, FROZEN)]


def _sound(facts: ClipFacts, heard: Listened, seen: Watched, timeline: Timeline) -> list[Check]:
    if not timeline.sounds:
        return [Check("sound", not facts.has_audio, "no sound track", "none: no voice and no music were asked for")]
    if not facts.has_audio:
        return [Check("sound", False, "no sound track", "a sound track")]
    apart = abs(heard.seconds - seen.seconds)
    off = heard.loudness.integrated - timeline.levels.target
    over = heard.loudness.true_peak - TRUE_PEAK
    return [
        Check(
            "sound and picture end together", apart <= APART, f"{1000 * apart:.0f} ms apart", f"{1000 * APART:.0f} ms"
        ),
        _stretches("silent", heard.silent, SILENT)
        if timeline.speech or timeline.music
        else Check("silent", True, "not checked: only the clips are heard", f"{SILENT:g} s"),
        Check(
            LOUD,
            abs(off) <= LOUDNESS,
            f"{heard.loudness.integrated:.1f} LUFS",
            f"{timeline.levels.target:g} LUFS, less or more {LOUDNESS:g} LU",
            faults=(Fault(0.0, off),) if abs(off) > LOUDNESS else (),
        ),
        Check(
            PEAK,
            over <= 0,
            f"{heard.loudness.true_peak:.1f} dBTP",
            f"{TRUE_PEAK:g} dBTP",
            faults=(Fault(0.0, over),) if over > 0 else (),
        ),
        Check("clipping", not heard.clipped, f"{heard.clipped} samples", "0 samples"),
    ]


def _stretches(name: str, stretches: Sequence[tuple[float, float]], allowed: float) -> Check:
    """The longest stretch against what is allowed."""
    lengths = [(end - start, start) for start, end in stretches]
    longest, at = max(lengths, default=(0.0, 0.0))
    faults = tuple(Fault(start, length - allowed) for length, start in lengths if length > allowed + _ROUNDING)
    value = f"{longest:.2f} s, from {at:.2f} s on" if longest > 0 else "none"
    return Check(name, not faults, value, f"{allowed:g} s", faults=faults)
