"""The first predictor: what the nearest past videos got. The baseline that every other predictor has to beat.

Its scale comes from leaving one bank video out at a time, read as a draft is read: title and text, no tag. These rows
also chose the settings, of which there are a hundred: among thousands of rows that flatters little, among tens more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ...errors import PredictionError
from .calibration import Scale, fit_scale, judged
from .draft_vectors import draft_vectors
from .memory_bank import MemoryBank
from .neighbourhood import NO_TAG, Settings, choose_settings, held_out, predict, shares, shortlist, shortlists
from .occlusion import SHOWN, ablation, without_words
from .reliability import Reliability, cross_fitted
from .title_form import doubt_of_form
from .types import Explanation, Influence, Learned, Score, Subject

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..embedding.types import Encoder

NAME = "neighbours"
MOST_HELD_OUT = 20_000
"""Videos of the bank that are predicted without themselves, evenly spaced."""
MOST_READ = 1_000
"""Of these so many are read again as drafts are, where their texts are at hand: it takes an encoder some seconds."""
STRANGE = 0.01
"""A draft less near to the bank than this share of the bank's own videos cannot be judged."""


@dataclass(frozen=True, slots=True)
class FittedNeighbours:
    """All that a fit finds out; `neighbours_store` saves it."""

    bank: MemoryBank
    settings: Settings
    scale: Scale
    usual_nearness: float
    """The similarity to the nearest other video that all but STRANGE of the bank's videos reach."""
    reliability: Reliability | None = None
    """What the scale showed for these videos, against what they got; None where it says nothing."""


def fit_neighbours(bank: MemoryBank, progress: Callable[[int, int], None] | None = None) -> FittedNeighbours:
    """Choose settings and make the scale by leaving one video out at a time; MicroLens' 15,790 take seconds.

    `progress` gets videos held out so far and their total.
    """
    rows = np.arange(0, len(bank), len(bank) // MOST_HELD_OUT + 1, dtype=np.int64)
    near = held_out(bank, rows, progress)
    settings = choose_settings(bank, near, rows)
    if bank.as_drafts is not None:
        rows = np.arange(0, len(bank), -(-len(bank) // MOST_READ), dtype=np.int64)
        near = shortlists(bank, bank.as_drafts(rows), rows)
    predictions = predict(bank, near, np.full(len(rows), NO_TAG), settings)
    return FittedNeighbours(
        bank,
        settings,
        fit_scale(predictions, bank.labels[rows]),
        float(np.quantile(near.similarities[:, 0], STRANGE)),
        cross_fitted(predictions, bank.labels[rows]),
    )


class NeighboursPredictor:
    """The mean popularity of the nearest past videos, weighted by similarity. Reads text and tag, never frames."""

    name = NAME
    needs_frames = False

    def __init__(self, fitted: FittedNeighbours, encoder: Encoder) -> None:
        """Raises PredictionError when `encoder` is not the one that the bank's vectors come from."""
        made_by = fitted.bank.encoder
        if encoder.name != made_by:
            raise PredictionError(
                f"the predictor {NAME!r} was fitted on vectors of {made_by!r}, not of {encoder.name!r}",
                hint=f"Use the encoder {made_by!r}, or fit the predictor again.",
            )
        self.fitted = fitted
        self._encoder = encoder

    @property
    def bank_digest(self) -> str:
        """SHA-256 of the memory bank."""
        return self.fitted.bank.digest

    @property
    def bank_catalogue(self) -> str:
        """The catalogue that the bank's videos come from."""
        return self.fitted.bank.catalogue

    def trained_ids(self, catalogue: str) -> frozenset[str]:
        """The ids of videos of `catalogue` that are in the bank."""
        return self._learned.seen_in(catalogue)

    def score(self, subjects: Sequence[Subject]) -> list[Score]:
        """One score a subject, in order. Raises PredictionError for a subject without any text."""
        if not subjects:
            return []
        vectors = draft_vectors(self._encoder, subjects)
        # One at a time: in a block, rounding would let a draft's score depend on the drafts beside it.
        return [self._score(subject, vector) for subject, vector in zip(subjects, vectors, strict=True)]

    def explain(self, subject: Subject) -> Explanation:
        """What moved the score of one subject: the nearest videos, the tag, the words of the title."""
        bank, settings = self.fitted.bank, self.fitted.settings
        (score,) = self.score([subject])
        near = shortlist(bank, draft_vectors(self._encoder, [subject]))
        rows, parts = shares(bank, near, bank.code_of(subject.tag), settings)
        similar = dict(zip(near.rows[0].tolist(), near.similarities[0].tolist(), strict=True))
        found = [
            Influence(bank.ids[row], bank.tags[row], 2.0 ** float(bank.labels[row]), similar[row], share)
            for row, share in zip(rows[:SHOWN].tolist(), parts[:SHOWN].tolist(), strict=True)
        ]
        untagged = [replace(subject, tag="")] if "tag" in score.basis else []
        words = without_words(subject)
        others = self.score([*untagged, *(less for _, less in words)])
        names = [*("tag" for _ in untagged), *(word for word, _ in words)]
        changes = [ablation(name, score, other) for name, other in zip(names, others, strict=True)]
        return Explanation(score, tuple(found), tuple(changes[: len(untagged)]), tuple(changes[len(untagged) :]))

    @cached_property
    def _learned(self) -> Learned:
        return Learned(self.fitted.bank.catalogue, frozenset(self.fitted.bank.ids))

    def _score(self, subject: Subject, vector: NDArray[np.float32]) -> Score:
        bank, scale = self.fitted.bank, self.fitted.scale
        code, near = bank.code_of(subject.tag), shortlist(bank, vector[None])
        predicted = float(predict(bank, near, np.array([code]), self.fitted.settings)[0])
        doubts = self._doubts(subject, float(near.similarities[0, 0]))
        return judged(
            Score(
                log2_comments=predicted,
                comments=2.0**predicted,
                against=f"{scale.videos or len(bank):,} {bank.source} references",
                predictor=NAME,
                basis=_basis(subject, known_tag=code >= 0 and self.fitted.settings.tag_bonus > 0),
                illustrative=bank.illustrative,
                notices=() if subject.title.strip() else ("the draft has no title: its text alone was scored",),
                unknown_tag=subject.tag if code < 0 else "",
                learned_from=f"{len(bank):,} {bank.source} references, text only",
            ),
            scale,
            doubts,
        )

    def _doubts(self, subject: Subject, nearest: float) -> tuple[str, ...]:
        if reason := doubt_of_form(subject.title.strip()):
            return (reason,)
        return ("it is like none of the known videos",) if nearest < self.fitted.usual_nearness else ()


def _basis(subject: Subject, *, known_tag: bool) -> tuple[str, ...]:
    used = {"title": bool(subject.title.strip()), "text": bool(subject.text.strip()), "tag": known_tag}
    return tuple(name for name, is_used in used.items() if is_used)
