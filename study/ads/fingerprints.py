"""Marks by which a shot is known again in another ad of the same product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...tools.footage.appearance import appearance, distance
from ...tools.footage.flaws import ALIKE
from ...tools.footage.representation import spatial_moment
from ...tools.footage.types import FootageClip
from ...tools.media.sampling import pictures_at

_SIDE = 128
"""Pixels of the shorter side: a fingerprint has 16 x 16 cells."""


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """As they are kept between runs."""

    of_clips: tuple[str, ...]
    """One for each clip of a file, in order."""


def fingerprints(clips: Sequence[FootageClip]) -> Fingerprints:
    """The fingerprints of the middle frames of one file's clips. Raises DataError where it cannot be decoded."""
    pictures = pictures_at(clips[0].source, [spatial_moment(clip) for clip in clips], side=_SIDE)
    return Fingerprints(tuple(appearance(picture[..., ::-1]).fingerprint for picture in pictures))


def alike(one: str, two: str) -> bool:
    """Whether two clips show the same shot."""
    return distance(one, two) <= ALIKE
