"""What every recipe of a fine-tuning says: which weights are learned, by which steps, and what is kept on the way."""

from __future__ import annotations

from dataclasses import fields
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from ...errors import DataError

LEARNING_RATE = 2e-5
"""AdamW's, of VC-LLM (Qian et al.)."""
DECODING = "greedy"
Kind = TypeVar("Kind")


class Method(StrEnum):
    """What is learned."""

    LORA = "lora"
    """Small matrices beside the language model's layers (Hu et al., LoRA), merged into the model at the end."""
    FULL = "full"
    """Every weight but a vision encoder's."""


class Learning(Protocol):
    """The part of a recipe that any training goes by."""

    @property
    def at_once(self) -> int:
        """Rows on the device together; the rest of a batch is accumulated."""
        ...

    @property
    def learning_rate(self) -> float:
        """AdamW's."""
        ...

    @property
    def epochs(self) -> float:
        """Times that every row is learned from."""
        ...

    @property
    def rank(self) -> int:
        """Of LoRA's matrices."""
        ...

    @property
    def keep_every(self) -> int:
        """Steps between two checkpoints."""
        ...

    @property
    def seed(self) -> int:
        """Draws the order of rows."""
        ...


def read_recipe(kind: type[Kind], values: object) -> Kind:
    """A recipe, which is a dataclass, out of JSON. Raises DataError where it is none."""
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type]  # recipes are dataclasses
    if not isinstance(values, dict) or not {"model", "data"} <= values.keys() <= names:
        raise DataError("the recipe of the training has unknown or missing keys", hint="Begin anew in another folder.")
    known: dict[str, Any] = values
    try:
        return kind(**known)
    except (TypeError, ValueError) as exc:
        raise DataError(f"the recipe of the training cannot be read: {exc}", hint="Begin anew.") from exc
