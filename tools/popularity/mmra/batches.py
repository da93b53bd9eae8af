"""Batches of tensors from arrays that stay where they are: nothing is kept per video but row numbers."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .videos import Nearest, Videos


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Batch:
    """What a network reads: B videos and the K videos retrieved for each, with F frames a video.

    Features of frames have the size Df and those of texts D; the reference variant knows one size only, Df = D. It
    needs frames and text on both sides and reads no tags. The `popcorn` variant does without what is None.
    """

    similarity: Tensor
    """(B, K) float32, cosine similarities of each video to its retrieved ones."""
    retrieved_labels: Tensor
    """(B, K, 1) float32, log2(comments)."""
    frames: Tensor | None = None
    """(B, F, Df) float32; None when no video has frames."""
    frames_known: Tensor | None = None
    """(B,) float32, 1 where `frames` are real and 0 elsewhere; None for all real."""
    text: Tensor | None = None
    """(B, 1, D) float32; None when no video has text."""
    text_known: Tensor | None = None
    """(B,) float32, 1 where `text` is real and 0 elsewhere; None for all real."""
    tags: Tensor | None = None
    """(B,) int64, codes, negative for an unknown tag; None when all are unknown."""
    retrieved_frames: Tensor | None = None
    """(B, K, F, Df) float32; None when no retrieved video has frames."""
    retrieved_frames_known: Tensor | None = None
    """(B, K) float32, 1 where `retrieved_frames` are real and 0 elsewhere; None for all real."""
    retrieved_text: Tensor | None = None
    """(B, K, D) float32; None when no retrieved video has text."""
    retrieved_tags: Tensor | None = None
    """(B, K) int64, codes as in `tags`; None when nobody asks for the same tag."""

    @classmethod
    def of(cls, targets: Videos, rows: NDArray[np.int64], bank: Videos, near: Nearest) -> Batch:
        """The videos `rows` (B,) of `targets` with the neighbours (B, K) of each in `bank`."""
        retrieved = near.rows
        return cls(
            similarity=torch.from_numpy(near.similarities),
            retrieved_labels=_float(bank.labels, retrieved).unsqueeze(2),
            frames=_float_or_none(targets.frames, rows),
            frames_known=_float_or_none(targets.frames_known, rows),
            text=_float(targets.text, rows).unsqueeze(1),
            text_known=_float_or_none(targets.text_known, rows),
            tags=torch.from_numpy(targets.tags[rows]),
            retrieved_frames=_float_or_none(bank.frames, retrieved),
            retrieved_frames_known=None if bank.frames is None else _float_or_none(bank.frames_known, retrieved),
            retrieved_text=_float(bank.text, retrieved),
            retrieved_tags=torch.from_numpy(bank.tags[retrieved]),
        )

    def to(self, place: torch.device) -> Batch:
        """The batch on another device."""
        tensors = {field.name: getattr(self, field.name) for field in fields(self)}
        return replace(self, **{name: tensor.to(place) for name, tensor in tensors.items() if tensor is not None})


def _float(array: NDArray[np.generic], rows: NDArray[np.integer]) -> Tensor:
    return torch.from_numpy(np.asarray(array[rows], dtype=np.float32))


def _float_or_none(array: NDArray[np.generic] | None, rows: NDArray[np.integer]) -> Tensor | None:
    return None if array is None else _float(array, rows)
