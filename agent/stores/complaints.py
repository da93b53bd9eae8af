"""What to say when a store cannot be used."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

from ...errors import NewerFormatError, StoreError
from .types import Schema


def newer(name: str, version: int, schema: Schema, way_out: str) -> NewerFormatError:
    """What to say of a store that this Popcorn is too old for."""
    return NewerFormatError(
        f"the run store {name} has format {version}; this Popcorn knows {schema.version}",
        hint=f"Update Popcorn, or {way_out}.",
    )


def held(run_id: str) -> StoreError:
    """What to say of a run that somebody else walks."""
    return StoreError(f"run {run_id} is being worked on by another process", hint="Wait for it.")


def unwritable(path: Path, exc: OSError) -> StoreError:
    """What to say when a path under the home cannot be written."""
    return StoreError(
        f"{str(path)!r} cannot be written: {exc.strerror or exc}",
        hint="Free space there or name another folder with POPCORN_HOME.",
    )


def unusable(database: Path, exc: Exception) -> StoreError:
    """What to say of a file of SQLite that fails."""
    return StoreError(
        f"the run store {str(database)!r} cannot be used: {exc}",
        hint="Free space, check its permissions, or move the file away to start a new one.",
    )


def of_the_database(exc: Exception) -> bool:
    """True for an error of sqlite3, or of psycopg where that is in use: not of what was read from the database."""
    psycopg = sys.modules.get("psycopg")
    return isinstance(exc, sqlite3.Error) or (psycopg is not None and isinstance(exc, psycopg.Error))
