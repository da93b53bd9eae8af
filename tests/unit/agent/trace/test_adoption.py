"""Adoption rates: made showings by hand."""

import pytest
from popcorn.agent.runs.showings import Showing, ShownAd
from popcorn.agent.trace.adoption import adoption_data, adoption_of, told


def showing(number: int, taken: str | None, product: str = "Cup", strategies: str = "cs") -> Showing:
    names = {"c": "clips-first", "s": "script-first"}
    ads = tuple(
        ShownAd(letter, f"{number}{letter}", names[strategy], product)
        for letter, strategy in zip("ABCD", strategies, strict=False)
    )
    return Showing(
        str(number), "2030-01-01", ads, None if taken is None else frozenset(f"{number}{letter}" for letter in taken)
    )


def test_rates_count_ads_of_answered_showings_by_their_strategy() -> None:
    found = adoption_of(
        [showing(1, "A"), showing(2, "AB"), showing(3, ""), showing(4, None), showing(5, "B", strategies="cc")]
    )
    assert found.rates == {"clips-first": (3, 5), "script-first": (1, 3)}
    assert (found.answered, found.unanswered, found.compared, found.products) == (4, 1, 3, 1)


def test_the_difference_is_of_showings_with_both_strategies_alone() -> None:
    found = adoption_of([showing(1, "A"), showing(2, "AB"), showing(3, "B", strategies="cc")])
    assert found.difference is not None
    assert found.difference.difference == pytest.approx(1.0)
    assert found.clustered_by == "showing"


def test_showings_of_one_product_are_one_witness_where_there_are_several_products() -> None:
    answers = [showing(number, "A" if number % 3 else "AB", product) for number, product in enumerate("aabbccdd")]
    found = adoption_of(answers)
    assert (found.clustered_by, found.products, found.compared) == ("product", 4, 8)
    assert found.difference is not None
    assert found.difference.clusters == 4


def test_what_is_known_is_said_with_its_interval_and_method() -> None:
    answers = [showing(number, "A" if number % 4 else "B") for number in range(40)]
    sentences = told(adoption_of(answers))
    assert sentences[0].startswith(
        "in 40 showings with both, clips-first was taken 200% more often than script-first: between +"
    )
    assert "95%; delta method on the log ratio, clustered, Student's t, by showing" in sentences[0]
    assert sentences[1] == "the interval leaves no difference out: more showings are not needed to tell them apart"
    data = adoption_data(adoption_of(answers))
    assert data["strategies"][0] == {"strategy": "clips-first", "taken": 30, "shown": 40, "rate": 0.75}
    assert data["relative_difference"]["sure"] is True
    assert data["showings_more"] == 0


def test_how_many_showings_more_it_takes_is_said_where_it_can_be() -> None:
    answers = [showing(number, "AB"[number % 2] if number < 8 else "A") for number in range(10)]
    found = adoption_of(answers)
    assert found.difference is not None
    assert not found.difference.sure
    assert found.more is not None
    assert found.more > 10
    assert told(found)[1].startswith(f"about {found.more:,} showings more would tell, were this the true difference")


@pytest.mark.parametrize(
    ("showings", "sentence"),
    [
        ([], "nobody has answered a showing yet"),
        ([showing(1, None)], "nobody has answered a showing yet"),
        ([showing(1, "A", strategies="cc")], "no showing had ads of both strategies"),
        ([showing(1, "A"), showing(2, "A")], "no ad of script-first was taken: there is nothing to compare with"),
        (
            [showing(1, "AB")],
            "in 1 showing with both, clips-first was taken as often as script-first; that is too",
        ),
        (
            [showing(1, "B"), showing(2, "B")],
            "clips-first was taken 100% less often than script-first; that is too little",
        ),
    ],
)
def test_what_is_not_known_is_said_too(showings: list[Showing], sentence: str) -> None:
    found = adoption_of(showings)
    assert sentence in " ".join(told(found))
    assert adoption_data(found)["showings_more"] is None
