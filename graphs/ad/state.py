"""What an ad's run saves: small, typed, serialisable values; paths, never sounds and pictures.

Tuples come back from a checkpoint as lists, so channels are lists and the values restore their own tuples.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from ...tools.editing.check_results import Check
from ...tools.editing.timeline_parts import Timeline
from ...tools.editing.types import Claim, ClaimKind, Level, Line, Product, SpokenLine
from ...tools.editing.volumes import Volumes
from ...tools.footage.types import FootageClip, LeftOut
from ...tools.video.types import Clip
from ..asking.checkpoint_types import checkpoint_types
from ..asking.types import ModelCall


class Strategy(StrEnum):
    """How lines and clips come together."""

    CLIPS_FIRST = "clips-first"
    """The model sees facts and clips, and writes for them (VC-LLM)."""
    SCRIPT_FIRST = "script-first"
    """A script from the facts alone, cut at its punctuation, each piece matched to a clip (VC-LLM, table 7)."""


@dataclass(frozen=True, slots=True)
class MadeAd:
    """An ad that was made before from the same footage, which this one must differ from."""

    run_id: str
    lines: tuple[Line, ...]

    def __post_init__(self) -> None:
        """Restore tuples: a checkpoint gives every tuple back as a list."""
        object.__setattr__(self, "lines", tuple(self.lines))


@dataclass(frozen=True, slots=True)
class ClaimLevel:
    """What a person chose for claims of one kind."""

    kind: ClaimKind
    level: Level


@dataclass(frozen=True, slots=True)
class AdPlan:
    """What is wanted of one ad, fixed when its run starts."""

    product: Product
    footage: Path
    """The folder of the raw footage."""
    language: str = "en"
    """A code as languages.py has them."""
    script: tuple[str, ...] = ()
    """Somebody's own lines, in their order; empty where the model writes them."""
    clips: int = 0
    """K: how many clips the ad has; 0 for as many as its length asks for."""
    seconds: float = 0.0
    """How long the ad is to be; 0 for what the footage carries, within `policy.USUAL`."""
    aspect: str = "9:16"
    crops: tuple[str, ...] = ()
    """Windows that a person chose: `scene=2:left`."""
    music: Path | None = None
    volumes: Volumes = Volumes()  # noqa: RUF009  frozen
    repeats: bool = False
    """Whether a clip may be used twice."""
    strategy: Strategy = Strategy.CLIPS_FIRST
    levels: tuple[ClaimLevel, ...] = ()
    """Where they differ from the ledger's own."""
    variant: int = 1
    """Which of several ads from the same footage this one is, from 1."""
    made: tuple[MadeAd, ...] = ()
    """The variants before it."""
    seed: int = 0

    def __post_init__(self) -> None:
        """Restore tuples: a checkpoint gives every tuple back as a list."""
        for name in ("script", "crops", "levels", "made"):
            object.__setattr__(self, name, tuple(getattr(self, name)))


@dataclass(frozen=True, slots=True)
class MadeFiles:
    """What the assembly put into the run's folder."""

    video: Clip
    cover: Path
    edit_lists: tuple[Path, ...]
    subtitles: tuple[Path, ...]
    """SRT, WebVTT and ASS."""

    def __post_init__(self) -> None:
        """Restore tuples: a checkpoint gives every tuple back as a list."""
        for name in ("edit_lists", "subtitles"):
            object.__setattr__(self, name, tuple(getattr(self, name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class AdInput:
    """What a run starts from."""

    request: str
    plan: AdPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class AdState:
    """Everything between the first node and the last."""

    request: str
    plan: AdPlan
    clips: list[FootageClip] = field(default_factory=list)
    """The clips that the ad may be cut from, at most `policy.MOST_CLIPS`; written by survey."""
    left_out: list[LeftOut] = field(default_factory=list)
    """Files that gave no clip, at most `policy.MOST_NAMED` of them; written by survey."""
    surveyed: int = 0
    """Clips of the whole footage; written by survey."""
    lines: list[Line] = field(default_factory=list)
    """Y: clip, script and subtitles in their order; written by write."""
    faults: list[str] = field(default_factory=list)
    """Why the lines have to be written anew, in sentences that a model can act on; written by claims and speak."""
    writings: int = 0
    """How often lines were written; counted by write."""
    ledger: list[Claim] = field(default_factory=list)
    """Every claim of the lines with what backs it; written by claims."""
    rate: float = 0.0
    """Words (characters for Chinese) a second as the voice spoke the lines; written by speak, 0 before."""
    spoken: list[SpokenLine] = field(default_factory=list)
    """A sound for each line; written by speak, and by repair where it speaks anew."""
    timeline: Timeline | None = None
    """Written by arrange, and by repair."""
    files: MadeFiles | None = None
    """Written by assemble."""
    checks: list[Check] = field(default_factory=list)
    """What was measured on the file; written by check."""
    repairs: Annotated[list[str], operator.add] = field(default_factory=list)
    """What was mended, in sentences; appended to by repair."""
    mendings: int = 0
    """How often repair was tried; counted by repair."""
    mended: bool = False
    """Whether the last repair changed anything; written by repair."""
    calls: Annotated[list[ModelCall], operator.add] = field(default_factory=list)
    """Appended to by every node that asks the model."""
    notices: Annotated[list[str], operator.add] = field(default_factory=list)
    """What a reader has to be told; appended to by any node."""


CHECKPOINT_TYPES = (AdInput, *checkpoint_types(AdInput, AdState))
"""The types of ours that a checkpoint may load, and no others."""
