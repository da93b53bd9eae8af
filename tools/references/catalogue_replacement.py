"""What an import is about to replace: a catalogue from another source only when that is wanted."""

from __future__ import annotations

from pathlib import Path

from ...errors import DataError, NewerFormatError, RequestError
from .catalogue_manifest import Manifest


def standing_manifest(folder: Path) -> Manifest | None:
    """The manifest of the catalogue at `folder`; None when there is none, or one that only a new import can heal.

    Raises NewerFormatError when a newer Popcorn wrote it.
    """
    try:
        return Manifest.read(folder)
    except NewerFormatError:
        raise
    except (DataError, OSError):
        return None


def check_same_source(standing: Manifest, source: str) -> None:
    """Raises RequestError when the standing catalogue is known to be imported from elsewhere than `source`."""
    known = standing.imported_from
    if known and known != source:
        raise RequestError(
            f"the catalogue {standing.name!r} holds {standing.rows:,} references imported from {known!r}",
            hint="Choose another --name, or add --replace to put these in their place.",
        )
