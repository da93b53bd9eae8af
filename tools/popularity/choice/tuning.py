"""Tuning an encoder end to end on pairs: a pairwise logistic loss on the difference of two utilities.

A text's utility is a linear head on the mean of its tokens (a bi-encoder): P(A over B) = sigmoid(u(A) - u(B)), and
swapping the sides gives the rest. The target of a pair is sigmoid(z): one that was shown to few says little. A batch
holds whole tests, so that each title is encoded once for all its pairs. Word embeddings stay as they were published.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ....errors import PredictionError
from ....imports import importing_transformers
from .tuned import Change, TunedEncoder, changes_between, published_weights

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from .pairs import PairSet
    from .recipe import Tuning, Watching

LONGEST = 64
"""Tokens of a text that are learned from."""
_WARM = 0.1
"""The share of the steps in which the learning rate rises; then it falls to nothing in a straight line."""
_STEEP = 10.0
"""How much faster the head learns than the encoder, which knows much already."""
_LARGEST_STEP = 1.0
_AT_ONCE = 64
_HEAD = "head"


class _Ranker(nn.Module):
    """The encoder with its head."""

    def __init__(self, folder: Path, tuning: Tuning) -> None:
        super().__init__()
        with importing_transformers():
            from transformers import BertConfig, BertModel

        config = BertConfig.from_json_file(folder / "config.json")
        config.hidden_dropout_prob = config.attention_probs_dropout_prob = tuning.dropout
        self.encoder = BertModel(config, add_pooling_layer=False)
        self.head = nn.Linear(self.encoder.config.hidden_size, 1, bias=False)
        self.dropout = nn.Dropout(tuning.dropout)
        nn.init.normal_(self.head.weight, std=0.02)
        weights = published_weights(folder)
        own = {name for name, _ in self.encoder.named_parameters()}  # the file has a pooler's weights too
        self.encoder.load_state_dict({name: torch.from_numpy(weights[name]) for name in sorted(own)}, strict=False)
        self.encoder.embeddings.requires_grad_(tuning.embeddings)

    def forward(self, tokens: Sequence[Sequence[int]]) -> Tensor:
        """The utilities (N,) of N texts as token numbers."""
        longest = max(map(len, tokens))
        padded = torch.tensor([[*one, *[0] * (longest - len(one))] for one in tokens])
        mask = torch.tensor([[1] * len(one) + [0] * (longest - len(one)) for one in tokens])
        states = self.encoder(input_ids=padded, attention_mask=mask).last_hidden_state
        means = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        utilities: Tensor = self.head(self.dropout(means)).squeeze(-1)
        return utilities

    def groups(self, tuning: Tuning) -> list[dict[str, object]]:
        """What the optimiser is given: a learning rate for each layer, no decay for vectors."""
        top = self.encoder.config.num_hidden_layers - 1
        found: list[dict[str, object]] = []
        for name, weights in self.named_parameters():
            if not weights.requires_grad:
                continue
            rate = tuning.learning_rate * (_STEEP if name.startswith(_HEAD) else 1.0)
            if "layer." in name:
                rate *= tuning.layer_decay ** (top - int(name.split("layer.")[1].split(".")[0]))
            decay = tuning.decay if weights.ndim > 1 else 0.0
            found.append({"params": [weights], "lr": rate, "weight_decay": decay})
        return found


def tune(
    folder: Path,
    pairs: PairSet,
    tuning: Tuning,
    seed: int,
    watching: Watching | None = None,
) -> tuple[TunedEncoder, NDArray[np.float64]]:
    """The encoder at `folder`, tuned on the pairs, and the utilities (N,) of all texts of the set.

    Raises PredictionError where the training falls apart.
    """
    tokens = _tokens(folder, pairs.texts)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        ranker = _Ranker(folder, tuning)
        _learn(ranker, tokens, pairs, tuning, random.Random(seed), watching)  # noqa: S311 - nothing secret
        said = _said(ranker, tokens)
    if not np.isfinite(said).all():
        raise PredictionError("the training fell apart: its figures are not finite", hint="Try another --seed.")
    after = {name: array.detach().numpy() for name, array in ranker.encoder.named_parameters()}
    changes = changes_between(published_weights(folder), after)
    return TunedEncoder(changes, ranker.head.weight.detach().numpy()[0].copy()), said


def averaged(members: Sequence[TunedEncoder]) -> TunedEncoder:
    """One encoder whose weights are the mean of several that were tuned from one start."""
    names = sorted({name for member in members for name in member.changes})
    changes: dict[str, Change] = {}
    for name in names:
        shape = next(member.changes[name].steps for member in members if name in member.changes)
        nothing = np.zeros(shape.shape, np.float32)
        parts = [member.changes[name].of(nothing) for member in members if name in member.changes]
        mean = np.asarray(np.sum(parts, axis=0) / len(members), dtype=np.float32)
        changes |= changes_between({name: nothing}, {name: mean})
    return TunedEncoder(changes, np.mean([member.head for member in members], axis=0, dtype=np.float32))


def _learn(
    ranker: _Ranker,
    tokens: Sequence[Sequence[int]],
    pairs: PairSet,
    tuning: Tuning,
    chance: random.Random,
    watching: Watching | None,
) -> None:
    epochs = [list(_batches(pairs.tests, tuning.batch, chance)) for _ in range(tuning.epochs)]
    batches = [batch for epoch in epochs for batch in epoch]
    optimiser = torch.optim.AdamW(ranker.groups(tuning))
    warm = max(1.0, _WARM * len(batches))

    def rate(step: int) -> float:
        return min((step + 1) / warm, (len(batches) - step) / max(1.0, len(batches) - warm), 1.0)

    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, rate)
    targets = torch.sigmoid(torch.from_numpy(pairs.z).float())
    ranker.train()
    for step, batch in enumerate(batches):
        texts, place = np.unique(np.concatenate([pairs.first[batch], pairs.second[batch]]), return_inverse=True)
        with torch.autocast("cpu", torch.bfloat16):  # three times as quick where the processor knows it
            said = ranker([tokens[text] for text in texts.tolist()])
        utilities = said.float()
        differences = utilities[place[: len(batch)]] - utilities[place[len(batch) :]]
        loss = functional.binary_cross_entropy_with_logits(differences, targets[batch])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch has no types for it
        nn.utils.clip_grad_norm_(ranker.parameters(), _LARGEST_STEP)
        optimiser.step()
        schedule.step()
        if watching:
            watching(step + 1, len(batches))


def _batches(tests: NDArray[np.int64], least: int, chance: random.Random) -> Iterator[NDArray[np.int64]]:
    """The pairs of whole tests, shuffled, at least `least` a batch but for the last."""
    order = np.argsort(tests, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(tests[order])) + 1)
    chance.shuffle(groups)
    batch: list[NDArray[np.int64]] = []
    for group in groups:
        batch.append(group)
        if sum(map(len, batch)) >= least:
            yield np.concatenate(batch)
            batch = []
    if batch:
        yield np.concatenate(batch)


def _said(ranker: _Ranker, tokens: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    """(N,), the utilities of all texts."""
    ranker.eval()
    found = np.empty(len(tokens))
    order = sorted(range(len(tokens)), key=lambda place: len(tokens[place]))
    with torch.no_grad():
        for start in range(0, len(order), _AT_ONCE):
            part = order[start : start + _AT_ONCE]
            found[part] = ranker([tokens[place] for place in part]).double().numpy()
    return found


def _tokens(folder: Path, texts: Sequence[str]) -> list[list[int]]:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    return [
        one.ids for one in tokenizer.encode_batch_fast([text.encode("utf-8", "replace").decode() for text in texts])
    ]
