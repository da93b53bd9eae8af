"""Predictors by name: settings and catalogues become what scores drafts."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ... import files
from ...errors import RequestError
from ...settings import Settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ...tools.embedding.types import Encoder
    from ...tools.popularity.memory_bank import BankRows, BankSource
    from ...tools.popularity.trained.fitted import FittedPredictor
    from ...tools.popularity.types import Learned, Predictor
    from ...tools.references.catalogue import Catalogue
    from ...tools.references.types import Reference


def predictors_folder(settings: Settings) -> Path:
    """Where predictors are kept."""
    return settings.home / "predictors"


def predictor_name(settings: Settings, name: str | None = None) -> str:
    """The predictor `name`, or the one in the settings, by its own name. Raises RequestError for an unknown one."""
    from ...tools.popularity import registry

    folder = predictors_folder(settings)
    resolved = registry.resolve(folder, name or settings.predictor)
    registry.check_predictor(folder, resolved)
    return resolved


def open_predictor(
    settings: Settings, name: str, encoder: Callable[[str], Encoder], catalogue: Callable[[], Catalogue]
) -> tuple[Predictor, tuple[str, ...]]:
    """The predictor of that own name, and what has to be said about how it was fitted.

    `encoder` opens text encoders by name. `neighbours` is fitted to `catalogue` when it is first used with it.
    """
    from ...tools.popularity import registry

    if name not in registry.PREDICTORS:
        return registry.open_trained(name, predictors_folder(settings), encoder), ()
    opened = catalogue()
    made_by = encoder(opened.manifest.encoder)
    source, notice = bank_source(opened, made_by)
    predictor = registry.open_fitted(name, predictors_folder(settings), source, made_by)
    return predictor, (notice,) if notice else ()


def learned_by(settings: Settings, name: str, catalogue: Catalogue) -> Learned:
    """Which videos the predictor of that own name has seen when `catalogue` is in use, without opening it."""
    from ...tools.popularity import registry
    from ...tools.popularity.types import Learned

    if name not in registry.PREDICTORS:
        return registry.learned(name, predictors_folder(settings))
    return Learned(catalogue.name, frozenset(catalogue.ids[row] for row in _bank_rows(catalogue).rows))


def bank_source(catalogue: Catalogue, encoder: Encoder) -> tuple[BankSource, str]:
    """What a fitted predictor's bank is made of, and what has to be said about the choice of its rows."""
    from ...tools.popularity.memory_bank import BankSource, MemoryBank, popularity

    chosen = _bank_rows(catalogue)

    def make() -> MemoryBank:
        rows = chosen.rows
        return MemoryBank(
            ids=tuple(catalogue.ids[row] for row in rows),
            vectors=catalogue.vectors[rows],
            labels=popularity(catalogue.comments[rows]),
            tags=tuple(catalogue.tags[rows]),
            catalogue=catalogue.name,
            catalogue_digest=catalogue.digest,
            source=catalogue.manifest.source or catalogue.name,
            encoder=encoder.name,
            illustrative=catalogue.illustrative,
            as_drafts=lambda read: as_drafts(encoder, catalogue.references(rows[read].tolist())),
        )

    return BankSource(catalogue.name, catalogue.digest, make), chosen.notice


def as_drafts(encoder: Encoder, references: Sequence[Reference]) -> NDArray[np.float32]:
    """The vectors (Q, D) of references read as drafts are: their title, and with it all of their text.

    One without any words is read by its tag, as a draft is.
    """
    from ...tools.popularity.draft_vectors import draft_vectors
    from ...tools.popularity.types import Subject

    texts = ["\n".join(part for part in (one.cover_description, one.description) if part) for one in references]
    titles = [one.title if one.text.strip() else one.tag or one.id for one in references]
    return draft_vectors(encoder, [Subject(title, text) for title, text in zip(titles, texts, strict=True)])


def _bank_rows(catalogue: Catalogue) -> BankRows:
    """The rows that a predictor which is fitted to a catalogue learns from."""
    from ...tools.popularity.memory_bank import bank_rows

    return bank_rows(catalogue.ids, catalogue.splits.tolist(), catalogue.comments)


def listed(settings: Settings) -> list[dict[str, Any]]:
    """Every predictor with what it learned from and how good it was."""
    from ...errors import PopcornError
    from ...tools.popularity import registry
    from ...tools.popularity.trained.manifest import kind_of, read_trained_manifest
    from ...tools.popularity.types import counted

    folder = predictors_folder(settings)
    current, rows = registry.resolve(folder, settings.predictor), []
    for name in registry.names(folder):
        row: dict[str, Any] = {"name": name, "in_use": name == current}
        if name in registry.PREDICTORS:
            row["about"] = "the nearest references of the catalogue in use"
        else:
            try:
                manifest = read_trained_manifest(registry.trained_folder(folder, name))
            except PopcornError as exc:
                row["about"] = exc.message
            else:
                facts = manifest.facts
                row["kind"] = kind_of(manifest.config, manifest.blend)
                row["about"] = counted(facts.rows[0], facts.origin.source)
                row["measures"] = dict(zip(("nmse", "src", "mae"), facts.measures[-1][1:], strict=True))
        rows.append(row)
    return rows


def trained_in(settings: Settings) -> FittedPredictor:
    """The trained predictor in the settings. Raises RequestError for one that is fitted to catalogues."""
    from ...tools.popularity import registry
    from ...tools.popularity.trained.store import open_trained

    name = predictor_name(settings)
    if name in registry.PREDICTORS:
        raise RequestError(
            f"{name!r} is fitted to whatever catalogue is in use: it has no facts of its own",
            hint="`popcorn references stats` shows the catalogue.",
        )
    return open_trained(registry.trained_folder(predictors_folder(settings), name))


@contextmanager
def alone(folder: Path, name: str) -> Iterator[Path]:
    """A folder for a training's checkpoints that no other process trains in; it goes away when all went well."""
    from filelock import Timeout

    from ...tools.popularity.manifests import writing

    work = folder / ".training" / name
    with writing(work):
        lock = files.lock(folder / ".training" / f"{name}.lock", 0)
        try:
            lock.acquire()
        except Timeout:
            raise RequestError(
                f"a predictor called {name!r} is being trained by another process",
                hint="Wait for it, or choose another --name.",
            ) from None
    try:
        yield work
        shutil.rmtree(work, ignore_errors=True)
    finally:
        lock.release()
