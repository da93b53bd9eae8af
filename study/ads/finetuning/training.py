"""A training from its recipe to a model that `hf:` loads: TRL's SFT, checkpoints, and what was learned.

In the folder: `recipe.json`, `checkpoints/` while it trains, then `model/` (whole, LoRA merged, with its processor),
`adapter/` of LoRA, and `training.json`. Loss is on the answer alone (TRL's prompt and completion). Checkpoints hold the
optimiser's state as PyTorch's files; Trainer reads them back with `weights_only`, and from this folder alone.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ....agent.models.local_weights import load_seeing_model
from ....errors import DataError
from ...finetuning.folder import begin_folder, begun_recipe, keep_model
from ...finetuning.learning import DECODING, Method
from ...finetuning.model_parts import freeze_encoder
from ...finetuning.training import Loop, Progress, once
from ...finetuning.watching import Watch
from .recipe import Recipe, recipe_of
from .training_rows import RowFiles, row_files

if TYPE_CHECKING:
    from trl import SFTTrainer

COMMAND = "popcorn ad finetune"
_MOST_TESTED = 200
"""Rows of the test split on which the loss is measured: it tells a training that goes wrong, and no more."""


@dataclass(frozen=True, slots=True)
class Trained:
    """What came of a training."""

    folder: Path
    data: Mapping[str, Any]
    """As `training.json` has it."""


def begin(recipe: Recipe, out: Path) -> None:
    """Make the folder of a training. Raises RequestError where there is something in it, StoreError for the disk."""
    begin_folder(recipe.data_of(), out, COMMAND)


def begun(out: Path) -> Recipe:
    """The recipe of a training that was begun in a folder. Raises RequestError, DataError."""
    return recipe_of(begun_recipe(out, f"{COMMAND} --data DIR --model NAME -o DIR"))


def rows_of(recipe: Recipe) -> RowFiles:
    """What is learned from. Raises RequestError where there is no data set, DataError where it has no such row."""
    rows = row_files(recipe.data, "train", recipe.files)
    if not len(rows):
        raise DataError(
            f"{str(recipe.data)!r} has no row in {', '.join(recipe.files)} to learn from",
            hint="Make a data set of more ads, or choose another --z.",
        )
    return rows


def train(recipe: Recipe, out: Path, progress: Progress | None = None) -> Trained:
    """Train by a recipe in the folder where it was begun, from its last checkpoint on; a finished one is read.

    Raises MissingError without the extra or the model, RequestError and DataError for a data set of no use, StoreError
    where the disk has no room, StoppedError where somebody interrupts: `--resume` goes on from there.
    """
    return Trained(out, once(out, COMMAND, lambda: _Training(recipe, out, rows_of(recipe), progress).run()))


class _Training:
    """One training with its model in memory."""

    def __init__(self, recipe: Recipe, out: Path, rows: RowFiles, progress: Progress | None) -> None:
        import torch

        self._recipe, self._rows, cuda = recipe, rows, torch.cuda.is_available()
        self._loop = Loop(
            recipe,
            recipe.method,
            out,
            COMMAND,
            "--method lora",
            "on a data set of --temporal 1 and --distractors 4",
            cuda,
            Watch(progress or (lambda done, total: None)),
            time.monotonic(),
        )
        half = cuda and recipe.method is Method.LORA
        self._model, self._processor = load_seeing_model(recipe.model, dtype=torch.bfloat16 if half else torch.float32)
        self._frozen = freeze_encoder(self._model)

    def run(self) -> dict[str, Any]:
        """Train, then keep the model. Raises StoppedError."""
        trainer = self._trainer()
        self._check_window(trainer)
        self._loop.fit(trainer)
        facts, tested = self._loop.facts(trainer), self._tested(trainer)
        keep_model(trainer.model, self._processor, self._loop.out, merged=self._recipe.method is Method.LORA)
        return facts | {
            "recipe": self._recipe.data_of(),
            "decoding": DECODING,
            "rows": len(self._rows),
            "files": list(self._rows.names),
            "accumulation": self._accumulation,
            "frozen_encoder": self._frozen,
            "test": tested,
            "seconds": self._loop.seconds,
        }

    def _check_window(self, trainer: SFTTrainer) -> None:
        """Raises DataError where the longest row has more tokens than the model takes in: none is ever cut."""
        longest = self._rows.dataset()[self._rows.longest]
        tokens = int(trainer.data_collator([longest])["input_ids"].shape[1])
        most = getattr(self._model.config.get_text_config(), "max_position_embeddings", 0)
        if most and tokens > most:
            raise DataError(
                f"the longest row has {tokens:,} tokens, and {self._recipe.model!r} takes in {most:,}",
                hint="Make the data set with fewer pictures: popcorn ad dataset --temporal 1 --distractors 4.",
            )

    @property
    def _accumulation(self) -> int:
        return self._recipe.accumulation(int(os.environ.get("WORLD_SIZE", "1")))

    def _trainer(self) -> SFTTrainer:
        from trl import SFTConfig, SFTTrainer

        arguments = self._loop.arguments(self._accumulation) | {
            "per_device_eval_batch_size": 1,
            "max_length": None,  # a row that is cut loses pictures
            "activation_checkpointing": self._loop.cuda,
            "remove_unused_columns": False,
        }
        rows = {"train_dataset": self._rows.dataset(), "processing_class": self._processor}
        made: SFTTrainer = self._loop.trainer(SFTTrainer, self._model, args=SFTConfig(**arguments), **rows)
        return made

    def _tested(self, trainer: SFTTrainer) -> dict[str, float | int] | None:
        """The loss on held-out rows; None where there are none."""
        rows = row_files(self._recipe.data, "test", self._recipe.files)
        if not len(rows):
            return None
        count = min(len(rows), _MOST_TESTED)
        found = trainer.evaluate(rows.dataset().select(range(count)))
        return {"rows": count, "loss": round(float(found["eval_loss"]), 4)}
