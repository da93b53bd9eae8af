"""Whether an English shot shows a picture, or is text about its subject: an essay, a definition, advice, an answer.

A logistic regression on what of a shot's vector is not its request's, so that it learns how something is told and not
what of. Words of such texts are without end, and their sense is not; fitted on `benchmarks/pictures_and_talk.toml` by
`benchmarks/judged_drafts.py`, which measures it too. It knows the vectors of one encoder.
"""

from __future__ import annotations

import math
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ENCODER = "all-MiniLM-L6-v2"
"""Whose vectors the weights are for."""
MOST_TALK = 0.6
"""The probability from which on a shot is text about its subject."""
_SCALE = 1_000


def talk_of(shot: NDArray[np.float32], request: NDArray[np.float32]) -> float:
    """The probability that a shot is talk, from 0 to 1, by its unit vector and its request's, both (D,)."""
    weights, bias = _fitted()
    along = sum(float(a) * w for a, w in zip(apart(shot, request), weights, strict=True))
    return 1 / (1 + math.exp(-along - bias))


def apart(shot: NDArray[np.float32], request: NDArray[np.float32]) -> NDArray[np.float32]:
    """What of a shot's vector (D,) is not its request's, as a unit vector; zeros where nothing is left."""
    rest = shot - (shot @ request) * request
    length = float((rest @ rest) ** 0.5)
    found: NDArray[np.float32] = rest / length if length > 1e-6 else 0 * rest
    return found


@cache
def _fitted() -> tuple[list[float], float]:
    read = tomllib.loads(files(__package__).joinpath("talk.toml").read_text("utf-8"))
    return [weight / _SCALE for weight in read["weights"]], read["bias"] / _SCALE
