"""What a run saves: small, typed, serialisable values; paths and ids, never tensors.

Tuples come back from a checkpoint as lists, so channels are lists and the values restore their own tuples.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from ...tools.editing.timeline_parts import Cue
from ...tools.popularity.types import Ablation, Explanation, Influence, Score
from ...tools.references.types import ContrastFinding, Retrieval, Routing
from ...tools.video.types import Aspect, Clip, Fit
from ..asking.checkpoint_types import checkpoint_types
from ..asking.types import ModelCall
from .choice import Choice, Rival


class Mode(StrEnum):
    """How the graph is walked."""

    ENHANCED = "enhanced"
    BASIC = "basic"
    """No retrieval and no reasoning."""
    PAPER = "paper"
    """The published shape: one model call over the references, tag-name routing, one draft, no refinement."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The numbers and choices of one run, fixed when it starts."""

    mode: Mode = Mode.ENHANCED
    references: int = 10
    tags: int = 1
    negative_share: float = 0.1
    routing: Routing = Routing.NEIGHBOURS
    candidates: int = 3
    attempts: int = 3
    threshold: float = 50.0
    """The expected rank at which an attempt is accepted, where the predictor can judge it; see `settings`."""
    platform: str = "short-video"
    """Where the video is to be published, for the predictor and the choice model."""
    aspect: Aspect = Aspect.PORTRAIT
    fit: Fit = Fit.CROP
    """What becomes of a shape that the renderer's model cannot make."""
    render_each: bool = False
    """True when every attempt is rendered, not only the best."""
    shots: int = 1
    """Shots that tell the story of a clip; the published shape has one."""
    voice: str = ""
    """What speaks the draft's line, `auto` for the language's own voice; empty for nobody."""
    music: str = ""
    """A music file, or a mood of the bundled tracks; empty for none."""
    seed: int = 0
    language: str = ""
    """The language of title and prompts, as a name or a code, e.g. `Spanish`; empty for that of the request."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One of several shots of a story."""

    video_prompt: str
    render_prompt: str = ""
    """As `Draft.render_prompt`."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a model proposes: a title of at most 50 characters, a 3-second shot, a cover."""

    title: str
    video_prompt: str
    """Of a story all its shots one after another: what it is judged by as a whole."""
    cover_prompt: str
    render_prompt: str = ""
    """The video prompt in English, where the draft is in another language; empty where it is not needed."""
    shots: tuple[Shot, ...] = ()
    """The shots of a story in their order; empty where the clip is a single one."""
    line: str = ""
    """What a voice says over the clip; empty where nobody was to speak, or the drafter wrote none."""
    caption: str = ""
    """What is written beside the clip where it is posted; empty where the drafter wrote none."""
    hashtags: tuple[str, ...] = ()
    """Those of the post; empty where the drafter wrote none."""

    def __post_init__(self) -> None:
        """Restore tuples: a checkpoint gives every tuple back as a list."""
        object.__setattr__(self, "shots", tuple(self.shots))
        object.__setattr__(self, "hashtags", tuple(self.hashtags))


@dataclass(frozen=True, slots=True)
class Thought:
    """One of the seven steps of the reasoning."""

    step: str
    text: str


@dataclass(frozen=True, slots=True)
class Originality:
    """How close a draft comes to the nearest of the retrieved references."""

    similarity: float
    """The largest cosine similarity between the draft's title and a reference's title."""
    nearest: str
    """That reference's id."""
    shared_words: int
    """The longest run of words shared with any reference and not given by the request."""
    shared: str
    """That run."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One draft with what is known of it."""

    number: int
    """1 for the first."""
    draft: Draft
    score: Score
    relevance: float
    """Cosine similarity to the request, the mean of title and shot; that of the farther one where it is about something
    else."""
    originality: Originality | None = None
    """None when no reference was retrieved."""
    complaints: tuple[str, ...] = ()
    """What keeps it from being accepted, in sentences that a model can act on."""
    accepted: bool = False
    faults: tuple[str, ...] = ()
    """The complaints that no score makes up for."""
    clarity: float = 0.0
    """From 0 to 1: `clarity`."""
    rivals: tuple[Rival, ...] = ()
    """The drafts that it was compared with: the other candidates of its round, and the attempts before it."""
    by_person: bool = False
    """True where somebody picked it among the candidates of its round."""

    def __post_init__(self) -> None:
        """Restore tuples: a checkpoint gives every tuple back as a list."""
        for name in ("complaints", "faults", "rivals"):
            values: Sequence[object] = getattr(self, name)
            object.__setattr__(self, name, tuple(values))


@dataclass(frozen=True, slots=True)
class Soundtrack:
    """What is heard in a clip, as measured on the finished file."""

    loudness: float
    """LUFS."""
    true_peak: float
    """dBTP."""
    music: str = ""
    """The music's name; empty where there is none."""
    music_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Render:
    """The clip and the cover of one attempt."""

    attempt: int
    clip: Clip
    cover: Path
    sound: Soundtrack | None = None
    """None for a clip without voice and music."""


@dataclass(frozen=True, slots=True)
class ShotClip:
    """One rendered shot of an attempt whose clip is still to be put together."""

    attempt: int
    shot: int
    """1 for the first."""
    clip: Clip


@dataclass(frozen=True, slots=True)
class Speech:
    """The line of an attempt as a voice spoke it."""

    attempt: int
    voice: str
    language: str
    """Its code."""
    line: str
    """What is said: the draft's line, or what of it fits into the clip."""
    path: Path
    """A WAV file in the run's folder."""
    seconds: float
    cues: tuple[Cue, ...] = ()
    """Its subtitles, in seconds of the clip."""
    at: float = 0.0
    """When it begins, in seconds of the clip."""
    sha256: str = ""

    def __post_init__(self) -> None:
        """Restore tuples: a checkpoint gives every tuple back as a list."""
        object.__setattr__(self, "cues", tuple(self.cues))


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateInput:
    """What a run starts from."""

    request: str
    plan: Plan = field(default_factory=Plan)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateState:
    """Everything between the first node and the last."""

    request: str
    """The request, cleaned; written by the caller."""
    plan: Plan = field(default_factory=Plan)
    """Written by the caller."""
    retrieval: Retrieval | None = None
    """Written by retrieve_references; None in basic mode."""
    contrast: list[ContrastFinding] = field(default_factory=list)
    """Written by retrieve_references."""
    reasoning: list[Thought] = field(default_factory=list)
    """Written by reason, in paper mode by draft; empty in basic mode."""
    candidates: list[Draft] = field(default_factory=list)
    """The drafts of the current round; written by draft and refine."""
    pending: Attempt | None = None
    """The best candidate of the current round, not yet scored for good; written by choose, cleared by score."""
    attempts: Annotated[list[Attempt], operator.add] = field(default_factory=list)
    """Appended to by score."""
    speech: Annotated[list[Speech], operator.add] = field(default_factory=list)
    """Appended to by speak; empty where nobody speaks."""
    shots: Annotated[list[ShotClip], operator.add] = field(default_factory=list)
    """Appended to by render, where a clip has several shots or a sound."""
    renders: Annotated[list[Render], operator.add] = field(default_factory=list)
    """Appended to by render, or by assemble where a clip is put together."""
    best: int = 0
    """The number of the attempt that won; written by finish, 0 before."""
    choice: Choice | None = None
    """How sure it is that the best attempt is the best; written by finish, None before."""
    calls: Annotated[list[ModelCall], operator.add] = field(default_factory=list)
    """Appended to by every node that asks the model."""
    notices: Annotated[list[str], operator.add] = field(default_factory=list)
    """What a reader has to be told; appended to by any node."""


_OLDER = (Ablation, Explanation, Influence)
"""What checkpoints of older releases hold in a channel that is no more; it is loaded and left aside."""
CHECKPOINT_TYPES = (CreateInput, *checkpoint_types(CreateInput, CreateState), *_OLDER)
"""The types of ours that a checkpoint may load, and no others."""
