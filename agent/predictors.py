"""Predictors by name: settings and catalogues become what scores drafts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import RequestError
from ..settings import Settings

if TYPE_CHECKING:
    from ..tools.embedding.types import Encoder
    from ..tools.popularity.memory_bank import BankSource
    from ..tools.popularity.trained.fitted import FittedPredictor
    from ..tools.popularity.types import Predictor
    from ..tools.references.catalogue import Catalogue


def predictors_folder(settings: Settings) -> Path:
    """Where predictors are kept."""
    return settings.home / "predictors"


def predictor_name(settings: Settings, name: str | None = None) -> str:
    """The predictor `name`, or the one in the settings, by its own name. Raises RequestError for an unknown one."""
    from ..tools.popularity import registry

    folder = predictors_folder(settings)
    found = registry.resolve(folder, name or settings.predictor)
    registry.check_predictor(folder, found)
    return found


def open_predictor(
    settings: Settings, catalogue: Catalogue | None = None, encoder: Encoder | None = None, name: str | None = None
) -> tuple[Predictor, tuple[str, ...]]:
    """A predictor, and what has to be said about how it was fitted.

    `neighbours` is fitted to `catalogue`, or to the one in the settings, when it is first used with it. `encoder`, the
    catalogue's, serves a trained predictor too where it is the one that it was trained with.
    """
    from ..tools.embedding.encoder import open_encoder
    from ..tools.embedding.remembering import RememberingEncoder
    from ..tools.popularity import registry

    chosen = predictor_name(settings, name)
    if chosen in registry.PREDICTORS:
        return _fitted(settings, chosen, catalogue, encoder)

    def opened(wanted: str) -> Encoder:
        if encoder is not None and encoder.name == wanted:
            return encoder
        bare = open_encoder(wanted)
        bare.preload()
        return RememberingEncoder(bare)

    return registry.open_trained(chosen, predictors_folder(settings), opened), ()


def _fitted(
    settings: Settings, name: str, catalogue: Catalogue | None, encoder: Encoder | None
) -> tuple[Predictor, tuple[str, ...]]:
    from ..tools.embedding.remembering import RememberingEncoder
    from ..tools.popularity import registry
    from .catalogues import open_catalogue

    if catalogue is None or encoder is None:
        catalogue, bare = open_catalogue(settings)
        encoder = RememberingEncoder(bare)
    source, notice = bank_source(catalogue, encoder)
    predictor = registry.open_fitted(name, predictors_folder(settings), source, encoder)
    return predictor, (notice,) if notice else ()


def bank_source(catalogue: Catalogue, encoder: Encoder) -> tuple[BankSource, str]:
    """What a fitted predictor's bank is made of, and what has to be said about the choice of its rows."""
    from ..tools.popularity.memory_bank import BankSource, MemoryBank, bank_rows, popularity

    chosen = bank_rows(catalogue.ids, catalogue.splits.tolist(), catalogue.comments)

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
        )

    return BankSource(catalogue.name, catalogue.digest, make), chosen.notice


def titles_of(settings: Settings, predictor: Predictor, ids: Sequence[str]) -> dict[str, str]:
    """Titles of past videos by id, where the catalogue that the predictor learned from is at hand."""
    from ..errors import PopcornError
    from .catalogues import open_catalogue

    name = predictor.fitted.bank.catalogue if hasattr(predictor, "fitted") else ""
    if not name or not (settings.home / "catalogues" / name).is_dir():
        return {}
    try:
        catalogue, _ = open_catalogue(settings, name)
    except PopcornError:  # titles are a help, and the explanation stands without them
        return {}
    places = {known: row for row, known in enumerate(catalogue.ids)}
    wanted = [known for known in ids if known in places]
    return {one.id: one.title for one in catalogue.references(places[known] for known in wanted)}


def listed(settings: Settings) -> list[dict[str, Any]]:
    """Every predictor with what it learned from and how good it was."""
    from ..errors import PopcornError
    from ..tools.popularity import registry
    from ..tools.popularity.trained.manifest import read_trained_manifest
    from ..tools.popularity.types import counted

    folder = predictors_folder(settings)
    current, rows = registry.resolve(folder, settings.predictor), []
    for name in registry.names(folder):
        row: dict[str, Any] = {"name": name, "in_use": name == current}
        if name in registry.PREDICTORS:
            row["about"] = "the nearest references of the catalogue in use"
        else:
            try:
                facts = read_trained_manifest(registry.trained_folder(folder, name)).facts
            except PopcornError as exc:
                row["about"] = exc.message
            else:
                row["about"] = counted(facts.rows[0], facts.origin.source)
                row["measures"] = dict(zip(("nmse", "src", "mae"), facts.measures[-1][1:], strict=True))
        rows.append(row)
    return rows


def trained_in(settings: Settings) -> FittedPredictor:
    """The trained predictor in the settings. Raises RequestError for one that is fitted to catalogues."""
    from ..tools.popularity import registry
    from ..tools.popularity.trained.store import open_trained

    name = predictor_name(settings)
    if name in registry.PREDICTORS:
        raise RequestError(
            f"{name!r} is fitted to whatever catalogue is in use: it has no facts of its own",
            hint="`popcorn references stats` shows the catalogue.",
        )
    return open_trained(registry.trained_folder(predictors_folder(settings), name))
