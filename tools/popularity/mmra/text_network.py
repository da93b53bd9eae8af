"""The `popcorn` variant for videos without frames, in NumPy: a title has its score before PyTorch would be imported.

It says what `AttentiveNetwork` says of the same videos; training, frames and explanations are that one's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ...embedding.minilm import gelu

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .config import MMRAConfig
    from .videos import Nearest, Videos

_EPSILON = np.float32(1e-5)


class TextNetwork:
    """One trained network. Nothing changes in it, so several threads may call it at once."""

    def __init__(self, config: MMRAConfig, weights: Mapping[str, NDArray[np.float32]]) -> None:
        """`weights` by MMRA's parameter names. Raises ValueError where one is absent or misshapen."""
        size = config.hidden
        wanted: dict[str, tuple[int, ...]] = {
            **_projection("read", config.dimension, size),
            **_projection("see", config.frame_size, size),
            "no_frames": (size,),
            "no_text": (size,),
            "tag.weight": (config.tags + 1, size),
            "ask_frames.weight": (size, size),
            "ask_frames.bias": (size,),
            "ask_videos.weight": (size, 3 * size),
            "ask_videos.bias": (size,),
            **dict.fromkeys(("match", "inverse_temperature", "tag_bonus", "trust", "label_mean", "label_spread"), ()),
            "correct.0.weight": (size, 6 * size + 2),
            "correct.0.bias": (size,),
            "correct.3.weight": (size, size),
            "correct.3.bias": (size,),
            "correct.6.weight": (1, size),
            "correct.6.bias": (1,),
        }
        for name, shape in wanted.items():
            found = weights[f"network.{name}"].shape if f"network.{name}" in weights else None
            if found not in (shape, shape or (1,)):  # safetensors has kept single numbers as lists of one
                raise ValueError(f"the weights {name!r} of a network have the shape {found}, not {shape}")
        self._config = config
        self._weights = {name: np.reshape(weights[f"network.{name}"], shape) for name, shape in wanted.items()}

    def __call__(self, targets: Videos, bank: Videos, near: Nearest) -> NDArray[np.float32]:
        """log2(comments) of the videos `targets` (B,) whose neighbours in `bank` are `near`, (B,)."""
        weights, unknown = self._weights, self._config.tags
        known = np.ones(len(targets)) if targets.text_known is None else targets.text_known
        seen = known.astype(np.float32)[:, None]
        words = seen * self._read(targets.text) + (1 - seen) * weights["no_text"]
        codes = np.where((targets.tags >= 0) & (targets.tags < unknown), targets.tags, unknown)
        label = weights["tag.weight"][codes]
        target = np.concatenate([words, np.broadcast_to(weights["no_frames"], words.shape), label], axis=1)
        videos = self._read(bank.text[near.rows])
        attention = self._attention(target, near.similarities, videos, codes, bank.tags[near.rows])
        labels = bank.labels[near.rows].astype(np.float32)
        labels = (labels - weights["label_mean"]) / weights["label_spread"]
        mean = np.sum(attention * labels, axis=1, keepdims=True)
        spread = np.sqrt(np.sum(attention * (labels - mean) ** 2, axis=1, keepdims=True) + np.float32(1e-6))
        context = (attention[:, None] @ videos)[:, 0]
        facts = np.concatenate([target, context, words * context, label * words, mean, spread], axis=1)
        standard = weights["trust"] * mean + self._correct(facts)
        return np.asarray(standard * weights["label_spread"] + weights["label_mean"], dtype=np.float32)[:, 0]

    def _linear(self, name: str, x: NDArray[np.float32]) -> NDArray[np.float32]:
        found: NDArray[np.float32] = x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return found

    def _read(self, text: NDArray[np.floating]) -> NDArray[np.float32]:
        """Texts (..., D) at the hidden size (..., H)."""
        x = self._linear("read.linear", np.asarray(text, dtype=np.float32))
        x -= x.mean(axis=-1, keepdims=True)
        x /= np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + _EPSILON)
        return gelu(x * self._weights["read.norm.weight"] + self._weights["read.norm.bias"])

    def _attention(
        self,
        target: NDArray[np.float32],
        similarity: NDArray[np.float32],
        videos: NDArray[np.float32],
        codes: NDArray[np.int64],
        tags: NDArray[np.int64],
    ) -> NDArray[np.float32]:
        """Over the retrieved videos (B, K): nearness, the same tag, and a learned match."""
        weights = self._weights
        same = (tags == codes[:, None]) & (codes < self._config.tags)[:, None]
        nearness = similarity + weights["tag_bonus"] * same.astype(np.float32)
        asked = self._linear("ask_videos", target)[:, :, None]
        matched = (videos @ asked)[:, :, 0] / np.float32(math.sqrt(self._config.hidden))
        x = nearness * np.exp(weights["inverse_temperature"]) + weights["match"] * matched
        x = np.exp(x - x.max(axis=1, keepdims=True))
        shares: NDArray[np.float32] = x / x.sum(axis=1, keepdims=True)
        return shares

    def _correct(self, facts: NDArray[np.float32]) -> NDArray[np.float32]:
        """The learned correction (B, 1)."""
        inner = gelu(self._linear("correct.3", gelu(self._linear("correct.0", facts))))
        return self._linear("correct.6", inner)


def _projection(name: str, given: int, size: int) -> dict[str, tuple[int, ...]]:
    return {
        f"{name}.linear.weight": (size, given),
        f"{name}.linear.bias": (size,),
        f"{name}.norm.weight": (size,),
        f"{name}.norm.bias": (size,),
    }
