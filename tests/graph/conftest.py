"""Collaborators for graph tests: real ones where they are quick, small ones of the same seams where they are not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from popcorn.agent.models.offline.chat_model import OfflineDrafter
from popcorn.graphs.create.context import CreateContext
from popcorn.tools.embedding.encoder import open_encoder
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
        return Explanation(whole, (), (Ablation("tag", 1.0, 10.0, whole.log2_comments - 1.0),), ())

    def _score(self, subject: Subject) -> Score:
        if subject.title not in self.seen:
            self.seen[subject.title] = self.percentiles[min(len(self.seen), len(self.percentiles) - 1)]
        percentile, basis = self.seen[subject.title], ("title", "frames") if subject.clip else ("title",)
        interval = Interval(percentile / 10 - 1, percentile / 10 + 1, 0.8)
        return Score(percentile / 10, 2 ** (percentile / 10), percentile, "10 videos", interval, self.name, basis)


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
        renderer=SlateRenderer(),
        encoder=encoder,
        folder=tmp_path / "run",
    )
    return lambda **changes: replace(default, **changes)


@pytest.fixture
def rising() -> type[RisingPredictor]:
    return RisingPredictor


@pytest.fixture
def slate() -> type[SlateRenderer]:
    return SlateRenderer
