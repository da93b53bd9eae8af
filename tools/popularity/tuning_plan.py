"""How an encoder is tuned end to end, as numbers; to be read without loading what tunes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Watching = Callable[[int, int], None]
"""Called with the steps that are done and all of them."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """How an encoder is tuned."""

    epochs: int = 2
    learning_rate: float = 4e-5
    batch: int = 32
    """Pairs a step, at least: whole tests are taken until there are so many. Of single titles exactly so many."""
    dropout: float = 0.1
    decay: float = 0.01
    layer_decay: float = 1.0
    """What the learning rate is multiplied by from each layer to the one below."""
    embeddings: bool = False
    """Whether the embeddings of words and places are tuned too: twice the size on disk."""
