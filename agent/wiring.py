"""The composition root: settings become collaborators. The one place that knows every implementation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..settings import Settings
from .catalogues import catalogue_folder, open_catalogue
from .language_model import open_chat_model
from .predictors import open_predictor, predictor_name
from .rendering import open_renderer

if TYPE_CHECKING:
    from ..graphs.create.context import CreateContext
    from ..tools.embedding.types import Encoder
    from ..tools.popularity.types import Predictor
    from ..tools.references.catalogue import Catalogue
    from .models.meter import Allowance


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
