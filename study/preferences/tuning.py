"""A training on preferences from its recipe to a model that `hf:` loads: TRL's SFT, DPO or GRPO.

The folder and the loop are those of every training (`study/finetuning/`). GRPO's drafts are written by the model under
training and rewarded by `reward.py`.
"""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING, Any

from ...agent.models.local_weights import load_language_model
from ...errors import DataError
from ..finetuning.folder import keep_model
from ..finetuning.learning import Method
from ..finetuning.training import Loop, Progress, once
from ..finetuning.watching import Watch
from .recipe import Objective, PreferenceRecipe
from .rows import rows_of

if TYPE_CHECKING:
    from pathlib import Path

    from .reward import ChoiceReward

COMMAND = "popcorn study finetune"
_ROWS = "rows"


def tune(
    recipe: PreferenceRecipe, out: Path, reward: ChoiceReward | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """Train in the folder where it was begun, from its last checkpoint on; a finished one is read.

    `reward` is needed for GRPO. Raises MissingError without the extra or the model, RequestError and DataError for an
    export of no use, StoreError where the disk has no room, StoppedError where somebody interrupts.
    """
    return once(out, COMMAND, lambda: _Tuning(recipe, out, reward, progress).run(), _ROWS)


class _Tuning:
    """One training with its model in memory."""

    def __init__(
        self, recipe: PreferenceRecipe, out: Path, reward: ChoiceReward | None, progress: Progress | None
    ) -> None:
        import torch

        self._recipe, self._reward, cuda = recipe, reward, torch.cuda.is_available()
        self._rows, self._held_out = rows_of(recipe), rows_of(recipe, held_out=True)
        self._loop = Loop(
            recipe,
            recipe.weights,
            out,
            COMMAND,
            "--weights lora",
            "a smaller model",
            cuda,
            Watch(progress or (lambda done, total: None)),
            time.monotonic(),
        )
        half = cuda and recipe.weights is Method.LORA
        self._model, self._tokenizer = load_language_model(
            recipe.model, dtype=torch.bfloat16 if half else torch.float32
        )

    def run(self) -> dict[str, Any]:
        """Train, then keep the model. Raises StoppedError."""
        self._check_window()
        shutil.rmtree(self._loop.out / _ROWS, ignore_errors=True)  # of a training that was stopped
        trainer = self._trainer()
        self._loop.fit(trainer)
        facts, history = self._loop.facts(trainer), trainer.state.log_history
        data = facts | {
            "recipe": self._recipe.data_of(),
            "rows": self._rows.count,
            "rewards": [round(float(one["reward"]), 4) for one in history if "reward" in one],
            "reward": self._rewarded(),
            "test": self._tested(trainer),
            "seconds": self._loop.seconds,
        }
        lora = self._recipe.weights is Method.LORA
        keep_model(trainer.model, self._tokenizer, self._loop.out, merged=lora, greedy=False)  # drafts are to differ
        return data

    def _rewarded(self) -> dict[str, Any] | None:
        """What rewarded, how many pairs of drafts it compared, and for how many of them it had evidence."""
        found = self._reward
        if found is None:
            return None
        return {"model": found.model.name, "compared": found.compared, "evidence": found.evidence}

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
        from trl import DPOTrainer, GRPOTrainer, SFTTrainer

        kind: Any = {Objective.SFT: SFTTrainer, Objective.DPO: DPOTrainer, Objective.GRPO: GRPOTrainer}
        rewarded = {"reward_funcs": self._reward} if self._recipe.method is Objective.GRPO else {}
        cache = self._loop.out / _ROWS
        return self._loop.trainer(
            kind[self._recipe.method],
            self._model,
            args=self._arguments(),
            train_dataset=self._rows.dataset(cache),
            eval_dataset=self._held_out.dataset(cache) if self._tests else None,
            processing_class=self._tokenizer,
            **rewarded,
        )

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
        return kind[recipe.method](**self._loop.arguments(recipe.accumulation), **own[recipe.method])

    def _tested(self, trainer: Any) -> dict[str, float | int] | None:
        """The loss on held-out rows, and of DPO how often the chosen draft became likelier; None without such rows."""
        if not self._tests:
            return None
        found = trainer.evaluate()
        kept = {"loss": "eval_loss", "accuracy": "eval_rewards/accuracies"}
        measured = {name: round(float(found[key]), 4) for name, key in kept.items() if key in found}
        return {"rows": self._held_out.count} | measured
