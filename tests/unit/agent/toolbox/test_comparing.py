"""Drafts that somebody wrote, compared by a choice model: each with each, in the order in which they would be taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from popcorn.agent.toolbox.comparing import compared
from popcorn.agent.toolbox.drafts import DraftText
from popcorn.graphs.create.choice import picked
from popcorn.settings import load_settings
from popcorn.tools.embedding.encoder import open_encoder
from popcorn.tools.popularity.choice.types import Comparison, Pair
from popcorn.tools.popularity.types import Score, Subject
from popcorn.tools.references.types import Reference

SHOT = "A cook's hand folds a taco over hot coals on a street, steam in the first light."


@dataclass
class Longer:
    """Prefers the longer title, by as much as it is longer; equal ones are ties."""

    asked: list[Pair] = field(default_factory=list)
    name: str = "longer"
    learned_from: str = "nothing"

    def compare(self, pairs: Sequence[Pair]) -> list[Comparison]:
        self.asked += pairs
        leads = [len(pair.a.title) - len(pair.b.title) for pair in pairs]
        return [Comparison(0.5 + max(-0.4, min(0.4, lead / 50)), tied=lead == 0, evidence=True) for lead in leads]


class Unknowing:
    """A predictor that judges nothing."""

    def score(self, subjects: Sequence[Subject]) -> list[Score]:
        return [Score(1.0, 2.0, "no videos", "unknowing", no_evidence=("it is new",)) for _ in subjects]


def bench(**settings: Any) -> Any:
    return SimpleNamespace(
        settings=load_settings(**settings),
        predictor=Unknowing(),
        chooser=Longer(),
        encoder=open_encoder("hashing"),
    )


def test_drafts_are_ordered_by_the_choice_model_and_not_by_their_scores() -> None:
    drafts = [DraftText("Tacos", SHOT), DraftText("Tacos at dawn on a street", SHOT), DraftText("Street tacos", SHOT)]
    found = compared(bench(), drafts, "")
    assert [one.title for one in found.drafts] == ["Tacos at dawn on a street", "Street tacos", "Tacos"]
    assert (found.choice.over, found.choice.model, found.choice.tied) == (2, "longer", False)
    assert picked(found.choice) == "picked over 2 others; right in about 8 of 10 such choices"
    assert [(one.a, one.b, one.probability_a) for one in found.comparisons] == [
        ("Tacos", "Tacos at dawn on a street", 0.1),
        ("Tacos", "Street tacos", 0.36),
        ("Tacos at dawn on a street", "Street tacos", 0.76),
    ]


def test_the_choice_model_hears_of_platform_and_request() -> None:
    here = bench(platform="youtube")
    compared(
        here, [DraftText("Street tacos", SHOT, "Food"), DraftText("Tacos of a street", SHOT, "Food")], "street tacos"
    )
    (pair,) = here.chooser.asked
    assert {(side.platform, side.request, side.tag) for side in pair} == {("youtube", "street tacos", "Food")}


def test_with_a_request_a_draft_that_left_it_loses_to_one_that_has_not() -> None:
    drafts = [
        DraftText("Official trailer of the year, do not miss it", "Two figures fight on a wall at night."),
        DraftText("Tacos", SHOT),
    ]
    assert compared(bench(), drafts, "").drafts[0].title.startswith("Official trailer")
    assert compared(bench(), drafts, "street tacos").drafts[0].title == "Tacos"


def test_titles_alone_can_be_compared_too() -> None:
    found = compared(bench(), [DraftText("Tacos"), DraftText("Street tacos")], "")
    assert found.drafts[0].title == "Street tacos"


def test_a_draft_that_repeats_a_reference_loses_as_it_does_when_it_is_drafted() -> None:
    drafts = [
        DraftText("Street tacos at dawn on the corner of my street", SHOT),
        DraftText("Street tacos before dawn", SHOT),
    ]
    known = [Reference("1", drafts[0].title, tag="Food", comments=10)]
    assert compared(bench(), drafts, "street tacos at dawn").drafts[0].title == drafts[0].title
    found = compared(bench(), drafts, "street tacos at dawn", known)
    assert found.drafts[0].title == "Street tacos before dawn"
