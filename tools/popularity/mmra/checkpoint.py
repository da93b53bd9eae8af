"""A training on its way, in one safetensors file: the network, its best weights so far, the optimiser, the epochs."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from .... import files
from ..measures import Measures
from .plan import Epoch, TrainingPlan

if TYPE_CHECKING:
    from .model import MMRA

_log = logging.getLogger(__name__)

_FORMAT = 1
_MOMENTS = ("step", "exp_avg", "exp_avg_sq")


def write_checkpoint(
    file: Path,
    plan: TrainingPlan,
    network: MMRA,
    *,
    optimiser: torch.optim.Optimizer,
    epochs: list[Epoch],
    best: dict[str, Tensor],
    material: str,
) -> None:
    """Replace `file` in one step: whoever is killed meanwhile leaves the old one.

    `material` is a digest of what is learned from.
    """
    from safetensors.torch import save_file

    tensors = {f"network.{name}": value for name, value in network.state_dict().items()}
    tensors |= {f"best.{name}": value for name, value in best.items()}
    for number, state in optimiser.state_dict()["state"].items():
        tensors |= {f"optimiser.{number}.{moment}": state[moment] for moment in _MOMENTS}
    facts = {"format": _FORMAT, **_identity(plan, network, material), "epochs": [asdict(epoch) for epoch in epochs]}
    with files.replacing_by_name(file) as temporary:
        save_file(
            {name: value.detach().contiguous().clone() for name, value in tensors.items()},
            temporary,
            {"facts": json.dumps(facts)},
        )


def read_checkpoint(
    file: Path, plan: TrainingPlan, network: MMRA, optimiser: torch.optim.Optimizer, material: str
) -> tuple[list[Epoch], dict[str, Tensor]] | None:
    """Set `network` and `optimiser` to what `file` holds and return its epochs and best weights.

    None when there is no file, or one of another plan, network, material or format, or a damaged one: training then
    starts anew.
    """
    from safetensors import SafetensorError, safe_open

    if not file.is_file():
        return None
    try:
        with safe_open(file, framework="pt") as opened:
            facts = json.loads((opened.metadata() or {}).get("facts", "{}"))
            wanted = {"format": _FORMAT, **json.loads(json.dumps(_identity(plan, network, material)))}
            if {name: facts.get(name) for name in wanted} != wanted:
                return None
            tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118, no mapping
        epochs, best = [_epoch(one) for one in facts["epochs"]], _under("best.", tensors)
        weights = _under("network.", tensors)
        _check_whole(network, best, weights)
        network.load_state_dict(weights)
        _restore(optimiser, _under("optimiser.", tensors))
    except (SafetensorError, OSError, ValueError, KeyError, TypeError, RuntimeError) as exc:
        _log.warning("the checkpoint %s cannot be read, training starts anew: %s", file, exc)
        return None
    return epochs, best


def _identity(plan: TrainingPlan, network: MMRA, material: str) -> dict[str, object]:
    return {"plan": asdict(plan), "config": asdict(network.config), "material": material}


def _check_whole(network: MMRA, *found: dict[str, Tensor]) -> None:
    """Raises ValueError unless each of `found` has every weight of the network in its shape."""
    own = {name: value.shape for name, value in network.state_dict().items()}
    if any({name: value.shape for name, value in weights.items()} != own for weights in found):
        raise ValueError("it does not hold the whole network")


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _restore(optimiser: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        number, _, moment = name.partition(".")
        state.setdefault(int(number), {})[moment] = value
    whole = optimiser.state_dict()
    optimiser.load_state_dict({"state": state, "param_groups": whole["param_groups"]})


def _epoch(facts: dict[str, object]) -> Epoch:

    return Epoch(**{**facts, "valid": Measures(**facts["valid"])})  # type: ignore[arg-type]
