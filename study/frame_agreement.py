"""How much of a prompt survives in its clip: the agreement of frames and prompt by a CLIP model.

It is CLIPSIM (Wu et al., "GODIVA", 2021, section 4.2): the cosine similarity of each frame and the text, the mean over
the frames. Two models' values share no scale, and values of one model compare clips with each other: what CLIP gives a
clip and its own prompt is seldom above 0.4. CLIP reads 77 tokens, and of a longer prompt the beginning.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from ..tools.popularity.features.model_files import find_model
from ..tools.popularity.features.networks import PictureTextNetwork
from ..tools.statistics.intervals import Estimate, clustered_mean
from .types import Row

FRAMES = 8
"""Of a clip, evenly spaced."""
SIDE = 336
"""Pixels of a frame's shorter side: what the largest CLIP looks at."""


class FrameAgreement:
    """Compares clips with prompts; the weights load with the first clip."""

    def __init__(self, name: str) -> None:
        """`name` is a CLIP model's, or its folder. Raises MissingError where it cannot be had."""
        self.files = find_model(name)
        self._network = PictureTextNetwork(self.files)

    def of(self, clip: Path, prompt: str) -> float:
        """The mean cosine similarity of the clip's frames and the prompt, -1 to 1.

        Raises MissingError where the model is damaged or no CLIP, BadClipError for a clip that cannot be read.
        """
        from ..tools.media.decode import frames

        return float(self._network.similarities(list(frames(clip, FRAMES, side=SIDE)), prompt).mean())


@lru_cache(maxsize=1)
def opened(name: str) -> FrameAgreement:
    """The model of that name, kept by this process as long as no other is asked for. Raises MissingError."""
    return FrameAgreement(name)


@dataclass(frozen=True, slots=True)
class RendererAgreement:
    """How well one renderer's clips agree with their prompts."""

    renderer: str
    mean: Estimate
    """Over its clips, clustered by prompt."""


def agreements(rows: Iterable[Row]) -> list[RendererAgreement]:
    """A mean for every renderer whose clips were compared, in the order of the rows; a clip counts once."""
    clips: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in rows:
        if row.agreement is not None:
            clips[row.renderer].setdefault(row.clip, row)
    return [RendererAgreement(renderer, _mean(list(own.values()))) for renderer, own in clips.items()]


def _mean(rows: list[Row]) -> Estimate:
    _, clusters = np.unique([row.prompt_id for row in rows], return_inverse=True)
    return clustered_mean(np.array([row.agreement for row in rows], np.float64), clusters.astype(np.int64))
