"""Retrieved videos summed up once: the published network weighs them by nothing that it learns.

The published code stores every neighbour's frames again for each video and sums them in every epoch. Here a video costs
one more (F, D) array on disk, whatever K is.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from .... import files
from ....errors import DataError
from .reference import Aggregated, aggregate

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from .videos import Nearest, Videos

_CHUNK = 64
"""Videos at a time: the frames of their neighbours take 196 MB at full size as float32."""


class AggregatedVideos(NamedTuple):
    """The aggregated retrieval of Q videos, in the order of their neighbours."""

    frames: NDArray[np.float16]
    """(Q, F, D), memory-mapped."""
    text: NDArray[np.float32]
    """(Q, 1, D)."""
    labels: NDArray[np.float32]
    """(Q, 1, 1)."""

    def take(self, at: NDArray[np.int64]) -> Aggregated:
        """Those at the places `at` (B,), as tensors."""
        parts = (np.asarray(array[at], dtype=np.float32) for array in self)
        return Aggregated(*(torch.from_numpy(part) for part in parts))


def aggregate_videos(
    videos: Videos, near: Nearest, file: Path, progress: Callable[[int, int], None] | None = None
) -> AggregatedVideos:
    """Sum up the neighbours of each video once; frames go to `file` (.npy, float16).

    Raises DataError for videos without frames.
    """
    if videos.frames is None:
        raise DataError(
            "the reference variant of MMRA needs frames, and these videos have none",
            hint="Name their clips with --videos DIR, or train the variant `popcorn`.",
        )
    count, shape = len(near.rows), videos.frames.shape[1:]
    frames = np.lib.format.open_memmap(files.private_file(file), mode="w+", dtype=np.float16, shape=(count, *shape))
    text = np.empty((count, 1, videos.text.shape[1]), np.float32)
    labels = np.empty((count, 1, 1), np.float32)
    for start in range(0, count, _CHUNK):
        part = slice(start, start + _CHUNK)
        rows = near.rows[part]
        found = aggregate(
            similarity=torch.from_numpy(near.similarities[part]),
            frames=torch.from_numpy(np.asarray(videos.frames[rows], dtype=np.float32)),
            text=torch.from_numpy(np.asarray(videos.text[rows], dtype=np.float32)),
            labels=torch.from_numpy(videos.labels[rows].astype(np.float32)).unsqueeze(2),
        )
        # to half precision by PyTorch: ten times as quick as an assignment to a NumPy array
        frames[part] = found.frames.half().numpy()
        text[part], labels[part] = found.text.numpy(), found.labels.numpy()
        if progress:
            progress(min(start + _CHUNK, count), count)
    return AggregatedVideos(frames, text, labels)
