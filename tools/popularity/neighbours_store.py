"""A fitted neighbours predictor on disk: `manifest.json`, and one safetensors file that it names.

A new fit is written beside the old one and becomes current in one rename. Nothing is unpickled.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic import TypeAdapter, ValidationError

from ... import __version__
from ...errors import DataError, MissingError, NewerFormatError, StoreError
from .calibration import Calibration
from .memory_bank import MemoryBank
from .neighbourhood import Settings
from .neighbours import NAME, FittedNeighbours

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMAT = 1
MANIFEST = "manifest.json"
REFIT = "Remove the folder: the predictor is fitted again when it is next needed."

Arrays = Mapping[str, "NDArray[np.generic]"]


@dataclass(frozen=True, slots=True)
class NeighboursManifest:
    """The facts of a saved fit."""

    format: int
    predictor: str
    encoder: str
    catalogue: str
    catalogue_digest: str
    source: str
    illustrative: bool
    rows: int
    bank_digest: str
    neighbours: int
    temperature: float
    tag_bonus: float
    usual_nearness: float
    created: str
    popcorn_version: str
    file: str
    file_sha256: str

    def describes(self, catalogue: str, catalogue_digest: str, encoder: str) -> bool:
        """Whether the fit is the current one for a catalogue as it stands, and an encoder."""
        return (self.catalogue, self.catalogue_digest, self.encoder) == (catalogue, catalogue_digest, encoder)


def save_neighbours(folder: Path, fitted: FittedNeighbours) -> NeighboursManifest:
    """Make `fitted` what stands at `folder`. Raises StoreError when it cannot be written."""
    from safetensors.numpy import save

    bank, calibration, settings = fitted.bank, fitted.calibration, fitted.settings
    content = save(
        {
            "vectors": np.ascontiguousarray(bank.vectors, dtype=np.float32),
            "labels": bank.labels,
            "held_out_predictions": calibration.predictions,
            "held_out_labels": calibration.labels,
            "held_out_tags": calibration.tags,
            "ids": _packed(bank.ids),
            "tags": _packed(bank.tags),
        }
    )
    sha256 = hashlib.sha256(content).hexdigest()
    manifest = NeighboursManifest(
        format=FORMAT,
        predictor=NAME,
        encoder=bank.encoder,
        catalogue=bank.catalogue,
        catalogue_digest=bank.catalogue_digest,
        source=bank.source,
        illustrative=bank.illustrative,
        rows=len(bank),
        bank_digest=bank.digest,
        neighbours=settings.neighbours,
        temperature=settings.temperature,
        tag_bonus=settings.tag_bonus,
        usual_nearness=fitted.usual_nearness,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        popcorn_version=__version__,
        file=f"bank-{sha256[:16]}.safetensors",
        file_sha256=sha256,
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / manifest.file, content)
        _write(folder / MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode())
        for old in folder.glob("bank-*.safetensors"):
            if old.name != manifest.file:
                old.unlink(missing_ok=True)
    except OSError as exc:
        raise StoreError(
            f"the predictor cannot be written to {str(folder)!r}: {exc.strerror or exc}",
            hint="Make the folder writable or free some room, or choose another home with POPCORN_HOME.",
        ) from exc
    return manifest


def read_manifest(folder: Path) -> NeighboursManifest:
    """The manifest at `folder`, to know whether the fit is a current one.

    Raises MissingError when there is none, NewerFormatError when a newer Popcorn wrote it, and DataError when it is
    damaged.
    """
    path = folder / MANIFEST
    try:
        text = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as exc:
        raise MissingError(
            f"there is no predictor at {str(folder)!r}",
            hint="Fit one first: it is saved there.",
        ) from exc
    except OSError as exc:
        raise DataError(f"the predictor {str(folder)!r} cannot be read: {exc.strerror or exc}") from exc
    try:
        version = json.loads(text)["format"]
        if isinstance(version, int) and version > FORMAT:
            raise NewerFormatError(
                f"the predictor {folder.name!r} has format {version}; this Popcorn reads up to {FORMAT}",
                hint="Upgrade Popcorn, or choose another home with POPCORN_HOME.",
            )
        manifest = TypeAdapter(NeighboursManifest).validate_json(text, strict=True)
    except (ValueError, KeyError, TypeError) as exc:
        raise DataError(f"the manifest {str(path)!r} is damaged: {_reason(exc)}", hint=REFIT) from exc
    if Path(manifest.file).name != manifest.file:
        raise DataError(f"the manifest {str(path)!r} is damaged: it points outside its folder", hint=REFIT)
    return manifest


def open_neighbours(folder: Path) -> FittedNeighbours:
    """The fit at `folder`. Raises what `read_manifest` raises, and DataError when the bank's file is damaged."""
    manifest = read_manifest(folder)
    arrays = _arrays(folder / manifest.file, manifest.file_sha256)
    try:
        bank = MemoryBank(
            ids=_unpacked(arrays["ids"]),
            vectors=arrays["vectors"].astype(np.float32, copy=False),
            labels=arrays["labels"].astype(np.float64, copy=False),
            tags=_unpacked(arrays["tags"]),
            catalogue=manifest.catalogue,
            catalogue_digest=manifest.catalogue_digest,
            source=manifest.source,
            encoder=manifest.encoder,
            illustrative=manifest.illustrative,
        )
        calibration = Calibration(
            arrays["held_out_predictions"].astype(np.float64, copy=False),
            arrays["held_out_labels"].astype(np.float64, copy=False),
            arrays["held_out_tags"].astype(np.int64, copy=False),
        )
    except (KeyError, ValueError) as exc:
        raise DataError(f"the predictor {str(folder)!r} is damaged: {_reason(exc)}", hint=REFIT) from exc
    settings = Settings(manifest.neighbours, manifest.temperature, manifest.tag_bonus)
    return FittedNeighbours(bank, settings, calibration, manifest.usual_nearness)


def _arrays(path: Path, sha256: str) -> Arrays:
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise DataError(f"the bank {str(path)!r} is damaged: it is not what was written", hint=REFIT)
        arrays: Arrays = load(content)
    except OSError as exc:
        raise DataError(f"the bank {str(path)!r} cannot be read: {exc.strerror or exc}", hint=REFIT) from exc
    except SafetensorError as exc:
        raise DataError(f"the bank {str(path)!r} is damaged: {exc}", hint=REFIT) from exc
    return arrays


def _packed(texts: tuple[str, ...]) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(texts).encode(), dtype=np.uint8)


def _unpacked(packed: NDArray[np.generic]) -> tuple[str, ...]:
    return tuple(TypeAdapter(list[str]).validate_json(packed.tobytes(), strict=True))


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _reason(exc: Exception) -> str:
    if isinstance(exc, ValidationError):
        first = exc.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return f"{type(exc).__name__}: {exc}".splitlines()[0]
