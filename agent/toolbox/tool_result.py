"""What a tool gives, typed: JSON for programs, a brief for a language model, a card and a line for people."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import Enum, auto
from functools import cache
from typing import TYPE_CHECKING, Any, Self

from .score_phrases import one_line

if TYPE_CHECKING:
    from pydantic import TypeAdapter
    from rich.console import RenderableType

    from .drafts import DraftText, ScoredDraft

_FAILURE = 200
"""Characters of a text that stand for a result where nothing better does."""


class ToolResult(ABC):
    """The base of all results, each of which is a frozen dataclass with the fields of its JSON."""

    __slots__ = ()

    def data(self) -> dict[str, Any]:
        """Everything, as JSON has it."""
        return asdict(self)  # type: ignore[call-overload, no-any-return]  # every subclass is a dataclass

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """The result that `data` came of. Raises pydantic's ValidationError where it came of something else."""
        result: Self = _adapter(cls).validate_python(data)
        return result

    @abstractmethod
    def brief(self) -> str:
        """What a language model has to know of it, with what the next call needs; data behind its fence."""

    @abstractmethod
    def card(self) -> RenderableType:
        """What a person sees of it when it comes."""

    def summary(self) -> Summary:
        """What a person sees of it who looks back at a conversation; the first line of the brief is the least."""
        return summary_of(self.brief().partition("\n")[0])

    def about(self) -> str:
        """The request that it answers; empty where it answers none."""
        return ""

    def brings(self) -> Brought | None:
        """What a conversation goes on with; None for what only tells something."""
        return None


@dataclass(frozen=True, slots=True)
class Row:
    """One thing of a list, such as a draft."""

    title: str
    told: str = ""
    """What is said of it, such as its score."""
    shot: str = ""
    """What its three seconds show; empty where that is what those of the row before show."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A result, shortly."""

    told: str
    """One line; empty where the rows say all."""
    rows: tuple[Row, ...] = ()
    numbered: bool = False
    """The rows are known by their numbers."""
    path: str = ""
    """Where its clip is."""
    failed: bool = False


@dataclass(frozen=True, slots=True)
class RenderedClip:
    """A clip, and where it and its cover are."""

    title: str
    path: str
    cover: str


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A run that gave a video."""

    run_id: str
    title: str


class Listed(Enum):
    """Whether people may know the drafts of a result by their numbers."""

    YES = auto()
    IF_NONE_IS = auto()
    """Where no other drafts have numbers."""
    NO = auto()


@dataclass(frozen=True, slots=True)
class Brought:
    """What a result adds to a conversation."""

    drafts: tuple[ScoredDraft, ...] = ()
    """Every draft with a score, best first."""
    listed: Listed = Listed.NO
    rendered: DraftText | None = None
    """The draft that was rendered, where no score comes with it."""
    clip: RenderedClip | None = None
    run: FinishedRun | None = None


def summary_of(text: str, *, failed: bool = False) -> Summary:
    """The beginning of a text, where there is nothing better."""
    return Summary(one_line(text)[:_FAILURE], failed=failed)


@cache
def _adapter(kind: type[ToolResult]) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)
