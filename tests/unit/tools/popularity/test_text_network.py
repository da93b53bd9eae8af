"""The network without PyTorch says what the one with it says."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from popcorn.tools.popularity.mmra.batches import Batch
from popcorn.tools.popularity.mmra.config import MMRAConfig
from popcorn.tools.popularity.mmra.model import MMRA
from popcorn.tools.popularity.mmra.text_network import TextNetwork
from popcorn.tools.popularity.mmra.videos import Nearest, Videos

CONFIG = MMRAConfig("popcorn", dimension=20, neighbours=7, hidden=24, tags=5)


def a_network(seed: int) -> MMRA:
    """With random numbers in place of all the zeros and ones that an untrained one has."""
    torch.manual_seed(seed)
    network = MMRA(CONFIG)
    with torch.no_grad():
        for value in network.state_dict().values():
            value.copy_(0.5 * torch.randn(value.shape))
    return network.eval()


def videos(count: int, seed: int) -> Videos:
    dice = np.random.default_rng(seed)
    text = dice.normal(size=(count, CONFIG.dimension)).astype(np.float32)
    tags = dice.integers(-1, CONFIG.tags + 2, count)
    return Videos(text, text, dice.normal(6, 2, count), tags, text_known=dice.random(count) < 0.8)


def weights_of(network: MMRA) -> dict[str, np.ndarray]:
    return {name: value.numpy() for name, value in network.state_dict().items()}


@pytest.mark.parametrize("seed", range(4))
def test_it_says_what_the_network_of_pytorch_says(seed: int) -> None:
    network, targets, bank = a_network(seed), videos(9, seed), videos(50, seed + 100)
    dice = np.random.default_rng(seed)
    rows = dice.integers(0, 50, (9, CONFIG.neighbours)).astype(np.int32)
    near = Nearest(rows, dice.random((9, CONFIG.neighbours)).astype(np.float32))
    with torch.no_grad():
        expected = network(Batch.of(targets, np.arange(9), bank, near)).squeeze(1).numpy()
    assert np.ptp(expected) > 0.1
    np.testing.assert_allclose(TextNetwork(CONFIG, weights_of(network))(targets, bank, near), expected, atol=1e-5)


@pytest.mark.parametrize("name", list(weights_of(a_network(0))))
def test_weights_that_do_not_fit_are_named(name: str) -> None:
    weights = weights_of(a_network(0))
    short = name.removeprefix("network.")
    with pytest.raises(ValueError, match=rf"the weights '{short}' of a network have the shape \(2, 2, 2\), not"):
        TextNetwork(CONFIG, weights | {name: np.zeros((2, 2, 2), np.float32)})
    with pytest.raises(ValueError, match=rf"the weights '{short}' of a network have the shape None, not"):
        TextNetwork(CONFIG, {other: value for other, value in weights.items() if other != name})
