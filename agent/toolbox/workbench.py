"""What the tools of a session work with."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ...settings import Settings, load_settings
from ..models.providers import choose
from ..wiring.chat_models import NamedModel
from ..wiring.create_context import context_of
from ..wiring.workshop import Workshop, workshop_of
from .worker import Worker

if TYPE_CHECKING:
    from langchain_core.callbacks import BaseCallbackHandler

    from ...graphs.create.context import CreateContext
    from ...tools.embedding.types import Encoder
    from ...tools.popularity.choice.types import ChoiceModel
    from ...tools.popularity.types import Predictor
    from ...tools.references.retrieval import Retriever
    from ...tools.references.types import RetrievalOptions
    from ..models.meter import Allowance
    from ..runs.run_store import RunStore
    from ..wiring.workshop import Evidence


class Workbench:
    """Settings, and what is opened once for all tools when it is first needed. Safe to use from several threads."""

    def __init__(self, settings: Settings, allowance: Allowance | None = None) -> None:
        """What chat models use is held to `allowance`, also in whole runs; else to the limits of the settings."""
        self.settings = settings.model_copy(update={"max_cost": 0.0, "max_tokens": 0}) if allowance else settings
        self.allowance = allowance
        self.worker = Worker()
        self.watchers: tuple[BaseCallbackHandler, ...] = ()
        """Are told of every model and tool call that drafting makes."""
        self.had: tuple[str, ...] = ()
        """Titles next to which what is drafted should be new."""
        self._workshop = workshop_of(self.settings)
        self._models = _ChatModels(self._workshop, allowance)

    @property
    def under_way(self) -> str:
        """What is being opened at this moment, e.g. `predictor mine`; empty for nothing."""
        return self._workshop.under_way

    @property
    def retriever(self) -> Retriever:
        """The catalogue with its retrieval, without what the predictor in use learned from."""
        return self._workshop.evidence(self.settings)

    @property
    def predictor(self) -> Predictor:
        """The predictor in use."""
        return self._workshop.predictor(self.settings)[0]

    @property
    def encoder(self) -> Encoder:
        """The encoder of the catalogue in use, which remembers."""
        return self._workshop.encoder(self._workshop.catalogue(self.settings).manifest.encoder)

    @property
    def store(self) -> RunStore:
        """The runs that were made before."""
        from ..runs.run_store import RunStore

        return RunStore.of(self.settings)

    @property
    def chooser(self) -> ChoiceModel:
        """What compares drafts of one request."""
        return self._workshop.chooser(self.settings)

    def retrieve(self, query: str, options: RetrievalOptions) -> Evidence:
        """Both sides for a request, and how they differ."""
        return self._workshop.retrieve(self.settings, query, options)

    def titles(self, ids: Sequence[str]) -> dict[str, str]:
        """Titles of the past videos that the predictor in use learned from, as far as they are known."""
        return self._workshop.titles(self.settings, self.predictor, ids)

    def context(self, settings: Settings) -> CreateContext:
        """All that the nodes of the create graph need until they render, for these settings."""
        named = self._models.named(settings).seeded(settings.seed)  # opened once, perhaps with another seed
        return context_of(settings, settings.home, named, self._workshop.renderer(settings), self._workshop)


class _ChatModels:
    """The chat models of one session; all that it asks any of them is counted together."""

    def __init__(self, workshop: Workshop, allowance: Allowance | None) -> None:
        self._workshop, self._allowance = workshop, allowance
        self._opening = threading.Lock()
        self._by_name: dict[str, NamedModel] = {}

    def named(self, settings: Settings) -> NamedModel:
        """The one that the settings name."""
        with self._opening:
            spec = choose(settings).spec
            if spec not in self._by_name:
                self._by_name[spec] = self._workshop.chat_model(settings, allowance=self._allowance)
            return self._by_name[spec]


def changed(settings: Settings, changes: Mapping[str, object]) -> Settings:
    """The settings with changes that are checked as flags are; None stands for no change. Raises RequestError."""
    given = {name: value for name, value in changes.items() if value is not None}
    if not given:
        return settings
    return load_settings(**{name: getattr(settings, name) for name in Settings.model_fields} | given)
