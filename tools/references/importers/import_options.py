"""How a table is to be read where it does not say so itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What a person says of a table; the defaults leave it to the table."""

    encoding: str = ""
    """The name of its encoding; empty for UTF-8, or else a guess that is told."""
    preset: str = ""
    """The kind of export it is, or `auto`; empty for none."""
    headed: bool | None = None
    """Whether its first line names the columns; None to see for ourselves."""
    allow_unread: bool = False
    """Whether a column of counts may be mostly none."""
