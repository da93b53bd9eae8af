"""Pairs whose winner is known, a small encoder to tune on them, and choice models made of both."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import numpy as np
from popcorn.tools.embedding.bundled_encoder import bundled_folder
from popcorn.tools.popularity.choice.fitted import FittedChoice
from popcorn.tools.popularity.choice.fitting import Origin, fit
from popcorn.tools.popularity.choice.pairs import LabelledPair, pair_set
from popcorn.tools.popularity.choice.recipe import Recipe
from popcorn.tools.popularity.tuned_encoder import TunedEncoder, changes_between, published_weights

TOPICS = ("otters", "bread", "skating", "origami", "a volcano", "violins", "tea", "chess", "trains", "gardens")
GOOD = ("You won't believe what {} did next", "Nobody expected this from {} at all", "Watch what {} can do now")
BAD = ("A report about {} was published", "Information concerning {} in general", "Notes on {} for the record")
WORDS = Recipe(encoders=0, layers=(), words=(1.0, 10.0))


class Silent:
    """A watcher that nobody listens to."""

    def stage(self, name: str) -> None:
        pass

    def progress(self, done: int, total: int) -> None:
        pass


def labelled(number: int = 200, seed: int = 0) -> list[LabelledPair]:
    """Pairs of one topic each; the livelier headline won, but for one in ten."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    found = []
    for place in range(number):
        topic = f"{chance.choice(TOPICS)} number {place // 2}"
        good, bad = (chance.choice(forms).format(topic) for forms in (GOOD, BAD))
        z = abs(chance.gauss(3, 1)) * (1 if chance.random() < 0.9 else -1)
        sides = (good, bad, z) if chance.random() < 0.5 else (bad, good, -z)
        found.append(LabelledPair(*sides, test=f"t{place // 2}", story=f"s{place // 2}"))
    return found


def words_alone(name: str = "mine") -> FittedChoice:
    """A choice model that has no encoder."""
    return fit(name, pair_set(labelled()), Origin("pairs of the tests"), WORDS, Silent())


def tuned_by_chance(seed: int = 0) -> TunedEncoder:
    """The bundled encoder with changes that mean nothing."""
    random_ = np.random.default_rng(seed)
    before = published_weights(bundled_folder())
    names = ("encoder.layer.5.output.dense.weight", "encoder.layer.5.output.dense.bias")
    after = {name: before[name] + random_.normal(0, 0.01, before[name].shape).astype(np.float32) for name in names}
    return TunedEncoder(changes_between(before, after), random_.normal(0, 0.1, 384).astype(np.float32))


def small_encoder(folder: Path) -> Path:
    """A random BERT of two thin layers, with the bundled encoder's tokens, saved as the bundled one is."""
    import torch
    from transformers import BertConfig, BertModel

    with torch.random.fork_rng():
        torch.manual_seed(0)
        config = BertConfig(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32)
        BertModel(config).save_pretrained(folder)
    shutil.copyfile(bundled_folder() / "tokenizer.json", folder / "tokenizer.json")
    return folder
