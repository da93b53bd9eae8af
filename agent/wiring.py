"""The composition root: settings become collaborators. The one place that knows every implementation."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import DataError, MissingError, NewerFormatError, RequestError
from ..settings import Settings
from .language_model import open_chat_model
from .predictors import open_predictor, predictor_name

if TYPE_CHECKING:
    from ..graphs.create.context import CreateContext
    from ..tools.embedding.types import Encoder
    from ..tools.popularity.types import Predictor
    from ..tools.references.catalogue import Catalogue

SAMPLE = "sample"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

Progress = Callable[[int, int], None]


def open_context(settings: Settings, folder: Path) -> CreateContext:
    """Everything a run works with; `folder` is the run's own. The encoder loads while the rest opens."""
    from ..graphs.create.context import CreateContext
    from ..tools.embedding.remembering import RememberingEncoder
    from ..tools.references.retrieval import Retriever
    from ..tools.video.registry import load as load_renderer

    predictor_name(settings)
    named, renderer = open_chat_model(settings, folder), load_renderer(settings.renderer, settings.renderers)
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


def render_draft(settings: Settings, title: str, prompt: str, out: Path, progress: Progress) -> dict[str, Any]:
    """A clip and its cover from a draft of somebody's own, as `popcorn render --json` has them."""
    from ..tools.video.registry import load as load_renderer
    from ..tools.video.types import Aspect, Fit, RenderRequest

    if not prompt.strip():
        raise RequestError("the video prompt is empty", hint="Say what the shot shows.")
    if out.suffix.lower() != ".mp4":
        raise RequestError(f"a clip is an MP4 file, and {out.name!r} does not end so", hint="Write e.g. -o clip.mp4.")
    request = RenderRequest(title, prompt, aspect=Aspect(settings.aspect), seed=settings.seed, fit=Fit(settings.fit))
    renderer = load_renderer(settings.renderer, settings.renderers)
    clip = renderer.render(request, out, progress)
    cover = renderer.cover(request, clip.path, out.with_name(f"{out.stem}-cover.jpg"))
    return {
        "title": title,
        "video_prompt": prompt,
        "video": asdict(clip) | {"path": str(clip.path)},
        "cover": {"path": str(cover)},
    }
