"""A script that somebody wrote: a text file with a line a line, or subtitles (SRT, WebVTT, ASS)."""

from __future__ import annotations

from pathlib import Path

from ...errors import DataError
from ...prompts.text import visible
from ...trust import foreign_files
from .pieces import sentences

LARGEST = 2**20
"""Bytes of a script file: an ad has some hundred words."""
MOST_LINES = 200
LONGEST_LINE = 1_000
_SUBTITLES = frozenset({".srt", ".vtt", ".ass", ".ssa"})
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_script(path: Path) -> tuple[str, ...]:
    """The lines of a script in their order, without blank ones; each subtitle of a subtitle file is one.

    A single paragraph is its sentences.

    Raises DataError for a file that cannot be read, is no text in UTF-8 or UTF-16, or holds no line or too many.
    """
    text = _decoded(path)
    lines = _cues(text, path) if path.suffix.casefold() in _SUBTITLES else text.splitlines()
    found = tuple(line for line in (" ".join(visible(line).split()) for line in lines) if line)
    found = tuple(sentences(found[0])) if len(found) == 1 else found
    if not any(any(c.isalnum() for c in line) for line in found):
        raise DataError(f"the script {str(path)!r} has no line with words", hint="Write a line for each thing to say.")
    if len(found) > MOST_LINES:
        raise DataError(
            f"the script {str(path)!r} has {len(found)} lines, and an ad at most {MOST_LINES}",
            hint="Give the script of one ad.",
        )
    for number, line in enumerate(found, 1):
        if len(line) > LONGEST_LINE:
            raise DataError(
                f"line {number} of the script {str(path)!r} has {len(line):,} characters, at most {LONGEST_LINE:,} go",
                hint="Begin a new line for each thing to say.",
            )
    return found


def _decoded(path: Path) -> str:
    try:
        with foreign_files.open_file(path) as file:
            content = file.read(LARGEST + 1)
    except OSError as exc:
        raise DataError(
            f"the script {str(path)!r} cannot be read: {exc.strerror or exc}", hint="Check --script."
        ) from exc
    if len(content) > LARGEST:
        raise DataError(f"the script {str(path)!r} is larger than a megabyte", hint="Give the script of one ad.")
    encoding = next((name for mark, name in _BOMS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as exc:
        raise DataError(
            f"the script {str(path)!r} is no text in UTF-8: byte {exc.start} does not belong there",
            hint="Save it as UTF-8.",
        ) from exc
    if "\0" in text:
        raise DataError(f"the script {str(path)!r} is no text: it holds zero bytes", hint="Save it as plain text.")
    return text


def _cues(text: str, path: Path) -> list[str]:
    """What the subtitles say, in the order of their times. Raises DataError."""
    import pysubs2
    from pysubs2.exceptions import Pysubs2Error

    try:
        file = pysubs2.SSAFile.from_string(text, format_=path.suffix.casefold().lstrip("."))
    except (Pysubs2Error, ValueError) as exc:
        raise DataError(
            f"the script {str(path)!r} is no subtitle file as its name says: {exc}",
            hint="Name it .txt where it is plain text with a line a line.",
        ) from exc
    file.sort()
    return [" ".join(cue.plaintext.split()) for cue in file if not cue.is_comment]
