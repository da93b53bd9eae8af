"""Catalogues by name; the sample is built when it is first used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import DataError, MissingError, NewerFormatError, RequestError
from ...settings import Settings
from ...trust.plain_names import is_name

if TYPE_CHECKING:
    from ...tools.embedding.types import Encoder
    from ...tools.references.catalogue import Catalogue

SAMPLE = "sample"

Progress = Callable[[int, int], None]


def catalogue_folder(settings: Settings, name: str = "") -> Path:
    """Where the catalogue `name`, or the one in the settings, stands. Raises RequestError on a name that is none."""
    name = name or settings.catalogue
    if not is_name(name):
        raise RequestError(
            f"{name!r} is no name for a catalogue", hint="Use letters, digits, dots, dashes and underscores."
        )
    return settings.home / "catalogues" / name


def open_catalogue(
    settings: Settings, encoder: Callable[[str], Encoder], name: str = "", progress: Progress | None = None
) -> Catalogue:
    """The catalogue `name`, or the one in the settings; the sample is built when it is first used.

    `encoder` opens text encoders by name: what embeds the sample.
    """
    from ...tools.references.catalogue import Catalogue

    folder = catalogue_folder(settings, name)
    try:
        return Catalogue.open(folder)
    except MissingError:
        if folder.name != SAMPLE:
            raise
        return _sample(settings, encoder(settings.encoder), progress)
    except DataError as exc:
        if folder.name == SAMPLE and not isinstance(exc, NewerFormatError):
            exc.hint = "Build it again: popcorn references import sample"
        raise


def _sample(settings: Settings, encoder: Encoder, progress: Progress | None) -> Catalogue:
    """The built-in sample as a catalogue."""
    from ...tools.embedding.remembering_encoder import RememberingEncoder
    from ...tools.references import sample
    from ...tools.references.catalogue_build import build_catalogue

    references = sample.read_sample()
    knowing = RememberingEncoder(encoder)
    if encoder.name == sample.ENCODER:
        knowing.learn([reference.text for reference in references], sample.read_vectors())
    return build_catalogue(catalogue_folder(settings, SAMPLE), references, knowing, progress)
