"""Subtitles that lie beside a finished ad: who has them needs nobody to listen, in whatever language."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...errors import DataError
from ...tools.footage.types import FootageClip, HeardWord

ENDINGS = (".srt", ".vtt", ".ass", ".ssa")
LARGEST = 2**20
"""Bytes; the subtitles of an ad have a few thousand."""
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def subtitles_beside(ad: Path) -> Path | None:
    """The subtitle file of an ad's name, None where there is none."""
    return next((path for ending in ENDINGS if (path := ad.with_suffix(ending)).is_file()), None)


def read_subtitles(path: Path) -> tuple[HeardWord, ...]:
    """The subtitles in order of time, each as one stretch of words. Raises DataError where they cannot be read."""
    import pysubs2
    from pysubs2.exceptions import Pysubs2Error

    try:
        file = pysubs2.SSAFile.from_string(_text(path), format_=path.suffix.casefold().lstrip("."))
    except (Pysubs2Error, ValueError) as exc:
        raise DataError(f"{path.name!r} is no subtitle file as its name says: {exc}") from exc
    file.sort()
    cues = ((" ".join(cue.plaintext.split()), cue) for cue in file if not cue.is_comment)
    return tuple(HeardWord(text, cue.start / 1000, cue.end / 1000) for text, cue in cues if text)


def place_of(word: HeardWord, clips: Sequence[FootageClip]) -> int:
    """Which clip a stretch of words belongs to, by its place in `clips`: the one that it shares most time with."""
    shared = [min(word.end, clip.end) - max(word.start, clip.start) for clip in clips]
    return max(range(len(clips)), key=lambda place: shared[place])


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as exc:
        raise DataError(f"the subtitles {path.name!r} cannot be read: {exc.strerror or exc}") from exc
    if len(content) > LARGEST:
        raise DataError(f"the subtitles {path.name!r} are larger than a megabyte")
    encoding = next((name for mark, name in _BOMS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as exc:
        raise DataError(f"the subtitles {path.name!r} are no text in UTF-8", hint="save them as UTF-8") from exc
