"""What earlier attempts and the contrast teach: which hooks to prefer and what to change in the shot."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .brief import Brief, SeenFinding

_CUES: tuple[tuple[str, str], ...] = (
    ("nearer", r"\brelevan|off[- ]topic|too far|drift|not about|subject|request"),
    ("brighter", r"\bdark|black|dim|underexposed|gloomy"),
    ("livelier", r"\bfrozen|static|still|motion|movement|boring|dull"),
    ("shorter", r"\btoo long|shorter|length|characters|wordy"),
    ("stronger", r"\bscore|percentile|threshold|below|hook|weak|low|popular|gain|improve"),
)
_ANGLE_CUES: dict[str, str] = {"question": r"question|\?", "number": r"number|digit|count"}
_WORTH_SAYING = 0.1


@dataclass(frozen=True, slots=True)
class Feedback:
    """Wishes for the next drafts."""

    wishes: frozenset[str] = frozenset()
    """Some of nearer, brighter, livelier, shorter, stronger."""
    leanings: dict[str, float] = field(default_factory=dict)
    """Angle -> how much the popular side leans to it, negative when it leans away."""
    short: float = 0.0
    """How much shorter the popular titles are, from -1 to 1."""


def read_feedback(brief: Brief) -> Feedback:
    """The wishes in the complaints of every attempt, and the leanings of the contrast."""
    complaints = " ".join(complaint for attempt in brief.tried for complaint in attempt.complaints).casefold()
    wishes = frozenset(wish for wish, cue in _CUES if re.search(cue, complaints))
    if brief.tried and not wishes:
        wishes = frozenset({"stronger"})
    leanings: dict[str, float] = {}
    firm = [finding for finding in brief.contrast if not finding.text.startswith("weak evidence: ")]
    for finding in firm:
        for angle, cue in _ANGLE_CUES.items():
            if finding.kind == angle or (finding.kind == "hook" and re.search(cue, finding.text)):
                leanings[angle] = leanings.get(angle, 0.0) + _lean(finding)
    lengths = [finding for finding in firm if finding.kind == "length"]
    short = sum(_shorter(finding) for finding in lengths) / len(lengths) if lengths else 0.0
    return Feedback(wishes, leanings, short)


def _lean(finding: SeenFinding) -> float:
    difference = max(-1.0, min(1.0, finding.popular - finding.unpopular))
    return difference if abs(difference) >= _WORTH_SAYING else 0.0


def _shorter(finding: SeenFinding) -> float:
    longer = max(finding.popular, finding.unpopular)
    return (finding.unpopular - finding.popular) / longer if longer > 0 else 0.0
