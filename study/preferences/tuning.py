"""A training on preferences from its recipe to a model that `hf:` loads: TRL's SFT, DPO or GRPO.

The folder is that of the house's other training (`study/ads/finetuning/folder.py`): recipe, checkpoints while it
trains, then model, adapter and `training.json`. GRPO's drafts are written by the model under training and rewarded by
`reward.py`.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ... import files
from ...agent.models.local_weights import load_language_model
from ...errors import DataError, MissingError, StoppedError
from ..ads.finetuning.disk_room import KEPT, check_room, disk_need
from ..ads.finetuning.folder import (
    CHECKPOINTS,
    MODEL,
    RESULT,
    check_extra,
    keep_model,
    last_checkpoint,
    losses,
    quietly,
)
from ..ads.finetuning.model_parts import counted, language_layers
from ..ads.finetuning.recipe import Method
from ..ads.finetuning.watching import Watch, asked_to_stop, trainer_callback
from .recipe import Objective, PreferenceRecipe
from .rows import Rows, rows_of

if TYPE_CHECKING:
    from .reward import ChoiceReward

Progress = Callable[[int, int], None]
COMMAND = "popcorn study finetune"
_ROWS = "rows"
_LIBRARIES = ("torch", "transformers", "trl", "peft")


def tune(
    recipe: PreferenceRecipe, out: Path, reward: ChoiceReward | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """Train in the folder where it was begun, from its last checkpoint on; a finished one is read.

    `reward` is needed for GRPO. Raises MissingError without the extra or the model, RequestError and DataError for an
    export of no use, StoreError where the disk has no room, StoppedError where somebody interrupts.
    """
    if (out / RESULT).is_file():
        return dict(json.loads((out / RESULT).read_text(encoding="utf-8")))
    check_extra()
    rows, held_out = rows_of(recipe), rows_of(recipe, held_out=True)
    with quietly(), files.writing(out):
        return _Tuning(recipe, out, rows, held_out, reward, Watch(progress or (lambda done, total: None))).run()


class _Tuning:
    """One training with its model in memory."""

    def __init__(
        self,
        recipe: PreferenceRecipe,
        out: Path,
        rows: Rows,
        held_out: Rows,
        reward: ChoiceReward | None,
        watch: Watch,
    ) -> None:
        import torch

        self._recipe, self._out, self._rows, self._held_out = recipe, out, rows, held_out
        self._reward, self._watch = reward, watch
        self._cuda = torch.cuda.is_available()
        half = self._cuda and recipe.weights is Method.LORA
        self._model, self._tokenizer = load_language_model(
            recipe.model, dtype=torch.bfloat16 if half else torch.float32
        )

    def run(self) -> dict[str, Any]:
        """Train, then keep the model. Raises StoppedError."""
        begun_at = time.monotonic()
        self._check_window()
        shutil.rmtree(self._out / _ROWS, ignore_errors=True)  # of a training that was stopped
        trainer = self._trainer()
        all_weights, learned = counted(trainer.model)
        size = sum(one.numel() * one.element_size() for one in self._model.parameters())
        check_room(self._out, disk_need(self._recipe.weights, size, learned, 4))
        with asked_to_stop() as stop:
            self._watch.stop = stop
            self._train(trainer)
        state = trainer.state
        if stop.is_set() and state.global_step < state.max_steps:
            raise StoppedError(
                f"the training was stopped after step {state.global_step} of {state.max_steps}",
                hint=f"Go on with: {COMMAND} --resume {self._out}",
            )
        data = {
            "model": str(self._out / MODEL),
            "recipe": self._recipe.data_of(),
            "rows": self._rows.count,
            "steps": state.global_step,
            "weights": all_weights,
            "learned": learned,
            "losses": losses(state.log_history),
            "rewards": [round(float(one["reward"]), 4) for one in state.log_history if "reward" in one],
            "reward": self._rewarded(),
            "test": self._tested(trainer),
            "seconds": round(time.monotonic() - begun_at, 1),
            "device": "cuda" if self._cuda else "cpu",
            "versions": {name: version(name) for name in _LIBRARIES},
        }
        lora = self._recipe.weights is Method.LORA
        keep_model(trainer.model, self._tokenizer, self._out, merged=lora, greedy=False)  # drafts are to differ
        files.write_json(self._out / RESULT, data, shared=True)
        for left in (CHECKPOINTS, _ROWS):
            shutil.rmtree(self._out / left, ignore_errors=True)
        return data

    def _rewarded(self) -> dict[str, Any] | None:
        """What rewarded, how many pairs of drafts it compared, and for how many of them it had evidence."""
        found = self._reward
        if found is None:
            return None
        return {"model": found.model.name, "compared": found.compared, "evidence": found.evidence}

    def _train(self, trainer: Any) -> None:
        import torch

        try:
            trainer.train(resume_from_checkpoint=last_checkpoint(self._out / CHECKPOINTS))
        except torch.OutOfMemoryError as exc:
            raise MissingError(
                f"the device has too little memory for {self._recipe.at_once} rows at once",
                hint="Train with --weights lora and --at-once 1, or a smaller model.",
            ) from exc

    def _check_window(self) -> None:
        """Raises DataError where the longest row has more tokens than the model takes in: none is ever cut."""
        row = self._rows.longest
        answers = [row[name] for name in ("chosen", "rejected", "completion") if name in row] or [[]]
        tokens = max(len(self._tokenizer.apply_chat_template([*row["prompt"], *one])["input_ids"]) for one in answers)
        tokens += self._recipe.longest if self._recipe.method is Objective.GRPO else 0
        most = getattr(self._model.config, "max_position_embeddings", 0)
        if most and tokens > most:
            raise DataError(
                f"the longest row takes {tokens:,} tokens, and {self._recipe.model!r} takes in {most:,}",
                hint="Choose a model with a longer window, or for grpo a smaller --longest.",
            )

    def _trainer(self) -> Any:
        """TRL's trainer of this method."""
        from transformers.trainer_callback import PrinterCallback
        from trl import DPOTrainer, GRPOTrainer, SFTTrainer

        kind: Any = {Objective.SFT: SFTTrainer, Objective.DPO: DPOTrainer, Objective.GRPO: GRPOTrainer}
        rewarded = {"reward_funcs": self._reward} if self._recipe.method is Objective.GRPO else {}
        trainer = kind[self._recipe.method](
            model=self._model,
            args=self._arguments(),
            train_dataset=self._rows.dataset(self._out / _ROWS),
            eval_dataset=self._held_out.dataset(self._out / _ROWS) if self._tests else None,
            processing_class=self._tokenizer,
            peft_config=self._lora(),
            callbacks=[trainer_callback(self._watch)],
            **rewarded,
        )
        trainer.remove_callback(PrinterCallback)  # it prints each loss onto stdout, which is for the answer
        return trainer

    @property
    def _tests(self) -> bool:
        """Whether the loss on held-out rows is measured: what GRPO writes anew each time has none to compare."""
        return bool(self._held_out.count) and self._recipe.method is not Objective.GRPO

    def _arguments(self) -> Any:
        from trl import DPOConfig, GRPOConfig, SFTConfig

        recipe = self._recipe
        kind: Any = {Objective.SFT: SFTConfig, Objective.DPO: DPOConfig, Objective.GRPO: GRPOConfig}
        own: dict[Objective, dict[str, Any]] = {
            Objective.SFT: {"max_length": None},
            Objective.DPO: {"max_length": None, "beta": recipe.beta},
            Objective.GRPO: {"num_generations": recipe.completions, "max_completion_length": recipe.longest},
        }
        return kind[recipe.method](
            output_dir=str(self._out / CHECKPOINTS),
            per_device_train_batch_size=recipe.at_once,
            gradient_accumulation_steps=recipe.accumulation,
            num_train_epochs=recipe.epochs,
            learning_rate=recipe.learning_rate,
            optim="adamw_torch",
            seed=recipe.seed,
            bf16=self._cuda,
            use_cpu=not self._cuda,
            gradient_checkpointing=self._cuda,
            dataloader_pin_memory=self._cuda,
            save_steps=recipe.keep_every,
            save_total_limit=KEPT,
            logging_steps=1,
            disable_tqdm=True,
            report_to="none",
            **own[recipe.method],
        )

    def _lora(self) -> Any:
        if self._recipe.weights is Method.FULL:
            return None
        from peft import LoraConfig

        return LoraConfig(
            r=self._recipe.rank,
            lora_alpha=2 * self._recipe.rank,
            lora_dropout=0.05,
            target_modules=language_layers(self._model),
            task_type="CAUSAL_LM",
        )

    def _tested(self, trainer: Any) -> dict[str, float | int] | None:
        """The loss on held-out rows, and of DPO how often the chosen draft became likelier; None without such rows."""
        if not self._tests:
            return None
        found = trainer.evaluate()
        kept = {"loss": "eval_loss", "accuracy": "eval_rewards/accuracies"}
        measured = {name: round(float(found[key]), 4) for name, key in kept.items() if key in found}
        return {"rows": self._held_out.count} | measured
