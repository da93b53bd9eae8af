"""The loop of a training with TRL: its settings, LoRA, what is asked before it, how it stops, and what is told of it.

Checkpoints hold the optimiser's state as PyTorch's files; Trainer reads them back with `weights_only`, and from the
training's own folder alone.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ... import files
from ...errors import MissingError, StoppedError
from .disk_room import KEPT, check_room, disk_need
from .folder import CHECKPOINTS, MODEL, RESULT, check_extra, last_checkpoint, losses, quietly
from .learning import Learning, Method
from .model_parts import counted, language_layers
from .watching import Watch, asked_to_stop, trainer_callback

Progress = Callable[[int, int], None]
"""Called with steps that are done and all of them."""
_LIBRARIES = ("torch", "transformers", "trl", "peft")


@dataclass(frozen=True, slots=True)
class Loop:
    """A training in its folder, whatever learns from whatever rows."""

    recipe: Learning
    weights: Method
    out: Path
    command: str
    """What begins it, for the way out of errors."""
    lora_option: str
    """What trains less of the model: `--weights lora`."""
    smaller: str
    """What else takes less memory, for a sentence."""
    cuda: bool
    watch: Watch
    begun_at: float

    def fit(self, trainer: Any) -> None:
        """Train from the last checkpoint on. Raises StoreError before the first step, MissingError, StoppedError."""
        size = sum(one.numel() * one.element_size() for one in trainer.model.parameters())
        need = disk_need(self.weights, size, counted(trainer.model)[1], 4)
        check_room(self.out, need, lora_option=self.lora_option)
        with asked_to_stop() as stop:
            self.watch.stop = stop
            self._train(trainer)
        step, steps = trainer.state.global_step, trainer.state.max_steps
        if stop.is_set() and step < steps:
            raise StoppedError(
                f"the training was stopped after step {step} of {steps}",
                hint=_way_on(self.command, self.out),
            )

    def _train(self, trainer: Any) -> None:
        import torch

        try:
            trainer.train(resume_from_checkpoint=last_checkpoint(self.out / CHECKPOINTS))
        except torch.OutOfMemoryError as exc:
            raise MissingError(
                f"the device has too little memory for {self.recipe.at_once} rows at once",
                hint=f"Train with {self.lora_option} and --at-once 1, or {self.smaller}.",
            ) from exc

    def arguments(self, accumulation: int) -> dict[str, Any]:
        """The arguments of TRL's configurations that are the same for all of its trainers."""
        recipe = self.recipe
        return {
            "output_dir": str(self.out / CHECKPOINTS),
            "per_device_train_batch_size": recipe.at_once,
            "gradient_accumulation_steps": accumulation,
            "num_train_epochs": recipe.epochs,
            "learning_rate": recipe.learning_rate,
            "optim": "adamw_torch",
            "seed": recipe.seed,
            "bf16": self.cuda,
            "use_cpu": not self.cuda,
            "gradient_checkpointing": self.cuda,
            "dataloader_pin_memory": self.cuda,
            "save_steps": recipe.keep_every,
            "save_total_limit": KEPT,
            "logging_steps": 1,
            "disable_tqdm": True,
            "report_to": "none",
        }

    def trainer(self, kind: Any, model: Any, **parts: Any) -> Any:
        """TRL's trainer of this kind, with LoRA where that is what is learned, and with somebody who watches."""
        from transformers.trainer_callback import PrinterCallback

        lora = self._lora(model) if self.weights is Method.LORA else None
        made = kind(model=model, peft_config=lora, callbacks=[trainer_callback(self.watch)], **parts)
        made.remove_callback(PrinterCallback)  # it prints each loss onto stdout, which is for the answer
        return made

    def _lora(self, model: Any) -> Any:
        from peft import LoraConfig

        return LoraConfig(
            r=self.recipe.rank,
            lora_alpha=2 * self.recipe.rank,
            lora_dropout=0.05,
            target_modules=language_layers(model, whole=self.lora_option.replace(Method.LORA, Method.FULL)),
            task_type="CAUSAL_LM",
        )

    def facts(self, trainer: Any) -> dict[str, Any]:
        """What is told of any training, before its model is merged."""
        all_weights, learned = counted(trainer.model)
        return {
            "model": str(self.out / MODEL),
            "steps": trainer.state.global_step,
            "weights": all_weights,
            "learned": learned,
            "losses": losses(trainer.state.log_history),
            "device": "cuda" if self.cuda else "cpu",
            "versions": {name: version(name) for name in _LIBRARIES},
        }

    @property
    def seconds(self) -> float:
        """Since it was begun, or gone on with."""
        return round(time.monotonic() - self.begun_at, 1)


def _way_on(command: str, out: Path) -> str:
    return f"Go on with: {command} --resume {out}"


def once(out: Path, command: str, train: Callable[[], Mapping[str, Any]], *left: str) -> dict[str, Any]:
    """What a training in its folder gives: it is done where it is not, and read where it is.

    `command` goes on with it. When its result is written, checkpoints go, and what else is `left` over. Raises
    MissingError without the extra, StoppedError where somebody interrupts before the first step or after the last one,
    and what `train` raises.
    """
    if (out / RESULT).is_file():
        return dict(json.loads((out / RESULT).read_text(encoding="utf-8")))
    check_extra()
    with quietly(), files.writing(out):
        try:
            data = dict(train())
        except KeyboardInterrupt as exc:
            raise StoppedError("the training was stopped", hint=_way_on(command, out)) from exc
        files.write_json(out / RESULT, data, shared=True)
        for name in (CHECKPOINTS, *left):
            shutil.rmtree(out / name, ignore_errors=True)
    return data
