"""Drafts as the members of a predictor see them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .least_span import Encode


@dataclass(frozen=True, slots=True)
class Drafts:
    """Q drafts as members see them; any of them may lack frames."""

    titles: tuple[str, ...]
    tags: tuple[str, ...]
    text: NDArray[np.floating]
    """(Q, Dt)."""
    retrieval: NDArray[np.floating]
    """(Q, Dr)."""
    frames: NDArray[np.floating] | None = None
    frames_known: NDArray[np.bool_] | None = None
    encode: Encode | None = None
    """Makes vectors of their single words, for a predictor that reads these."""

    def __len__(self) -> int:
        return len(self.titles)

    @property
    def text_known(self) -> NDArray[np.bool_]:
        """(Q,), which drafts have any text."""
        return np.array([bool(title.strip()) for title in self.titles])

    def take(self, rows: NDArray[np.int64]) -> Drafts:
        """Those at the places `rows`."""
        return Drafts(
            titles=tuple(self.titles[row] for row in rows),
            tags=tuple(self.tags[row] for row in rows),
            text=self.text[rows],
            retrieval=self.retrieval[rows],
            frames=None if self.frames is None else self.frames[rows],
            frames_known=None if self.frames_known is None else self.frames_known[rows],
            encode=self.encode,
        )

    def untagged(self) -> Drafts:
        """The same without tags, as drafts mostly come."""
        return replace(self, tags=("",) * len(self))

    def singly(self) -> list[Drafts]:
        """Each by itself."""
        return [self.take(np.array([row])) for row in range(len(self))]
