"""The published network, faithfully, with the published code's parameter names.

Source: Zhong et al., "Predicting Micro-video Popularity via Multi-modal Retrieval Augmentation", SIGIR 2024,
section 3, and the code published with it where the two differ.

What it computes is what that code computes; how is quicker in three places. The attention over one text element is
rank one, so the text is carried through its linear layer once and scaled for each frame. The negative attention is
-alpha times the positive one, so the two halves of a layer's weights can be joined before they are used. And the
gradients of both halves are written into one tensor, instead of into two that are then copied together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor, nn

from ....errors import DataError
from .config import MMRAConfig

if TYPE_CHECKING:
    from .batches import Batch

_JOINED = 10
"""Features, each (B, D), that the prediction is made from."""


class Aggregated(NamedTuple):
    """What the retrieved videos say together; it does not depend on any parameter."""

    frames: Tensor
    """(B, F, D)."""
    text: Tensor
    """(B, 1, D)."""
    labels: Tensor
    """(B, 1, 1)."""


def aggregate(*, similarity: Tensor, frames: Tensor, text: Tensor, labels: Tensor) -> Aggregated:
    """Means over K retrieved videos with weights softmax(similarity).

    Shapes, all float32: similarity (B, K), frames (B, K, F, D), text (B, K, D), labels (B, K, 1).
    """
    weights = torch.softmax(similarity, dim=1).unsqueeze(1)
    size, count, length, dimension = frames.shape
    pictures = torch.matmul(weights, frames.reshape(size, count, length * dimension))
    return Aggregated(
        frames=pictures.reshape(size, length, dimension),
        text=torch.matmul(weights, text),
        labels=torch.matmul(weights, labels),
    )


class ReferenceNetwork(nn.Module):
    """MMRA as published: bipolar cross-modal attention, uni-modal attention, interactions, prediction."""

    def __init__(self, config: MMRAConfig) -> None:
        super().__init__()
        size = config.dimension
        self.alpha, self.size = config.alpha, size
        for side in ("", "retrieval_"):
            self.add_module(f"{side}visual_embedding", nn.Linear(size, size))
            self.add_module(f"{side}textual_embedding", nn.Linear(size, size))
            for number in (1, 2):
                self.add_module(f"{side}dual_attention_linear_{number}", nn.Linear(2 * size, size))
                self.add_module(f"{side}cross_modal_linear_{number}", nn.Linear(2 * size, size))
                self.add_module(f"{side}uni_modal_linear_{number}", nn.Linear(size, 1))
        self.prediction_module = nn.Sequential(
            nn.Linear(_JOINED * size, 800), nn.ReLU(), nn.Linear(800, 200), nn.ReLU(), nn.Linear(200, 1)
        )
        self.label_embedding_linear = nn.Linear(1, size)

    def forward(self, batch: Batch) -> Tensor:
        """Predictions (B, 1). Raises DataError when the batch lacks frames or text."""
        frames, text, near_frames, near_text = batch.frames, batch.text, batch.retrieved_frames, batch.retrieved_text
        if frames is None or text is None or near_frames is None or near_text is None:
            raise DataError(
                "the reference variant of MMRA needs frames and text of the clip and of every retrieved video",
                hint="Use the `popcorn` variant, which does without.",
            )
        retrieved = aggregate(
            similarity=batch.similarity, frames=near_frames, text=near_text, labels=batch.retrieved_labels
        )
        return self.predict(frames, text, retrieved)

    def predict(self, frames: Tensor, text: Tensor, retrieved: Aggregated) -> Tensor:
        """Predictions (B, 1) from target frames (B, F, D), target text (B, 1, D) and the aggregated retrieval."""
        seen, read = self._pooled("", *self._attended("", frames, text))
        others = self._attended("retrieval_", retrieved.frames, retrieved.text)
        near_seen, near_read = self._pooled("retrieval_", *others)
        label = torch.relu(self.label_embedding_linear(retrieved.labels))
        joined = (
            *(read, seen, near_read, near_seen),
            *(seen * near_seen, seen * near_read, read * near_seen, read * near_read),
            *(seen * label, read * label),
        )
        predicted: Tensor = self.prediction_module(torch.cat(joined, dim=2))
        return predicted.squeeze(2)

    def _attended(self, side: str, frames: Tensor, text: Tensor) -> tuple[Tensor, Tensor]:
        """Bipolar cross-modal attention: Vf (B, F, D) and Tf (B, 1, D)."""
        embedded = torch.tanh(self._linear(f"{side}visual_embedding")(frames))
        written = torch.tanh(self._linear(f"{side}textual_embedding")(text))
        attention = torch.softmax(torch.matmul(embedded, written.transpose(1, 2)) / self.size, dim=1)
        starred_text = self._bipolar(f"{side}dual_attention_linear_1", text, attention)
        # softmax over a single element is 1, so every frame counts whole
        starred_frames = self._bipolar(f"{side}dual_attention_linear_2", frames.sum(dim=1, keepdim=True), None)
        fused_frames = self._fused(f"{side}cross_modal_linear_1", frames, starred_text)
        return fused_frames, self._fused(f"{side}cross_modal_linear_2", text, starred_frames)

    def _bipolar(self, name: str, value: Tensor, attention: Tensor | None) -> Tensor:
        """tanh(Linear[P; N]) of P = attention * value and N = -alpha * P, for a value of one element (B, 1, D)."""
        linear = self._linear(name)
        carried: Tensor = _Opposed.apply(value, linear.weight, self.alpha)  # type: ignore[no-untyped-call]
        return torch.tanh((carried if attention is None else attention * carried) + linear.bias)

    def _fused(self, name: str, own: Tensor, other: Tensor) -> Tensor:
        """tanh(Linear[own; other]) without making the joined tensor."""
        linear = self._linear(name)
        joined: Tensor = _Joined.apply(own, other, linear.weight, linear.bias)  # type: ignore[no-untyped-call]
        return torch.tanh(joined)

    def _pooled(self, side: str, frames: Tensor, text: Tensor) -> tuple[Tensor, Tensor]:
        """Uni-modal attention: one vector (B, 1, D) for the frames and one for the text, which has one element only."""
        weights = torch.softmax(self._linear(f"{side}uni_modal_linear_1")(frames) / self.size, dim=1)
        return torch.matmul(weights.transpose(1, 2), frames), text

    def _linear(self, name: str) -> nn.Linear:
        return self.get_submodule(name)  # type: ignore[return-value]


class _Joined(torch.autograd.Function):
    """Linear[own; other] of own and other (B, N, D) with a weight (H, 2D) and a bias (H,), as (B, N, H)."""

    @staticmethod
    def forward(ctx: Any, own: Tensor, other: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        ctx.save_for_backward(own, other, weight)
        first, second = weight.chunk(2, dim=1)
        found = torch.addmm(bias, own.flatten(0, 1), first.t()).addmm_(other.flatten(0, 1), second.t())
        return found.reshape(*own.shape[:2], -1)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        own, other, weight = ctx.saved_tensors
        grad, for_weight = grads[0].flatten(0, 1), torch.empty_like(weight)
        for part, half in zip((own, other), for_weight.chunk(2, dim=1), strict=True):
            torch.mm(grad.t(), part.flatten(0, 1), out=half)
        for_parts = [
            torch.mm(grad, half).reshape(own.shape) if needed else None
            for needed, half in zip(ctx.needs_input_grad, weight.chunk(2, dim=1), strict=False)
        ]
        return (*for_parts, for_weight, grad.sum(dim=0))


class _Opposed(torch.autograd.Function):
    """Linear[value; -alpha * value] of a value (B, 1, D) with a weight (H, 2D), without bias, as (B, 1, H)."""

    @staticmethod
    def forward(ctx: Any, value: Tensor, weight: Tensor, alpha: float) -> Tensor:
        joined = torch.sub(*weight.chunk(2, dim=1), alpha=alpha)
        ctx.alpha = alpha
        ctx.save_for_backward(value, weight)
        found = torch.mm(value.flatten(0, 1), joined.t())
        return found.reshape(*value.shape[:2], -1)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        value, weight = ctx.saved_tensors
        grad, for_weight = grads[0].flatten(0, 1), torch.empty_like(weight)
        positive, negative = for_weight.chunk(2, dim=1)
        torch.mm(grad.t(), value.flatten(0, 1), out=positive)
        torch.mul(positive, -ctx.alpha, out=negative)
        for_value = None
        if ctx.needs_input_grad[0]:
            joined = torch.sub(*weight.chunk(2, dim=1), alpha=ctx.alpha)
            for_value = torch.mm(grad, joined).reshape(value.shape)
        return for_value, for_weight, None
