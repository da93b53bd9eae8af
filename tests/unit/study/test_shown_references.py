"""Which references a study shows: none that a predictor has learned from, another prompt's, or none."""

from __future__ import annotations

from collections.abc import Callable

from popcorn.study.runner import Planned
from popcorn.study.shown_references import ShownReferences
from popcorn.study.types import Given
from popcorn.study.unseen_references import seen_by_any, unseen_references
from popcorn.tools.references.types import RetrievalOptions

Plan = Callable[..., Planned]
TACOS, ROBOT = "street tacos at midnight", "a shy robot paints"
SIX = RetrievalOptions(references=6)


def test_no_reference_that_any_predictor_learned_from_is_shown_whichever_is_named_first(planned: Plan) -> None:
    studies = [planned(predictors=names) for names in (["default", "neighbours"], ["neighbours", "default"])]
    seen = [seen_by_any(one.study, one.place.settings) for one in studies]
    assert seen[0] == seen[1] != frozenset()
    assert seen_by_any(planned(predictors=["default"]).study, studies[0].place.settings) == frozenset()
    first, second = (unseen_references(one.study, one.place.settings).retrieve(TACOS, SIX) for one in studies)
    assert first == second
    assert not {one.reference.id for one in first.references} & seen[0]


def test_shuffled_references_bring_the_contrast_of_their_own_topic(planned: Plan) -> None:
    study = planned(predictors=["default"])
    own = unseen_references(study.study, study.place.settings)
    shuffled = ShownReferences(own, Given.SHUFFLED, ROBOT)
    retrieval = shuffled.retrieve(TACOS, SIX)
    other = own.retrieve(ROBOT, SIX)
    assert (retrieval.query, retrieval.tags) == (TACOS, own.retrieve(TACOS, SIX).tags)
    assert retrieval.references == other.references
    assert shuffled.contrast(retrieval) == own.contrast(other)


def test_empty_references_have_no_contrast(planned: Plan) -> None:
    study = planned()
    empty = ShownReferences(unseen_references(study.study, study.place.settings), Given.EMPTY)
    assert empty.retrieve(TACOS, SIX).references == empty.contrast(empty.retrieve(TACOS, SIX)) == ()
