"""A captions file beside a clip, as WebVTT or SRT."""

from __future__ import annotations

import re
from pathlib import Path

from ... import files
from ...errors import RenderError, RequestError

FORMATS = ("vtt", "srt")
_CUE = 42
"""Characters that one cue holds: two short lines of a phone's screen."""
_SENTENCE = re.compile(r"(?<=[.!?。！？…])\s*(?=\S)")


def write_captions(text: str, seconds: float, out: Path) -> Path:
    """Write `text` over the whole length of a clip, in cues whose times follow their lengths.

    The format is that of the name's ending. Raises RequestError on another ending or no text, RenderError when `out`
    cannot be written.
    """
    import pysubs2

    form = out.suffix.lower().lstrip(".")
    if form not in FORMATS:
        raise RequestError(f"{out.name!r} is no captions file", hint=f"End it in {' or '.join(FORMATS)}.")
    cues = cues_of(text)
    if not cues:
        raise RequestError("there are no words for the captions", hint="Give a title with --title.")
    file, start, letters = pysubs2.SSAFile(), 0.0, sum(map(len, cues))
    for cue in cues:
        end = start + seconds * len(cue) / letters
        file.append(pysubs2.SSAEvent(start=round(start * 1000), end=round(end * 1000), text=cue))
        start = end
    try:
        files.write_text(out, file.to_string(form))
    except OSError as exc:
        raise RenderError(
            f"{str(out)!r} could not be written: {exc.strerror or exc}", hint="check that the folder is not full"
        ) from exc
    return out


def cues_of(text: str) -> list[str]:
    """Sentences, and parts of long ones, none longer than a cue where words allow it."""
    cues: list[str] = []
    for sentence in _SENTENCE.split(" ".join(text.split())):
        cue = ""
        for word in sentence.split(" "):
            if cue and len(cue) + 1 + len(word) > _CUE:
                cues.append(cue)
                cue = ""
            cue = f"{cue} {word}".strip()
        cues.append(cue)
    return [cue.replace("{", "(").replace("}", ")").replace("-->", "→") for cue in cues if cue]
