"""The first predictor: what the nearest past videos got. The baseline that every other predictor has to beat.

Percentiles and intervals come from leaving one bank video out at a time, on the rows that also chose the settings; no
set of videos is kept apart for them. `calibration` says what that costs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ...errors import PredictionError
from .calibration import Calibration, percentile
from .draft_vectors import draft_vectors
from .memory_bank import MemoryBank
from .neighbourhood import Settings, choose_settings, held_out, predict, shares, shortlist
from .occlusion import SHOWN, ablation, without_words
from .types import Explanation, Influence, Learned, Score, Subject

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..embedding.types import Encoder

NAME = "neighbours"
MOST_HELD_OUT = 20_000
"""Videos of the bank that are predicted without themselves, evenly spaced: what ranks and intervals come from."""
STRANGE = 0.01
"""A draft less near to the bank than this share of the bank's own videos is called out of domain."""


@dataclass(frozen=True, slots=True)
class FittedNeighbours:
    """All that a fit finds out; `neighbours_store` saves it."""

    bank: MemoryBank
    settings: Settings
    calibration: Calibration
    usual_nearness: float
    """The similarity to the nearest other video that all but STRANGE of the bank's videos reach."""


def fit_neighbours(bank: MemoryBank, progress: Callable[[int, int], None] | None = None) -> FittedNeighbours:
    """Choose settings and calibrate by leaving one video out at a time; MicroLens' 15,790 take seconds on two cores.

    The same held-out rows do both, so the calibration is of settings that were chosen to suit it: 100 settings against
    thousands of rows, which flatters it little, but a bank of tens of rows more.

    `progress` gets videos held out so far and their total.
    """
    rows = np.arange(0, len(bank), len(bank) // MOST_HELD_OUT + 1, dtype=np.int64)
    near = held_out(bank, rows, progress)
    settings = choose_settings(bank, near, rows)
    tags = bank.tag_codes[rows]
    calibration = Calibration(predict(bank, near, tags, settings), bank.labels[rows], tags)
    usual = float(np.quantile(near.similarities[:, 0], STRANGE))
    return FittedNeighbours(bank, settings, calibration, usual)


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
        bank, calibration = self.fitted.bank, self.fitted.calibration
        code, near = bank.code_of(subject.tag), shortlist(bank, vector[None])
        predicted = float(predict(bank, near, np.array([code]), self.fitted.settings)[0])
        among = calibration.ranked_among(code)
        own_tag = len(among) < len(calibration.predictions)
        return Score(
            log2_comments=predicted,
            comments=2.0**predicted,
            percentile=percentile(predicted, among),
            against=f"{len(among):,} {bank.source} references" + (f" tagged {subject.tag}" if own_tag else ""),
            interval=calibration.interval(predicted),
            predictor=NAME,
            basis=_basis(subject, known_tag=code >= 0 and self.fitted.settings.tag_bonus > 0),
            illustrative=bank.illustrative,
            notices=self._notices(subject, float(near.similarities[0, 0])),
            unknown_tag=subject.tag if code < 0 else "",
            learned_from=f"{len(bank):,} {bank.source} references, text only",
        )

    def _notices(self, subject: Subject, nearest: float) -> tuple[str, ...]:
        notices = []
        if nearest < self.fitted.usual_nearness:
            notices.append(
                f"out of domain: the nearest known video has a similarity of {nearest:.2f}, and 99 % of the known "
                f"videos have a neighbour of {self.fitted.usual_nearness:.2f} or more; the score says little"
            )
        if not subject.title.strip():
            notices.append("the draft has no title: its text alone was scored")
        return tuple(notices)


def _basis(subject: Subject, *, known_tag: bool) -> tuple[str, ...]:
    used = {"title": bool(subject.title.strip()), "text": bool(subject.text.strip()), "tag": known_tag}
    return tuple(name for name, is_used in used.items() if is_used)
