"""How a model is trained: one recipe, with the paper's two stages as its presets.

Source: VC-LLM (Qian et al.): continued pre-training on remix and script prediction in batches of 1,024, then
fine-tuning on the compound task in batches of 256; the vision encoder is frozen, AdamW at 2e-5, and answers are decoded
greedily. What it leaves open, and what is done here: one epoch a stage, a learning rate that falls linearly to 0, the
loss on the answer alone, and for LoRA rank 16 on every linear layer of the language model.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from ....errors import RequestError
from ...finetuning.learning import LEARNING_RATE, Method, read_recipe
from ..tasks import Task


class Stage(StrEnum):
    """Which of the paper's two trainings."""

    PRETRAIN = "pretrain"
    FINETUNE = "finetune"


class Supplement(StrEnum):
    """Which variants of a task are learned from."""

    WITH = "with"
    """Those with Z, as in the paper."""
    WITHOUT = "without"
    BOTH = "both"


TASKS = {Stage.PRETRAIN: (Task.REMIX, Task.SCRIPT), Stage.FINETUNE: (Task.COMPOUND,)}
BATCHES = {Stage.PRETRAIN: 1_024, Stage.FINETUNE: 256}
"""Rows that one step of the optimiser learns from."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides a training, as it is kept beside the model."""

    model: str
    """A folder, or a name in the Hugging Face cache."""
    data: Path
    """The folder of a data set."""
    stage: Stage = Stage.FINETUNE
    method: Method = Method.LORA
    supplement: Supplement = Supplement.WITH
    batch: int = 0
    """Rows of one step; 0 for the paper's."""
    at_once: int = 1
    """Rows that are on the device together; the rest of a batch is accumulated."""
    learning_rate: float = LEARNING_RATE
    epochs: float = 1.0
    rank: int = 16
    """Of LoRA's matrices."""
    keep_every: int = 10
    """Steps between two checkpoints."""
    seed: int = 0

    def __post_init__(self) -> None:
        """Restore types that JSON has no name for, and take the paper's batch where none is given."""
        for name, kind in (("data", Path), ("stage", Stage), ("method", Method), ("supplement", Supplement)):
            object.__setattr__(self, name, kind(getattr(self, name)))
        if not self.batch:
            object.__setattr__(self, "batch", BATCHES[self.stage])

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the files that are learned from, in either split."""
        endings = {Supplement.WITH: ("-z",), Supplement.WITHOUT: ("",), Supplement.BOTH: ("", "-z")}
        return tuple(f"{task.value}{end}.jsonl" for task in TASKS[self.stage] for end in endings[self.supplement])

    def accumulation(self, processes: int = 1) -> int:
        """How often gradients are added before a step. Raises RequestError where a batch cannot be parted so."""
        together = self.at_once * processes
        if self.batch % together:
            raise RequestError(
                f"a batch of {self.batch} rows cannot be parted into {together} at once",
                hint="Choose --batch as a multiple of --at-once times the number of processes.",
            )
        return self.batch // together

    def data_of(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self) | {"data": str(self.data)}


def recipe_of(values: object) -> Recipe:
    """A recipe out of JSON. Raises DataError where it is none."""
    return read_recipe(Recipe, values)
