"""Collaborators for graph tests: real ones where they are quick, small ones of the same seams where they are not."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from popcorn.agent.models.offline.chat_model import OfflineDrafter
from popcorn.graphs.create.context import CreateContext
from popcorn.tools.embedding.encoder import open_encoder
from popcorn.tools.popularity.choice.types import Comparison, Pair
from popcorn.tools.popularity.types import Ablation, Explanation, Interval, Score, Subject
from popcorn.tools.references.catalogue import Catalogue
from popcorn.tools.references.catalogue_build import build_catalogue
from popcorn.tools.references.retrieval import Retriever
from popcorn.tools.references.sample import read_sample
from popcorn.tools.video.types import Clip, FrameProgress, RenderRequest


@dataclass
class RisingPredictor:
    """Gives each new title the next percentile of its list, and the same title the same one."""

    percentiles: list[float] = field(default_factory=lambda: [80.0])
    needs_frames: bool = False
    blind: str = ""
    """Why it cannot judge any draft; empty where it can."""
    seen: dict[str, float] = field(default_factory=dict)
    asked: list[Subject] = field(default_factory=list)
    name: str = "rising"
    bank_digest: str = ""
    bank_catalogue: str = ""

    def trained_ids(self, catalogue: str) -> frozenset[str]:
        return frozenset()

    def score(self, subjects: Sequence[Subject]) -> list[Score]:
        self.asked += subjects
        return [self._score(subject) for subject in subjects]

    def explain(self, subject: Subject) -> Explanation:
        whole = self._score(subject)
        return Explanation(whole, (), (Ablation("tag", 1.0, whole.log2_comments - 1.0),), ())

    def _score(self, subject: Subject) -> Score:
        if subject.title not in self.seen:
            self.seen[subject.title] = self.percentiles[min(len(self.seen), len(self.percentiles) - 1)]
        rank = self.seen[subject.title]
        known = Score(rank / 10, 2 ** (rank / 10), "10 videos", self.name, basis=("title",))
        if self.blind:
            return replace(known, no_evidence=(self.blind,))
        return replace(
            known,
            evidence=True,
            percentile=rank,
            percentile_low=max(1.0, rank - 30),
            percentile_high=min(99.0, rank + 30),
            interval=Interval(rank / 10 - 1, rank / 10 + 1, 0.8),
            basis=("title", "frames") if subject.clip else ("title",),
        )


@dataclass
class Preferring:
    """Gives each new title the next worth of its list, and the same title the same one; 10 of it are odds of e."""

    worths: list[float] = field(default_factory=lambda: [50.0])
    blind: str = ""
    """Why it cannot judge any draft; empty where it can."""
    margin: float = 4.0
    """What two worths must differ by to be told apart."""
    seen: dict[str, float] = field(default_factory=dict)
    asked: list[Pair] = field(default_factory=list)
    name: str = "preferring"
    learned_from: str = "a list"

    def compare(self, pairs: Sequence[Pair]) -> list[Comparison]:
        self.asked += pairs
        return [self._compared(pair) for pair in pairs]

    def _compared(self, pair: Pair) -> Comparison:
        lead = self._worth(pair.a) - self._worth(pair.b)
        if self.blind:
            return Comparison(0.5, tied=True, evidence=False, no_evidence=(self.blind,))
        return Comparison(1 / (1 + math.exp(-lead / 10)), tied=abs(lead) < self.margin, evidence=True)

    def _worth(self, subject: Subject) -> float:
        if subject.title not in self.seen:
            self.seen[subject.title] = self.worths[min(len(self.seen), len(self.worths) - 1)]
        return self.seen[subject.title]


@dataclass
class SlateRenderer:
    """Writes a small file for a clip, and remembers what it was asked for."""

    asked: list[RenderRequest] = field(default_factory=list)
    name: str = "slate"

    def render(self, request: RenderRequest, out: Path, progress: FrameProgress | None = None) -> Clip:
        for frame in range(3):
            if progress:
                progress(frame + 1, 3)
        self.asked.append(request)
        out.write_text(repr(request))
        digest = hashlib.sha256(out.read_bytes()).hexdigest()
        width, height = request.aspect.size
        return Clip(out, self.name, request.seconds, width, height, 30.0, 90, "h264", digest)

    def cover(self, request: RenderRequest, clip: Path, out: Path) -> Path:
        out.write_text(request.cover_prompt)
        return out


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The built-in sample, embedded by word hashes."""
    return build_catalogue(tmp_path_factory.mktemp("home") / "sample", read_sample(), open_encoder("hashing"))


@pytest.fixture
def context(sample: Catalogue, tmp_path: Path) -> Callable[..., CreateContext]:
    """A context of the defaults here, with whatever a test replaces."""
    encoder = open_encoder("hashing")
    drafter = OfflineDrafter(seed=0)
    default = CreateContext(
        chat_model=drafter,
        chat_model_name="offline drafter (not a language model)",
        evidence=Retriever(sample, encoder),
        predictor=RisingPredictor(),
        chooser=Preferring(),
        renderer=SlateRenderer(),
        encoder=encoder,
        folder=tmp_path / "run",
    )
    return lambda **changes: replace(default, **changes)


@pytest.fixture
def rising() -> type[RisingPredictor]:
    return RisingPredictor


@pytest.fixture
def preferring() -> type[Preferring]:
    return Preferring


@pytest.fixture
def slate() -> type[SlateRenderer]:
    return SlateRenderer
