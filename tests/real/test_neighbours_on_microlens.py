"""The neighbours predictor on real labels: fitted on an eighth of the training split, measured on that of valid."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from popcorn.tools.popularity.memory_bank import MemoryBank, bank_rows, popularity
from popcorn.tools.popularity.neighbourhood import predict, shortlist
from popcorn.tools.popularity.neighbours import FittedNeighbours, fit_neighbours
from popcorn.tools.popularity.reliability import reliability


class Held:
    """Real videos that the predictor has not seen: their labels and its predictions, (M,) each."""

    def __init__(self, embedded: Any) -> None:
        references = embedded.references
        comments = np.array([np.nan if one.comments is None else one.comments for one in references], dtype=float)
        splits = [one.split for one in references]
        rows = bank_rows([one.id for one in references], splits, comments).rows
        self.fitted: FittedNeighbours = fit_neighbours(
            MemoryBank(
                ids=tuple(references[row].id for row in rows),
                vectors=embedded.vectors[rows],
                labels=popularity(comments[rows]),
                tags=tuple(references[row].tag for row in rows),
                catalogue="microlens",
                catalogue_digest="",
                source="microlens",
                encoder="all-MiniLM-L6-v2",
            )
        )
        valid = np.flatnonzero(np.array([split == "valid" for split in splits]) & np.isfinite(comments))
        bank = self.fitted.bank
        self.labels = popularity(comments[valid])
        self.tags = np.array([bank.code_of(references[row].tag) for row in valid])
        near = shortlist(bank, embedded.vectors[valid])
        self.predictions = predict(bank, near, self.tags, self.fitted.settings)


@pytest.fixture(scope="module")
def held(embedded: Any) -> Held:
    return Held(embedded)


def ranks(values: np.ndarray) -> np.ndarray:
    return np.argsort(np.argsort(values)).astype(float)


def test_it_explains_real_popularity_better_than_the_mean_and_than_plain_neighbours(held: Held) -> None:
    error = np.mean((held.predictions - held.labels) ** 2) / np.var(held.labels)
    correlation = np.corrcoef(ranks(held.predictions), ranks(held.labels))[0, 1]
    assert len(held.labels) > 200
    # the whole training split gives 0.741 and 0.505; an eighth of it has fewer neighbours to ask
    assert error < 0.83
    assert correlation > 0.42


def test_the_ranks_it_shows_are_those_that_real_videos_have(held: Held) -> None:
    """The scale is made of the bank's own videos without their tags; these are others, with theirs."""
    scale = held.fitted.scale
    found = reliability([scale.read(float(predicted)) for predicted in held.predictions], held.labels)
    assert found.slope == pytest.approx(1, abs=0.25)
    assert found.error < found.error_of_50 - 1.5
    assert found.range_holds == pytest.approx(scale.coverage, abs=0.06)
    assert found.interval_holds == pytest.approx(scale.coverage, abs=0.06)
