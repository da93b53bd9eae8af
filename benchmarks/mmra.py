"""How long MMRA takes at full feature size: preparing, an epoch, scoring; as curves over the videos, with peak memory.

Ten frames of 768, text of 768, retrieval vectors of 1,024, K = 10, batches of 64, the `reference` variant. The values
are invented and lie on disk as float16, memory-mapped. Every step of every size runs in a process of its own, so that
the peak (resource.getrusage, mapped pages included) is its own. CPU seconds change less on a busy machine than wall
ones, and least with OMP_NUM_THREADS=1: threads that wait for one another count as busy.

The rival works as the published code does: each video's row holds its neighbours' frames again as Python lists, batches
turn lists into tensors, and the network is written as the paper has it. It runs once, at a small size, in the same run.
What is said of it at the largest size is reckoned: lists and batches grow with the videos, comparisons with their
square.

    python benchmarks/mmra.py [FOLDER [LARGEST]]
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from popcorn.tools.embedding.hashing_encoder import HashingEncoder
from popcorn.tools.popularity.calibration import fit_scale
from popcorn.tools.popularity.domain import Domain
from popcorn.tools.popularity.features.types import FrameReading, Shape
from popcorn.tools.popularity.memory_bank import MemoryBank
from popcorn.tools.popularity.mmra.aggregation import AggregatedVideos, aggregate_videos
from popcorn.tools.popularity.mmra.batches import Batch
from popcorn.tools.popularity.mmra.config import MMRAConfig
from popcorn.tools.popularity.mmra.model import MMRA
from popcorn.tools.popularity.mmra.plan import TrainingPlan
from popcorn.tools.popularity.mmra.training import TrainingData, predictions, train
from popcorn.tools.popularity.mmra.videos import Nearest, Videos, find_nearest
from popcorn.tools.popularity.trained.blend import Blend
from popcorn.tools.popularity.trained.fitted import FittedPredictor
from popcorn.tools.popularity.trained.manifest import Facts, Origin
from popcorn.tools.popularity.trained.networks import Networks
from popcorn.tools.popularity.trained.predictor import TrainedPredictor
from popcorn.tools.popularity.types import Subject
from torch import Tensor, nn

SIZES = (512, 1_000, 4_000, 19_738)
RIVAL_SIZE = SIZES[0]
GIVEN = ("frames", "text", "similarity", "retrieved_frames", "retrieved_text", "retrieved_labels")
"""What the rival's network takes, in its order, by the names of a `Batch`."""
FRAMES, D, RETRIEVAL, K, BATCH, ALPHA = 10, 768, 1024, 10, 64, 0.6
SHAPE = Shape(FRAMES, D, D, RETRIEVAL)
DRAFTS = 1_000
AGREEMENT = 1e-5
Figures = dict[str, float]
Result = TypeVar("Result")


def clock(work: Callable[..., Result], *given: object) -> tuple[Result, float, float]:
    """What `work` returns, and its wall and CPU seconds, those of all threads."""
    started, spent = time.perf_counter(), time.process_time()
    done = work(*given)
    return done, time.perf_counter() - started, time.process_time() - spent


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


# what is measured on


def make(folder: Path, size: int) -> Figures:
    """Write the features of `size` videos, some hundred at a time."""
    random = np.random.default_rng(size)
    shapes = {"frames": (size, FRAMES, D), "text": (size, D), "retrieval": (size, RETRIEVAL)}
    files = {
        name: np.lib.format.open_memmap(folder / f"{name}.npy", "w+", np.float16, shape)
        for name, shape in shapes.items()
    }
    for start in range(0, size, 512):
        for name, file in files.items():
            part = random.standard_normal(file[start : start + 512].shape, dtype=np.float32)
            file[start : start + 512] = unit(part) if name == "retrieval" else part
    np.save(folder / "labels.npy", random.normal(6, 2, size))
    return {}


def read(folder: Path) -> Videos:
    frames, text, retrieval, labels = (
        np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("frames", "text", "retrieval", "labels")
    )
    return Videos(text, retrieval, np.array(labels), np.full(len(labels), -1), frames)


def split(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows to learn from (80 %) and to choose on (10 %)."""
    rows = np.arange(size)
    return rows[: int(0.8 * size)], rows[int(0.8 * size) : int(0.9 * size)]


# the steps, each in a process of its own


def prepare(folder: Path) -> Figures:
    """The neighbours of all videos among those of train and valid, and what these say together."""
    videos = read(folder)
    bank, everything = np.concatenate(split(len(videos))), np.arange(len(videos))
    search = partial(find_nearest, itself=everything)
    near, *searched = clock(search, videos, bank, videos.retrieval, videos.tags, K)
    sums, *added = clock(aggregate_videos, videos, near, folder / "sums.npy")
    np.savez(folder / "near.npz", rows=near.rows, similarities=near.similarities, texts=sums.text, means=sums.labels)
    return {
        "seconds": searched[0] + added[0],
        "cpu": searched[1] + added[1],
        "search_cpu": searched[1],
        "sums_cpu": added[1],
    }


def training_data(folder: Path) -> TrainingData:
    videos, near = read(folder), np.load(folder / "near.npz")
    frames = np.load(folder / "sums.npy", mmap_mode="r")
    ways = [
        (rows, Nearest(near["rows"][rows], near["similarities"][rows]), part, near["texts"][rows], near["means"][rows])
        for rows in split(len(videos))
        for part in [frames[rows[0] : rows[-1] + 1]]
    ]
    (learn, near_learn, *sums), (choose, near_choose, *others) = ways
    return TrainingData(
        videos=videos,
        train=learn,
        valid=choose,
        near_train=near_learn,
        near_valid=near_choose,
        aggregated_train=AggregatedVideos(*sums),
        aggregated_valid=AggregatedVideos(*others),
    )


def one_batch(network: nn.Module, data: TrainingData, plan: TrainingPlan) -> Callable[[], None]:
    """The arithmetic of one training step alone: its tensors are in memory."""
    assert data.aggregated_train is not None
    assert data.videos.frames is not None
    at = np.arange(BATCH)
    frames, text = (torch.from_numpy(np.array(one[at], np.float32)) for one in (data.videos.frames, data.videos.text))
    sums, truth = data.aggregated_train.take(at), torch.from_numpy(data.videos.labels[at]).float()
    optimiser = torch.optim.AdamW(network.parameters(), plan.learning_rate, weight_decay=0.0, fused=True)

    def step() -> None:
        loss = ((network.predict(frames, text.unsqueeze(1), sums).squeeze(1) - truth) ** 2).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()

    return step


def first_use_of_an_optimiser() -> None:
    """It imports a good deal, once a process."""
    layer = nn.Linear(1, 1)
    layer(torch.ones(1)).backward()
    torch.optim.AdamW(layer.parameters(), fused=True).step()


def epoch(folder: Path) -> Figures:
    """One epoch with its validation, and how much of it is arithmetic; the peak is that of the training alone."""
    torch.manual_seed(0)
    data, network = training_data(folder), MMRA(MMRAConfig("reference"))
    plan = TrainingPlan(epochs=1, shuffle=False, bank="train+valid")
    first_use_of_an_optimiser()
    _, *whole = clock(train, network, data, plan)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _, *valid = clock(predictions, network, data, data.valid, data.near_valid)
    network.train()
    step = one_batch(network.network, data, plan)
    step()
    batches = -(-len(data.train) // BATCH)
    arithmetic = batches * statistics.median(clock(step)[2] for _ in range(20))
    return {
        "seconds": whole[0],
        "cpu": whole[1],
        "batches": batches,
        "valid_cpu": valid[1],
        "share": arithmetic / (whole[1] - valid[1]),
        "peak": peak / 1024,
    }


class Invented:
    """A feature profile whose features cost nothing, so that what is left to time is the predictor."""

    name, shape = "invented", SHAPE

    def __init__(self) -> None:
        random = np.random.default_rng(7)
        self._frames = random.standard_normal((FRAMES, D), dtype=np.float32)
        self._texts = random.standard_normal((DRAFTS, D), dtype=np.float32)
        self._retrieval = unit(random.standard_normal((DRAFTS, RETRIEVAL), dtype=np.float32))

    def describe(self) -> dict[str, str]:
        """Nothing to tell."""
        return {}

    def frames(self, clip: Path) -> FrameReading:
        """The same (F, D) for every clip."""
        return FrameReading(self._frames)

    def texts(self, texts: Sequence[str]) -> np.ndarray:
        """(n, D)."""
        return self._texts[: len(texts)]

    def retrieval(self, texts: Sequence[str], captions: Sequence[Sequence[str]]) -> np.ndarray:
        """Unit rows (n, Dr)."""
        return self._retrieval[: len(texts)]


def fitted(folder: Path) -> FittedPredictor:
    """An untrained reference network behind the bank of all videos."""
    videos, empty = read(folder), ("",) * len(read(folder))
    ids, vectors = tuple(map(str, range(len(videos)))), np.asarray(videos.retrieval, np.float32)
    origin = Origin("invented", "", "invented", "invented", "invented")
    return FittedPredictor(
        facts=Facts("benchmark", origin, 0, (len(videos), 0, 0), split_given=False, measures=()),
        bank=MemoryBank(
            ids=ids,
            vectors=vectors,
            labels=videos.labels,
            tags=empty,
            catalogue="invented",
            catalogue_digest="",
            source="invented",
            encoder="invented",
        ),
        videos=videos,
        tag_names=(),
        networks=Networks.of([MMRA(MMRAConfig("reference"))]),
        neighbours=None,
        lexical=None,
        blend=Blend((("network", 1.0),), 6.0),
        steady=None,
        held_out=videos.labels,
        scale=fit_scale(videos.labels, videos.labels),
        plain_words=None,
        domain=Domain(),
        usual_nearness=0.0,
    )


def score(folder: Path) -> Figures:
    """One clip warm, and many drafts at once; without making their features."""
    inner, profile = fitted(folder), Invented()
    predictor = TrainedPredictor(inner, HashingEncoder(), profile)
    subjects = [Subject(f"draft {number}", clip=folder) for number in range(DRAFTS)]
    drafts = predictor.drafts(subjects)
    first = drafts.take(np.array([0]))
    predictor.score(subjects[:1])
    one = [clock(predictor.score, subjects[:1])[1:] for _ in range(20)]
    bare = [clock(inner.predict, first)[1:] for _ in range(20)]
    _, *inside = clock(inner.predict, drafts)
    _, *whole = clock(predictor.batch, subjects)
    return {
        "clip_ms": 1000 * statistics.median(cost[0] for cost in one),
        "clip_cpu_ms": 1000 * statistics.median(cost[1] for cost in one),
        "predict_cpu_ms": 1000 * statistics.median(cost[1] for cost in bare),
        "batch": whole[0],
        "batch_cpu": whole[1],
        "batch_predict_cpu": inside[1],
    }


# the rival


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


# the report

STEPS: dict[str, Callable[[Path], Figures]] = {"prepare": prepare, "epoch": epoch, "score": score, "rival": rival}


def alone(step: str, folder: Path, *more: str) -> Figures:
    """The figures of one step, from a process of its own."""
    command = [sys.executable, __file__, f"--{step}", str(folder), *more]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def lines(size: int, folder: Path) -> tuple[Figures, Figures]:
    """Measure one size and print it."""
    alone("make", folder, str(size))
    first, then, last = (alone(step, folder) for step in ("prepare", "epoch", "score"))
    cells = (
        f"{size:,} | {first['seconds']:.1f}",
        f"{first['cpu']:.1f} ({first['search_cpu']:.1f} + {first['sums_cpu']:.1f}) | {first['peak']:,.0f}",
        f"{then['seconds']:.1f} | {then['cpu']:.1f} | {100 * then['share']:.0f} % | {then['peak']:,.0f}",
        f"{last['clip_ms']:.0f} | {last['clip_cpu_ms']:.0f} ({last['predict_cpu_ms']:.0f})",
        f"{last['batch']:.1f} | {last['batch_cpu']:.1f} ({last['batch_predict_cpu']:.1f}) | {last['peak']:,.0f}",
    )
    print(f"| {' | '.join(cells)} |", flush=True)
    return first, then


def compare(size: int, them: Figures, first: Figures, then: Figures) -> None:
    """The rival beside what was measured at its own size, and reckoned for the largest."""
    print(f"\nRival at {size:,} videos, peak {them['peak']:,.0f} MiB; outputs {them['far']:.1e} apart at most.")
    ours = then["cpu"] / then["batches"]
    print(f"- preparing: {them['cpu']:.1f} s of CPU, {them['cpu'] / first['cpu']:.1f} times ours")
    print(
        f"- a batch of the epoch: {1000 * them['batch_cpu']:.0f} ms of CPU ({1000 * them['turn_cpu']:.0f} of it lists "
        f"into tensors), {them['batch_cpu'] / ours:.1f} times our {1000 * ours:.0f}"
    )
    growth = SIZES[-1] / size
    reckoned = them["compare_cpu"] * growth**2 + them["store_cpu"] * growth
    batches = -(-int(0.8 * SIZES[-1]) // BATCH)
    print(
        f"- reckoned for {SIZES[-1]:,}: preparing {reckoned:.0f} s of CPU, an epoch {batches * them['batch_cpu']:.0f} s"
    )


def main(folder: Path, largest: int = SIZES[-1]) -> None:
    print(
        f"{os.cpu_count()} cores, {torch.get_num_threads()} threads; seconds, MiB; a clip in ms; in brackets the parts"
    )
    print(
        "| videos | prepare | CPU (search + sums) | peak | epoch | CPU | arithmetic | peak | one clip | CPU (network) ",
        end="",
    )
    print(f"| {DRAFTS:,} drafts | CPU (network) | peak |\n|{'---|' * 13}")
    for size in (size for size in SIZES if size <= largest):
        with tempfile.TemporaryDirectory(dir=folder) as temporary:
            ours = lines(size, Path(temporary))
            if size == RIVAL_SIZE:
                kept = ours, alone("rival", Path(temporary))
    (first, then), them = kept
    compare(RIVAL_SIZE, them, first, then)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--make"]:
        print(json.dumps(make(Path(sys.argv[2]), int(sys.argv[3]))))
    elif sys.argv[1:] and sys.argv[1].startswith("--"):
        found = STEPS[sys.argv[1].removeprefix("--")](Path(sys.argv[2]))
        print(json.dumps({"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, **found}))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            main(Path(sys.argv[1] if len(sys.argv) > 1 else temporary), *map(int, sys.argv[2:3]))
