"""Features on disk: memory-mapped float16 arrays beside a table of what their rows are.

`manifest.json` names the files that belong together; new ones are written beside them and become current when the
manifest is replaced, in one rename. Nothing is unpickled.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic import TypeAdapter, ValidationError

from .... import files
from ....errors import DataError, MissingError
from ....trust import foreign_files
from .types import Shape

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMAT = 1
MANIFEST = "manifest.json"
AGAIN = "Extract the features again."


@dataclass(frozen=True, slots=True)
class Stamp:
    """By what a changed video is known."""

    name: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Row:
    """What one row of the arrays is."""

    id: str
    text_sha256: str
    video: Stamp | None
    """None when there was no file."""
    captions: tuple[str, ...]
    notes: tuple[str, ...]
    reason: str
    """Why the row has no frames; empty when it has."""


@dataclass(frozen=True, slots=True)
class FeatureManifest:
    """The facts of extracted features."""

    format: int
    profile: str
    facts: dict[str, str]
    """The models and revisions that made them."""
    shape: Shape
    rows: int
    rows_file: str
    rows_sha256: str
    frames_file: str | None
    """None when no row has frames."""
    text_file: str
    retrieval_file: str
    created: str
    popcorn_version: str


@dataclass(frozen=True, slots=True)
class FeatureStore:
    """Features of N videos, opened for reading; the arrays stay on the disk until they are used."""

    manifest: FeatureManifest
    rows: tuple[Row, ...]
    frames: NDArray[np.float16] | None
    """(N, F, D), zeros where there are no frames; None when no row has any."""
    has_frames: NDArray[np.bool_]
    """(N,)."""
    text: NDArray[np.float16]
    """(N, Dt)."""
    retrieval: NDArray[np.float16]
    """(N, Dr), unit rows up to rounding."""

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def ids(self) -> tuple[str, ...]:
        """The videos, in the order of the arrays' rows."""
        return tuple(row.id for row in self.rows)

    @property
    def reasons(self) -> dict[str, str]:
        """Why a video has no frames, for each that has none."""
        return {row.id: row.reason for row in self.rows if row.reason}

    @property
    def notes(self) -> dict[str, tuple[str, ...]]:
        """What to know about a video's frames, for each that has notes."""
        return {row.id: row.notes for row in self.rows if row.notes}

    @property
    def profile(self) -> str:
        """The profile's name."""
        return self.manifest.profile

    @property
    def facts(self) -> dict[str, str]:
        """The models and revisions that made the features."""
        return dict(self.manifest.facts)

    @property
    def shape(self) -> Shape:
        """Sizes of the features."""
        return self.manifest.shape

    @classmethod
    def open(cls, folder: Path) -> FeatureStore:
        """The features at `folder`.

        Raises MissingError when there are none or the extraction was not finished, NewerFormatError when a newer
        Popcorn wrote them, and DataError when they are damaged.
        """
        manifest = read_manifest(folder)
        rows = _rows(folder / manifest.rows_file, manifest)
        has_frames = np.array([not row.reason for row in rows], np.bool_)
        count, shape = manifest.rows, manifest.shape
        frames = None
        if manifest.frames_file is not None:
            frames = _array(folder / manifest.frames_file, (count, shape.frames, shape.frame_dimension))
        elif has_frames.any():
            raise DataError(f"the features {str(folder)!r} are damaged: their frames are missing", hint=AGAIN)
        return cls(
            manifest=manifest,
            rows=rows,
            frames=frames,
            has_frames=has_frames,
            text=_array(folder / manifest.text_file, (count, shape.text_dimension)),
            retrieval=_array(folder / manifest.retrieval_file, (count, shape.retrieval_dimension)),
        )


def read_manifest(folder: Path) -> FeatureManifest:
    """The manifest at `folder`. Raises as `FeatureStore.open` does."""
    path = folder / MANIFEST
    try:
        text = foreign_files.read_file(path)
    except (FileNotFoundError, NotADirectoryError) as exc:
        raise MissingError(f"there are no features at {str(folder)!r}", hint="Extract them first.") from exc
    except OSError as exc:
        raise DataError(f"the features {str(folder)!r} cannot be read: {exc.strerror or exc}") from exc
    try:
        hint = "Upgrade Popcorn, or extract them again elsewhere."
        files.check_format(
            f"the features {str(folder)!r} have", foreign_files.parse_json(text)["format"], FORMAT, hint=hint
        )
        manifest = TypeAdapter(FeatureManifest).validate_json(text, strict=True)
    except (ValueError, KeyError, TypeError, RecursionError) as exc:
        raise DataError(f"the manifest {str(path)!r} is damaged: {_reason(exc)}", hint=AGAIN) from exc
    for name in (manifest.rows_file, manifest.frames_file, manifest.text_file, manifest.retrieval_file):
        if name is not None and (Path(name).name != name or "\0" in name):
            raise DataError(f"the manifest {str(path)!r} is damaged: it points outside its folder", hint=AGAIN)
    return manifest


def _rows(path: Path, manifest: FeatureManifest) -> tuple[Row, ...]:
    try:
        content = foreign_files.read_file(path, 1 << 30)
    except OSError as exc:
        raise DataError(f"the features' table {str(path)!r} cannot be read: {exc.strerror or exc}", hint=AGAIN) from exc
    if hashlib.sha256(content).hexdigest() != manifest.rows_sha256:
        raise DataError(f"the features' table {str(path)!r} is damaged: it is not what was written", hint=AGAIN)
    try:
        rows = TypeAdapter(tuple[Row, ...]).validate_python(
            [foreign_files.parse_json(line) for line in content.splitlines()]
        )
    except ValueError as exc:
        raise DataError(f"the features' table {str(path)!r} is damaged: {_reason(exc)}", hint=AGAIN) from exc
    if len(rows) != manifest.rows:
        raise DataError(f"the features' table {str(path)!r} has {len(rows)} rows, not {manifest.rows}", hint=AGAIN)
    return rows


def _array(path: Path, shape: tuple[int, ...]) -> NDArray[np.float16]:
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as exc:
        raise DataError(f"the features {str(path)!r} cannot be read: {_reason(exc)}", hint=AGAIN) from exc
    if not isinstance(array, np.memmap) or array.shape != shape or array.dtype != np.float16:
        raise DataError(f"the features {str(path)!r} are not float16 {shape}", hint=AGAIN)
    return array


def _reason(exc: Exception) -> str:
    if isinstance(exc, ValidationError):
        first = exc.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return (str(exc) or type(exc).__name__).splitlines()[0]
