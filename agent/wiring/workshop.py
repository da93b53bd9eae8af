"""The workshop: opens catalogues, encoders, predictors, renderers and local chat models once, and keeps them.

A process has one for each home, and `Workshops` has them all, with what they share. What has changed on disk since it
was opened is opened anew when it is next asked for; of every kind the last few are kept. The rule for references stands
here: whoever looks for some, in a run, in a conversation, from Python or on the command line, gets them from `evidence`
or `retrieve`.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from ...errors import PopcornError
from ...home import expanded
from ...settings import Settings
from .catalogues import catalogue_folder, open_catalogue
from .chat_models import NamedModel, open_chat_model
from .choices import open_choice_model
from .once_cache import EditionCache, OnceCache, edition_of_file, edition_of_folder
from .openings import Openings
from .predictors import learned_by, open_predictor, predictor_name, predictors_folder
from .renderers import check_picture, finished_renderer, moved_picture, moves_picture
from .shared_models import Shared
from .spending import terms_of

if TYPE_CHECKING:
    from ...tools.embedding.remembering_encoder import RememberingEncoder
    from ...tools.footage.sight import Sight
    from ...tools.footage.whisper import WhisperTranscriber
    from ...tools.popularity.choice.types import ChoiceModel
    from ...tools.popularity.types import Predictor
    from ...tools.references.catalogue import Catalogue
    from ...tools.references.retrieval import Retriever
    from ...tools.references.types import ContrastFinding, Retrieval, RetrievalOptions
    from ...tools.video.finished_renderer import FinishedRenderer
    from ...tools.video.types import Renderer
    from ..models.local_weights import Weights
    from ..models.meter import Allowance

Progress = Callable[[int, int], None]

_MOST = 4
"""Catalogues, predictors and renderers that are kept, of each kind."""
_MOST_HOMES = 4


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a request found in a catalogue, and how the two sides differ."""

    retrieval: Retrieval
    contrast: tuple[ContrastFinding, ...]
    catalogue: str
    """The catalogue's name."""


class Workshop:
    """What is open in this process. Safe to use from several threads: who asks for what is being opened waits for it.

    It serves settings of any home; `workshop_of` keeps one a home.
    """

    def __init__(self, most: int = _MOST, shared: Shared | None = None) -> None:
        """Opens nothing yet; of every kind at most `most` are kept. `shared` is what other workshops have a part in."""
        self._shared = shared or Shared()
        self._openings = Openings()
        self._catalogues: OnceCache[Catalogue] = OnceCache(most)
        self._retrievers: EditionCache[Retriever] = EditionCache(most)
        self._evidence: EditionCache[Retriever] = EditionCache(most)
        self._predictors: EditionCache[tuple[Predictor, tuple[str, ...]]] = EditionCache(most)
        self._choosers: EditionCache[ChoiceModel] = EditionCache(most)
        self._renderers: OnceCache[Renderer] = OnceCache(most)
        self._weights: EditionCache[Weights] = EditionCache(1)
        self._opening = threading.Lock()
        self._encoders: WeakValueDictionary[str, RememberingEncoder] = WeakValueDictionary()
        """All that are in use, by what is kept here or by others."""
        self._latest: deque[RememberingEncoder] = deque(maxlen=2)

    @property
    def opened(self) -> Counter[str]:
        """How often each thing was opened, by kind and name, e.g. `catalogue sample`."""
        return self._openings.counts

    @property
    def under_way(self) -> str:
        """What is being opened at this moment, by kind and name; empty for nothing."""
        return self._openings.under_way

    def catalogue(self, settings: Settings, name: str = "", progress: Progress | None = None) -> Catalogue:
        """The catalogue `name`, or the one in the settings; the sample is built when it is first used."""
        folder = catalogue_folder(settings, name)

        def opening() -> Catalogue:
            with self._openings.of("catalogue", folder.name):
                return open_catalogue(settings, self.encoder, name, progress)

        return self._catalogues.get(folder, lambda kept: kept.stands, opening)

    def encoder(self, name: str) -> RememberingEncoder:
        """The text encoder called `name`, which remembers; its model begins to load in the background."""
        from ...tools.embedding.encoder import open_encoder
        from ...tools.embedding.remembering_encoder import RememberingEncoder

        with self._opening:
            encoder = self._encoders.get(name)
            if encoder is None:
                bare = open_encoder(name)
                encoder = self._encoders.get(bare.name)  # two names may mean the same model
            if encoder is None:
                bare.preload()
                encoder = RememberingEncoder(bare)
                self._encoders[bare.name] = encoder
                with self._openings.of("encoder", bare.name):
                    pass  # in the background
            self._encoders[name] = encoder
            self._latest.append(encoder)
            return encoder

    def predictor(self, settings: Settings, name: str | None = None) -> tuple[Predictor, tuple[str, ...]]:
        """The predictor `name`, or the one in the settings, and what has to be said about how it was fitted.

        One that is fitted to catalogues is fitted to the one in the settings.
        """
        chosen = predictor_name(settings, name)

        def opening() -> tuple[Predictor, tuple[str, ...]]:
            with self._openings.of("predictor", chosen):
                return open_predictor(settings, chosen, self.encoder, lambda: self.catalogue(settings))

        return self._predictors.get(*self._edition(settings, chosen), opening)

    def chooser(self, settings: Settings) -> ChoiceModel:
        """What compares drafts of one request: the choice model of the predictor in use, or else the one shipped."""
        chosen = predictor_name(settings)

        def opening() -> ChoiceModel:
            with self._openings.of("choice model", chosen):
                return open_choice_model(settings, None, lambda name: self.predictor(settings, name)[0])

        return self._choosers.get(*self._edition(settings, chosen), opening)

    def evidence(self, settings: Settings, progress: Progress | None = None) -> Retriever:
        """Retrieval from the catalogue in the settings, which never gives what the predictor in use was trained on."""
        catalogue = self.catalogue(settings, progress=progress)
        chosen = predictor_name(settings)
        _, edition = self._edition(settings, chosen)

        def making() -> Retriever:
            retriever = self._retriever(catalogue)  # first: its encoder loads in the background
            seen = learned_by(settings, chosen, catalogue).seen_in(catalogue.name)
            return retriever.leaving_out(seen)

        key = (catalogue.folder, predictors_folder(settings), chosen)
        return self._evidence.get(key, (catalogue, *edition), making)

    def retrieve(self, settings: Settings, query: str, options: RetrievalOptions) -> Evidence:
        """Both sides for a request in the catalogue in the settings, and how they differ.

        Raises RequestError for an empty request and for options that make no sense.
        """
        evidence = self.evidence(settings)
        retrieval = evidence.retrieve(query, options)
        return Evidence(retrieval, evidence.contrast(retrieval, options.split), evidence.catalogue)

    def renderer(
        self, settings: Settings, spec: str = "", *, stored: bool = True, account: str = "", again: bool = False
    ) -> FinishedRenderer:
        """The renderer that `spec` or the settings name, with the clip store and the finish that the settings want.

        One that buys clips does so for `account`; `again` says that a person agreed to what may be bought twice.
        """
        from ...tools.video import registry
        from ...tools.video.purchase_terms import Buyer

        spec = spec or settings.renderer
        if settings.image:
            check_picture(settings, spec)
        if settings.image and moves_picture(spec):
            return finished_renderer(settings, moved_picture(settings), self._shared.image_model, stored=stored)
        if registry.is_served(spec):  # an address and a key, which the environment may have changed
            served = registry.load(spec, settings.renderers)
            if isinstance(served, Buyer):
                named = settings.model_copy(update={"renderer": spec})
                served = served.buying(terms_of(named, account, again=again, anew=not stored))
            return finished_renderer(settings, served, self._shared.image_model, stored=stored)

        def opening() -> Renderer:
            with self._openings.of("renderer", spec):
                return registry.load(spec, settings.renderers, self._shared.keeper, picture)

        picture = Path(settings.image) if settings.image else None
        key = (spec, settings.renderers.get(spec.partition("=")[0]), picture and (picture, edition_of_file(picture)))
        renderer = self._renderers.get(key, lambda _: True, opening)
        return finished_renderer(settings, renderer, self._shared.image_model, stored=stored)

    def chat_model(
        self,
        settings: Settings,
        folder: Path | None = None,
        allowance: Allowance | None = None,
        command: str = "ask",
    ) -> NamedModel:
        """The chat model that the settings name, with a meter of its own, kept in `folder` and held to `allowance`.

        A model on this machine shares its weights. One behind a server has a client of its own, since the client's
        connections belong to one event loop; what the server refused once is not asked again. `command` is the one that
        goes on with the run of the folder.
        """
        shared = self._shared
        return open_chat_model(settings, folder, allowance, self._local, shared.refusals, shared.servers, command)

    def transcriber(self, settings: Settings) -> WhisperTranscriber:
        """What writes down the speech in footage; its weights load with the first speech."""
        return self._shared.transcriber(settings.ad_transcriber)

    def sight(self) -> Sight:
        """What looks at footage and at finished ads; its weights load with the first picture."""
        return self._shared.sight()

    def titles(self, settings: Settings, predictor: Predictor, ids: Sequence[str]) -> dict[str, str]:
        """Titles of past videos by id, where the catalogue that the predictor learned from is at hand."""
        name = predictor.bank_catalogue
        if not (settings.home / "catalogues" / name).is_dir():
            return {}
        try:
            catalogue = self.catalogue(settings, name)
        except PopcornError:  # titles are a help, and the explanation stands without them
            return {}
        places = {known: row for row, known in enumerate(catalogue.ids)}
        wanted = [known for known in ids if known in places]
        return {one.id: one.title for one in catalogue.references(places[known] for known in wanted)}

    def _retriever(self, catalogue: Catalogue) -> Retriever:
        """Retrieval from all of a catalogue."""
        from ...graphs.create.request.command import idea_of
        from ...tools.references.retrieval import Retriever

        def making() -> Retriever:
            return Retriever(catalogue, self.encoder(catalogue.manifest.encoder), idea_of)

        return self._retrievers.get(catalogue.folder, (catalogue,), making)

    def _edition(self, settings: Settings, predictor: str) -> tuple[tuple[Path, str], tuple[object, ...]]:
        """The key of what a predictor gives, and what tells it from one trained later or fitted to another catalogue.

        The key has the folder of what makes it: of the catalogue that it is fitted to, or else of trained predictors.
        """
        from ...tools.popularity import registry

        if predictor in registry.PREDICTORS:
            return (catalogue_folder(settings), predictor), (self.catalogue(settings),)
        folder = predictors_folder(settings)
        return (folder, predictor), (registry.edition(predictor, folder),)

    def _local(self, name: str) -> Weights:
        """A language model of this machine; its predecessor is given up first, since two may not fit into memory."""
        from ..models.local_weights import Weights

        def opening() -> Weights:
            with self._openings.of("chat model", name):
                return Weights.read(name)

        return self._weights.get(name, edition_of_folder(expanded(name)), opening)


class Workshops:
    """The workshops of a process, one a home, and what they share."""

    def __init__(self, most: int = _MOST_HOMES) -> None:
        """At most `most` homes stay open."""
        self._shared = Shared()
        self._by_home: OnceCache[Workshop] = OnceCache(most)

    def of(self, home: Path) -> Workshop:
        """That of the home, the same at every call."""
        return self._by_home.get(home, lambda _: True, lambda: Workshop(shared=self._shared))


_WORKSHOPS = Workshops()
"""This process's own."""


def workshop_of(settings: Settings) -> Workshop:
    """The workshop of this process for the home in the settings."""
    return _WORKSHOPS.of(settings.home)
