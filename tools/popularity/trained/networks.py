"""The networks of a trained predictor, as weights and as what works with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ..mmra.text_network import TextNetwork

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..mmra.config import MMRAConfig
    from ..mmra.model import MMRA

Weights = Mapping[str, "NDArray[np.float32]"]


class Networks:
    """Networks of one shape. What reads titles alone works without PyTorch, which is imported for all else."""

    def __init__(self, config: MMRAConfig, weights: Sequence[Weights]) -> None:
        """`weights` by MMRA's parameter names, a mapping for each network."""
        self.config = config
        self.weights = tuple(weights)

    @classmethod
    def of(cls, modules: Sequence[MMRA]) -> Networks:
        """Networks that have just been trained."""
        weights = [{name: value.numpy() for name, value in one.state_dict().items()} for one in modules]
        return cls(modules[0].config, weights)

    def __len__(self) -> int:
        return len(self.weights)

    def __iter__(self) -> Iterator[MMRA]:
        return iter(self.modules)

    @cached_property
    def modules(self) -> tuple[MMRA, ...]:
        """For PyTorch, ready to predict. Raises RuntimeError where weights do not fit the shape."""
        import torch

        from ..mmra.model import MMRA

        made = tuple(MMRA(self.config) for _ in self.weights)
        for module, weights in zip(made, self.weights, strict=True):
            module.load_state_dict({name: torch.from_numpy(np.array(value)) for name, value in weights.items()})
            module.eval()
        return made

    @cached_property
    def of_texts(self) -> tuple[TextNetwork, ...]:
        """For videos without frames; none for the published network. Raises ValueError where weights do not fit."""
        if self.config.variant != "popcorn":
            return ()
        return tuple(TextNetwork(self.config, weights) for weights in self.weights)
