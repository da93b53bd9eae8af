"""A catalogue's manifest: what it holds, what made it, and which of its builds is the current one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from ... import files
from ...errors import DataError, NewerFormatError, RequestError
from ...trust import foreign_files

FORMAT = 1
"""The version of a catalogue's layout on disk that this Popcorn writes, and the newest that it reads."""
FILE = "manifest.json"
REBUILD = "Import the catalogue again: the old files are replaced."


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file of a build as it was written: its length in bytes and its SHA-256."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The facts of one build of a catalogue."""

    format: int
    name: str
    encoder: str
    dimension: int
    rows: int
    digest: str
    """SHA-256 over all rows in order."""
    source: str
    """The platforms or sets that the rows name, comma-separated, e.g. `microlens`."""
    illustrative: bool
    """True when the figures of some rows are invented."""
    created: str
    """ISO 8601, UTC."""
    popcorn_version: str
    build: str
    """The folder of the build, relative to the catalogue."""
    files: Mapping[str, FileFacts]
    imported_from: str = ""
    """The absolute path, `hf:OWNER/NAME` or `sample` that the rows were imported from; empty when nobody said."""

    def write(self, folder: Path) -> None:
        """Make this the current manifest of the catalogue at `folder`, atomically."""
        files.write_json(folder / FILE, asdict(self))

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The current manifest of the catalogue at `folder`.

        Raises DataError when it is damaged, NewerFormatError when a newer Popcorn wrote it, and FileNotFoundError
        when there is none.
        """
        path = folder / FILE
        text = foreign_files.read_file(path)
        try:
            hint = "Upgrade Popcorn, or import the source again under another name."
            files.check_format(
                f"the catalogue {folder.name!r} has", foreign_files.parse_json(text)["format"], FORMAT, hint=hint
            )
            manifest = TypeAdapter(cls).validate_json(text, strict=True)
        except (ValueError, KeyError, TypeError) as exc:
            raise DataError(f"the manifest {str(path)!r} is damaged: {_first_line(exc)}", hint=REBUILD) from exc
        if Path(manifest.build).is_absolute() or ".." in Path(manifest.build).parts:
            raise DataError(f"the manifest {str(path)!r} is damaged: it points outside its catalogue", hint=REBUILD)
        return manifest


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


def _first_line(exc: Exception) -> str:
    if isinstance(exc, ValidationError):
        first = exc.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return f"{type(exc).__name__}: {exc}".splitlines()[0]
