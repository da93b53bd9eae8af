"""The composition root: settings become the collaborators of a run."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ...settings import SHORT_VIDEO, Settings
from .catalogues import catalogue_folder
from .clip_editing import ShotEditor, check_sound, clip_voice, speaks
from .predictors import predictor_name, predictors_folder
from .renderers import check_picture
from .spending import remind
from .workshop import workshop_of

if TYPE_CHECKING:
    from ...graphs.create.context import CreateContext
    from ...tools.popularity.types import Predictor
    from ...tools.references.catalogue import Catalogue
    from ...tools.video.finished_renderer import FinishedRenderer
    from ..models.meter import Allowance
    from .chat_models import NamedModel
    from .workshop import Workshop


def open_context(
    settings: Settings, folder: Path, allowance: Allowance | None = None, *, again: bool = False
) -> CreateContext:
    """Everything a run works with, out of the workshop of its home; `folder` is the run's own.

    What the chat model uses is counted for this run, and also held to `allowance`; `again` says that a person agreed to
    what may be bought twice.
    """
    check_names(settings)
    remind(settings, folder.name)
    workshop = workshop_of(settings)
    named = workshop.chat_model(settings, folder, allowance)
    renderer = workshop.renderer(settings, account=folder.name, again=again)
    return context_of(settings, folder, named, renderer, workshop)


def context_of(
    settings: Settings, folder: Path, named: NamedModel, renderer: FinishedRenderer, workshop: Workshop
) -> CreateContext:
    """The same with a chat model and a renderer that somebody has opened."""
    from ...graphs.create.context import CreateContext
    from ...tools.popularity.shipped import NAME as SHIPPED
    from ...tools.popularity.standing import OUT_OF_THE_BOX

    evidence = workshop.evidence(settings)  # first: the encoder loads in the background while the predictor opens
    catalogue = workshop.catalogue(settings)
    predictor, notices = workshop.predictor(settings)
    if settings.language and named.name.startswith("offline"):
        notices += (f"the offline drafter writes in the request's language only, not in {settings.language!r}",)
    if predictor.name == SHIPPED and settings.platform == SHORT_VIDEO:
        notices += (OUT_OF_THE_BOX,)
    return CreateContext(
        chat_model=named.model,
        chat_model_name=named.name,
        window=named.window,
        evidence=evidence,
        predictor=predictor,
        chooser=workshop.chooser(settings),
        renderer=renderer,
        encoder=workshop.encoder(catalogue.manifest.encoder),
        folder=folder,
        notices=notices,
        facts=_facts(catalogue, predictor, predictors_folder(settings)) | _sound_facts(settings),
        editor=ShotEditor(settings),
        voice=partial(clip_voice, settings) if speaks(settings) else None,
    )


def check_names(settings: Settings, request: str = "") -> None:
    """Raises RequestError where the settings name a renderer or predictor that there is not, no catalogue, or a voice
    that does not speak the language of `request`; MissingError where one cannot speak here.
    """
    from ...tools.video import registry

    if settings.image:
        check_picture(settings, settings.renderer)
    else:
        registry.check(settings.renderer)
    predictor_name(settings)
    catalogue_folder(settings)
    if request:
        check_sound(settings, request)


def _sound_facts(settings: Settings) -> dict[str, str]:
    """Which music is heard: a file may be another one later."""
    if not settings.music:
        return {}
    from ...tools.editing.assembly import file_digest
    from ...tools.editing.music import music_file

    return {"music_sha256": file_digest(music_file(settings.music))}


def _facts(catalogue: Catalogue, predictor: Predictor, predictors: Path) -> dict[str, str]:
    """What the outcome hangs on besides the settings."""
    from ...tools.popularity import registry

    return {
        "catalogue": catalogue.name,
        "catalogue_digest": catalogue.digest,
        "encoder": catalogue.manifest.encoder,
        "predictor": predictor.name,
        "predictor_bank_digest": predictor.bank_digest,
    } | registry.weights_facts(predictor.name, predictors)
