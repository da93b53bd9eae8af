"""What a choice model learns from: pairs of drafts of one idea, and which drew more by how much."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ....errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..types import Subject

SIGNIFICANT = 1.96
"""Standard errors beyond which a difference is called significant."""
WON = 2.0
"""The standard errors that a bare `winner` counts for."""
_SHUFFLED = 7
"""The seed by which stories are dealt into folds: every figure on one table is on the same folds."""


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """Two drafts of one idea that were tried."""

    title_a: str
    title_b: str
    z: float
    """By how many standard errors A drew more than B; below 0 where B did."""
    test: str = ""
    story: str = ""
    prompt_a: str = ""
    prompt_b: str = ""
    sound: bool = True
    """False where something is known to be wrong with the test: it is learned from, and left out of all figures."""
    request: str = ""
    """What both drafts are an answer to; empty where nobody said."""
    platform: str = ""
    """Where they were tried; empty where nobody said."""
    levels: tuple[float, float] | None = None
    """How much each side drew beside all that was tried in its time, e.g. log click rates less their week's mean;
    unlike z it tells drafts of different ideas apart. None where that is not known."""


@dataclass(frozen=True, slots=True)
class PairSet:
    """Pairs as a model sees them: P pairs of N different texts."""

    texts: tuple[str, ...]
    first: NDArray[np.int64]
    """(P,), the places in `texts` of the A sides."""
    second: NDArray[np.int64]
    z: NDArray[np.float64]
    """(P,), by how many standard errors A drew more."""
    tests: NDArray[np.int64]
    """(P,), which pairs were tried together; they share headlines and are learned from together."""
    stories: NDArray[np.int64]
    """(P,), which pairs share a story; no fold cuts through one."""
    sound: NDArray[np.bool_]
    """(P,), the pairs that figures are on."""
    prompts: bool
    """Whether the texts hold the video prompts too."""
    measured: bool
    """Whether every z was measured; False where a bare winner was named."""
    levels: NDArray[np.float64] | None = None
    """(N,), how much each text drew beside all that was tried in its time; NaN where that is not known of a text,
    None where it is known of none."""

    def __len__(self) -> int:
        return len(self.z)

    @property
    def decided(self) -> NDArray[np.bool_]:
        """(P,), the pairs whose difference is no accident; all that have a winner where only winners are known."""
        significant: NDArray[np.bool_] = np.abs(self.z) > SIGNIFICANT
        return significant if self.measured and significant.any() else self.z != 0

    def take(self, rows: NDArray[np.int64]) -> PairSet:
        """These pairs, with all texts."""
        parts = {name: getattr(self, name)[rows] for name in ("first", "second", "z", "tests", "stories", "sound")}
        return replace(self, **parts)

    def used(self) -> NDArray[np.int64]:
        """The places of the texts that the pairs have."""
        return np.unique(np.concatenate([self.first, self.second]))

    def differences(self, utilities: NDArray[np.float64]) -> NDArray[np.float64]:
        """(P,), the utility of A less that of B, from those of all texts (N,)."""
        return utilities[self.first] - utilities[self.second]

    @property
    def titles(self) -> list[str]:
        """(N), the first line of each text."""
        return [text.split("\n")[0] for text in self.texts]

    @property
    def title_stories(self) -> NDArray[np.int64]:
        """(N,), the story that each text is of."""
        found = np.full(len(self.texts), -1, dtype=np.int64)
        found[self.first], found[self.second] = self.stories, self.stories
        return found

    def text_folds(self, folds: NDArray[np.int64]) -> NDArray[np.int64]:
        """(N,), the fold of each text, from those of the pairs (P,); -1 for one that no pair has."""
        found = np.full(len(self.texts), -1, dtype=np.int64)
        found[self.first], found[self.second] = folds, folds
        return found

    def folds(self, number: int) -> NDArray[np.int64]:
        """(P,), the fold of each pair; the stories are dealt out, shuffled always alike."""
        names = np.unique(self.stories).tolist()
        random.Random(_SHUFFLED).shuffle(names)  # noqa: S311 - nothing secret
        fold_of = {name: place % number for place, name in enumerate(names)}
        return np.array([fold_of[story] for story in self.stories.tolist()], dtype=np.int64)


def reading(subject: Subject, *, prompts: bool) -> str:
    """What a model reads of a draft: the title, with the video prompt where it learned from those."""
    title, text = " ".join(subject.title.split()), " ".join(subject.text.split())
    return f"{title}\n{text}".strip() if prompts else title or text


def pair_set(pairs: Sequence[LabelledPair]) -> PairSet:
    """The pairs whose sides differ. Raises DataError where none is left."""
    from ..types import Subject

    prompts = any(pair.prompt_a.strip() or pair.prompt_b.strip() for pair in pairs)
    sides = [
        (
            reading(Subject(pair.title_a, pair.prompt_a), prompts=prompts),
            reading(Subject(pair.title_b, pair.prompt_b), prompts=prompts),
        )
        for pair in pairs
    ]
    kept = [place for place, (a, b) in enumerate(sides) if a != b]
    if not kept:
        raise DataError(
            "no pair has two different drafts", hint="A pair needs two titles of one idea, in title_a and title_b."
        )
    texts = sorted({text for place in kept for text in sides[place]})
    place_of = {text: place for place, text in enumerate(texts)}
    first, second = (np.array([place_of[sides[place][side]] for place in kept], dtype=np.int64) for side in (0, 1))
    labels = [pairs[place] for place in kept]
    stories = _stories(first, second, [pair.story or pair.test for pair in labels], len(texts))
    return PairSet(
        texts=tuple(texts),
        first=first,
        second=second,
        z=np.array([pair.z for pair in labels], dtype=np.float64),
        tests=_codes([f"{story}\n{pair.test}" for story, pair in zip(stories.tolist(), labels, strict=True)]),
        stories=stories,
        sound=np.array([pair.sound for pair in labels]),
        prompts=prompts,
        measured=any(abs(pair.z) not in (0.0, WON) for pair in labels),
        levels=_levels(first, second, labels, len(texts)),
    )


def _levels(
    first: NDArray[np.int64], second: NDArray[np.int64], pairs: Sequence[LabelledPair], texts: int
) -> NDArray[np.float64] | None:
    """(N,), the mean level of each text over its pairs."""
    known = np.array([pair.levels is not None for pair in pairs])
    if not known.any():
        return None
    levels = np.array([pair.levels for pair in pairs if pair.levels is not None], dtype=np.float64)
    places = np.concatenate([first[known], second[known]])
    counted = np.bincount(places, minlength=texts)
    together = np.bincount(places, weights=levels.T.ravel(), minlength=texts)
    return np.where(counted > 0, together / np.maximum(counted, 1), np.nan)


def _stories(
    first: NDArray[np.int64], second: NDArray[np.int64], names: Sequence[str], texts: int
) -> NDArray[np.int64]:
    """(P,), pairs with one name or one text in common have one number, and so on along the chain.

    Numbers are in the order of the least name of each story, and of its first pair where nothing is named.
    """
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    named = np.array([bool(name) for name in names])
    nodes = _codes(names) + texts
    rows = np.concatenate([first, first[named]])
    columns = np.concatenate([second, nodes[named]])
    size = texts + len(names) + 1
    _, part = connected_components(
        csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(size, size)), directed=False
    )
    found = part[first]
    least: dict[int, tuple[str, int]] = {}
    for place, (number, name) in enumerate(zip(found.tolist(), names, strict=True)):
        least[number] = min(least.get(number, (name, place)), (name, place))
    order = {number: rank for rank, number in enumerate(sorted(least, key=least.__getitem__))}
    return np.array([order[number] for number in found.tolist()], dtype=np.int64)


def _codes(names: Sequence[str]) -> NDArray[np.int64]:
    found: NDArray[np.int64] = np.unique(np.array(names, dtype=np.str_), return_inverse=True)[1].astype(np.int64)
    return found
