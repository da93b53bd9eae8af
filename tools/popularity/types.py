"""The seam behind which predictors stand, and the score they give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ..embedding.types import Encoder
    from .memory_bank import BankSource


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval of the label log2(comments) that holds it with the given coverage (0 to 1)."""

    low: float
    high: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Score:
    """A predicted popularity, with what it takes to read it."""

    log2_comments: float
    comments: float
    """2 ** log2_comments."""
    against: str
    """The named set of real videos whose labels the rank is among, e.g. `748 trending YouTube videos of 2017-2018`."""
    predictor: str
    evidence: bool = False
    """Whether the predictor can judge such a draft at all. Where it cannot, rank and interval are None."""
    percentile: float | None = None
    """The expected rank of the LABEL among the real labels of `against`, above 0 and below 100; for every draft of one
    predictor the same yardstick, calibrated on videos kept apart that were read as drafts are."""
    percentile_low: float | None = None
    percentile_high: float | None = None
    """The ends of the range that holds the label's rank with the coverage of `interval`."""
    interval: Interval | None = None
    no_evidence: tuple[str, ...] = ()
    """Why the predictor cannot judge the draft, in clauses for people; empty where it can."""
    basis: tuple[str, ...] = ()
    """The modalities really used: title, text, tag, frames."""
    illustrative: bool = False
    """True when the predictor's labels are invented, as in the built-in sample."""
    notices: tuple[str, ...] = ()
    title_similarity: float = 0.0
    """Cosine similarity of the title to what the predictor knows best like it; near 1 for a copied title."""
    learned_from: str = ""
    """What the predictor learned from, e.g. `6,709 trending YouTube videos of 2017-2018, text only`."""
    unknown_tag: str = ""
    """The draft's tag where the predictor knows no video of it and did not use it."""

    def __post_init__(self) -> None:
        """Restore tuples: a checkpoint gives every tuple back as a list."""
        object.__setattr__(self, "basis", tuple(self.basis))
        object.__setattr__(self, "notices", tuple(self.notices))
        object.__setattr__(self, "no_evidence", tuple(self.no_evidence))
        if not self.evidence:  # also what a release that ranked predictions among predictions has saved
            for name in ("percentile", "percentile_low", "percentile_high", "interval"):
                object.__setattr__(self, name, None)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be scored: a draft, or a draft and its clip."""

    title: str
    text: str = ""
    """The video prompt or description."""
    tag: str = ""
    clip: Path | None = None
    request: str = ""
    """What was asked for: names and trend words of the draft that are not in it count nothing. Empty: nobody asked."""
    platform: str = ""
    """Where the draft is to be published, e.g. `short-video`; empty where nobody said: the predictor's own is meant."""


@dataclass(frozen=True, slots=True)
class Influence:
    """A past video that a score rests on."""

    id: str
    tag: str
    comments: float
    similarity: float
    """Cosine similarity to the draft."""
    share: float
    """Its share of what the neighbours said, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Ablation:
    """What a score becomes when a part of the draft, or of the predictor, is taken away."""

    without: str
    """text, tag, frames or retrieval; or a word of the title."""
    log2_comments: float
    change: float
    """log2(comments) as scored, less the one without: above 0 for what raises the score."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What moved a score."""

    score: Score
    neighbours: tuple[Influence, ...]
    """The past videos with the largest shares, the largest first."""
    without: tuple[Ablation, ...]
    """Each modality that was used, and the retrieval, taken away."""
    words: tuple[Ablation, ...]
    """Each word of the title taken away, in the title's order; empty for a title of one word."""
    members: tuple[tuple[str, float, float], ...] = ()
    """What each member of the predictor said, as log2(comments), and its weight."""

    def __post_init__(self) -> None:
        """Restore tuples: a checkpoint gives every tuple back as a list."""
        for name in ("neighbours", "without", "words"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        object.__setattr__(self, "members", tuple(tuple(member) for member in self.members))


@dataclass(frozen=True, slots=True)
class Learned:
    """Which past videos a predictor has seen."""

    catalogue: str
    """The catalogue that they come from."""
    ids: frozenset[str]

    def seen_in(self, catalogue: str) -> frozenset[str]:
        """The ids of videos of `catalogue` that it has seen, which must never come back as references.

        All of them for the catalogue that it learned from; for another one those that mean the same video everywhere:
        a bare number says nothing outside its catalogue.
        """
        if catalogue == self.catalogue:
            return self.ids
        return frozenset(known for known in self.ids if not known.isdecimal())


def read(basis: Sequence[str], unknown_tag: str = "") -> str:
    """What a score rests on, for people: `the title, the text; it knows no tag 'Cars'`."""
    unused = f"; it knows no tag {unknown_tag!r}" if unknown_tag else ""
    return f"{', '.join(f'the {part}' for part in basis) or 'nothing'}{unused}"


def counted(number: int, source: str) -> str:
    """So many videos of a set, for people: `872 microlens videos`."""
    return f"{number:,} {source}" if "videos" in source.split() else f"{number:,} {source} videos"


class Predictor(Protocol):
    """h of docs/architecture.md: predicts log2(comments)."""

    @property
    def name(self) -> str:
        """The predictor's name, as a score carries it."""
        ...

    @property
    def bank_digest(self) -> str:
        """SHA-256 of the memory bank, to know the same predictor by."""
        ...

    @property
    def bank_catalogue(self) -> str:
        """The name of the catalogue that the videos in the memory bank come from."""
        ...

    @property
    def needs_frames(self) -> bool:
        """True when a clip changes the score; drafts are then rendered before they are scored for good."""
        ...

    def trained_ids(self, catalogue: str) -> frozenset[str]:
        """The ids of videos of `catalogue` that it has seen: `Learned.seen_in`."""
        ...

    def score(self, subjects: Sequence[Subject]) -> list[Score]:
        """One score a subject, in order. Raises PredictionError rather than give a low score."""
        ...

    def explain(self, subject: Subject) -> Explanation:
        """What moved the score of one subject. Raises what `score` raises."""
        ...


class Opener(Protocol):
    """Opens one kind of predictor; `registry` knows them by name."""

    def __call__(self, folder: Path, source: BankSource, encoder: Encoder) -> Predictor:
        """The predictor whose fit stands at `folder`; without a current and whole one it is fitted and saved there.

        Raises NewerFormatError when a newer Popcorn wrote the fit, and PredictionError when `source` gives too little
        to learn from.
        """
        ...
