"""The seam behind which feature profiles stand: what goes in, what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FRAMES = 10
"""Frames taken of a clip (MMRA, section 4.1.3: ten, evenly spaced)."""


@dataclass(frozen=True, slots=True)
class Item:
    """One video whose features are wanted."""

    id: str
    text: str
    """What the text encoder reads: title, and whatever else the predictor is to know."""
    video: Path | None = None
    """The clip, or None when there is only a text."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of a profile's features."""

    frames: int
    """F, frames a clip."""
    frame_dimension: int
    text_dimension: int
    retrieval_dimension: int


@dataclass(frozen=True, slots=True)
class FrameReading:
    """What a profile saw in one clip."""

    features: NDArray[np.float32]
    """(F, D), finite."""
    captions: tuple[str, ...] = ()
    """One a frame, or none when the profile writes none."""
    notes: tuple[str, ...] = ()
    """What a reader of the features should know: a broken tail, repeated frames."""


class Profile(Protocol):
    """A way to turn clips and texts into features. Heavy models load on first use. Safe to use from several threads."""

    @property
    def name(self) -> str:
        """`light` or `paper`."""
        ...

    @property
    def shape(self) -> Shape:
        """Sizes of the features. Raises MissingError or DataError when a model cannot be had or read."""
        ...

    @property
    def frame_and_text(self) -> tuple[int, int]:
        """Lengths of a frame's vector and of a text's, told without loading a model. Raises as `describe` does."""
        ...

    def load(self) -> None:
        """Load every model and try it: what is wrong with one shows now, and not after hours of clips.

        Raises MissingError or DataError when a model cannot be had, read or used.
        """
        ...

    def describe(self) -> dict[str, str]:
        """The models and revisions that make the features: equal facts, interchangeable features.

        Raises MissingError or DataError when a model cannot be had or read.
        """
        ...

    @property
    def weights(self) -> int:
        """Bytes of the models that it loads, which is about what they take in memory. Raises as `describe` does."""
        ...

    def frames(self, clip: Path) -> FrameReading:
        """The features of `clip`. Raises DataError with its facts when it has no picture that can be read."""
        ...

    def texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """`texts` as an array (n, text_dimension); n may be 0."""
        ...

    def retrieval(self, texts: Sequence[str], captions: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """Texts, each with the captions of its frames, as an array (n, retrieval_dimension) of unit rows."""
        ...
