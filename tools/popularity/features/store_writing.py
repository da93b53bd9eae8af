"""Writing features: every file whole and on the disk before the manifest names it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .... import files
from ....version import VERSION
from .store import FORMAT, MANIFEST, FeatureManifest, Row
from .types import Shape

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Take = Callable[[int], NDArray[np.float16] | None]


def table(rows: Sequence[Row]) -> bytes:
    """The rows as JSON lines."""
    return b"".join(json.dumps(asdict(row)).encode() + b"\n" for row in rows)


def write_store(
    folder: Path, profile: str, facts: dict[str, str], shape: Shape, rows: Sequence[Row], takes: tuple[Take, Take, Take]
) -> None:
    """Make `rows` and their numbers what stands at `folder`.

    `takes` give a row's frames (or None), text and retrieval vector by its place. Raises OSError.
    """
    content = table(rows)
    sha256 = hashlib.sha256(content).hexdigest()
    mark = hashlib.sha256(json.dumps([facts, sha256], sort_keys=True).encode()).hexdigest()[:16]
    sizes = {
        "frames": (shape.frames, shape.frame_dimension),
        "text": (shape.text_dimension,),
        "retrieval": (shape.retrieval_dimension,),
    }
    names = {kind: f"{kind}-{mark}.npy" for kind in sizes}
    has_frames = any(not row.reason for row in rows)
    for (kind, size), take in zip(sizes.items(), takes, strict=True):
        if kind != "frames" or has_frames:
            _write_array(folder / names[kind], (len(rows), *size), take)
    manifest = FeatureManifest(
        format=FORMAT,
        profile=profile,
        facts=facts,
        shape=shape,
        rows=len(rows),
        rows_file=f"rows-{mark}.jsonl",
        rows_sha256=sha256,
        frames_file=names["frames"] if has_frames else None,
        text_file=names["text"],
        retrieval_file=names["retrieval"],
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        popcorn_version=VERSION,
    )
    files.write_bytes(folder / manifest.rows_file, content)
    files.write_text(folder / MANIFEST, json.dumps(asdict(manifest), indent=1))
    _clear(folder, mark)


def _write_array(path: Path, shape: tuple[int, ...], take: Take) -> None:
    """A .npy file, row after row: through a memory map, a full disk would end the process instead of raising."""
    empty = np.zeros(shape[1:], np.float16)
    with files.replacing(path) as file:
        header = {"descr": "<f2", "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(file, header)
        for place in range(shape[0]):
            row = take(place)
            file.write(np.ascontiguousarray(empty if row is None else row, "<f2").tobytes())


def _clear(folder: Path, mark: str) -> None:
    """Remove what earlier extractions left, finished or killed."""
    for pattern in ("frames-*", "text-*", "retrieval-*", "rows-*", f"{MANIFEST}.*.tmp"):
        for path in folder.glob(pattern):
            if path.name.endswith(".tmp") or mark not in path.name:
                path.unlink(missing_ok=True)
