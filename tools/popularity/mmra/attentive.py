"""The `popcorn` variant: MMRA's parts, with attention that can attend and with modalities that may be missing.

What differs from the published network, and why, is measured in docs/log.md. Retrieved videos are weighted by a learned
temperature, a bonus for the same tag and a learned match of their contents, and the prediction is their weighted label
plus a learned correction: untrained, the network already is a neighbours predictor. Frames are pooled by an attention
that the text asks for, scaled by the square root of its size.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from .batches import Batch
    from .config import MMRAConfig

_TEMPERATURE = 0.08
"""Of the softmax over cosine similarities, before training: what suits MicroLens' neighbours."""
_TAG_BONUS = 0.1
"""How much nearer a video of the same tag is taken to be, before training."""
_HIDDEN_LAYERS = 2


class AttentiveNetwork(nn.Module):
    """MMRA for what is at hand: frames, text and tag of a video, each of which may be missing."""

    def __init__(self, config: MMRAConfig) -> None:
        super().__init__()
        size = config.hidden
        self.config = config
        self.read = _Projection(config.dimension, size, config.dropout)
        self.see = _Projection(config.frame_size, size, config.dropout)
        self.no_frames = nn.Parameter(torch.zeros(size))
        self.no_text = nn.Parameter(torch.zeros(size))
        self.tag = nn.Embedding(config.tags + 1, size)
        nn.init.zeros_(self.tag.weight)
        self.ask_frames, self.ask_videos = nn.Linear(size, size), nn.Linear(3 * size, size)
        self.match = nn.Parameter(torch.zeros(()))
        self.inverse_temperature = nn.Parameter(torch.tensor(math.log(1 / _TEMPERATURE)))
        self.tag_bonus = nn.Parameter(torch.tensor(_TAG_BONUS))
        self.trust = nn.Parameter(torch.ones(()))
        self.label_mean: Tensor
        self.label_spread: Tensor
        self.register_buffer("label_mean", torch.zeros(()))
        self.register_buffer("label_spread", torch.ones(()))
        self.correct = _head(6 * size + 2, size, config.dropout)

    def calibrate(self, labels: Tensor) -> None:
        """Take mean and spread of the training labels, so that what is learned is of the order of 1."""
        self.label_mean.copy_(labels.mean())
        self.label_spread.copy_(labels.std().clamp_min(1e-3))

    def forward(self, batch: Batch) -> Tensor:
        """Predictions (B, 1)."""
        return self.look(batch)[0]

    def look(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Predictions (B, 1), and the attention (B, K) over the retrieved videos that they rest on."""
        frames, text, similarity = batch.frames, batch.text, batch.similarity
        size = len(similarity)
        known = _hidden(batch.frames_known, size, self._hiding(), similarity)
        reads = _hidden(batch.text_known, size, self._hiding(), similarity)
        named = _hidden(None, size, self._hiding(), similarity).squeeze(1) > 0
        words = _or_missing(None if text is None else self.read(text.squeeze(1)), reads, self.no_text)
        pictures = _or_missing(None if frames is None else self._pooled(frames, words), known, self.no_frames)
        codes = torch.where(named, self._codes(batch.tags, size, similarity.device), self.config.tags)
        label = self.tag(codes)
        target = torch.cat((words, pictures, label), dim=1)
        videos = self._videos(batch)
        weights = self._weights(batch, codes, target, videos)
        labels = (batch.retrieved_labels.squeeze(2) - self.label_mean) / self.label_spread
        near, spread = _mean_and_spread(weights, labels)
        context = torch.matmul(weights.unsqueeze(1), videos).squeeze(1)
        facts = torch.cat((target, context, words * context, label * words, near, spread), dim=1)
        standard = self.trust * near + self.correct(facts)
        return standard * self.label_spread + self.label_mean, weights

    def _hiding(self) -> float:
        return self.config.modality_dropout if self.training else 0.0

    def _codes(self, tags: Tensor | None, size: int, device: torch.device) -> Tensor:
        """Tag codes (B,), unknown ones as the last."""
        if tags is None:
            return torch.full((size,), self.config.tags, device=device)
        return torch.where((tags >= 0) & (tags < self.config.tags), tags, self.config.tags)

    def _pooled(self, frames: Tensor, words: Tensor) -> Tensor:
        """Frames (B, F, Df) as one vector (B, H), weighted by what the text asks for."""
        seen = self.see(frames)
        scores = torch.matmul(seen, self.ask_frames(words).unsqueeze(2)) / math.sqrt(self.config.hidden)
        pooled: Tensor = (torch.softmax(scores, dim=1) * seen).sum(dim=1)
        return pooled

    def _videos(self, batch: Batch) -> Tensor:
        """Retrieved videos as vectors (B, K, H): their text, and their mean frame where there is one."""
        size, count = batch.similarity.shape
        text, frames, frames_known = batch.retrieved_text, batch.retrieved_frames, batch.retrieved_frames_known
        found: Tensor = self.no_text.expand(size, count, -1) if text is None else self.read(text)
        if frames is None:
            return found
        seen: Tensor = self.see(frames.mean(dim=2))
        if frames_known is not None:
            seen = seen * frames_known.unsqueeze(2)
        return found + seen

    def _weights(self, batch: Batch, codes: Tensor, target: Tensor, videos: Tensor) -> Tensor:
        """Attention over the retrieved videos (B, K): nearness, the same tag, and a learned match.

        `codes` (B,) are the targets' tags, `target` (B, 3H) their vectors, `videos` (B, K, H) those of the retrieved.
        """
        nearness = batch.similarity
        if batch.retrieved_tags is not None:
            same = (batch.retrieved_tags == codes.unsqueeze(1)) & (codes < self.config.tags).unsqueeze(1)
            nearness = nearness + self.tag_bonus * same
        matched = torch.matmul(videos, self.ask_videos(target).unsqueeze(2)).squeeze(2) / math.sqrt(self.config.hidden)
        return torch.softmax(nearness * self.inverse_temperature.exp() + self.match * matched, dim=1)


class _Projection(nn.Module):
    """A feature brought to the hidden size."""

    def __init__(self, given: int, size: int, dropout: float) -> None:
        super().__init__()
        self.linear, self.norm, self.dropout = nn.Linear(given, size), nn.LayerNorm(size), nn.Dropout(dropout)

    def forward(self, feature: Tensor) -> Tensor:
        kept: Tensor = self.dropout(nn.functional.gelu(self.norm(self.linear(feature))))
        return kept


def _head(given: int, size: int, dropout: float) -> nn.Sequential:
    """The correction: at first 0 for everything."""
    layers: list[nn.Module] = []
    for _ in range(_HIDDEN_LAYERS):
        layers += [nn.Linear(given, size), nn.GELU(), nn.Dropout(dropout)]
        given = size
    last = nn.Linear(given, 1)
    nn.init.zeros_(last.weight)
    nn.init.zeros_(last.bias)
    return nn.Sequential(*layers, last)


def _hidden(known: Tensor | None, size: int, share: float, like: Tensor) -> Tensor:
    """Which videos' modality is seen, as 1 or 0 (B, 1), after hiding a share of them."""
    seen = like.new_ones(size, 1) if known is None else known.to(like.dtype).reshape(size, 1)
    return (seen * (torch.rand(size, 1, device=like.device) >= share)) if share else seen


def _or_missing(feature: Tensor | None, seen: Tensor, missing: Tensor) -> Tensor:
    """A feature (B, H) where it is seen, the learned stand-in (H,) elsewhere."""
    if feature is None:
        return missing.expand(len(seen), -1)
    return seen * feature + (1 - seen) * missing


def _mean_and_spread(weights: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Weighted mean and standard deviation of the labels (B, K), each (B, 1)."""
    mean = (weights * labels).sum(dim=1, keepdim=True)
    variance = (weights * (labels - mean) ** 2).sum(dim=1, keepdim=True)
    return mean, torch.sqrt(variance + 1e-6)
