"""The seam behind which renderers stand, and the clip they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from ..media.aspect import Aspect as Aspect  # under its older name too, which checkpoints hold: see MOVED


class Fit(StrEnum):
    """What becomes of a picture whose shape a model cannot make: part of it goes, or blurred edges are added."""

    CROP = "crop"
    PAD = "pad"


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """What a renderer is asked for."""

    title: str
    video_prompt: str
    cover_prompt: str = ""
    aspect: Aspect = Aspect.PORTRAIT
    seconds: float = 3.0
    seed: int = 0
    fit: Fit = Fit.CROP
    request: str = ""
    """What a person asked for in their own words, without the command around it; empty where nobody said it."""
    story: str = ""
    """All of the story that this is a shot of, which decides the look of each shot; empty for a single one."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a video model was really given, beside what it was asked for."""

    model: str
    """Repository, folder or the server's name for it."""
    revision: str
    """What tells two states of the model apart; empty where nothing does."""
    prompt: str
    """The prompt in the form that the model's family wants."""
    negative_prompt: str
    width: int
    """Of the frames that the model made, before cropping or padding."""
    height: int
    frames: int
    fps: float
    seconds_asked: float
    seed: int
    steps: int = 0
    """Denoising steps; 0 where a server does not say."""
    guidance: float = 0.0
    dtype: str = ""
    memory: str = ""
    """How the model was kept in memory, e.g. `model offload, tiled VAE`."""
    job: str = ""
    """The job's id on a server."""
    notes: tuple[str, ...] = ()
    """What differs from the request, in sentences."""

    def __post_init__(self) -> None:
        """Restore tuples: a checkpoint gives every tuple back as a list."""
        object.__setattr__(self, "notes", tuple(self.notes))


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a render will probably take, before it is begun."""

    seconds: float | None = None
    """Wall time; None where nothing is known."""
    memory_bytes: int | None = None
    """On the accelerator, or in memory without one; None where it is somebody else's."""
    cost_usd: float | None = 0.0
    """None where a server charges and no price is known."""
    clips: int = 1
    doubt: str = ""
    """Why this may be paid for twice, as a clause: then a person is asked whatever they agreed to beforehand."""
    doubts: tuple[str, ...] = ()
    """The ids of the purchases that `doubt` is about."""

    question: str = ""
    """What a person is asked where nothing is rendered and what they said is written down; empty for a render."""

    @property
    def is_dear(self) -> bool:
        """True when a person should be asked first: a minute or more, or money, or nobody knows, or a question."""
        takes_long = self.seconds is None or self.seconds >= 60
        return bool(self.doubt or self.question) or takes_long or self.cost_usd is None or self.cost_usd > 0

    @property
    def summary(self) -> str:
        """For people: how many clips, time, memory and money, as far as they are known; or the question."""
        if self.question:
            return self.question
        took = "time not known" if self.seconds is None else f"about {_span(self.seconds)}"
        money = "price not known" if self.cost_usd is None else f"${self.cost_usd:.2f}" if self.cost_usd else "free"
        parts = [f"{self.clips} clips" if self.clips > 1 else "", took]
        parts += [f"{self.memory_bytes / 2**30:.1f} GiB" if self.memory_bytes else "", money]
        parts += [f"once more, since {self.doubt}" if self.doubt else ""]
        return ", ".join(part for part in parts if part)


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


@dataclass(frozen=True, slots=True)
class Clip:
    """A rendered file and the facts probed from it."""

    path: Path
    renderer: str
    seconds: float
    width: int
    height: int
    fps: float
    frames: int
    codec: str
    sha256: str
    silent: bool = True
    demo: bool = False
    """True when the renderer is a demo stand-in, as the animatic is."""
    recipe: Recipe | None = None
    """None for what draws without a model."""
    notices: tuple[str, ...] = ()
    """What people should know about the picture, in sentences."""

    def __post_init__(self) -> None:
        """Restore tuples: a checkpoint gives every tuple back as a list."""
        object.__setattr__(self, "notices", tuple(self.notices))

    def data(self) -> dict[str, Any]:
        """The clip as JSON has it."""
        return asdict(self) | {"path": str(self.path), "notices": list(self.notices)}


FrameProgress = Callable[[int, int], None]
"""Called with frames done and frames in all. It may raise to stop the render: nothing is left behind then."""


class Renderer(Protocol):
    """g of docs/architecture.md: turns a draft into a clip."""

    @property
    def name(self) -> str:
        """The renderer's name, as a clip carries it."""
        ...

    def identity(self, request: RenderRequest) -> Mapping[str, str | int | float]:
        """Everything that decides the clip beside the file's name: equal identities, equal clips.

        The renderer, its revision and settings, and what it takes from the request.
        """
        ...

    def estimate(self, request: RenderRequest) -> Estimate:
        """What the render will take, without loading a model. Raises MissingError where it cannot be made here."""
        ...

    def render(self, request: RenderRequest, out: Path, progress: FrameProgress | None = None) -> Clip:
        """Write a checked clip to `out` (atomically: temp + rename). Raises RenderError or BadClipError."""
        ...

    def cover(self, request: RenderRequest, clip: Path, out: Path) -> Path:
        """Write a cover image (JPEG) for the clip to `out`."""
        ...
