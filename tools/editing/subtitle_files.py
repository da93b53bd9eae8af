"""Subtitles beside an ad, as SRT, WebVTT or ASS."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ... import files
from ...errors import RenderError, RequestError
from .timeline_parts import Cue

if TYPE_CHECKING:
    import pysubs2

FORMATS = ("srt", "vtt", "ass")
_LEAST = 10
"""Milliseconds between the beginning and the end of a cue: players drop one that lasts no time."""
_FROM_BELOW, _SIZE, _SIDE = 0.18, 0.045, 0.08
"""Shares of the picture, for ASS: what apps lay over its lower edge, the letters by its shorter side, the sides."""


def write_subtitles(cues: Sequence[Cue], out: Path, *, size: tuple[int, int] = (1080, 1920)) -> Path:
    """Write cues in the format of the name's ending, whole or not at all; `size` (width, height) is for ASS alone.

    Raises RequestError for another ending, RenderError when `out` cannot be written.
    """
    form = out.suffix.lower().lstrip(".")
    if form not in FORMATS:
        raise RequestError(f"{out.name!r} is no subtitle file", hint=f"End it in {', '.join(FORMATS)}.")
    text = _file(cues, form, size).to_string(form)
    try:
        return files.write_text(out, text)
    except OSError as exc:
        raise RenderError(
            f"{str(out)!r} could not be written: {exc.strerror or exc}", hint="check that the folder is not full"
        ) from exc


def _file(cues: Sequence[Cue], form: str, size: tuple[int, int]) -> pysubs2.SSAFile:
    import pysubs2

    made = pysubs2.SSAFile()
    if form == "ass":
        _style(made, *size)
    for cue in cues:
        start = round(cue.start * 1000)
        text = _safe(cue.text, form)
        if text:
            made.append(pysubs2.SSAEvent(start=start, end=max(start + _LEAST, round(cue.end * 1000)), text=text))
    return made


def _style(made: pysubs2.SSAFile, width: int, height: int) -> None:
    """White letters with a dark edge, centred in the lower third, above what apps lay over the picture."""
    import pysubs2

    made.info |= {"PlayResX": str(width), "PlayResY": str(height), "WrapStyle": "0"}
    side = round(width * _SIDE)
    made.styles["Default"] = pysubs2.SSAStyle(
        fontname="Noto Sans",
        fontsize=round(min(width, height) * _SIZE),
        bold=True,
        primarycolor=pysubs2.Color(255, 255, 255),
        outlinecolor=pysubs2.Color(0, 0, 0),
        outline=max(1.0, min(width, height) / 360),
        shadow=0,
        alignment=pysubs2.Alignment.BOTTOM_CENTER,
        marginl=side,
        marginr=side,
        marginv=round(height * _FROM_BELOW),
    )


def _safe(text: str, form: str) -> str:
    """One line that no format reads as its own signs."""
    line = re.sub(r"\s+", " ", text).strip().replace("-->", "→").replace("{", "(").replace("}", ")")
    line = re.sub(r"(\d):(\d\d):(\d\d)", r"\1∶\2∶\3", line)  # a line with two times begins a cue
    line = line.replace("\\", "/")  # ASS and pysubs2 read \N, \n and \h
    if form == "vtt":
        return line.replace("&", "&amp;").replace("<", "&lt;")
    return line.replace("<", "‹") if form == "srt" else line
