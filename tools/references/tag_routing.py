"""Choosing the tags of a request.

The published rule compares the request with the bare names of the tags (LLMPopcorn, arXiv 2502.12945, section 3). The
default adds up three views, each from 0 to 1: the votes of the nearest references, what a linear probe finds typical of
a tag, and the similarity to the tag's name. docs/log.md has the accuracy of every rule that was tried.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from .tag_probe import TagProbe, fit_probe
from .types import Routing, TagChoice

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..embedding.index import VectorIndex
    from ..embedding.types import Encoder

    Near = tuple[NDArray[np.int64], NDArray[np.float32]]
    """What the index answers to one query: rows and similarities (1, k), nearest first."""

VOTERS = 100
"""References that vote."""
TEMPERATURE = 0.07
"""A reference this much less similar than the nearest has 1/e of its vote."""
NAME_WEIGHT = 1.5
"""How much a tag's name counts beside the votes and the probe; names separate small tags that few rows speak for."""


class TagRouter:
    """Ranks a catalogue's tags for a request."""

    def __init__(
        self, tags: NDArray[np.object_], vectors: NDArray[np.float32], index: VectorIndex, encoder: Encoder
    ) -> None:
        """`tags` (N,) holds a `str` a row, empty for none; `vectors` (N, D) unit rows; `index` is over `vectors`."""
        names, codes = np.unique(tags.astype(str), return_inverse=True)
        untagged = int(len(names) > 0 and names[0] == "")
        self.names: tuple[str, ...] = tuple(names[untagged:].tolist())
        """The tags, in alphabetical order."""
        self.codes: NDArray[np.int64] = codes.astype(np.int64) - untagged
        """(N,) the number of each row's tag in `names`, -1 for none."""
        self._vectors = vectors
        self._index = index
        self._encoder = encoder

    def rank(self, query: NDArray[np.float32], routing: Routing, near: Near | None = None) -> tuple[TagChoice, ...]:
        """All tags for a request's unit vector (D,), best first; equal weights in alphabetical order.

        `near` is the index's answer for at least VOTERS rows where the caller has it already.
        """
        if not self.names:
            return ()
        weights = self._similarities(query)
        if routing is Routing.NEIGHBOURS:
            weights = (
                self._votes(near or self._index.search(query, VOTERS)) + self._probe(query) + NAME_WEIGHT * weights
            ) / (2 + NAME_WEIGHT)
        weights = np.clip(weights, 0.0, 1.0)
        order = np.argsort(-weights, kind="stable")
        return tuple(TagChoice(self.names[tag], float(weights[tag])) for tag in order)

    def prepare(self) -> None:
        """Compute now what the first `rank` would compute: the names' vectors and the probe."""
        if self.names:
            _ = self._name_vectors, self._probe

    def _similarities(self, query: NDArray[np.float32]) -> NDArray[np.float64]:
        return (self._name_vectors @ query).astype(np.float64)

    def _votes(self, near: Near) -> NDArray[np.float64]:
        rows, similarities = near[0][0, :VOTERS], near[1][0, :VOTERS].astype(np.float64)
        codes = self.codes[rows]
        votes = np.exp((similarities - similarities[0]) / TEMPERATURE)[codes >= 0]
        total: NDArray[np.float64] = np.bincount(codes[codes >= 0], votes, len(self.names)).astype(np.float64)
        return total / max(float(votes.sum()), 1e-12)

    @cached_property
    def _name_vectors(self) -> NDArray[np.float32]:
        return self._encoder.encode(self.names)

    @cached_property
    def _probe(self) -> TagProbe:
        return fit_probe(self._vectors, self.codes, len(self.names))
