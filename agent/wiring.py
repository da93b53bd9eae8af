"""The composition root: settings become collaborators. The one place that knows every implementation."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DataError, MissingError, NewerFormatError, RequestError
from ..settings import Settings
from .language_model import open_chat_model
from .predictors import open_predictor, predictor_name
from .rendering import open_renderer

if TYPE_CHECKING:
    from ..graphs.create.context import CreateContext
    from ..tools.embedding.types import Encoder
    from ..tools.popularity.types import Predictor
    from ..tools.references.catalogue import Catalogue
    from .models.meter import Allowance

SAMPLE = "sample"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

Progress = Callable[[int, int], None]


def open_context(
    settings: Settings, folder: Path, allowance: Allowance | None = None, *, again: bool = False
) -> CreateContext:
    """Everything a run works with; `folder` is the run's own. The encoder loads while the rest opens.

    What the chat model uses is also held to `allowance`; `again` says that a person agreed to what may be bought twice.
    """
    from ..graphs.create.context import CreateContext
    from ..tools.embedding.remembering import RememberingEncoder
    from ..tools.references.retrieval import Retriever

    check_names(settings)
    named = open_chat_model(settings, folder, allowance)
    renderer = open_renderer(settings, account=folder.name, again=again)
    catalogue, bare = open_catalogue(settings)
    encoder = RememberingEncoder(bare)
    predictor, notices = open_predictor(settings, catalogue, encoder)
    if settings.language and named.name.startswith("offline"):
        notices += (f"the offline drafter writes in the request's language only, not in {settings.language}",)
    return CreateContext(
        chat_model=named.model,
        chat_model_name=named.name,
        window=named.window,
        evidence=Retriever(catalogue, encoder),
        predictor=predictor,
        renderer=renderer,
        encoder=encoder,
        folder=folder,
        notices=notices,
        facts=_facts(catalogue, predictor, encoder),
    )


def check_names(settings: Settings) -> None:
    """Raises RequestError where the settings name a renderer or predictor that there is not, or no catalogue."""
    from ..tools.video import registry

    registry.check(settings.renderer)
    predictor_name(settings)
    catalogue_folder(settings)


def _facts(catalogue: Catalogue, predictor: Predictor, encoder: Encoder) -> dict[str, str]:
    """What the outcome hangs on besides the settings."""
    return {
        "catalogue": catalogue.name,
        "catalogue_digest": catalogue.digest,
        "encoder": encoder.name,
        "predictor": predictor.name,
        "predictor_bank_digest": predictor.bank_digest,
    }


def catalogue_folder(settings: Settings, name: str = "") -> Path:
    """Where the catalogue `name`, or the one in the settings, stands. Raises RequestError on a name that is none."""
    name = name or settings.catalogue
    if not _NAME.fullmatch(name):
        raise RequestError(
            f"{name!r} is no name for a catalogue", hint="Use letters, digits, dots, dashes and underscores."
        )
    return settings.home / "catalogues" / name


def open_catalogue(settings: Settings, name: str = "", progress: Progress | None = None) -> tuple[Catalogue, Encoder]:
    """A catalogue with the encoder that made its vectors; the sample is built when it is first used."""
    from ..tools.embedding.encoder import open_encoder
    from ..tools.references.catalogue import Catalogue

    folder = catalogue_folder(settings, name)
    try:
        catalogue = Catalogue.open(folder)
    except MissingError:
        if folder.name != SAMPLE:
            raise
        return build_sample(settings, progress)
    except DataError as exc:
        if folder.name == SAMPLE and not isinstance(exc, NewerFormatError):
            exc.hint = "Build it again: popcorn references import sample"
        raise
    encoder = open_encoder(catalogue.manifest.encoder)
    encoder.preload()
    return catalogue, encoder


def build_sample(settings: Settings, progress: Progress | None = None) -> tuple[Catalogue, Encoder]:
    """The built-in sample as a catalogue."""
    from ..tools.embedding.encoder import open_encoder
    from ..tools.embedding.remembering import RememberingEncoder
    from ..tools.references import sample
    from ..tools.references.catalogue_build import build_catalogue

    encoder, references = open_encoder(settings.encoder), sample.read_sample()
    encoder.preload()
    knowing = RememberingEncoder(encoder)
    if encoder.name == sample.ENCODER:
        knowing.learn([reference.text for reference in references], sample.read_vectors())
    return build_catalogue(catalogue_folder(settings, SAMPLE), references, knowing, progress), encoder
