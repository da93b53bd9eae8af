from __future__ import annotations

import pytest
from popcorn.graphs.create.choice import ALONE, FAULTY, Choice, picked, read_choice, why_not

SURE = Choice(4, 0.68, tied=False, model="headlines", evidence=True)
BLIND = Choice(4, None, tied=True, model="headlines", evidence=False, no_evidence=("nobody measured it on films",))


@pytest.mark.parametrize(
    ("probability", "often"),
    [
        (0.56, "about 6 of 10"), (0.68, "about 7 of 10"), (0.74, "about 7 of 10"), (0.94, "about 9 of 10"),
        (0.97, "more than 9 of 10"),
    ],
)  # fmt: skip
def test_a_choice_says_how_often_such_choices_are_right(probability: float, often: str) -> None:
    choice = Choice(4, probability, tied=False, model="headlines", evidence=True)
    assert picked(choice) == f"picked over 4 others; right in {often} such choices"


def test_ties_are_told_as_ties_and_no_number_is_named() -> None:
    tie = Choice(1, 0.52, tied=True, model="headlines", evidence=True)
    assert picked(tie) == "picked over 1 other by relevance: headlines cannot tell which of the best draws more"


def test_without_evidence_relevance_has_chosen_and_the_reason_is_at_hand() -> None:
    assert picked(BLIND) == "picked over 4 others by relevance: no evidence which draws more"
    assert why_not(BLIND) == "nobody measured it on films"
    assert why_not(SURE) == ""


def test_where_the_others_had_more_faults_no_model_was_asked() -> None:
    choice = Choice(2, None, tied=False, model="headlines", evidence=False, no_evidence=(FAULTY,))
    assert (picked(choice), why_not(choice)) == ("picked over 2 others, which had more faults", "")


def test_a_single_draft_was_picked_over_nothing() -> None:
    alone = Choice(0, None, tied=False, model="headlines", evidence=False, no_evidence=(ALONE,))
    assert (picked(alone), why_not(alone)) == ("", "")


def test_a_run_of_an_older_popcorn_tells_of_no_choice() -> None:
    assert read_choice(None) is None
    assert (picked(None), why_not(None)) == ("", "")


def test_what_a_newer_popcorn_adds_is_left_aside() -> None:
    data = {"over": 4, "probability": 0.68, "tied": False, "model": "headlines", "evidence": True, "mood": "fine"}
    assert read_choice(data) == SURE
