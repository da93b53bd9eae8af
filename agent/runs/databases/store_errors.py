"""What to say when a store cannot be used."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

from ....errors import NewerFormatError, StoreError
from ....files import newer_format
from ....files import unwritable as unwritable
from .types import Schema


def newer(name: str, version: int, schema: Schema, way_out: str, what: str = "run store") -> NewerFormatError:
    """What to say of a store that this Popcorn is too old for."""
    hint = f"Update Popcorn, or {way_out}."
    return newer_format(f"the {what} {name} has", version, schema.version, hint=hint, knows="knows")


def held(run_id: str) -> StoreError:
    """What to say of a run that somebody else walks."""
    return StoreError(f"run {run_id} is being worked on by another process", hint="Wait for it.")


def unusable(database: Path, exc: Exception, what: str = "run store") -> StoreError:
    """What to say of a file of SQLite that fails; `what` is what stands in it."""
    return StoreError(
        f"the {what} {str(database)!r} cannot be used: {exc}",
        hint="Free space, check its permissions, or move the file away to start a new one.",
    )


def of_the_database(exc: Exception) -> bool:
    """True for an error of sqlite3, or of psycopg where that is in use: not of what was read from the database."""
    psycopg = sys.modules.get("psycopg")
    return isinstance(exc, sqlite3.Error) or (psycopg is not None and isinstance(exc, psycopg.Error))
