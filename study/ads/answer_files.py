"""A file of answers, JSON Lines or one JSON list, read a line at a time: every bad line is counted with its reason."""

from __future__ import annotations

import codecs
import contextlib
import gzip
import io
import json
import sys
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from ...errors import DataError, RequestError
from .answers import Answer, read_answer
from .clip_lists import UnreadableError

FORM = (
    "A line is a JSON object with ad, model, product and any of order and reference_order, selection and "
    "reference_selection, script, subtitles, seconds."
)
MOST_SHOWN = 20
"""Bad lines that are named one by one; all are counted."""
_LONGEST = 64 * 2**20
"""Bytes of one line."""
_TASKS = {"order": "reference_order", "selection": "reference_selection", "script": "", "subtitles": ""}
"""The tasks of an ad, and what each is compared with."""
_SECOND = "a second answer of the same model to the same task of the same ad; the first one counts"
Key = tuple[tuple[str, str, str], str]
"""Ad, product and model, and the task."""


@dataclass(slots=True)
class Reading:
    """What became of the lines of a file."""

    lines: int = 0
    """Those that are not blank."""
    blank: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """Lines of which nothing is used, by reason."""
    faults: Counter[str] = field(default_factory=Counter)
    """Parts that could not be read, of lines whose other parts are used."""
    repeated: int = 0
    """Lines that say again what a line before said, in the same words."""
    shown: list[tuple[str, int, str]] = field(default_factory=list)
    """The first bad lines: file, number from 1, reason."""
    file: str = ""
    """The one that is being read."""

    def refuse(self, number: int, reason: str) -> None:
        """Count a line of which nothing is used."""
        self.refused[reason] += 1
        self._show(number, reason)

    def fault(self, number: int, reason: str) -> None:
        """Count a part that is left out."""
        self.faults[reason] += 1
        self._show(number, reason)

    def _show(self, number: int, reason: str) -> None:
        if len(self.shown) < MOST_SHOWN:
            self.shown.append((self.file, number, reason))


def read_answers(paths: Sequence[Path], reading: Reading) -> Iterator[Answer]:
    """The answers of files, gzip or plain, `-` for stdin; what cannot be used is counted in `reading`.

    One model may answer one ad in several lines, a task each. Of two answers to one task the first counts. Raises
    RequestError where a file cannot be read, DataError where nothing in any of them is an answer.
    """
    seen: dict[Key, int] = {}
    for path in paths:
        reading.file = str(path)
        for number, line in _objects(path, reading):
            reading.lines += 1
            try:
                answer, faults = read_answer(line)
            except UnreadableError as exc:
                reading.refuse(number, str(exc))
                continue
            for fault in faults:
                reading.fault(number, fault)
            if (fresh := _fresh(answer, seen, reading, number)) is not None:
                yield fresh
    if not seen:
        reasons = "; ".join(f"{reason} ({count:,})" for reason, count in reading.refused.most_common(3))
        named = ", ".join(repr(str(path)) for path in paths)
        raise DataError(f"no answer that can be used is in {named}: {reasons or 'it is empty'}", hint=FORM)


def _fresh(answer: Answer, seen: dict[Key, int], reading: Reading, number: int) -> Answer | None:
    """The answer without the tasks that the same model has answered for the same ad before; None without any left."""
    again: dict[str, Any] = {}
    differs = False
    for task, reference in _TASKS.items():
        value = getattr(answer, task)
        if value is None:
            continue
        key = (answer.ad, answer.product, answer.model), task
        said = hash((value, getattr(answer, reference) if reference else ()))
        if key in seen:
            again[task] = None
            differs = differs or seen[key] != said
        else:
            seen[key] = said
    if not again:
        return answer
    left = replace(answer, **again)
    if differs and left.empty:
        reading.refuse(number, _SECOND)
    elif differs:
        reading.fault(number, _SECOND)
    else:
        reading.repeated += 1
    return None if left.empty else left


def _objects(path: Path, reading: Reading) -> Iterator[tuple[int, object]]:
    """Every line that is JSON, with its number; others are counted."""
    with _opened(path) as file:
        first = file.peek(4)[:4]
        if first.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise DataError(f"{str(path)!r} is in UTF-16", hint="Save it in UTF-8.")
        if first.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"["):
            yield from _entries(file.read(), path, reading)
            return
        number = 0
        while line := file.readline(_LONGEST):
            number += 1
            if len(line) == _LONGEST:
                raise DataError(f"{str(path)!r}, line {number}: it is longer than {_LONGEST:,} bytes", hint=FORM)
            line = line.removeprefix(codecs.BOM_UTF8).strip(b" \t\r\n\0")
            if not line:
                reading.blank += 1
                continue
            try:
                yield number, json.loads(line)
            except UnicodeDecodeError:
                _count_bad(reading, number, "not in UTF-8")
            except (ValueError, RecursionError):
                _count_bad(reading, number, "no JSON")


def _entries(content: bytes, path: Path, reading: Reading) -> Iterator[tuple[int, object]]:
    """The entries of one JSON list; a line that is a list by itself is one bad line."""
    try:
        whole = json.loads(content)
    except (ValueError, RecursionError) as exc:
        raise DataError(f"{str(path)!r} begins like a JSON list and is none: {exc}", hint=FORM) from exc
    yield from enumerate(whole, 1)


def _count_bad(reading: Reading, number: int, reason: str) -> None:
    reading.lines += 1
    reading.refuse(number, reason)


@contextmanager
def _opened(path: Path) -> Iterator[io.BufferedReader]:
    """The file, unpacked where it is gzip. Raises RequestError where it cannot be read, DataError for a damaged one."""
    try:
        with contextlib.ExitStack() as stack:
            piped = str(path) == "-"
            raw = cast("io.BufferedReader", sys.stdin.buffer) if piped else stack.enter_context(path.open("rb"))
            if raw.peek(2)[:2] != b"\x1f\x8b":
                yield raw
                return
            unpacked = stack.enter_context(gzip.GzipFile(fileobj=raw))
            yield io.BufferedReader(unpacked)
    except (gzip.BadGzipFile, EOFError, zlib.error) as exc:
        raise DataError(f"{str(path)!r} is a damaged gzip file: {exc}", hint="Fetch or pack it again.") from exc
    except OSError as exc:
        reason = exc.strerror or exc
        raise RequestError(f"{str(path)!r} cannot be read: {reason}", hint="Name a file of answers in JSONL.") from exc
