"""Clips by the likeness of their frames to the ad's own lines, which nobody else is shown.

Each line's cosine to each clip is that of a CLIP model (study/frame_agreement.py); which clip goes under which line is
decided as in `ad make --script` (graphs/ad/ordering.py). It says how far pictures alone lead whoever has the script.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ....graphs.ad.ordering import ordered
from ....tools.footage.representation import temporal_input
from ....tools.popularity.features.model_files import find_model
from ....tools.popularity.features.networks import PictureTextNetwork
from ..finished_ads import AdClip
from ..samples import Sample
from .types import PlannedAd

if TYPE_CHECKING:
    from numpy.typing import NDArray


class FrameLikeness:
    """Puts clips under lines."""

    def __init__(self, model: str) -> None:
        """`model` is a CLIP model's name, or its folder. Raises MissingError where it cannot be had."""
        self._network = PictureTextNetwork(find_model(model))

    name = "baseline: likeness of frames to the ad's own lines"

    def plan(self, samples: Sequence[Sample]) -> list[PlannedAd]:
        """A clip for each line of the ad; as they are shown where nothing is said in it."""
        return [PlannedAd(tuple(str(place + 1) for place in ordered(self._worth(sample)))) for sample in samples]

    def _worth(self, sample: Sample) -> NDArray[np.float64]:
        """The cosine of each line and each clip, the mean over its frames: (lines, clips)."""
        lines = [sample.clip(number).script for number in sample.answer]
        return np.array([self._likeness(clip, lines) for clip in sample.candidates]).T

    def _likeness(self, clip: AdClip, lines: Sequence[str]) -> list[float]:
        pictures = list(temporal_input(clip.picture))
        return [float(self._network.similarities(pictures, line).mean()) if line else 0.0 for line in lines]
