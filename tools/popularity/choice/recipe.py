"""How a choice model is trained, as numbers; to be read without loading what trains it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Literal, Protocol

from ..tuning_plan import Tuning

NOTHING = "nothing"
"""The start of a training that goes on from no other choice model."""
FEW = 2_000
"""Pairs below which no encoder is tuned, and what the shipped model says is one part more."""


class Watcher(Protocol):
    """Is told how a training goes."""

    def stage(self, name: str) -> None:
        """A new part begins."""
        ...

    def progress(self, done: int, total: int) -> None:
        """How far the part is."""
        ...


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is trained, and how it is measured."""

    seed: int = 0
    tuning: Tuning = field(default_factory=Tuning)
    encoders: int | None = None
    """How often the encoder is tuned, from one seed after another; None for once, or not at all for FEW pairs."""
    combined: Literal["weights", "utilities"] = "weights"
    """Whether several encoders become one, the mean of their weights, or all are asked and the mean of what they say
    counts, at the price of each in size and time."""
    folds: int = 5
    """Parts that the stories are dealt into; each is judged by what was trained on the others."""
    judged: int | None = None
    """How many of the folds are judged so, 2 at least; None for all. What is judged blends, calibrates and is reported,
    and the weights that one fold is reported by come from another."""
    words: tuple[float, ...] = (10.0, 30.0, 100.0)
    """Strengths of the lexical part's ridge, of which the best is taken."""
    layers: tuple[float, ...] = (50.0, 200.0, 800.0)
    """Those of the ridge on the published encoder's layers; none for a model without them."""
    levels: tuple[float, ...] = (10.0, 30.0, 100.0)
    """Those of the ridge of what texts drew for their time on the same layers, where that is known."""

    def changed(self, *, epochs: int | None = None, encoders: int | None = None, judged: int | None = None) -> Recipe:
        """The recipe with other numbers where they are given."""
        return replace(
            self,
            tuning=replace(self.tuning, epochs=epochs or self.tuning.epochs),
            encoders=self.encoders if encoders is None else encoders,
            judged=judged or self.judged,
        )

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Name and value of each number."""
        whole = {name: value for name, value in asdict(self).items() if name != "tuning"} | asdict(self.tuning)
        return tuple((name, str(value)) for name, value in whole.items())
