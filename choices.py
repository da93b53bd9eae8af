"""What a run may choose, as types: the settings that settings.py marks as `Chosen`.

Light, since the command line makes its flags of it before it knows what is asked. A test compares each name, type,
default and help text with the settings, at every door.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypedDict, TypeVar

ModeName = Literal["enhanced", "basic", "paper"]
RoutingName = Literal["neighbours", "tag-name"]
DraftingName = Literal["apart", "together"]
AspectName = Literal["9:16", "16:9", "1:1", "4:5"]
AdAspectName = Literal["9:16", "16:9", "1:1", "4:5"]
StrategyName = Literal["clips-first", "script-first"]
RenderName = Literal["best", "each"]
FitName = Literal["crop", "pad"]
PlatformName = Literal["short-video", "youtube", "web-headlines"]


@dataclass(frozen=True, slots=True)
class Choice:
    """Marks a setting that every run may choose for itself, on the command line and in Python."""

    served: bool = True
    """Whether a client of `langgraph dev` may choose it too; what limits or loads is for whoever runs the server."""
    anew: bool = False
    """Whether a run that is gone on with takes another value, where somebody names one: errors tell people to."""


@dataclass(frozen=True, slots=True)
class OfTheWalk:
    """Marks a setting that is no run's but that of whoever walks it now: where things are, and what may be spent."""

    settable: bool = False
    """Whether it may be set for one run all the same."""


T = TypeVar("T")
Chosen = Annotated[T, Choice()]
"""A setting that each run may choose, at every door."""
ChosenAnew = Annotated[T, Choice(anew=True)]
"""One that a run which is gone on with may be given another value of."""
ChosenHere = Annotated[T, Choice(served=False)]
"""One that a client of a server may not: it limits, or it names weights."""
ChosenHereAnew = Annotated[T, Choice(served=False, anew=True)]
"""Both of that."""
Walkers = Annotated[T, OfTheWalk()]
"""One that a run which is gone on with, or forked, takes from whoever walks it now."""
WalkersWay = Annotated[T, OfTheWalk(settable=True)]
"""Likewise, of how servers are asked and clips are signed: a fork may be given another one."""


class Choices(TypedDict, total=False):
    """The settings that a run may choose; what is left away comes from variables and settings files."""

    llm: str
    renderer: str
    predictor: str
    catalogue: str
    mode: ModeName
    references: int
    tags: int
    negative_share: float
    routing: RoutingName
    candidates: int
    drafting: DraftingName
    attempts: int
    threshold: float
    platform: PlatformName
    aspect: AspectName
    render: RenderName
    shots: int
    fit: FitName
    cover: str
    overlay: bool
    image: str
    voice: str
    music: str
    language: str
    seed: int
    max_seconds: float
    max_cost: float
    max_tokens: int
    cache: bool


class AdChoices(TypedDict, total=False):
    """What an ad's run may choose, by the names of the flags of `popcorn ad make`."""

    clips: int
    seconds: float
    aspect: AdAspectName
    allow_repeats: bool
    strategy: StrategyName
    volumes: str
    claims: str
    voice: str
    llm: str
    language: str
    seed: int
    max_seconds: float
    max_cost: float
    max_tokens: int
    cache: bool


AD_SETTINGS = {
    "clips": "ad_clips",
    "seconds": "ad_seconds",
    "aspect": "ad_aspect",
    "allow_repeats": "ad_repeats",
    "strategy": "ad_strategy",
    "volumes": "ad_volumes",
    "claims": "ad_claims",
}
"""The settings behind those names that are an ad's own; all other names are the settings' own."""
AD_ANEW = frozenset({"llm", "voice", "seed", "ad_claims"})
"""Settings that an ad which is gone on with may be given anew."""


class ResumedChoices(TypedDict, total=False):
    """Those of them that a run which is gone on with may be given; what is left away stays as it was."""

    llm: str
    renderer: str
    cover: str
    voice: str
    music: str
    seed: int
    max_seconds: float
    max_cost: float
    max_tokens: int
    cache: bool
