"""A trained predictor as values: the bank, its members, how they are blended, and what held-out videos say of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..memory_bank import MemoryBank
from ..mmra.videos import Nearest, Videos, find_nearest
from ..neighbourhood import Settings, Shortlist, shortlist
from ..neighbourhood import predict as weigh
from .drafts import Drafts
from .guessed_tags import Reading, readings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from ..calibration import Scale
    from ..domain import Domain
    from ..mmra.batches import Batch
    from ..mmra.config import MMRAConfig
    from .blend import Blend
    from .lexical import Lexical
    from .manifest import Facts
    from .networks import Networks
    from .plain_words import PlainWords
    from .steady import Steady
    from .tuned_titles import TunedTitles

    Members = Callable[[Reading], dict[str, NDArray[np.float64]]]

_AT_ONCE = 256
TAG_BONUS = 0.1
"""How much nearer a video of the same tag is taken to be when neighbours are looked up."""


@dataclass(frozen=True)
class FittedPredictor:
    """All that a training finds out; `store` saves it."""

    facts: Facts
    bank: MemoryBank
    """The training videos; `vectors` are what neighbours are found by."""
    videos: Videos
    """The same videos as networks see them, row by row."""
    tag_names: tuple[str, ...]
    networks: Networks
    neighbours: Settings | None
    lexical: Lexical | None
    tuned: TunedTitles | None
    blend: Blend
    steady: Steady | None
    """What keeps words around a topic from lifting it; None for a predictor that believes the whole title."""
    held_out: NDArray[np.float64]
    """(M,), what it predicts for the videos that chose its blend, each left out of the weights."""
    scale: Scale
    """What its predictions of videos that it has not learned from, read as drafts are, say about new ones."""
    plain_words: PlainWords | None
    """What tells names from plain words; None where it was not learned."""
    domain: Domain
    """Which titles it can judge."""
    usual_nearness: float
    """The similarity to the nearest bank video that all but 0.2 % of the validation videos reach."""

    @property
    def config(self) -> MMRAConfig:
        """The shape of its networks."""
        return self.networks.config

    def codes(self, tags: Sequence[str]) -> NDArray[np.int64]:
        """The codes of tags (Q,), -1 for those that no training video has."""
        places = {name: place for place, name in enumerate(self.tag_names)}
        return np.array([places.get(tag, -1) for tag in tags], dtype=np.int64)

    def nearest(self, drafts: Drafts) -> Nearest:
        """The bank videos nearest to each draft."""
        everything = np.arange(len(self.videos), dtype=np.int64)
        return find_nearest(
            self.videos,
            everything,
            drafts.retrieval,
            self.codes(drafts.tags),
            self.config.neighbours,
            tag_bonus=TAG_BONUS if self.config.variant == "popcorn" else 0.0,
        )

    def batch(self, drafts: Drafts, near: Nearest) -> Batch:
        """The drafts with their neighbours as tensors."""
        from ..mmra.batches import Batch

        return Batch.of(self._targets(drafts), np.arange(len(drafts)), self.videos, near)

    def _targets(self, drafts: Drafts) -> Videos:
        return Videos(
            text=drafts.text,
            retrieval=drafts.retrieval,
            labels=np.full(len(drafts), np.nan),
            tags=self.codes(drafts.tags),
            frames=drafts.frames,
            frames_known=drafts.frames_known,
            text_known=drafts.text_known,
        )

    def said(self, drafts: Drafts) -> dict[str, NDArray[np.float64]]:
        """What each member says of the drafts, (Q,) by its name."""
        found = self.averaged(drafts, self._by_tag)
        if self.tuned:
            by_titles = self.tuned.encoder.utilities(drafts.titles) + found["tuned"]
            found["tuned"] = np.where(drafts.text_known, by_titles, found["network"])
        return {name: values for name, values in found.items() if name in dict(self.blend.weights)}

    def averaged(self, drafts: Drafts, members: Members) -> dict[str, NDArray[np.float64]]:
        """What `members` say of the drafts, (Q,) by name, averaged over the readings of each."""
        total: dict[str, NDArray[np.float64]] = {}
        for reading in self.readings(drafts):
            for name, values in members(reading).items():
                total.setdefault(name, np.zeros(len(drafts)))[reading.rows] += reading.shares * values
        return total

    def readings(self, drafts: Drafts) -> list[Reading]:
        """The drafts with the tags that each may have."""
        if not self.facts.guesses_tags:
            return [Reading(drafts, np.arange(len(drafts)), np.ones(len(drafts)))]
        return list(readings(drafts, self.codes(drafts.tags) >= 0, self.bank, self.shortlist(drafts)))

    def _by_tag(self, reading: Reading) -> dict[str, NDArray[np.float64]]:
        """What each member says of drafts with a tag; the tuned encoder what it adds for the tag alone."""
        drafts = reading.drafts
        found = {"network": self._by_networks(drafts)}
        if self.neighbours:
            # a draft without words has no neighbours of its own: the networks speak for them
            by_labels = self.by_neighbours(reading, self.neighbours)
            found["neighbours"] = np.where(drafts.text_known, by_labels, found["network"])
        if self.lexical:
            found["lexical"] = self.lexical.predict(drafts.titles, drafts.tags)
        if self.tuned:
            found["tuned"] = self.tuned.shifts[self.codes(drafts.tags)].astype(np.float64)
        return found

    def predict(self, drafts: Drafts) -> NDArray[np.float64]:
        """log2(comments) of the drafts, (Q,), never below 0; some hundred at a time, so that memory is flat over Q."""
        parts = np.array_split(np.arange(len(drafts)), max(1, -(-len(drafts) // _AT_ONCE)))
        taken = [drafts.take(part) for part in parts]
        return np.concatenate([self.together(self.said(one), one) for one in taken])

    def together(self, said: Mapping[str, NDArray[np.float64]], drafts: Drafts) -> NDArray[np.float64]:
        """log2(comments) of the drafts (Q,), never below 0, from what the members said of them."""
        return np.maximum(self.tempered(self.blend(said), drafts), 0.0)

    def tempered(self, whole: NDArray[np.float64], drafts: Drafts) -> NDArray[np.float64]:
        """What the blend says of whole titles (Q,), kept from being lifted by words around a topic."""
        if self.steady is None:
            return whole
        if drafts.encode is None:
            raise ValueError("this predictor reads single words, and these drafts bring nothing to encode them")
        return self.steady.predict(whole, drafts.titles, drafts.encode)

    def by_networks(self, batch: Batch) -> NDArray[np.float64]:
        """The mean of what the networks predict, (Q,)."""
        import torch

        with torch.no_grad():
            said = torch.stack([network(batch).squeeze(1) for network in self.networks])
        return said.double().mean(dim=0).numpy()

    def _by_networks(self, drafts: Drafts) -> NDArray[np.float64]:
        near, of_texts = self.nearest(drafts), self.networks.of_texts
        if drafts.frames is not None or self.videos.frames is not None or not of_texts:
            return self.by_networks(self.batch(drafts, near))
        targets = self._targets(drafts)
        said: NDArray[np.float64] = np.mean([network(targets, self.videos, near) for network in of_texts], axis=0)
        return said.astype(np.float64)

    def by_neighbours(self, reading: Reading, settings: Settings) -> NDArray[np.float64]:
        """The labels of the nearest videos, weighted by `settings`, (Q,)."""
        near = reading.near or self.shortlist(reading.drafts)
        codes = np.array([self.bank.code_of(tag) for tag in reading.drafts.tags], dtype=np.int64)
        return weigh(self.bank, near, codes, settings)

    def shortlist(self, drafts: Drafts) -> Shortlist:
        """What the neighbours member looks at."""
        # One at a time: in a block, rounding would let a draft's score depend on the drafts beside it.
        vectors = np.asarray(drafts.retrieval, dtype=np.float32)
        found = [shortlist(self.bank, vector[None]) for vector in vectors]
        return Shortlist(
            np.concatenate([one.rows for one in found]), np.concatenate([one.similarities for one in found])
        )
