"""Prompt templates: Markdown files beside this module, strict about their variables and conditions.

A line that begins with `[name]` is sent only where that condition holds, without the mark: what a model has to do is
decided here and not by the model. A line may have several marks; all of them have to hold.
"""

from __future__ import annotations

import hashlib
import re
import string
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_MARK = re.compile(r"\[([a-z]+)\] ?")
_GAP = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Template:
    """A prompt file: `$name` marks a variable, `$$` a dollar sign, `[name]` a line that is sent on a condition."""

    name: str
    text: str

    @property
    def digest(self) -> str:
        """The first 16 hex digits of the text's SHA-256, as manifests and traces carry it."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    @property
    def variables(self) -> frozenset[str]:
        """The names that `render` must be given where every condition holds."""
        return frozenset(string.Template(self.text).get_identifiers())

    @property
    def conditions(self) -> frozenset[str]:
        """The conditions that its lines know."""
        return frozenset(mark for marks, _ in self._lines() for mark in marks)

    @property
    def sentences(self) -> str:
        """All that it may say, whatever holds, without the marks."""
        return "\n".join(line for _, line in self._lines())

    def render(self, values: Mapping[str, str], conditions: Collection[str] = ()) -> str:
        """The text for these conditions, with every variable filled in.

        Raises ValueError when a variable of the lines that are sent is missing, when a value is not used in any line,
        or when the text knows nothing of a condition.
        """
        if unknown := {*conditions} - self.conditions:
            raise ValueError(f"prompt {self.name!r} knows no condition {sorted(unknown)}")
        lines = "\n".join(line for marks, line in self._lines() if marks <= {*conditions})
        kept = string.Template(_GAP.sub("\n\n", lines).strip() + "\n")
        if missing := {*kept.get_identifiers()} - values.keys():
            raise ValueError(f"prompt {self.name!r} lacks a value for {sorted(missing)}")
        if unused := values.keys() - self.variables:
            raise ValueError(f"prompt {self.name!r} has no use for {sorted(unused)}")
        return kept.substitute(values)

    def _lines(self) -> Iterator[tuple[set[str], str]]:
        """Each line without its marks, and these."""
        for line in self.text.splitlines():
            marks, rest = set[str](), line
            while found := _MARK.match(rest):
                marks.add(found[1])
                rest = rest[found.end() :]
            yield marks, rest


@cache
def load(name: str) -> Template:
    """The template in `prompts/<name>.md`."""
    return Template(name, (files(__package__) / f"{name}.md").read_text(encoding="utf-8").strip() + "\n")


def digest_of(names: Iterable[str]) -> str:
    """The first 16 hex digits of the SHA-256 of several templates: another one when any of them changes."""
    return hashlib.sha256("".join(load(name).digest for name in sorted(names)).encode()).hexdigest()[:16]
