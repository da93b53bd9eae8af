"""A training from its recipe to a model that `hf:` loads: TRL's SFT, checkpoints, and what was learned.

In the folder: `recipe.json`, `checkpoints/` while it trains, then `model/` (whole, LoRA merged, with its processor),
`adapter/` of LoRA, and `training.json`. Loss is on the answer alone (TRL's prompt and completion). Checkpoints hold the
optimiser's state as PyTorch's files; Trainer reads them back with `weights_only`, and from this folder alone.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .... import files
from ....agent.models.local_weights import load_seeing_model
from ....errors import DataError, MissingError, StoppedError
from .disk_room import KEPT, check_room, disk_need
from .folder import (
    CHECKPOINTS,
    MODEL,
    RESULT,
    begin_folder,
    begun_recipe,
    check_extra,
    keep_model,
    last_checkpoint,
    losses,
    quietly,
)
from .model_parts import counted, freeze_encoder, language_layers
from .recipe import DECODING, Method, Recipe, recipe_of
from .training_rows import RowFiles, row_files
from .watching import Watch, asked_to_stop, trainer_callback

if TYPE_CHECKING:
    from trl import SFTConfig, SFTTrainer

Progress = Callable[[int, int], None]
"""Called with steps that are done and all of them."""
COMMAND = "popcorn ad finetune"
_LIBRARIES = ("torch", "transformers", "trl", "peft")
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
    if (out / RESULT).is_file():
        return Trained(out, json.loads((out / RESULT).read_text(encoding="utf-8")))
    check_extra()
    rows = rows_of(recipe)
    with quietly(), files.writing(out):
        return _Training(recipe, out, rows, progress or (lambda done, total: None)).run()


class _Training:
    """One training with its model in memory."""

    def __init__(self, recipe: Recipe, out: Path, rows: RowFiles, progress: Progress) -> None:
        import torch

        self._recipe, self._out, self._rows = recipe, out, rows
        self._cuda = torch.cuda.is_available()
        self._watch = Watch(progress)
        half = self._cuda and recipe.method is Method.LORA
        self._model, self._processor = load_seeing_model(recipe.model, dtype=torch.bfloat16 if half else torch.float32)
        self._frozen = freeze_encoder(self._model)

    def run(self) -> Trained:
        """Train, then keep the model. Raises StoppedError."""
        begun_at, trainer = time.monotonic(), self._trainer()
        self._check_window(trainer)
        all_weights, learned = counted(trainer.model)
        size = sum(one.numel() * one.element_size() for one in self._model.parameters())
        check_room(self._out, disk_need(self._recipe.method, size, learned, 4))
        with asked_to_stop() as stop:
            self._watch.stop = stop
            self._train(trainer)
        if stop.is_set() and trainer.state.global_step < trainer.state.max_steps:
            raise StoppedError(
                f"the training was stopped after step {trainer.state.global_step} of {trainer.state.max_steps}",
                hint=f"Go on with: popcorn ad finetune --resume {self._out}",
            )
        tested = self._tested(trainer)
        keep_model(trainer.model, self._processor, self._out, merged=self._recipe.method is Method.LORA)
        data = {
            "model": str(self._out / MODEL),
            "recipe": self._recipe.data_of(),
            "decoding": DECODING,
            "rows": len(self._rows),
            "files": list(self._rows.names),
            "steps": trainer.state.global_step,
            "accumulation": self._accumulation,
            "weights": all_weights,
            "learned": learned,
            "frozen_encoder": self._frozen,
            "losses": losses(trainer.state.log_history),
            "test": tested,
            "seconds": round(time.monotonic() - begun_at, 1),
            "device": "cuda" if self._cuda else "cpu",
            "versions": {name: version(name) for name in _LIBRARIES},
        }
        files.write_json(self._out / RESULT, data, shared=True)
        shutil.rmtree(self._out / CHECKPOINTS, ignore_errors=True)
        return Trained(self._out, data)

    def _train(self, trainer: SFTTrainer) -> None:
        import torch

        try:
            trainer.train(resume_from_checkpoint=last_checkpoint(self._out / CHECKPOINTS))
        except torch.OutOfMemoryError as exc:
            raise MissingError(
                f"the device has too little memory for {self._recipe.at_once} rows at once",
                hint="Train with --method lora and --at-once 1, or on a data set of --temporal 1 and --distractors 4.",
            ) from exc

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
        from transformers.trainer_callback import PrinterCallback
        from trl import SFTTrainer

        trainer = SFTTrainer(
            model=self._model,
            args=self._arguments(),
            train_dataset=self._rows.dataset(),
            processing_class=self._processor,
            peft_config=self._lora(),
            callbacks=[trainer_callback(self._watch)],
        )
        trainer.remove_callback(PrinterCallback)  # it prints each loss onto stdout, which is for the answer
        return trainer

    def _arguments(self) -> SFTConfig:
        from trl import SFTConfig

        recipe = self._recipe
        return SFTConfig(
            output_dir=str(self._out / CHECKPOINTS),
            per_device_train_batch_size=recipe.at_once,
            per_device_eval_batch_size=1,
            gradient_accumulation_steps=self._accumulation,
            num_train_epochs=recipe.epochs,
            learning_rate=recipe.learning_rate,
            optim="adamw_torch",
            seed=recipe.seed,
            bf16=self._cuda,
            use_cpu=not self._cuda,
            max_length=None,  # a row that is cut loses pictures
            activation_checkpointing=self._cuda,
            gradient_checkpointing=self._cuda,
            dataloader_pin_memory=self._cuda,
            remove_unused_columns=False,
            save_steps=recipe.keep_every,
            save_total_limit=KEPT,
            logging_steps=1,
            disable_tqdm=True,
            report_to="none",
        )

    def _lora(self) -> Any:
        if self._recipe.method is Method.FULL:
            return None
        from peft import LoraConfig

        return LoraConfig(
            r=self._recipe.rank,
            lora_alpha=2 * self._recipe.rank,
            lora_dropout=0.05,
            target_modules=language_layers(self._model),
            task_type="CAUSAL_LM",
        )

    def _tested(self, trainer: SFTTrainer) -> dict[str, float | int] | None:
        """The loss on held-out rows; None where there are none."""
        rows = row_files(self._recipe.data, "test", self._recipe.files)
        if not len(rows):
            return None
        count = min(len(rows), _MOST_TESTED)
        found = trainer.evaluate(rows.dataset().select(range(count)))
        return {"rows": count, "loss": round(float(found["eval_loss"]), 4)}
