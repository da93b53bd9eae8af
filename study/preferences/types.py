"""The values of preferences: drafts of one idea, which of two is preferred and why, and how far a source is trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

from ...tools.popularity.platforms import by_name

PARTS = ("title", "video_prompt", "cover_prompt", "render_prompt")
"""What a draft may consist of, as a model writes it."""


class Source(StrEnum):
    """Where a preference comes from."""

    TEST = "test"
    """A pair that was tried, of a pairs file."""
    FEEDBACK = "feedback"
    """Two published runs of like requests, by what their videos drew."""
    RUN = "run"
    """Drafts of `popcorn ask`, compared by a model."""
    STUDY = "study"
    """Drafts of a study, compared by a model."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft, or the title of one."""

    title: str
    video_prompt: str = ""
    cover_prompt: str = ""
    render_prompt: str = ""


@dataclass(frozen=True, slots=True)
class Idea:
    """What several drafts are an answer to."""

    request: str
    """Empty where nobody wrote it down."""
    drafts: tuple[Draft, ...]
    source: Source
    platform: str = ""
    language: str = ""
    """Of the drafts, where somebody asked for one."""


@dataclass(frozen=True, slots=True)
class Preference:
    """Two drafts of one idea, the preferred one first."""

    chosen: Draft
    rejected: Draft
    source: Source
    probability: float
    """P(the chosen one draws more), above 0.5: of a test by its z, of published videos by how far apart they are beside
    how far apart any two are, of a comparison by the model."""
    trust: float | None = None
    """How often such a preference is right, from 0.5 to 1; None where nobody measured it."""
    trust_low: float | None = None
    trust_high: float | None = None
    evidence: bool = True
    """Whether the model that compared them was measured on such drafts; a test is its own evidence."""
    z: float | None = None
    """Standard errors between the two, of a test that was counted."""
    request: str = ""
    language: str = ""
    platform: str = ""
    story: str = ""
    """A name that pairs share which must not be parted."""
    test: str = ""

    def data(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


def platform_named(text: str) -> str:
    """A platform under one spelling: as Popcorn has it, else in small letters."""
    return " ".join(by_name(text).split()).casefold()


def preference_of(values: Mapping[str, Any]) -> Preference:
    """The preference that `data` wrote."""
    whole: dict[str, Any] = {field.name: values[field.name] for field in fields(Preference)}
    whole |= {name: Draft(**values[name]) for name in ("chosen", "rejected")}
    whole |= {"source": Source(values["source"])}
    return Preference(**whole)
