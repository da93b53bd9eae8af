"""Building a catalogue: once, safe against being killed, against doing it twice, and against a second process."""

from __future__ import annotations

import errno
import logging
import shutil
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from ... import files
from ...errors import DataError, NewerFormatError, PopcornError, StoreError
from ...version import VERSION
from ..embedding.types import Encoder, Progress
from .catalogue import INDEX, ROWS, VECTORS, Catalogue, file_sha256
from .catalogue_manifest import FORMAT, FileFacts, Manifest, check_same_source, standing_manifest
from .catalogue_rows import digest, write_rows
from .catalogue_vectors import VectorFile
from .reference_spool import SpooledReferences, text_digest
from .types import Reference

if TYPE_CHECKING:
    from numpy.typing import NDArray

BUILDS = "builds"
CHUNK = 1024
"""Rows embedded between two writes to disk: what an interrupted build has to repeat at most."""

_log = logging.getLogger(__name__)


def build_catalogue(
    folder: Path,
    references: Sequence[Reference],
    encoder: Encoder,
    progress: Progress | None = None,
    imported_from: str = "",
    *,
    replace_other: bool = True,
) -> Catalogue:
    """Make the catalogue at `folder` hold `references`, in order, with the encoder's vectors.

    Does nothing when it already does. An interrupted build leaves the old one intact, and the next one goes on where
    it stopped. Texts that the old build has embedded with the same encoder are not embedded again. A second process
    that builds the same catalogue waits for the first, which is logged. Without `replace_other` a catalogue that was
    imported from elsewhere stays, whoever was quicker. `progress` gets the rows embedded and their total, and is not
    called when there is nothing to do. The manifest records `imported_from` where it is given.

    Raises DataError for rows that no catalogue can hold, RequestError where another source's stays, NewerFormatError
    when a newer Popcorn wrote what stands at `folder`, and StoreError when the place cannot be written.
    """
    _check(references)
    key = digest(references)
    if (current := _standing(folder, key, encoder.name)) and imported_from in ("", current.manifest.imported_from):
        return current
    with _write_border(folder), _alone(folder):
        standing = standing_manifest(folder)
        if standing and imported_from and not replace_other:
            check_same_source(standing, imported_from)
        if not _standing(folder, key, encoder.name):
            _build(folder, references, key, encoder, progress)
        return _recorded(folder, imported_from)


def _build(
    folder: Path, references: Sequence[Reference], key: str, encoder: Encoder, progress: Progress | None
) -> None:
    from ..embedding.index import VectorIndex

    build = _build_folder(folder, f"{_safe(encoder.name)}-{key[:16]}")
    vectors = VectorFile(build / VECTORS, len(references), encoder.dimension)
    _embed(references, vectors, _known_vectors(folder, encoder), encoder, progress)
    VectorIndex.write(build / INDEX, vectors.blocks(), len(references), encoder.dimension)
    write_rows(files.private_file(build / ROWS), references)
    manifest = Manifest(
        format=FORMAT,
        name=folder.name,
        encoder=encoder.name,
        dimension=encoder.dimension,
        rows=len(references),
        digest=key,
        source=", ".join(dict.fromkeys(reference.source for reference in references if reference.source)),
        illustrative=any(reference.illustrative for reference in references),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        popcorn_version=VERSION,
        build=build.relative_to(folder).as_posix(),
        files={name: _facts(build / name) for name in (ROWS, VECTORS, INDEX)},
    )
    manifest.write(folder)
    _remove_others(build)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """No other process builds this catalogue meanwhile; that one is waited for is logged once."""
    lock = folder / "build.lock"
    told = False

    def waiting() -> None:
        nonlocal told
        if not told:
            _log.warning("the catalogue %r is being built by %s: waiting for it", folder.name, files.holder_of(lock))
        told = True

    with files.alone(lock, waiting):
        yield


def _recorded(folder: Path, imported_from: str) -> Catalogue:
    """The catalogue at `folder`, whose manifest says `imported_from` when that is not empty."""
    manifest = Manifest.read(folder)
    if imported_from not in ("", manifest.imported_from):
        replace(manifest, imported_from=imported_from).write(folder)
    return Catalogue.open(folder)


def _embed(
    references: Sequence[Reference],
    vectors: VectorFile,
    known: KnownVectors,
    encoder: Encoder,
    progress: Progress | None,
) -> None:
    total = len(references)
    for start in range(vectors.done, total, CHUNK):
        texts = [reference.text for reference in references[start : start + CHUNK]]
        vectors_known = known.of(texts)
        fresh = [text for text in dict.fromkeys(texts) if text not in vectors_known]

        def within(done: int, count: int, start: int = start, size: int = len(texts)) -> None:
            if progress:
                progress(start + size * done // count, total)

        found = dict(zip(fresh, encoder.encode(fresh, within if fresh else None), strict=True))
        vectors.append([vectors_known[text] if text in vectors_known else found[text] for text in texts])
    if progress:
        progress(total, total)


def _standing(folder: Path, key: str, encoder: str) -> Catalogue | None:
    """The catalogue at `folder` if it is the one wanted; None when it has to be built."""
    try:
        catalogue = Catalogue.open(folder)
    except NewerFormatError:
        raise
    except PopcornError as exc:
        _log.info("catalogue %s is built anew: %s", folder.name, exc.message)
        return None
    return catalogue if (catalogue.digest, catalogue.manifest.encoder) == (key, encoder) else None


def _known_vectors(folder: Path, encoder: Encoder) -> KnownVectors:
    """The vectors of the standing build by text, when the same encoder made them."""
    try:
        old = Catalogue.open(folder)
        if (old.manifest.encoder, old.manifest.dimension) == (encoder.name, encoder.dimension):
            return KnownVectors(old)
    except PopcornError:
        pass
    return KnownVectors(None)


class KnownVectors:
    """The vectors of a catalogue by the texts that they are of, in sixteen bytes a text."""

    def __init__(self, catalogue: Catalogue | None) -> None:
        """Of no catalogue, nothing is known."""
        self._vectors = None if catalogue is None else catalogue.vectors
        digests = [] if catalogue is None else array("Q", map(text_digest, catalogue.each_text()))
        found = np.array(digests, dtype=np.uint64)
        self._order = np.argsort(found, kind="stable")
        self._digests = found[self._order]

    def of(self, texts: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Those that are known."""
        if self._vectors is None or not len(self._digests):
            return {}
        wanted = np.array([text_digest(text) for text in texts], dtype=np.uint64)
        places = np.searchsorted(self._digests, wanted).clip(max=len(self._digests) - 1)
        hits = self._digests[places] == wanted
        return {
            text: np.array(self._vectors[self._order[place]])
            for text, place, hit in zip(texts, places, hits, strict=True)
            if hit
        }


def _check(references: Sequence[Reference]) -> None:
    if not references:
        raise DataError("a catalogue needs at least one reference", hint="Look at what the import rejected, and why.")
    if isinstance(references, SpooledReferences):
        return  # its ids are all different
    seen: set[str] = set()
    for reference in references:
        if reference.id in seen:
            raise DataError(f"the id {reference.id!r} stands on more than one reference")
        seen.add(reference.id)


def _facts(path: Path) -> FileFacts:
    return FileFacts(bytes=path.stat().st_size, sha256=file_sha256(path))


def _safe(name: str) -> str:
    return "".join(sign if sign.isalnum() or sign in "-." else "_" for sign in name)[-60:]


def _build_folder(folder: Path, name: str) -> Path:
    """Where the new build grows: what an interrupted one left there stays, what a damaged catalogue has does not."""
    build = folder / BUILDS / name
    try:
        damaged = Manifest.read(folder).build == build.relative_to(folder).as_posix()
    except FileNotFoundError:
        damaged = False
    except DataError:
        damaged = True
    if damaged and build.exists():
        shutil.rmtree(build)
    return files.folder(build)


def _remove_others(keep: Path) -> None:
    """Free the room of older and abandoned builds; whoever has one open keeps it until it is closed."""
    for other in keep.parent.iterdir():
        if other != keep:
            shutil.rmtree(other, ignore_errors=True)


@contextmanager
def _write_border(folder: Path) -> Iterator[None]:
    """Turns what the file system raises about writing below `folder` into StoreError."""
    try:
        yield
    except (pa.ArrowInvalid, UnicodeError, OverflowError) as exc:
        raise DataError(f"the rows do not fit a catalogue: {exc}") from exc
    except OSError as exc:
        full = exc.errno in (errno.ENOSPC, errno.EDQUOT)
        raise StoreError(
            f"the catalogue {folder.name!r} cannot be written to {str(folder)!r}: {exc.strerror or exc}",
            hint="Free some room there and import again: it goes on where it stopped."
            if full
            else "Make the folder writable, or choose another home with POPCORN_HOME.",
        ) from exc
