"""What every choice model promises, whichever it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from choice_models import tuned_by_chance, words_alone
from popcorn.errors import PredictionError
from popcorn.tools.popularity.calibration import fit_scale
from popcorn.tools.popularity.choice.blending import Blend
from popcorn.tools.popularity.choice.by_score import ScoreChoice
from popcorn.tools.popularity.choice.model import PairwiseChoice
from popcorn.tools.popularity.choice.store import open_choice, save_choice
from popcorn.tools.popularity.choice.types import ChoiceModel, Comparison, Pair
from popcorn.tools.popularity.types import Score, Subject

REQUEST = "a video about otters"
PAIRS = [
    Pair(Subject("You won't believe what otters can do now"), Subject("A report about otters was published in May")),
    Pair(Subject("Notes on tea for the record books"), Subject("Nobody expected this from tea at all")),
    Pair(Subject("What otters did next", request=REQUEST), Subject("Otters in general", request=REQUEST)),
    Pair(Subject("你好 🍜"), Subject("مرحبا بالعالم")),
    Pair(Subject("", "A shot of a harbour at night."), Subject("The harbour at night")),
    Pair(Subject("word " * 500), Subject("a \udcff byte that is not UTF-8")),
]


def words(folder: Path) -> ChoiceModel:
    save_choice(folder, words_alone())
    return PairwiseChoice(open_choice(folder))


def words_and_encoders(folder: Path) -> ChoiceModel:
    fitted = replace(
        words_alone(),
        encoders=(tuned_by_chance(0), tuned_by_chance(1)),
        blend=Blend((("encoder", 1.0), ("words", 0.5))),
    )
    save_choice(folder, fitted)
    return PairwiseChoice(open_choice(folder))


def lengths(subjects: Sequence[Subject]) -> list[Score]:
    """A predictor that likes long titles."""
    return [Score(float(len(one.title)), 1.0, "videos", "long", evidence=one.title.isascii()) for one in subjects]


def by_score(folder: Path) -> ChoiceModel:
    random = np.random.default_rng(0)
    predictions = random.normal(30, 10, 500)
    return ScoreChoice("long", lengths, fit_scale(predictions, predictions + random.normal(0, 10, 500)))


KINDS: dict[str, Callable[[Path], ChoiceModel]] = {
    "words": words,
    "words and encoders": words_and_encoders,
    "by score": by_score,
}


@pytest.fixture(scope="module", params=KINDS)
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ChoiceModel:
    return KINDS[request.param](tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def found(model: ChoiceModel) -> list[Comparison]:
    return model.compare(PAIRS)


def test_every_pair_gets_a_probability_in_order(model: ChoiceModel, found: list[Comparison]) -> None:
    assert len(found) == len(PAIRS)
    assert all(0 < one.probability_a < 1 for one in found)
    assert [one.probability_a for one in model.compare(PAIRS[::-1])] == pytest.approx(
        [one.probability_a for one in found[::-1]], abs=1e-5
    )


def test_swapping_the_sides_gives_the_rest(model: ChoiceModel, found: list[Comparison]) -> None:
    for one, other in zip(found, model.compare([Pair(pair.b, pair.a) for pair in PAIRS]), strict=True):
        assert one.probability_a + other.probability_a == pytest.approx(1, abs=1e-12)
        assert (one.tied, one.evidence) == (other.tied, other.evidence)


def test_a_pair_is_judged_alone_as_among_others(model: ChoiceModel, found: list[Comparison]) -> None:
    for pair, among in zip(PAIRS, found, strict=True):
        (alone,) = model.compare([pair])
        assert alone.probability_a == pytest.approx(among.probability_a, abs=1e-5)
        assert alone.no_evidence == among.no_evidence


def test_equal_drafts_are_a_tie_at_exactly_a_half(model: ChoiceModel) -> None:
    (same,) = model.compare([Pair(PAIRS[0].a, PAIRS[0].a)])
    assert (same.probability_a, same.tied) == (0.5, True)


def test_a_draft_without_words_is_an_error(model: ChoiceModel) -> None:
    with pytest.raises(PredictionError, match="without words"):
        model.compare([PAIRS[0], Pair(Subject(" \n"), Subject("Otters"))])


def test_without_evidence_there_is_a_reason_and_a_tie(model: ChoiceModel, found: list[Comparison]) -> None:
    foreign = found[3]
    assert (foreign.evidence, foreign.tied) == (False, True)
    assert foreign.no_evidence


def test_there_is_evidence_for_what_a_model_was_measured_on(model: ChoiceModel, found: list[Comparison]) -> None:
    measured = not isinstance(model, ScoreChoice)  # no pair was ever shown to one that compares predictions
    assert found[0].evidence is measured
    assert bool(found[0].no_evidence) is not measured


def test_no_pair_gives_no_comparison(model: ChoiceModel) -> None:
    assert model.compare([]) == []


def test_a_model_says_its_name_and_what_it_learned_from(model: ChoiceModel) -> None:
    assert model.name
    assert model.learned_from
