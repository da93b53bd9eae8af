"""Whether what was to be said is heard, when its subtitles are seen."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from .check_results import Check, Fault
from .listened import Listened, onset, spoken_cues
from .timeline_parts import Timeline
from .types import Line, Listener
from .watched import Watched

TOGETHER = "speech and subtitles"
IN_SYNC = 0.08
"""Seconds between the first sound of a subtitle's words and its first frame."""
HEARD = 0.7
"""The share of the script's words that a transcript has to hold: listeners mishear names, and numbers become digits."""
LIKENESS = 0.25
"""The correlation of a line with the mix below which it is not in it; lines under music reach 0.5 and more."""
_WORD = re.compile(r"[\w']+")


def speech_checks(
    ad: Path,
    timeline: Timeline,
    seen: Watched,
    heard: Listened,
    lines: Sequence[Line],
    language: str,
    listener: Listener | None,
) -> list[Check]:
    """Sync of speech and subtitles, lines that are missing in the mix, and words that are."""
    if not timeline.speech:
        return [Check("speech", True, "not checked: nobody speaks in this ad", "")]
    return [_sync(timeline, seen, heard), _present(heard), _words(ad, lines, language, listener)]


def _sync(timeline: Timeline, seen: Watched, heard: Listened) -> Check:
    """The subtitle that is furthest from its words; those too short for a frame are not looked for."""
    limit = f"{1000 * IN_SYNC:.0f} ms"
    if not timeline.captions.burned:
        return Check(TOGETHER, True, "not checked: subtitles are not in the picture", limit)
    first = {one.cue: one.start for one in seen.cues}
    apart = [
        (start - onset(line, cue), cue)
        for line in heard.lines
        for cue in spoken_cues(line.sound, timeline.cues)
        if (start := first.get(cue)) is not None
    ]
    if not apart:
        return Check(TOGETHER, False, "no subtitle was seen while somebody speaks", limit)
    furthest, cue = max(apart, key=lambda one: abs(one[0]))
    way = "late" if furthest > 0 else "early"
    value = f"{1000 * abs(furthest):.0f} ms {way}: {cue.text!r}"
    faults = tuple(Fault(cue.start, late, cue.text) for late, cue in apart if abs(late) > IN_SYNC)
    return Check(TOGETHER, abs(furthest) <= IN_SYNC, value, limit, faults=faults)


def _present(heard: Listened) -> Check:
    least = min(heard.lines, key=lambda line: line.likeness)
    value = f"{least.likeness:.2f} at {least.sound.at:.2f} s"
    faults = tuple(Fault(line.sound.at, line.likeness - 1) for line in heard.lines if line.likeness < LIKENESS)
    return Check("lines in the sound", least.likeness >= LIKENESS, value, f"correlation {LIKENESS:g}", faults=faults)


def _words(ad: Path, lines: Sequence[Line], language: str, listener: Listener | None) -> Check:
    """How much of the script a transcript of the finished sound holds."""
    name, limit = "words spoken", f"{HEARD:.0%} of the script"
    script = " ".join(line.script for line in lines)
    transcript = listener.heard(ad, language) if listener is not None and script else None
    if transcript is None:
        why = f"nobody here writes down {language or 'this language'}" if script else "no script was given"
        return Check(name, True, f"not checked: {why}", limit)
    share = _share(_spelled(script), _spelled(transcript))
    return Check(name, share >= HEARD, f"{share:.0%}", limit, f"heard: {transcript.strip()!r}")


def _share(wanted: Sequence[str], got: Sequence[str]) -> float:
    """The share of the words that are heard in their order."""
    matcher = difflib.SequenceMatcher(None, wanted, got, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks()) / len(wanted) if wanted else 1.0


def _spelled(text: str) -> list[str]:
    """Words without case, accents and punctuation; single characters of Chinese and Japanese."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    words = _WORD.findall("".join(sign for sign in plain if not unicodedata.combining(sign)))
    return [part for word in words for part in (list(word) if not word.isascii() else [word])]
