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
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmra_features import BATCH, FRAMES, RETRIEVAL, D, Figures, K, clock, make, read, split, unit
from mmra_rival import rival
from popcorn.tools.embedding.hashing_encoder import HashingEncoder
from popcorn.tools.popularity.calibration import fit_scale
from popcorn.tools.popularity.domain import Domain
from popcorn.tools.popularity.features.types import FrameReading, Shape
from popcorn.tools.popularity.memory_bank import MemoryBank
from popcorn.tools.popularity.mmra.aggregation import AggregatedVideos, aggregate_videos
from popcorn.tools.popularity.mmra.config import MMRAConfig
from popcorn.tools.popularity.mmra.model import MMRA
from popcorn.tools.popularity.mmra.plan import TrainingPlan
from popcorn.tools.popularity.mmra.training import TrainingData, predictions, train
from popcorn.tools.popularity.mmra.videos import Nearest, find_nearest
from popcorn.tools.popularity.trained.blend import Blend
from popcorn.tools.popularity.trained.fitted import FittedPredictor
from popcorn.tools.popularity.trained.manifest import Facts, Origin
from popcorn.tools.popularity.trained.networks import Networks
from popcorn.tools.popularity.trained.predictor import TrainedPredictor
from popcorn.tools.popularity.types import Subject
from torch import nn

SIZES = (512, 1_000, 4_000, 19_738)
RIVAL_SIZE = SIZES[0]
SHAPE = Shape(FRAMES, D, D, RETRIEVAL)
DRAFTS = 1_000
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
        tuned=None,
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
