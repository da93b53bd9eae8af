"""The rival of benchmarks/mmra.py: training as the published code does it, in this project's own words."""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmra_features import ALPHA, BATCH, D, Figures, K, clock, read, split
from popcorn.tools.popularity.mmra.batches import Batch
from popcorn.tools.popularity.mmra.config import MMRAConfig
from popcorn.tools.popularity.mmra.model import MMRA
from torch import Tensor, nn

GIVEN = ("frames", "text", "similarity", "retrieved_frames", "retrieved_text", "retrieved_labels")
"""What the rival's network takes, in its order, by the names of a `Batch`."""
AGREEMENT = 1e-5


class Published(nn.Module):
    """The network as section 3 of the paper has it, step by step, with the published parameter names."""

    def __init__(self) -> None:
        super().__init__()
        for side in ("", "retrieval_"):
            for name in ("visual_embedding", "textual_embedding"):
                self.add_module(side + name, nn.Linear(D, D))
            for number in "12":
                self.add_module(f"{side}dual_attention_linear_{number}", nn.Linear(2 * D, D))
                self.add_module(f"{side}cross_modal_linear_{number}", nn.Linear(2 * D, D))
                self.add_module(f"{side}uni_modal_linear_{number}", nn.Linear(D, 1))
        self.label_embedding_linear = nn.Linear(1, D)
        self.prediction_module = nn.Sequential(
            nn.Linear(10 * D, 800), nn.ReLU(), nn.Linear(800, 200), nn.ReLU(), nn.Linear(200, 1)
        )

    def forward(self, v: Tensor, t: Tensor, s: Tensor, others: Tensor, texts: Tensor, labels: Tensor) -> Tensor:
        """Predictions (B, 1) from frames, text, similarities, and frames, texts and labels of retrieved videos."""
        w = torch.softmax(s, dim=1)
        va, ta = (w[:, :, None, None] * others).sum(1), (w[:, :, None] * texts).sum(1, keepdim=True)
        l = torch.relu(self.label_embedding_linear((w[:, :, None] * labels).sum(1, keepdim=True)))  # noqa: E741
        (v1, t1), (v2, t2) = self._side("", v, t), self._side("retrieval_", va, ta)
        joined = [t1, v1, t2, v2, v1 * v2, v1 * t2, t1 * v2, t1 * t2, v1 * l, t1 * l]
        return self.prediction_module(torch.cat(joined, dim=2)).squeeze(2)

    def _side(self, side: str, v: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        layer = lambda name: self.get_submodule(side + name)  # noqa: E731
        scores = torch.tanh(layer("visual_embedding")(v)) @ torch.tanh(layer("textual_embedding")(t)).mT / D
        a, b = torch.softmax(scores, dim=1), torch.softmax(scores.mT, dim=1)
        read = torch.tanh(layer("dual_attention_linear_1")(torch.cat([a @ t, -ALPHA * a @ t], dim=2)))
        seen = torch.tanh(layer("dual_attention_linear_2")(torch.cat([b @ v, -ALPHA * b @ v], dim=2)))
        vf = torch.tanh(layer("cross_modal_linear_1")(torch.cat([v, read], dim=2)))
        tf = torch.tanh(layer("cross_modal_linear_2")(torch.cat([t, seen], dim=2)))
        pooled = [
            (torch.softmax(layer(f"uni_modal_linear_{number}")(one) / D, dim=1) * one).sum(1, keepdim=True)
            for number, one in ((1, vf), (2, tf))
        ]
        return pooled[0], pooled[1]


Near = list[tuple[Tensor, Tensor]]
Table = list[tuple[list[Any], ...]]


def rival_neighbours(vectors: Tensor, bank: int) -> Near:
    """Each video's similarities to the first `bank` ones, and their order."""
    found = []
    for row in range(len(vectors)):
        near = torch.cosine_similarity(vectors[row : row + 1], vectors[:bank])
        near[row : row + 1] = -2.0
        found.append(near.sort(descending=True))
    return found


def rival_table(frames: list[Any], text: list[Any], labels: list[float], near: Near) -> Table:
    """A row a video: itself, and its neighbours' frames, texts and labels once more."""
    table: Table = []
    for row, (values, order) in enumerate(near):
        best = order[:K].tolist()
        copied = [[list(frame) for frame in frames[other]] for other in best]
        words, marks = [list(text[other]) for other in best], [[labels[other]] for other in best]
        table.append((frames[row], [text[row]], values[:K].tolist(), copied, words, marks))
    return table


def rival_batch(table: Table, rows: np.ndarray) -> list[Tensor]:
    return [torch.tensor(part) for part in zip(*(table[row] for row in rows), strict=True)]


def rival_step(network: Published, optimiser: torch.optim.Optimizer, inputs: list[Tensor], truth: Tensor) -> None:
    optimiser.zero_grad()
    ((network(*inputs).squeeze(1) - truth) ** 2).mean().backward()
    optimiser.step()


@torch.no_grad()
def apart(network: Published, inputs: list[Tensor]) -> float:
    """The largest difference between the outputs of the rival's network and ours with the same weights."""
    ours = MMRA(MMRAConfig("reference"))
    ours.load_reference_state_dict(network.state_dict())
    batch = Batch(**dict(zip(GIVEN, inputs, strict=True)))
    far = float((network(*inputs) - ours(batch)).abs().max())
    assert far <= AGREEMENT, f"the two networks are {far} apart"
    return far


def rival(folder: Path) -> Figures:
    """Rows that hold their neighbours' frames again, and an epoch over them."""
    videos = read(folder)
    learn, choose = split(len(videos))
    frames, text = (np.asarray(one, np.float32).tolist() for one in (videos.frames, videos.text))
    vectors = torch.from_numpy(np.asarray(videos.retrieval, np.float32))
    near, *compared = clock(rival_neighbours, vectors, len(learn) + len(choose))
    table, *stored = clock(rival_table, frames, text, videos.labels.tolist(), near)
    torch.manual_seed(0)
    network = Published()
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-5)
    turned, learned = [], []
    for at in np.split(learn, range(BATCH, len(learn), BATCH)):
        inputs, *cost = clock(rival_batch, table, at)
        turned.append(cost)
        truth = torch.from_numpy(videos.labels[at]).float()
        learned.append(clock(rival_step, network, optimiser, inputs, truth)[1:])
    # without the first, which also makes the optimiser's moments, and the last, which is not full
    turns, steps = ([statistics.median(one[way] for one in many[1:-1]) for way in (0, 1)] for many in (turned, learned))
    return {
        "compare_cpu": compared[1],
        "cpu": compared[1] + stored[1],
        "store_cpu": stored[1],
        "batch_cpu": turns[1] + steps[1],
        "turn_cpu": turns[1],
        "far": apart(network, inputs),
    }
