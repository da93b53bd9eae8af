"""What MMRA computes by a quicker way is what the slow way gives: outputs, gradients, an epoch, neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from popcorn.tools.popularity.mmra.aggregation import aggregate_videos
from popcorn.tools.popularity.mmra.batches import Batch
from popcorn.tools.popularity.mmra.config import MMRAConfig
from popcorn.tools.popularity.mmra.model import MMRA
from popcorn.tools.popularity.mmra.plan import TrainingPlan
from popcorn.tools.popularity.mmra.training import TrainingData, predictions, train
from popcorn.tools.popularity.mmra.videos import Nearest, Videos, find_nearest
from torch import Tensor

SIZE, FRAMES, COUNT, ALPHA = 6, 4, 3, 0.7


def written_out(w: dict[str, Tensor], *inputs: Tensor) -> Tensor:
    """Section 3 of the paper, step by step, with the weights `w` by their published names."""
    v, t, s, others, texts, labels = inputs
    share = torch.softmax(s, dim=1)[:, :, None]

    def layer(name: str, x: Tensor) -> Tensor:
        return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    def side(name: str, v: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        seen, read = torch.tanh(layer(f"{name}visual_embedding", v)), torch.tanh(layer(f"{name}textual_embedding", t))
        scores = seen @ read.mT / SIZE
        a, b = torch.softmax(scores, dim=1), torch.softmax(scores.mT, dim=1)
        starred_t = torch.tanh(layer(f"{name}dual_attention_linear_1", torch.cat([a @ t, -ALPHA * (a @ t)], 2)))
        starred_v = torch.tanh(layer(f"{name}dual_attention_linear_2", torch.cat([b @ v, -ALPHA * (b @ v)], 2)))
        vf = torch.tanh(layer(f"{name}cross_modal_linear_1", torch.cat([v, starred_t], 2)))
        tf = torch.tanh(layer(f"{name}cross_modal_linear_2", torch.cat([t, starred_v], 2)))
        weights = torch.softmax(layer(f"{name}uni_modal_linear_1", vf) / SIZE, dim=1)
        return (weights * vf).sum(1, keepdim=True), tf

    v1, t1 = side("", v, t)
    v2, t2 = side("retrieval_", (share[..., None] * others).sum(1), (share * texts).sum(1, keepdim=True))
    l1 = torch.relu(layer("label_embedding_linear", (share * labels).sum(1, keepdim=True)))
    x = torch.cat([t1, v1, t2, v2, v1 * v2, v1 * t2, t1 * v2, t1 * t2, v1 * l1, t1 * l1], dim=2)
    for number in (0, 2):
        x = torch.relu(layer(f"prediction_module.{number}", x))
    return layer("prediction_module.4", x).squeeze(2)


def a_network(seed: int = 0) -> MMRA:
    torch.manual_seed(seed)
    return MMRA(MMRAConfig("reference", FRAMES, SIZE, COUNT, ALPHA))


NAMES = ("frames", "text", "similarity", "retrieved_frames", "retrieved_text", "retrieved_labels")


def batch_of(given: Sequence[Tensor]) -> Batch:
    """What `written_out` takes in its order, as a batch."""
    return Batch(**dict(zip(NAMES, given, strict=True)))


def some_inputs(rows: int = 5) -> tuple[Tensor, ...]:
    torch.manual_seed(1)
    shapes = ((FRAMES, SIZE), (1, SIZE), (COUNT,), (COUNT, FRAMES, SIZE), (COUNT, SIZE), (COUNT, 1))
    return tuple(torch.randn(rows, *shape, dtype=torch.float64) for shape in shapes)


def test_outputs_and_every_gradient_are_those_of_the_network_written_out() -> None:
    network = a_network().double()
    for weight in network.parameters():
        weight.data.mul_(3)  # far from where tanh and softmax are nearly straight lines
    given, slow = some_inputs(), {name: one.detach().clone() for name, one in network.network.named_parameters()}
    for one in slow.values():
        one.requires_grad_()
    there, expected = network(batch_of(given)), written_out(slow, *given)
    there.square().sum().backward()
    expected.square().sum().backward()
    torch.testing.assert_close(there, expected)
    compared = 0
    for name, one in network.network.named_parameters():
        if slow[name].grad is None:
            assert one.grad is None, name
        else:
            torch.testing.assert_close(one.grad, slow[name].grad, msg=lambda text, name=name: f"{name}: {text}")
            compared += 1
    assert compared == len(slow) - 4  # uni_modal_linear_2 weighs one element: it has no gradient


def test_gradients_reach_frames_and_text_that_ask_for_them() -> None:
    network = a_network().double()
    given = [one.requires_grad_() for one in some_inputs(2)]
    assert torch.autograd.gradcheck(lambda *inputs: network(batch_of(inputs)), given)


def some_videos(rows: int = 40) -> Videos:
    random = np.random.default_rng(0)
    retrieval = random.normal(size=(rows, 8)).astype(np.float32)
    retrieval /= np.linalg.norm(retrieval, axis=1, keepdims=True)
    return Videos(
        text=random.normal(size=(rows, SIZE)).astype(np.float16),
        retrieval=retrieval,
        labels=random.normal(6, 2, size=rows),
        tags=np.full(rows, -1),
        frames=random.normal(size=(rows, FRAMES, SIZE)).astype(np.float16),
    )


def neighbours(videos: Videos, bank: np.ndarray, rows: np.ndarray) -> Nearest:
    return find_nearest(videos, bank, videos.retrieval[rows], videos.tags[rows], COUNT, itself=rows)


def test_an_epoch_ends_where_adam_on_the_network_written_out_ends(tmp_path: Path) -> None:
    videos, learn, choose = some_videos(), np.arange(32), np.arange(32, 40)
    near = [neighbours(videos, np.arange(40), rows) for rows in (learn, choose)]
    sums = [aggregate_videos(videos, one, tmp_path / f"{number}.npy") for number, one in enumerate(near)]
    data, network = TrainingData(videos, learn, choose, *near, *sums), a_network()
    slow = {name: one.detach().clone().requires_grad_() for name, one in network.network.named_parameters()}
    before = predictions(network, data, choose, near[1])
    train(network, data, TrainingPlan(epochs=1, batch=8, learning_rate=1e-3, shuffle=False))

    def inputs(rows: np.ndarray, found: Nearest) -> list[Tensor]:
        assert videos.frames is not None
        arrays = (videos.frames[rows], videos.text[rows, None], found.similarities)
        others = (videos.frames[found.rows], videos.text[found.rows], videos.labels[found.rows][..., None])
        return [torch.from_numpy(np.asarray(array, np.float32)) for array in (*arrays, *others)]

    adam = torch.optim.Adam(slow.values(), lr=1e-3, fused=False, foreach=False)
    for at in np.split(learn, 4):
        adam.zero_grad()
        said = written_out(slow, *inputs(at, near[0].take(at))).squeeze(1)
        ((said - torch.from_numpy(videos.labels[at]).float()) ** 2).mean().backward()
        adam.step()
    expected = written_out(slow, *inputs(choose, near[1])).squeeze(1).detach().numpy()
    after = predictions(network, data, choose, near[1])
    assert np.abs(expected - before).min() > 0.01
    np.testing.assert_allclose(after, expected, atol=1e-3)  # the sums are kept as float16


def test_a_search_among_all_videos_is_the_same_again_and_does_not_serve_a_smaller_bank() -> None:
    videos, rows = some_videos(), np.arange(10)
    first, again = neighbours(videos, np.arange(40), rows), neighbours(videos, np.arange(40), rows)
    np.testing.assert_array_equal(first.rows, again.rows)
    assert videos.index(np.arange(40)) is videos.index(np.arange(40))
    among = np.arange(20, 40)
    assert set(neighbours(videos, among, rows).rows.ravel()) <= set(among)
    turned = np.arange(40)[::-1]
    np.testing.assert_array_equal(neighbours(videos, turned, rows).rows, first.rows)
