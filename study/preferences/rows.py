"""Rows of an export as TRL takes them: looked at before hours of training, and read from disk while it goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import DataError, RequestError
from .export import CARD, HELD_OUT
from .recipe import COLUMNS, PreferenceRecipe

if TYPE_CHECKING:
    from datasets import Dataset

_PLAIN = ("request", "platform", "parts")
_ANEW = "Write it anew: popcorn study export-preferences -o DIR."


@dataclass(frozen=True, slots=True)
class Rows:
    """One file of an export, every row of which was looked at."""

    path: Path
    columns: tuple[str, ...]
    count: int
    longest: dict[str, Any]
    """The row with the most characters; empty where there is none."""

    def dataset(self, cache: Path) -> Dataset:
        """The rows, kept as Arrow under `cache`."""
        from datasets import Dataset

        options = {"path": str(self.path), "columns": self.columns}  # a list would be parted into shards
        return Dataset.from_generator(_each, gen_kwargs=options, cache_dir=str(cache))


def rows_of(recipe: PreferenceRecipe, *, held_out: bool = False) -> Rows:
    """What is learned from, or tested on. Raises RequestError where there is no export, DataError for a damaged row."""
    if not (recipe.data / CARD).is_file():
        raise RequestError(
            f"{str(recipe.data)!r} holds no preferences", hint="Make some: popcorn study export-preferences -o DIR."
        )
    path, columns = recipe.data / f"{recipe.method}{HELD_OUT if held_out else ''}.jsonl", COLUMNS[recipe.method]
    count, longest = 0, (0, dict[str, Any]())
    try:
        for row in _each(str(path), columns):
            count, size = count + 1, len(json.dumps(row))
            longest = max(longest, (size, row), key=lambda one: one[0])
    except OSError as exc:
        raise DataError(f"{str(path)!r} cannot be read: {exc.strerror}", hint=_ANEW) from exc
    if not count and not held_out:
        raise DataError(
            f"{str(path)!r} has no row to learn from",
            hint="Export more pairs, or choose another --method; grpo needs no pair.",
        )
    return Rows(path, columns, count, longest[1])


def warning_of(recipe: PreferenceRecipe, model: str) -> str:
    """What has to be said of this model as a reward, as the export measured it; empty where it agrees with tests."""
    try:
        reward = json.loads((recipe.data / CARD).read_text(encoding="utf-8"))["reward"]
        measured, said = str(reward["model"]), str(reward["warning"])
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise DataError(f"{str(recipe.data / CARD)!r} is no card of preferences", hint=_ANEW) from exc
    if measured != model:
        return f"nothing was measured: the export compared with {measured}, and {model} rewards"
    return said


def _each(path: str, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The rows of a file, these columns of each. Raises DataError for a line that is no row."""
    with Path(path).open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                row = json.loads(line)
                picked = {name: row[name] for name in columns}
                sound = all(_messages(picked[name]) for name in columns if name not in _PLAIN)
            except (ValueError, KeyError, TypeError) as exc:
                raise DataError(f"{path!r}, line {number}: no row of preferences: {exc!r}", hint=_ANEW) from exc
            if not sound:
                raise DataError(f"{path!r}, line {number}: what should be messages is none", hint=_ANEW)
            yield picked


def _messages(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all({*one} == {"role", "content"} for one in value)
