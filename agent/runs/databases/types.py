"""The seam behind which the two databases stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

Value = str | int


@dataclass(frozen=True, slots=True)
class Schema:
    """Tables in SQL that every database here reads."""

    version: int
    tables: str
    """What makes them all in a new store; it may be run twice."""
    steps: Mapping[int, str]
    """For each older version what makes the next one."""


class Rows(Protocol):
    """What a statement gave."""

    def fetchone(self) -> Any:
        """The next row, None after the last."""
        ...

    def fetchall(self) -> Sequence[Any]:
        """All rows that are left."""
        ...

    def __iter__(self) -> Iterator[Any]: ...


class Statements(Protocol):
    """An open transaction."""

    def execute(self, statement: str, values: Sequence[Value] = ()) -> Rows:
        """Run one statement, in which every `?` stands for one of the values."""
        ...


class Database(Protocol):
    """A place for the tables. Every method raises StoreError, never the errors of the library behind it."""

    def prepare(self, schema: Schema) -> None:
        """Make the tables, or bring older ones up. Raises NewerFormatError when they are of a newer Popcorn."""
        ...

    def transaction(self) -> AbstractContextManager[Statements]:
        """Statements that are all done at the end of the block, or none."""
        ...

    def appending(self, statements: Statements, run_id: str) -> None:
        """Let nobody else append to the run until the transaction ends."""
        ...

    def alone(self, run_id: str, folder: Path) -> AbstractContextManager[None]:
        """Hold the run, whose files stand in `folder`. Raises StoreError when somebody else does."""
        ...

    def walked(self, run_id: str, folder: Path) -> bool:
        """Whether somebody holds the run."""
        ...

    def shrink(self) -> None:
        """Give room back to the disk where much was deleted; at a bad moment leave it."""
        ...
