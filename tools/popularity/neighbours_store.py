"""A fitted neighbours predictor on disk: `manifest.json`, and one safetensors file that it names.

A new fit is written beside the old one and becomes current in one rename. Nothing is unpickled.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter

from ... import files
from ...errors import DataError, MissingError
from ...version import VERSION
from .calibration import Scale
from .manifests import MANIFEST, packed, read_arrays, read_facts, reason, unpacked, writing
from .memory_bank import MemoryBank
from .neighbourhood import Settings
from .neighbours import NAME, FittedNeighbours
from .reliability import Reliability

FORMAT = 2
"""2: the scale stands in the manifest, made of videos read as drafts are."""
REFIT = "Remove the folder: the predictor is fitted again when it is next needed."


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
    scale: Scale
    reliability: Reliability | None
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

    bank, settings = fitted.bank, fitted.settings
    content = save(
        {
            "vectors": np.ascontiguousarray(bank.vectors, dtype=np.float32),
            "labels": bank.labels,
            "ids": packed(bank.ids),
            "tags": packed(bank.tags),
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
        scale=fitted.scale,
        reliability=fitted.reliability,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        popcorn_version=VERSION,
        file=f"bank-{sha256[:16]}.safetensors",
        file_sha256=sha256,
    )
    with writing(folder):
        files.write_bytes(folder / manifest.file, content)
        files.write_json(folder / MANIFEST, asdict(manifest))
        for old in folder.glob("bank-*.safetensors"):
            if old.name != manifest.file:
                old.unlink(missing_ok=True)
    return manifest


def read_manifest(folder: Path) -> NeighboursManifest:
    """The manifest at `folder`, to know whether the fit is a current one.

    Raises MissingError when there is none, or one that an older Popcorn wrote, whose scale says something else;
    NewerFormatError when a newer Popcorn wrote it, and DataError when it is damaged.
    """
    text = read_facts(folder, FORMAT, missing="Fit one first: it is saved there.", damaged=REFIT)
    path = folder / MANIFEST
    if isinstance(version := json.loads(text)["format"], int) and version < FORMAT:
        raise MissingError(f"the fit at {str(folder)!r} was made by an older Popcorn", hint=REFIT)
    try:
        manifest = TypeAdapter(NeighboursManifest).validate_json(text, strict=True)
    except ValueError as exc:
        raise DataError(f"the manifest {str(path)!r} is damaged: {reason(exc)}", hint=REFIT) from exc
    if Path(manifest.file).name != manifest.file:
        raise DataError(f"the manifest {str(path)!r} is damaged: it points outside its folder", hint=REFIT)
    return manifest


def open_neighbours(folder: Path) -> FittedNeighbours:
    """The fit at `folder`. Raises what `read_manifest` raises, and DataError when the bank's file is damaged."""
    manifest = read_manifest(folder)
    arrays = read_arrays(folder / manifest.file, manifest.file_sha256, damaged=REFIT)
    try:
        bank = MemoryBank(
            ids=unpacked(arrays["ids"]),
            vectors=arrays["vectors"].astype(np.float32, copy=False),
            labels=arrays["labels"].astype(np.float64, copy=False),
            tags=unpacked(arrays["tags"]),
            catalogue=manifest.catalogue,
            catalogue_digest=manifest.catalogue_digest,
            source=manifest.source,
            encoder=manifest.encoder,
            illustrative=manifest.illustrative,
        )
    except (KeyError, ValueError) as exc:
        raise DataError(f"the predictor {str(folder)!r} is damaged: {reason(exc)}", hint=REFIT) from exc
    settings = Settings(manifest.neighbours, manifest.temperature, manifest.tag_bonus)
    return FittedNeighbours(bank, settings, manifest.scale, manifest.usual_nearness, manifest.reliability)
