"""A clip in words without a model that understands pictures: what light features, OCR, speech and the name say.

The text calls itself what it is, since a language model that reads it would otherwise take it for a description.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, median

from .look import Moment
from .types import FootageClip

_DARK, _BRIGHT = 0.25, 0.65
_STILL, _LIVELY = 0.004, 0.025
_PAN = 0.15
"""Parts of the picture a second by which a camera moves at least that is said to move."""
_CLOSE, _FAR = 0.35, 0.12
"""Height of a face in parts of the picture, from which a shot is a close-up, and up to which it is wide."""
_MOST_WORDS = 40


def describe(clip: FootageClip, moments: Sequence[Moment]) -> str:
    """One paragraph; every statement in it is a measurement or a quotation."""
    parts = [f"Measured, not understood: {_light(moments)}{_colours(moments)}; {_movement(moments)}."]
    if faces := _faces(moments):
        parts.append(faces)
    labels = list(dict.fromkeys(text.text for text in clip.texts if not text.burned))
    captions = list(dict.fromkeys(text.text for text in clip.texts if text.burned))
    if labels:
        parts.append(f"Text in the scene: {_quoted(labels)}.")
    if captions:
        parts.append(f"Captions laid over it: {_quoted(captions)}.")
    if clip.words:
        parts.append(f"Spoken: {_quoted([_shortened(clip.speech)])}.")
    if name := name_in_words(clip.source):
        parts.append(f"File name: {_quoted([name])}.")
    return " ".join(parts)


def name_in_words(path: Path) -> str:
    """A file's name as words; empty where a camera or a program made it up."""
    words = re.findall(r"[^\W\d_]{2,}", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", path.stem))
    kept = [word for word in words if word.lower() not in _CAMERAS]
    return " ".join(kept)


_CAMERAS = {
    "img", "vid", "dsc", "dscn", "dscf", "mov", "mvi", "pxl", "gopr", "gx", "gh", "dji", "clip", "video", "movie",
    "footage", "final", "copy", "untitled", "output", "export", "fps", "mp", "whatsapp", "screenrecording", "img e",
}  # fmt: skip


def _light(moments: Sequence[Moment]) -> str:
    brightness = fmean(moment.brightness for moment in moments)
    return "dark" if brightness < _DARK else "bright" if brightness > _BRIGHT else "of middling light"


def _colours(moments: Sequence[Moment]) -> str:
    counts: dict[str, int] = {}
    for moment in moments:
        for place, colour in enumerate(moment.colours):
            counts[colour] = counts.get(colour, 0) + 3 - place
    named = sorted(counts, key=lambda colour: -counts[colour])[:2]
    return f", mostly {' and '.join(named)}" if named else ""


def _movement(moments: Sequence[Moment]) -> str:
    motion = median(moment.motion for moment in moments)
    what = "hardly anything moves" if motion < _STILL else "much moves" if motion > _LIVELY else "something moves"
    seconds = moments[-1].at - moments[0].at
    right = sum(moment.drift[0] for moment in moments[1:])
    down = sum(moment.drift[1] for moment in moments[1:])
    if seconds and max(abs(right), abs(down)) / seconds > _PAN / 2:
        sides = ("left" if right > 0 else "right") if abs(right) > abs(down) else ("up" if down > 0 else "down")
        return f"{what}, the camera moves {sides}"
    return f"{what}, the camera stays"


def _faces(moments: Sequence[Moment]) -> str:
    counts = [len(moment.faces) for moment in moments]
    if sum(count > 0 for count in counts) * 2 < len(counts):
        return ""
    height = max(face.height for moment in moments for face in moment.faces)
    framing = "close" if height > _CLOSE else "far away" if height < _FAR else "at middle distance"
    most = round(median(count for count in counts if count))
    return f"{'A face' if most == 1 else f'{most} faces'} {framing}."


def _quoted(texts: Sequence[str]) -> str:
    return ", ".join(f'"{text}"' for text in texts[:6])


def _shortened(text: str) -> str:
    words = text.split()
    return " ".join(words[:_MOST_WORDS]) + (" ..." if len(words) > _MOST_WORDS else "")
