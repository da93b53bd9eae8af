"""What a training is told to do, and who is told how it goes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol

from ...embedding.bundled_encoder import NAME as BUNDLED
from ..mmra.config import MMRAConfig, Variant
from ..mmra.plan import Epoch, TrainingPlan
from ..tuning_plan import Tuning

if TYPE_CHECKING:
    from .material import Material

TITLES = Tuning(epochs=3, learning_rate=4e-5, layer_decay=0.9)
"""How an encoder is tuned on titles: of what was tried, what helped the blend most on validation videos."""
FEWEST_TITLES = 2_000
"""Videos to learn from below which no encoder is tuned."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is trained, and how."""

    variant: Variant = "popcorn"
    networks: int = 3
    """Networks of different seeds, whose predictions are averaged."""
    neighbours: int = 50
    """K of the `popcorn` networks; the reference has 10."""
    hidden: int = 192
    members: tuple[str, ...] = ("network", "neighbours", "lexical")
    seed: int = 0
    epochs: int | None = None
    """At most; None for the variant's own number."""
    bank: Literal["train", "train+valid"] | None = None
    """Where neighbours come from; None for the variant's own choice."""
    steady: bool = False
    """Whether words around a topic are kept from lifting it: `least_span`. It then reads titles and nothing else."""
    folds: int = 0
    """Where the scale comes from: 0 for validation and test videos; else so many parts of the groups, each predicted
    by a predictor that learned from the others, so that the rank is among all videos."""
    kept: float = 1.0
    """The share of the association that is expected to hold for drafts of another time or country."""

    tuning: Tuning | None = None
    """How the bundled encoder is tuned on the titles, as a member more; None for no such member."""
    refit: bool = False
    """Whether the members learn from the validation videos too, once these have chosen epochs, weights and scale."""

    @classmethod
    def of(cls, variant: Variant, seed: int = 0) -> Recipe:
        """Everything for `popcorn`; the network alone for the reference."""
        if variant == "reference":
            return cls("reference", networks=1, members=("network",), seed=seed)
        return cls(seed=seed, tuning=TITLES)

    @classmethod
    def quick(cls, variant: Variant, seed: int = 0) -> Recipe:
        """One small network and few epochs, and no tuned encoder."""
        return replace(cls.of(variant, seed), networks=1, epochs=3, hidden=64, tuning=None)

    def changed(self, networks: int | None, epochs: int | None) -> Recipe:
        """The recipe with other numbers where they are given."""
        return replace(self, networks=networks or self.networks, epochs=epochs or self.epochs)

    def tunes(self, material: Material) -> bool:
        """Whether an encoder is tuned: where the bundled one reads the titles, and they are enough."""
        read_by_it = material.origin.encoder == BUNDLED
        return self.tuning is not None and read_by_it and len(material.split.train) >= FEWEST_TITLES

    def config(self, material: Material) -> MMRAConfig:
        """The networks' shape for this material."""
        frames = material.frames
        count, size = (10, 0) if frames is None else frames.shape[1:]
        dimension = material.text.shape[1]
        if self.variant == "reference":
            return MMRAConfig("reference", count, dimension, frame_dimension=size)
        return MMRAConfig(
            "popcorn",
            count,
            dimension,
            neighbours=self.neighbours,
            frame_dimension=size,
            hidden=self.hidden,
            tags=len(material.tag_names),
            dropout=0.4,
        )

    def plan(self) -> TrainingPlan:
        """How each network is trained, before its own seed."""
        plan = TrainingPlan.of(self.variant, self.seed)
        return replace(plan, epochs=self.epochs or plan.epochs, bank=self.bank or plan.bank)


class Watcher(Protocol):
    """Is told how a training goes."""

    def stage(self, name: str) -> None:
        """A new part begins."""
        ...

    def epoch(self, network: int, epoch: Epoch) -> None:
        """A network, counted from 1, has ended an epoch."""
        ...

    def progress(self, done: int, total: int) -> None:
        """How far the part is."""
        ...


class Silent:
    """A watcher that nobody listens to."""

    def stage(self, name: str) -> None:
        """A new part begins."""

    def epoch(self, network: int, epoch: Epoch) -> None:
        """A network has ended an epoch."""

    def progress(self, done: int, total: int) -> None:
        """How far the part is."""
