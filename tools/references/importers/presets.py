"""Exports that are known by their headers, and the `--map` that each stands for (presets.toml)."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ....errors import RequestError
from ....names import meant_after
from ...tables.types import Table

AUTO = "auto"
"""Takes the preset that a table's header is recognised as."""


@dataclass(frozen=True, slots=True)
class Preset:
    """One kind of export."""

    name: str
    what: str
    needs: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]

    def mapping(self, table: Table) -> dict[str, str]:
        """The column of each field that the table has."""
        known = set(table.columns)
        found = {field: next((name for name in names if name in known), "") for field, names in self.columns.items()}
        return {field: name for field, name in found.items() if name}


class PresetQuestionError(RequestError):
    """A table looks like a known export, and nobody has said whether it is one."""

    def __init__(self, message: str, *, hint: str, preset: str) -> None:
        """`preset` is what a yes would choose."""
        super().__init__(message, hint=hint)
        self.preset = preset


@cache
def presets() -> Mapping[str, Preset]:
    """All presets by name."""
    rows = tomllib.loads((files(__package__) / "presets.toml").read_text(encoding="utf-8"))
    return {
        name: Preset(
            name,
            row.pop("what"),
            tuple(row.pop("needs")),
            {field: tuple(columns) for field, columns in row.items()},
        )
        for name, row in rows.items()
    }


def recognised(table: Table) -> Preset | None:
    """The preset whose columns the table has; of several the one that asks for most."""
    known = set(table.columns)
    fitting = [preset for preset in presets().values() if known.issuperset(preset.needs)]
    return max(fitting, key=lambda preset: len(preset.needs), default=None)


def preset_for(table: Table, name: str) -> Preset:
    """The preset of this name, or the one that the table is recognised as for `auto`. Raises RequestError."""
    if name == AUTO:
        if found := recognised(table):
            return found
        raise RequestError(
            f"the header of {table.place!r} is that of no export that is known", hint="Map its columns with --map."
        )
    if name not in presets():
        raise RequestError(
            f"there is no preset {name!r}{meant_after(name, presets())}",
            hint=f"They are {AUTO}, {', '.join(presets())}.",
        )
    return presets()[name]


def as_flags(mapping: Mapping[str, str]) -> str:
    """A mapping as it is written on the command line."""
    return " ".join(f"--map {shlex.quote(f'{field}={column}')}" for field, column in mapping.items())


def question(table: Table, preset: Preset) -> PresetQuestionError:
    """What to ask about a table that is recognised."""
    return PresetQuestionError(
        f"{table.name!r} has the columns of {preset.what}",
        hint=f"If it is that, add --preset {preset.name}, which stands for: {as_flags(preset.mapping(table))}",
        preset=preset.name,
    )
