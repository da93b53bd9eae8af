"""MMRA, the network behind one door: the published variant and Popcorn's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from ....errors import DataError
from .attentive import AttentiveNetwork
from .config import MMRAConfig
from .reference import ReferenceNetwork

if TYPE_CHECKING:
    from .batches import Batch


class MMRA(nn.Module):
    """Multi-modal retrieval-augmented popularity prediction (Zhong et al., SIGIR 2024).

    The `reference` variant computes what the published code computes, from frames and text of every video. The
    `popcorn` variant does without frames or text that are not there, reads tags besides, and takes frames of a size of
    their own. `Batch` has the shapes.
    """

    def __init__(self, config: MMRAConfig | None = None) -> None:
        super().__init__()
        self.config = config or MMRAConfig()
        self.network: ReferenceNetwork | AttentiveNetwork
        if self.config.variant == "reference":
            self.network = ReferenceNetwork(self.config)
        else:
            self.network = AttentiveNetwork(self.config)

    def forward(self, batch: Batch) -> Tensor:
        """Predict log2(comments), (B, 1) float32.

        Raises DataError when the reference variant lacks an input.
        """
        predicted: Tensor = self.network(batch)
        return predicted

    @torch.no_grad()
    def attention(self, batch: Batch) -> Tensor:
        """The weights (B, K) float32 with which the network takes in the retrieved videos."""
        if isinstance(self.network, AttentiveNetwork):
            return self.network.look(batch)[1]
        return torch.softmax(batch.similarity, dim=1)

    def load_reference_state_dict(self, state_dict: Mapping[str, Tensor]) -> None:
        """Take the weights of the published code, under its parameter names.

        Raises DataError when they do not fit, naming what is missing, unknown or of another shape.
        """
        if not isinstance(self.network, ReferenceNetwork):
            raise DataError("only the reference variant takes the published weights", hint='Use variant="reference".')
        own = self.network.state_dict()
        state_dict = {name.removeprefix("module."): value for name, value in state_dict.items()}  # DataParallel's
        wrong = [f"{name} is missing" for name in own.keys() - state_dict.keys()]
        wrong += [f"{name} is unknown" for name in state_dict.keys() - own.keys()]
        wrong += [
            f"{name} has the shape {tuple(state_dict[name].shape)} instead of {tuple(own[name].shape)}"
            for name in own.keys() & state_dict.keys()
            if state_dict[name].shape != own[name].shape
        ]
        if wrong:
            listed = "; ".join(sorted(wrong)[:3]) + (f"; and {len(wrong) - 3} more" if len(wrong) > 3 else "")
            raise DataError(f"these are not the weights of the published MMRA: {listed}")
        self.network.load_state_dict(dict(state_dict))
