"""Prompt templates: Markdown files beside this module, strict about their variables."""

from __future__ import annotations

import hashlib
import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_EXAMPLE = re.compile(r'"(\w+)": \[?"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Template:
    """A prompt file: `$name` marks a variable, `$$` a dollar sign."""

    name: str
    text: str

    @property
    def digest(self) -> str:
        """The first 16 hex digits of the text's SHA-256, as manifests and traces carry it."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    @property
    def variables(self) -> frozenset[str]:
        """The names that `render` must be given."""
        return frozenset(string.Template(self.text).get_identifiers())

    @property
    def examples(self) -> frozenset[str]:
        """The texts that stand in the text's examples of an answer; none of them is one."""
        return frozenset(value for key, value in _EXAMPLE.findall(self.text) if key != "step")

    def render(self, values: Mapping[str, str]) -> str:
        """The text with every variable filled in.

        Raises ValueError when a variable is missing or a value is not used.
        """
        given = frozenset(values)
        if missing := self.variables - given:
            raise ValueError(f"prompt {self.name!r} lacks a value for {sorted(missing)}")
        if unused := given - self.variables:
            raise ValueError(f"prompt {self.name!r} has no use for {sorted(unused)}")
        return string.Template(self.text).substitute(values)


@cache
def load(name: str) -> Template:
    """The template in `prompts/<name>.md`."""
    return Template(name, (files(__package__) / f"{name}.md").read_text(encoding="utf-8").strip() + "\n")


def digest_of(names: Iterable[str]) -> str:
    """The first 16 hex digits of the SHA-256 of several templates: another one when any of them changes."""
    return hashlib.sha256("".join(load(name).digest for name in sorted(names)).encode()).hexdigest()[:16]
