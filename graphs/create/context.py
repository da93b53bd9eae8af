"""The collaborators of a run: injected by wiring, never saved."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ...tools.popularity.choice.types import ChoiceModel
from ...tools.popularity.types import Predictor
from ...tools.references.types import ContrastFinding, Retrieval, RetrievalOptions
from ...tools.video.types import Renderer
from ..asking.window import Window

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from ...tools.editing.types import Voice
    from ...tools.embedding.types import Encoder
    from ...tools.video.types import Clip
    from .state import Attempt, Draft, Soundtrack, Speech


class Evidence(Protocol):
    """Where references come from: a catalogue with its retrieval and its contrast.

    It never gives a reference that the predictor in use was trained on.
    """

    @property
    def catalogue(self) -> str:
        """The catalogue's name."""
        ...

    def retrieve(self, query: str, options: RetrievalOptions) -> Retrieval:
        """Both sides for a request."""
        ...

    def contrast(self, retrieval: Retrieval) -> tuple[ContrastFinding, ...]:
        """What the popular side has that the unpopular side lacks."""
        ...


class Judges(Protocol):
    """What drafts are judged by before anything is rendered."""

    @property
    def encoder(self) -> Encoder:
        """Tells how near texts are to one another."""
        ...

    @property
    def predictor(self) -> Predictor:
        """How would such a video do among real ones?"""
        ...

    @property
    def chooser(self) -> ChoiceModel:
        """Which of these drafts of one request?"""
        ...


Progress = Callable[[int, int], None]
"""Told of work done and in all; it may raise to stop."""


class ClipEditor(Protocol):
    """What makes one clip of shots and sound."""

    def assemble(
        self, shots: Sequence[Clip], speech: Speech | None, music: str, out: Path, progress: Progress
    ) -> tuple[Clip, Soundtrack | None]:
        """Write the clip to `out`, whole or not at all, and measure what is heard. Raises PopcornError."""
        ...


@dataclass(frozen=True, slots=True)
class Picked:
    """The draft that a person wants rendered."""

    place: int
    title: str = ""
    """The person's own; the draft's where empty."""
    video_prompt: str = ""
    """The same; an own one is rendered as a single shot."""

    def applied(self, draft: Draft) -> Draft:
        """The draft in the person's words: itself where they changed none."""
        own = replace(draft, title=self.title or draft.title)
        if self.video_prompt in ("", draft.video_prompt):
            return own
        return replace(own, video_prompt=self.video_prompt, render_prompt="", shots=())


Pick = Callable[["Sequence[Attempt]", Sequence[int]], Awaitable[Picked]]
"""Asks a person which of these drafts is rendered; with their places, the best first."""


@dataclass(frozen=True, slots=True)
class CreateContext:
    """What the nodes work with."""

    chat_model: BaseChatModel
    chat_model_name: str
    """How the model is named in results, e.g. `offline drafter (not a language model)`."""
    evidence: Evidence
    predictor: Predictor
    """How would such a video do among real ones?"""
    chooser: ChoiceModel
    """Which of these drafts of one request?"""
    renderer: Renderer
    encoder: Encoder
    folder: Path
    """The run's folder: every file of the run is written inside it."""
    window: Window = field(default_factory=Window)
    """How much the chat model takes in."""
    notices: tuple[str, ...] = ()
    """What wiring has to say about the choice of these, for the result."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """What else decides the outcome, such as the catalogue's digest; for the manifest."""
    editor: ClipEditor | None = None
    """Joins shots and adds sound; None where no clip is made."""
    voice: Callable[[str], Voice] | None = None
    """Opens the voice for a language; None where nobody is to speak."""
    pick: Pick | None = None
    """Who chooses among the candidates; None for the choice model."""
