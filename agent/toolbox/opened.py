"""What a toolbox takes out of the workshop, and the chat models that it has opened under its own allowance."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...settings import Settings
from ..models.providers import choose
from ..wiring.chat_models import NamedModel
from ..wiring.context import context_of
from ..wiring.workshop import workshop_of

if TYPE_CHECKING:
    from ...graphs.create.context import CreateContext
    from ...tools.embedding.types import Encoder
    from ...tools.popularity.choice.types import ChoiceModel
    from ...tools.popularity.types import Predictor
    from ...tools.references.retrieval import Retriever
    from ...tools.references.types import RetrievalOptions
    from ..models.meter import Allowance
    from ..wiring.workshop import Found


class Opened:
    """Catalogue, encoder, predictor and chat models of one toolbox. Safe to use from several threads."""

    def __init__(self, settings: Settings, allowance: Allowance | None) -> None:
        """Opens nothing yet; what chat models use is held to `allowance`."""
        self._settings, self._allowance = settings, allowance
        self._workshop = workshop_of(settings)
        self._opening = threading.Lock()
        self._models: dict[str, NamedModel] = {}

    def serves(self, settings: Settings) -> bool:
        """Whether the same catalogue and predictor are meant."""
        names = ("home", "catalogue", "predictor", "encoder")
        return all(getattr(self._settings, name) == getattr(settings, name) for name in names)

    @property
    def retriever(self) -> Retriever:
        """The catalogue with its retrieval, without what the predictor in use learned from."""
        return self._workshop.evidence(self._settings)

    @property
    def encoder(self) -> Encoder:
        """The catalogue's encoder, which remembers."""
        return self._workshop.encoder(self._workshop.catalogue(self._settings).manifest.encoder)

    @property
    def predictor(self) -> Predictor:
        """The predictor in use."""
        return self._workshop.predictor(self._settings)[0]

    @property
    def chooser(self) -> ChoiceModel:
        """What compares drafts of one request."""
        return self._workshop.chooser(self._settings)

    def retrieve(self, query: str, options: RetrievalOptions) -> Found:
        """Both sides for a request, and how they differ."""
        return self._workshop.retrieve(self._settings, query, options)

    def titles(self, ids: Sequence[str]) -> dict[str, str]:
        """Titles of the past videos that the predictor in use learned from, as far as they are known."""
        return self._workshop.titles(self._settings, self.predictor, ids)

    def model(self, settings: Settings) -> NamedModel:
        """The chat model that the settings name; all that this toolbox asks it is counted together."""
        with self._opening:
            spec = choose(settings).spec
            if spec not in self._models:
                self._models[spec] = self._workshop.chat_model(settings, allowance=self._allowance)
            return self._models[spec]

    def context(self, settings: Settings) -> CreateContext:
        """All that the nodes of the create graph need until they render."""
        named = self.model(settings).seeded(settings.seed)  # it was opened once, perhaps with another seed
        return context_of(settings, settings.home, named, self._workshop.renderer(settings), self._workshop)
