"""A tuning on its way, in one safetensors file: what learns, its optimiser's moments, the chance, and the step.

A tuning that was cut off and goes on ends with the same weights, bit for bit, as one that was not.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from .... import files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor, nn

    from ..trainable_encoder import Descent

EVERY = 50
"""Steps between two checkpoints: about half a minute of a core, of which writing 130 MB is a hundredth."""
_CHANCE, _STEP = "chance", "step"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TuningCheckpoint:
    """The file of one tuning; another tuning has another name."""

    path: Path

    def write(self, step: int, learner: nn.Module, descent: Descent) -> None:
        """Replace the file in one step by what stands after `step` steps."""
        from safetensors.torch import save_file

        tensors = {f"weights.{name}": one.detach() for name, one in _learning(learner).items()}
        tensors |= {f"moments.{name}": one for name, one in descent.moments().items()}
        tensors |= {_CHANCE: torch.get_rng_state(), _STEP: torch.tensor(step)}
        with files.replacing_by_name(self.path) as temporary:
            save_file({name: one.contiguous().clone() for name, one in tensors.items()}, temporary)

    def read(self, learner: nn.Module, descent: Descent) -> int:
        """Set `learner`, `descent` and PyTorch's chance to what the file holds; the steps that are done.

        0, and nothing is set, where there is no file or a damaged one.
        """
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        try:
            tensors = load_file(self.path)
            step, chance, weights = int(tensors[_STEP]), tensors[_CHANCE], _learning(learner)
            found = _weights(tensors, weights)
            descent.restore(step, {name: tensors[f"moments.{name}"] for name in descent.names()})
        except FileNotFoundError:
            return 0
        except (SafetensorError, OSError, KeyError, ValueError, RuntimeError) as exc:
            _log.warning("the checkpoint %s cannot be read, the tuning starts anew: %s", self.path, exc)
            return 0
        with torch.no_grad():
            for name, one in weights.items():
                one.copy_(found[name])
        torch.set_rng_state(chance)
        return step

    def remove(self) -> None:
        """The tuning is done."""
        self.path.unlink(missing_ok=True)


def _learning(learner: nn.Module) -> dict[str, Tensor]:
    return {name: one for name, one in learner.named_parameters() if one.requires_grad}


def _weights(tensors: Mapping[str, Tensor], own: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The kept weights. Raises KeyError or ValueError where they are not those of the network."""
    found = {name: tensors[f"weights.{name}"] for name in own}
    if any(found[name].shape != one.shape for name, one in own.items()):
        raise ValueError("it is of another network")
    return found
