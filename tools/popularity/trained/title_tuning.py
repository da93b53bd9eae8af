"""Tuning the bundled encoder end to end on titles and their comments: squared error on standard scores.

A shift for each tag is learned with it, so that the encoder need not say again what the tag says. Learning likes and
views beside the comments changed nothing that could be measured (docs/log.md).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from .... import files
from ....errors import PredictionError
from ...embedding.bundled_encoder import bundled_folder
from ..manifests import Arrays
from ..trainable_encoder import STEEP, Descent, TrainableEncoder, quick, tokens_of
from .tuned_titles import TunedTitles, scaled, titles_arrays, titles_of
from .tuning_checkpoint import EVERY, TuningCheckpoint

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..tuning_plan import Tuning, Watching
    from .material import Material

_CHUNK = 1024
"""Titles that are sorted by length, so that those of one step need little padding."""


class _Titles(nn.Module):
    """The encoder with a shift for each tag."""

    def __init__(self, folder: Path, tuning: Tuning, tags: int) -> None:
        super().__init__()
        self.encoder = TrainableEncoder(folder, tuning)
        self.shifts = nn.Embedding(tags + 1, 1)
        nn.init.zeros_(self.shifts.weight)

    def forward(self, tokens: list[list[int]], tags: Tensor) -> Tensor:
        """(N,), standard scores."""
        found: Tensor = (self.encoder(tokens).float() + self.shifts(tags)).squeeze(-1)
        return found

    def groups(self, tuning: Tuning) -> list[dict[str, object]]:
        shifts = {"params": [self.shifts.weight], "lr": STEEP * tuning.learning_rate, "weight_decay": 0.0}
        return [*self.encoder.groups(tuning), shifts]


def tune_titles(
    material: Material,
    rows: NDArray[np.int64],
    tuning: Tuning,
    seed: int,
    watching: Watching,
    work: Path | None = None,
    folder: Path | None = None,
) -> TunedTitles:
    """The encoder at `folder`, the bundled one without it, tuned on the videos `rows`.

    What was tuned is kept below `work`, and read again where the same is asked for; one that was cut off goes on where
    it was last kept. Raises PredictionError where the training falls apart.
    """
    learned = _Learned(
        [material.titles[row] for row in rows],
        material.videos.tags[rows],
        material.labels[rows],
        len(material.tag_names),
    )
    kept = work / f"titles-{learned.key(tuning, seed)}.safetensors" if work else None
    if kept is not None and (found := titles_of(_read(kept), learned.tags)):
        return found
    half = TuningCheckpoint(kept.with_suffix(".part")) if kept is not None else None
    made = _tuned(folder or bundled_folder(), learned, tuning, seed, watching, half)
    if kept is not None and half is not None:
        _keep(kept, made)
        half.remove()
    return made


@dataclass(frozen=True, slots=True)
class _Learned:
    """M titles to learn from."""

    titles: list[str]
    codes: NDArray[np.int64]
    """(M,), of their tags; -1 without one."""
    labels: NDArray[np.float64]
    """(M,), log2(comments)."""
    tags: int
    """How many tags there are."""

    def key(self, tuning: Tuning, seed: int) -> str:
        """What tells one tuning from another."""
        words, how = "\0".join(self.titles).encode("utf-8", "replace"), repr((tuning, seed)).encode()
        return hashlib.sha256(b"\0".join([words, how, self.codes.tobytes(), self.labels.tobytes()])).hexdigest()[:16]


def _tuned(
    folder: Path, learned: _Learned, tuning: Tuning, seed: int, watching: Watching, half: TuningCheckpoint | None
) -> TunedTitles:
    mean, spread = float(learned.labels.mean()), float(learned.labels.std()) or 1.0
    scores = torch.from_numpy((learned.labels - mean) / spread).float()
    tokens = tokens_of(folder, learned.titles)
    places = torch.from_numpy(np.where(learned.codes < 0, learned.tags, learned.codes))
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        learner = _Titles(folder, tuning, learned.tags)
        batches = _batches(np.array([len(one) for one in tokens]), tuning, np.random.default_rng(seed))
        descent = Descent(learner.groups(tuning), len(batches))
        learner.train()
        done = half.read(learner, descent) if half else 0
        for step, batch in enumerate(batches[done:], start=done + 1):
            with quick():
                said = learner([tokens[row] for row in batch.tolist()], places[batch])
            descent.step(((said - scores[batch]) ** 2).mean())
            if half and step % EVERY == 0:
                half.write(step, learner, descent)
            watching(step, len(batches))
    shifts = learner.shifts.weight.detach().numpy()[:, 0].astype(np.float64)
    if not (learned.codes < 0).any():  # nobody taught it what a video without a tag draws: what they all do
        shifts[-1] = float(shifts[learned.codes].mean())
    if not np.isfinite(shifts).all():
        raise PredictionError("the training fell apart: its figures are not finite", hint="Try another --seed.")
    return scaled(learner.encoder.tuned(folder), shifts, mean, spread)


def _batches(lengths: NDArray[np.int64], tuning: Tuning, chance: np.random.Generator) -> list[NDArray[np.int64]]:
    """Rows step by step, each once an epoch, those of one step of much the same length."""
    found: list[NDArray[np.int64]] = []
    for _ in range(tuning.epochs):
        chunks = np.array_split(chance.permutation(len(lengths)), max(1, len(lengths) // _CHUNK))
        ordered = [chunk[np.argsort(lengths[chunk], kind="stable")] for chunk in chunks]
        steps = [part[start : start + tuning.batch] for part in ordered for start in range(0, len(part), tuning.batch)]
        found += [steps[place] for place in chance.permutation(len(steps))]
    return found


def _read(path: Path) -> Arrays:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return load_file(path)
    except (FileNotFoundError, SafetensorError):
        return {}


def _keep(path: Path, made: TunedTitles) -> None:
    from safetensors.numpy import save

    arrays: dict[str, NDArray[Any]] = {name: np.ascontiguousarray(one) for name, one in titles_arrays(made).items()}
    files.write_bytes(path, save(arrays))
