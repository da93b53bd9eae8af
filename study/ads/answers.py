"""One model's answers to one ad, as `ad bench import` takes them and `ad bench run` writes them.

A line of JSON: `ad` and `model` (needed), `product`, `reference_order[]`, `order[]`, `reference_selection[]`,
`selection[]`, `script[]`, `reference_script[]`, `subtitles[][]`, `seconds[]` (of the clips, in the script's order).
A key that is absent is not judged, and neither is null, which tables write for it; an empty list is an answer, and a
wrong one. What more is read where it is there: `clips[]` (what each clip of the order task shows, so that two of one
frame can be counted as one), `candidates` (how many clips were to choose from, or these), `order_from` (how many the
order was chosen from, where it is not those of the reference), `facts[]`, `brand`, `language`, and `judged` (others'
judgements by name). Everything else is left alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...prompts.text import visible
from .clip_lists import UnreadableError, are_numbers, clips_of, is_number

LONGEST_NAME = 200
"""Characters of a name; what is longer is no name."""
_LARGEST = 1e12
"""What is more is no judgement."""
_TEXTS = ("script", "line", "text")
"""What an object calls its text."""
Clips = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one model answered to one ad. None: not judged."""

    ad: str
    model: str
    product: str
    """What intervals are clustered by; the ad where no product is named."""
    order: Clips | None = None
    reference_order: Clips = ()
    selection: Clips | None = None
    reference_selection: Clips = ()
    script: tuple[str, ...] | None = None
    """What is said over each clip, in order."""
    reference_script: tuple[str, ...] = ()
    subtitles: tuple[tuple[str, ...], ...] | None = None
    """The segments of each line of the script."""
    seconds: tuple[float, ...] = ()
    """How long the clips are, in the script's order."""
    clips: Clips = ()
    """What the clips 1, 2, ... of the order task show; empty where nobody said."""
    candidates: int = 0
    """How many clips there were to select from; 0 where nobody said."""
    order_from: int = 0
    """How many clips the order was chosen from; 0 for those of the reference."""
    facts: tuple[str, ...] = ()
    brand: str = ""
    language: str = ""
    judged: Mapping[str, float] = field(default_factory=dict)
    """Others' judgements of the script."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to judge."""
        return self.order is None and self.selection is None and self.script is None and self.subtitles is None


def read_answer(line: object) -> tuple[Answer, list[str]]:
    """The answer that an object holds, and what of it could not be read, each in words that lines share.

    Raises UnreadableError, in the same words, where nothing of it can be used.
    """
    if not isinstance(line, dict):
        raise UnreadableError("no JSON object")
    given = {str(key).strip().casefold(): value for key, value in line.items() if not _absent(value)}
    names: dict[str, Any] = {key: _name(given, key) for key in ("ad", "model", "product", "brand", "language")}
    for key in ("ad", "model"):
        if not names[key]:
            raise UnreadableError(f"no {key}")
    faults: list[str] = []
    values = _clip_fields(given, faults) | _text_fields(given, faults) | _figures(given, faults)
    names["product"] = names["product"] or f"ad {names['ad']}"
    answer = Answer(**names, **values)
    if answer.empty and faults:
        raise UnreadableError("; ".join(faults))
    if answer.empty:
        raise UnreadableError("no answer: none of order, selection, script, subtitles")
    return answer, faults


def _absent(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _name(given: Mapping[str, Any], key: str) -> str:
    value = given.get(key, "")
    if isinstance(value, bool | dict | list) or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return " ".join(visible(text).split())[:LONGEST_NAME]


def _clip_fields(given: Mapping[str, Any], faults: list[str]) -> dict[str, Any]:
    """Orders and selections, each only beside its reference: without one there is nothing to compare it with."""
    values: dict[str, Any] = {}
    for task in ("order", "selection"):
        reference = _read(given, f"reference_{task}", clips_of, faults)
        if task not in given:
            continue
        if not reference:
            faults.append(f"{task} without a reference")
            continue
        known = _known(task, reference, given)
        answer = _read(given, task, lambda value: clips_of(value, known, numbered=are_numbers(reference)), faults)  # noqa: B023 - called at once
        values |= {f"reference_{task}": reference} | ({} if answer is None else {task: answer})
    values["clips"] = _read(given, "clips", lambda value: clips_of(value, numbered=False), faults) or ()
    return values


def _known(task: str, reference: Clips, given: Mapping[str, Any]) -> Clips:
    """The clips that were shown: those of the order's reference, else the candidates; never the right selection."""
    if task == "order":
        return reference
    candidates = given.get("candidates")
    return clips_of(candidates) if isinstance(candidates, list) else ()


def _text_fields(given: Mapping[str, Any], faults: list[str]) -> dict[str, Any]:
    script = _read(given, "script", _lines, faults)
    return {
        "script": script,
        "reference_script": _read(given, "reference_script", _lines, faults) or (),
        "subtitles": _read(given, "subtitles", _segments, faults),
        "facts": _read(given, "facts", _lines, faults) or (),
    }


def _figures(given: Mapping[str, Any], faults: list[str]) -> dict[str, Any]:
    candidates = given.get("candidates", 0)
    return {
        "seconds": _read(given, "seconds", _seconds, faults) or (),
        "candidates": len(candidates) if isinstance(candidates, list) else _count(candidates),
        "order_from": _count(given.get("order_from", 0)),
        "judged": _judged(given.get("judged", {})),
    }


def _read(given: Mapping[str, Any], key: str, read: Callable[[Any], Any], faults: list[str]) -> Any:
    """A field as `read` reads it; None where it is absent, or cannot be read, which is noted."""
    if key not in given:
        return None
    try:
        return read(given[key])
    except UnreadableError as exc:
        faults.append(f"{key} {exc}")
        return None


def _lines(value: object) -> tuple[str, ...]:
    """The lines of a script: a list of texts, or a text with a line a row."""
    if isinstance(value, str):
        return tuple(line.strip() for line in value.splitlines() if line.strip())
    if not isinstance(value, list):
        raise UnreadableError("is no list of texts")
    return tuple(_text(entry) for entry in value)


def _text(entry: object) -> str:
    if isinstance(entry, dict):
        entry = next((entry[key] for key in _TEXTS if key in entry), "")
    if entry is None:
        return ""
    if isinstance(entry, bool | dict | list):
        raise UnreadableError("is no list of texts")
    return visible(str(entry)).strip()


def _segments(value: object) -> tuple[tuple[str, ...], ...]:
    """Segments line by line; a flat list is those of one line, and a text is one segment a row."""
    if isinstance(value, str):
        return (_lines(value),)
    if not isinstance(value, list):
        raise UnreadableError("is no list of lists of texts")
    if all(isinstance(entry, str) for entry in value):
        return (_lines(value),) if value else ()
    return tuple(_lines([] if entry is None else entry) for entry in value)


def _seconds(value: Any) -> tuple[float, ...]:
    values: list[Any] = value if isinstance(value, list) else [value]
    try:
        found = tuple(float(one) for one in values)
    except (TypeError, ValueError, OverflowError) as exc:
        raise UnreadableError("is no list of numbers") from exc
    if any(not math.isfinite(one) or one < 0 for one in found):
        raise UnreadableError("has one that is no length")
    return found


def _count(value: object) -> int:
    return int(value) if isinstance(value, int | float) and 0 < value < 1e6 else 0


def _judged(value: object) -> dict[str, float]:
    if not isinstance(value, dict):
        return {}
    return {
        visible(str(key)): float(number)
        for key, number in value.items()
        if is_number(number) and abs(number) < _LARGEST
    }
