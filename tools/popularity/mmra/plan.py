"""How a network is to be trained, and what an epoch of its training came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..measures import Measures
from .config import Variant


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """How a network is trained."""

    epochs: int = 100
    """At most."""
    patience: int = 20
    """Epochs without a better MAE + nMSE on the validation videos after which it stops."""
    batch: int = 64
    learning_rate: float = 1e-5
    """The highest; `anneal` says what becomes of it."""
    weight_decay: float = 0.0
    rank_weight: float = 0.0
    """Weight of a pairwise logistic loss on the order of the videos in a batch."""
    anneal: bool = False
    """A short rise and then a fall to 0 along a cosine, instead of one rate throughout."""
    shuffle: bool = True
    bank: Literal["train", "train+valid"] = "train"
    """The videos that neighbours come from; the published code also takes those it validates on."""
    seed: int = 0
    keep_last: bool = False
    """Whether it ends with the weights of its last epoch, since the validation videos are learned from."""

    @classmethod
    def of(cls, variant: Variant, seed: int = 0) -> TrainingPlan:
        """The published settings for the reference; for `popcorn` what suited MicroLens' validation split."""
        if variant == "reference":
            # the published loop ends when the best epoch lies more than 20 back
            return cls(patience=21, shuffle=False, bank="train+valid", seed=seed)
        return cls(8, 8, 256, 1e-3, weight_decay=0.3, anneal=True, seed=seed)


@dataclass(frozen=True, slots=True)
class Epoch:
    """One pass over the training videos."""

    number: int
    loss: float
    """Mean squared error on the training videos as they were learned from, over the variance of all of them."""
    valid: Measures
    seconds: float
