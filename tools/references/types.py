"""The values that references are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """The two sides of a retrieved set: S+ and S- of LLMPopcorn (arXiv 2502.12945, section 3)."""

    POPULAR = "popular"
    UNPOPULAR = "unpopular"


class Routing(StrEnum):
    """How the tags of a request are chosen."""

    NEIGHBOURS = "neighbours"
    """Votes of the nearest references, with a little of the tag name's own similarity; the default."""
    TAG_NAME = "tag-name"
    """The published rule: the request against the bare names of the tags."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A past micro-video. Text that a source lacks is empty, a figure that it lacks is None."""

    id: str
    title: str
    description: str = ""
    cover_description: str = ""
    tag: str = ""
    comments: int | None = None
    likes: int | None = None
    views: int | None = None
    split: str = ""
    """train, valid or test where the source says so."""
    source: str = ""
    """The platform or set the figures come from, e.g. `microlens`; `sample` for the built-in one."""
    illustrative: bool = False
    """True when the figures are invented, as in the built-in sample."""

    @property
    def text(self) -> str:
        """What is embedded: title, cover description and description, a line each."""
        return "\n".join(part for part in (self.title, self.cover_description, self.description) if part)


@dataclass(frozen=True, slots=True)
class TagChoice:
    """A tag chosen for a request, with its share of the votes or its similarity, from 0 to 1."""

    tag: str
    weight: float


@dataclass(frozen=True, slots=True)
class RetrievedReference:
    """A reference on one side of a retrieved set, with its cosine similarity to the request."""

    reference: Reference
    side: Side
    similarity: float
    upper: bool | None = None
    """Whether it drew at least as many comments as the middle of its source in the catalogue; None where nobody looked,
    as in what older releases saved."""


@dataclass(frozen=True, slots=True)
class ContrastFinding:
    """One thing in which the popular side of a retrieved set differs from the unpopular side."""

    kind: str
    """word, length, hook, hashtag, number, question or emoji."""
    text: str
    """A sentence part for people and models, e.g. `a question in the title`, or `..., over all tags`."""
    popular: float
    """The figure on the popular side: a share from 0 to 1, or a mean for lengths."""
    unpopular: float
    popular_support: int
    """How many popular references were looked at."""
    unpopular_support: int
    over_all_tags: bool = False
    """True when the request's own tags have too few references, so that those of all tags were compared."""
    weak: bool = False
    """True when it may well be chance; the text then begins with `weak evidence: `."""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What a request found: tags, both sides, nearest first on each, and what had to be said about it."""

    query: str
    tags: tuple[TagChoice, ...] = ()
    references: tuple[RetrievedReference, ...] = ()
    notices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Restore tuples: a checkpoint gives every tuple back as a list."""
        for name in ("tags", "references", "notices"):
            value: Sequence[object] = getattr(self, name)
            object.__setattr__(self, name, tuple(value))

    def on(self, side: Side) -> tuple[RetrievedReference, ...]:
        """The references on one side, nearest first."""
        return tuple(reference for reference in self.references if reference.side is side)


@dataclass(frozen=True, slots=True)
class RetrievalOptions:
    """The settings of one retrieval; the published values are the defaults (LLMPopcorn, section 3)."""

    references: int = 10
    """K, the size of both sides together."""
    tags: int = 1
    negative_share: float = 0.1
    routing: Routing = Routing.NEIGHBOURS
    split: str = ""
    """Only references of this split; empty for all."""
