"""Opening the neighbours predictor: the fit that stands on disk when it is a current one, else a new one."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from ... import files
from ...errors import DataError, MissingError, NewerFormatError, StoreError
from .memory_bank import BankSource
from .neighbours import FittedNeighbours, NeighboursPredictor, fit_neighbours
from .neighbours_store import open_neighbours, read_manifest, save_neighbours

if TYPE_CHECKING:
    from ..embedding.types import Encoder

_log = logging.getLogger(__name__)


def open_neighbours_predictor(folder: Path, source: BankSource, encoder: Encoder) -> NeighboursPredictor:
    """The predictor whose fit stands at `folder`; a fit that is absent, stale or damaged is made anew.

    A second process that opens the same one waits for the first. Raises NewerFormatError when a newer Popcorn wrote
    the fit, PredictionError when `source` is too small to learn from, and StoreError when the fit cannot be written.
    """
    try:
        with files.lock(files.folder(folder) / ".lock"):
            fitted = _standing(folder, source, encoder) or _fit(folder, source)
    except OSError as exc:
        raise StoreError(
            f"the predictor cannot be written to {str(folder)!r}: {exc.strerror or exc}",
            hint="Make the folder writable, or choose another home with POPCORN_HOME.",
        ) from exc
    return NeighboursPredictor(fitted, encoder)


def _standing(folder: Path, source: BankSource, encoder: Encoder) -> FittedNeighbours | None:
    """The fit at `folder`; None when there is no current and whole one."""
    try:
        if read_manifest(folder).describes(source.catalogue, source.catalogue_digest, encoder.name):
            return open_neighbours(folder)
    except MissingError:
        pass
    except NewerFormatError:
        raise
    except DataError as exc:
        _log.warning("the predictor is fitted again: %s", exc.message)
    return None


def _fit(folder: Path, source: BankSource) -> FittedNeighbours:
    fitted = fit_neighbours(source.make())
    save_neighbours(folder, fitted)
    return fitted
