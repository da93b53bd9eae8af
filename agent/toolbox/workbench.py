"""What the tools of a session work with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...settings import Settings
from .opened import Opened
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
    from ..runs.store import RunStore
    from ..wiring.workshop import Found


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
        self._opened = Opened(self.settings, allowance)

    @property
    def retriever(self) -> Retriever:
        """The catalogue with its retrieval."""
        return self._opened.retriever

    @property
    def predictor(self) -> Predictor:
        """The predictor in use."""
        return self._opened.predictor

    @property
    def chooser(self) -> ChoiceModel:
        """What compares drafts of one request."""
        return self._opened.chooser

    @property
    def encoder(self) -> Encoder:
        """The encoder of the catalogue in use."""
        return self._opened.encoder

    @property
    def store(self) -> RunStore:
        """The runs that were made before."""
        from ..runs.store import RunStore

        return RunStore.of(self.settings)

    def retrieve(self, query: str, options: RetrievalOptions) -> Found:
        """Both sides for a request, and how they differ."""
        return self._opened.retrieve(query, options)

    def titles(self, ids: Sequence[str]) -> dict[str, str]:
        """Titles of the past videos that the predictor in use learned from, as far as they are known."""
        return self._opened.titles(ids)

    def context(self, settings: Settings) -> CreateContext:
        """All that the nodes of the create graph need until they render, for these settings."""
        return self._opened.context(settings)
