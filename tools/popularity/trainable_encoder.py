"""The bundled encoder as a network that learns: a linear head on the mean of a text's tokens, and its steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from ...imports import importing_transformers
from .tuned_encoder import TunedEncoder, changes_between, published_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .tuning_plan import Tuning

LONGEST = 64
"""Tokens of a text that are learned from."""
STEEP = 10.0
"""How much faster a head learns than the encoder, which knows much already."""
_WARM = 0.1
"""The share of the steps in which the learning rate rises; then it falls to nothing in a straight line."""
_LARGEST_STEP = 1.0
_AT_ONCE = 64
_HEAD = "head"
_MOMENTS = ("step", "exp_avg", "exp_avg_sq")


class TrainableEncoder(nn.Module):
    """The encoder with its head: texts become one number or several."""

    def __init__(self, folder: Path, tuning: Tuning, outputs: int = 1) -> None:
        """`folder` holds the published model."""
        super().__init__()
        with importing_transformers():
            from transformers import BertConfig, BertModel

        config = BertConfig.from_json_file(folder / "config.json")
        config.hidden_dropout_prob = config.attention_probs_dropout_prob = tuning.dropout
        self.encoder = BertModel(config, add_pooling_layer=False)
        self.head = nn.Linear(self.encoder.config.hidden_size, outputs, bias=False)
        self.dropout = nn.Dropout(tuning.dropout)
        nn.init.normal_(self.head.weight, std=0.02)
        weights = published_weights(folder)
        own = {name for name, _ in self.encoder.named_parameters()}  # the file has a pooler's weights too
        self.encoder.load_state_dict({name: torch.from_numpy(weights[name]) for name in sorted(own)}, strict=False)
        self.encoder.embeddings.requires_grad_(tuning.embeddings)

    def forward(self, tokens: Sequence[Sequence[int]]) -> Tensor:
        """What the head says (N, outputs) of N texts as token numbers."""
        longest = max(map(len, tokens))
        padded = torch.tensor([[*one, *[0] * (longest - len(one))] for one in tokens])
        mask = torch.tensor([[1] * len(one) + [0] * (longest - len(one)) for one in tokens])
        states = self.encoder(input_ids=padded, attention_mask=mask).last_hidden_state
        means = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        found: Tensor = self.head(self.dropout(means))
        return found

    def groups(self, tuning: Tuning) -> list[dict[str, object]]:
        """What the optimiser is given: a learning rate for each layer, no decay for vectors."""
        top = self.encoder.config.num_hidden_layers - 1
        found: list[dict[str, object]] = []
        for name, weights in self.named_parameters():
            if not weights.requires_grad:
                continue
            rate = tuning.learning_rate * (STEEP if name.startswith(_HEAD) else 1.0)
            if "layer." in name:
                rate *= tuning.layer_decay ** (top - int(name.split("layer.")[1].split(".")[0]))
            decay = tuning.decay if weights.ndim > 1 else 0.0
            found.append({"params": [weights], "lr": rate, "weight_decay": decay})
        return found

    def said(self, tokens: Sequence[Sequence[int]]) -> NDArray[np.float64]:
        """(N, outputs), what it says of many texts once it has learned."""
        self.eval()
        found = np.empty((len(tokens), self.head.out_features))
        order = sorted(range(len(tokens)), key=lambda place: len(tokens[place]))
        with torch.no_grad():
            for start in range(0, len(order), _AT_ONCE):
                part = order[start : start + _AT_ONCE]
                found[part] = self([tokens[place] for place in part]).double().numpy()
        return found

    def tuned(self, folder: Path) -> TunedEncoder:
        """What became of the encoder at `folder`, with the head of the first output."""
        after = {name: array.detach().numpy() for name, array in self.encoder.named_parameters()}
        return TunedEncoder(
            changes_between(published_weights(folder), after), self.head.weight.detach().numpy()[0].copy()
        )


class Descent:
    """AdamW with a rate that rises and falls, and bounded steps."""

    def __init__(self, groups: list[dict[str, object]], steps: int) -> None:
        self._optimiser = torch.optim.AdamW(groups)
        self._weights = [weights for group in groups for weights in group["params"]]  # type: ignore[attr-defined]
        warm = max(1.0, _WARM * steps)

        def rate(step: int) -> float:
            return min((step + 1) / warm, (steps - step) / max(1.0, steps - warm), 1.0)

        self._rate = rate
        self._schedule = torch.optim.lr_scheduler.LambdaLR(self._optimiser, rate)

    def step(self, loss: Tensor) -> None:
        """Go one step down."""
        self._optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch has no types for it
        nn.utils.clip_grad_norm_(self._weights, _LARGEST_STEP)
        self._optimiser.step()
        self._schedule.step()

    def names(self) -> list[str]:
        """What `moments` holds once a step was gone."""
        return [f"{number}.{moment}" for number in range(len(self._weights)) for moment in _MOMENTS]

    def moments(self) -> dict[str, Tensor]:
        """AdamW's state after the steps so far, by the place of the weights."""
        states = self._optimiser.state_dict()["state"]
        return {f"{number}.{moment}": state[moment] for number, state in states.items() for moment in _MOMENTS}

    def restore(self, step: int, moments: Mapping[str, Tensor]) -> None:
        """Go on after `step` steps. Raises ValueError where the moments are not those of these weights."""
        whole = self._optimiser.state_dict()
        state = {
            number: {moment: moments[f"{number}.{moment}"] for moment in _MOMENTS}
            for number in range(len(self._weights))
        }
        if any(state[number]["exp_avg"].shape != one.shape for number, one in enumerate(self._weights)):
            raise ValueError("its moments are of other weights")
        self._optimiser.load_state_dict({"state": state, "param_groups": whole["param_groups"]})
        self._schedule.last_epoch = step
        for group, base in zip(self._optimiser.param_groups, self._schedule.base_lrs, strict=True):
            group["lr"] = base * self._rate(step)


def quick() -> torch.autocast:
    """What forward passes of a training are made in: bfloat16, three times as quick where the processor knows it."""
    return torch.autocast("cpu", torch.bfloat16)


def tokens_of(folder: Path, texts: Sequence[str]) -> list[list[int]]:
    """The token numbers of texts, cut at LONGEST."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    return [
        one.ids for one in tokenizer.encode_batch_fast([text.encode("utf-8", "replace").decode() for text in texts])
    ]
