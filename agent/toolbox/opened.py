"""The heavy things that tools share: each is opened once, when it is first needed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from ...settings import Settings
from ..catalogues import open_catalogue
from ..language_model import NamedModel, open_chat_model
from ..models.providers import choose
from ..predictors import open_predictor
from ..rendering import open_renderer

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from ...graphs.create.context import CreateContext
    from ...tools.embedding.types import Encoder
    from ...tools.popularity.types import Predictor
    from ...tools.references.catalogue import Catalogue
    from ...tools.references.retrieval import Retriever
    from ..models.meter import Allowance


class Opened:
    """Catalogue, encoder, predictor and chat models. Safe to use from several threads."""

    def __init__(self, settings: Settings, allowance: Allowance | None) -> None:
        """Opens nothing yet; what chat models use is held to `allowance`."""
        self._settings, self._allowance = settings, allowance
        self._opening = threading.RLock()
        self._evidence: tuple[Catalogue, Retriever, Encoder] | None = None
        self._predictor: tuple[Predictor, tuple[str, ...]] | None = None
        self._models: dict[str, NamedModel] = {}

    def serves(self, settings: Settings) -> bool:
        """Whether the same catalogue and predictor are meant."""
        names = ("home", "catalogue", "predictor", "encoder")
        return all(getattr(self._settings, name) == getattr(settings, name) for name in names)

    @property
    def retriever(self) -> Retriever:
        """The catalogue with its retrieval."""
        return self._found()[1]

    @property
    def encoder(self) -> Encoder:
        """The catalogue's encoder, which remembers."""
        return self._found()[2]

    @property
    def predictor(self) -> Predictor:
        """The predictor in use."""
        return self._scoring()[0]

    def model(self, settings: Settings) -> NamedModel:
        """The chat model that the settings name."""
        with self._opening:
            spec = choose(settings).spec
            if spec not in self._models:
                self._models[spec] = open_chat_model(settings, allowance=self._allowance)
            return self._models[spec]

    def context(self, settings: Settings) -> CreateContext:
        """All that the nodes of the create graph need until they render."""
        from ...graphs.create.context import CreateContext

        named = self.model(settings)
        predictor, notices = self._scoring()
        return CreateContext(
            chat_model=_seeded(named.model, settings.seed),
            chat_model_name=named.name,
            evidence=self.retriever,
            predictor=predictor,
            renderer=open_renderer(settings),
            encoder=self.encoder,
            folder=settings.home,
            window=named.window,
            notices=notices,
        )

    def _found(self) -> tuple[Catalogue, Retriever, Encoder]:
        from ...tools.embedding.remembering import RememberingEncoder
        from ...tools.references.retrieval import Retriever

        with self._opening:
            if self._evidence is None:
                catalogue, bare = open_catalogue(self._settings)
                encoder = RememberingEncoder(bare)
                self._evidence = catalogue, Retriever(catalogue, encoder), encoder
            return self._evidence

    def _scoring(self) -> tuple[Predictor, tuple[str, ...]]:
        with self._opening:
            if self._predictor is None:
                catalogue, _, encoder = self._found()
                self._predictor = open_predictor(self._settings, catalogue, encoder)
            return self._predictor


def _seeded(model: BaseChatModel, seed: int) -> BaseChatModel:
    """The model with this seed, where it takes one: it was opened once, perhaps with another."""
    same = getattr(model, "seed", seed) == seed
    return model if same else model.model_copy(update={"seed": seed})
