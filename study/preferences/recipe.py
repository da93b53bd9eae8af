"""How a model learns from preferences: TRL's SFT, DPO or GRPO, one recipe.

Sources: DPO (Rafailov et al. 2023) with beta 0.1; GRPO (Shao et al. 2024): the completions of one prompt are a group,
within which their rewards are compared. Learning rates are TRL's own defaults for DPO and GRPO, and that of the house's
other recipe for SFT.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from ...errors import RequestError
from ..finetuning.learning import LEARNING_RATE, Method, read_recipe


class Objective(StrEnum):
    """What is optimised."""

    SFT = "sft"
    """The likelihood of drafts that lost in no pair."""
    DPO = "dpo"
    """That the chosen draft is likelier than the rejected one, relative to the model as it was."""
    GRPO = "grpo"
    """The reward of what the model writes itself, relative to its other drafts of the same prompt."""


LEARNING_RATES = {Objective.SFT: LEARNING_RATE, Objective.DPO: 1e-6, Objective.GRPO: 1e-6}
COLUMNS = {
    Objective.SFT: ("prompt", "completion"),
    Objective.DPO: ("prompt", "chosen", "rejected"),
    Objective.GRPO: ("prompt", "request", "platform", "parts"),
}
"""What TRL is given of a row."""


@dataclass(frozen=True, slots=True)
class PreferenceRecipe:
    """All that decides a training, as it is kept beside the model."""

    model: str
    """A folder, or a name in the Hugging Face cache."""
    data: Path
    """The folder of an export."""
    method: Objective = Objective.DPO
    weights: Method = Method.LORA
    """What is learned: small matrices, or every weight."""
    batch: int = 16
    """Rows of one step; of GRPO completions."""
    at_once: int = 1
    learning_rate: float = 0.0
    """0 for that of the method."""
    epochs: float = 1.0
    rank: int = 16
    keep_every: int = 10
    seed: int = 0
    beta: float = 0.1
    """Of DPO: how much straying from the model as it was costs."""
    completions: int = 8
    """Of GRPO: drafts of one prompt that are compared."""
    longest: int = 512
    """Of GRPO: tokens of a completion."""
    without_evidence: bool = False
    """Of GRPO: whether the model's word counts for drafts that it was not measured on."""
    predictor: str = ""
    """Of GRPO: the choice model or predictor that rewards; empty for the one in use."""

    def __post_init__(self) -> None:
        """Restore types that JSON has no name for, and take the method's learning rate where none is given."""
        for name, kind in (("data", Path), ("method", Objective), ("weights", Method)):
            object.__setattr__(self, name, kind(getattr(self, name)))
        if not self.learning_rate:
            object.__setattr__(self, "learning_rate", LEARNING_RATES[self.method])

    @property
    def accumulation(self) -> int:
        """How often gradients are added before a step. Raises RequestError where a batch cannot be parted so."""
        if self.batch % self.at_once:
            raise RequestError(
                f"a batch of {self.batch} rows cannot be parted into {self.at_once} at once",
                hint="Choose --batch as a multiple of --at-once.",
            )
        if self.method is Objective.GRPO and self.batch % self.completions:
            raise RequestError(
                f"a batch of {self.batch} completions cannot be parted into groups of {self.completions}",
                hint="Choose --batch as a multiple of --completions.",
            )
        return self.batch // self.at_once

    def data_of(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self) | {"data": str(self.data)}


def recipe_of(values: object) -> PreferenceRecipe:
    """A recipe out of JSON. Raises DataError where it is none."""
    return read_recipe(PreferenceRecipe, values)
