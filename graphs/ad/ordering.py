"""A clip for each line: dynamic programming over the lines, with the clips that are taken as its state.

The score of a sequence is the worth of each line over its clip, and a little for each step forward in the footage. With
each clip used at most once the states are too many to keep all: the best BEAM of them go on to the next line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BEAM = 256
FORWARD = 0.1
"""What a step forward in the footage is worth, in cosines: enough where words say little, too little where they say
which clip is meant."""
AGAIN = 0.3
"""What a clip loses each time it is used again, where that is allowed."""


def ordered(worth: NDArray[np.float64], *, repeats: bool = False) -> list[int]:
    """The clip (from 0) of each line, for `worth` (lines, clips), which stand in the footage's order.

    Raises ValueError where there are more lines than clips and none may be used again.
    """
    lines, clips = worth.shape
    if lines and (not clips or (lines > clips and not repeats)):
        raise ValueError(f"{lines} lines need as many clips, and there are {clips}")
    scores, taken, paths = np.zeros(1), np.zeros((1, clips), dtype=np.int64), np.zeros((1, 0), dtype=np.int64)
    places = np.arange(clips)
    for line in range(lines):
        options = scores[:, None] + worth[line][None, :]
        options = options - AGAIN * taken if repeats else np.where(taken > 0, -np.inf, options)
        if line:
            options = options + FORWARD * (places[None, :] > paths[:, -1:])
        states, chosen = _best(options, taken)
        scores = options[states, chosen]
        paths = np.concatenate([paths[states], chosen[:, None]], axis=1)
        taken = taken[states]
        taken[np.arange(len(chosen)), chosen] += 1
    return [int(clip) for clip in paths[0]]


def _best(options: NDArray[np.float64], taken: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The states and the clips of the best steps, best first: one for all that lead to the same clips and last clip."""
    flat = np.argsort(-options, axis=None, kind="stable")[: 4 * BEAM]
    states, chosen = np.unravel_index(flat, options.shape)
    seen: set[tuple[bytes, int]] = set()
    kept: list[int] = []
    for at, (state, clip) in enumerate(zip(states, chosen, strict=True)):
        if len(kept) == BEAM or options[state, clip] == -np.inf:
            break
        after = taken[state].copy()
        after[clip] += 1
        key = (after.tobytes(), int(clip))
        if key not in seen:
            seen.add(key)
            kept.append(at)
    return states[kept].astype(np.int64), chosen[kept].astype(np.int64)
