"""What a session counts."""

from __future__ import annotations

import pytest
from popcorn.agent.models.meter import Limits, Meter, Price, Spent
from popcorn.agent.toolbox.caps import Caps, Ledger
from popcorn.errors import BudgetError, RenderError
from popcorn.tools.video.types import Estimate


@pytest.mark.parametrize(("clips", "counted"), [(1, (0, 0.0)), (3, (3, 1.5))])
def test_only_a_render_of_one_clip_is_taken_back_where_nothing_was_begun(
    clips: int, counted: tuple[int, float]
) -> None:
    ledger, error = Ledger(Caps()), RenderError("no connection")
    error.nothing_begun = True
    with pytest.raises(RenderError), ledger.rendering(Estimate(cost_usd=0.5 * clips, clips=clips)):
        raise error
    assert (ledger.renders, ledger.cost) == counted


def test_a_session_allows_no_call_whose_prompt_alone_is_more_than_what_is_left() -> None:
    ledger = Ledger(Caps(cost_usd=0, tokens=1_000))
    ledger.add(Spent(500, 100), None)
    assert ledger.most(399, None) == 1
    with pytest.raises(BudgetError, match=r"has used 600 of 1,000 tokens, and the next call reads about 400") as caught:
        ledger.most(400, None)
    assert caught.value.hint == "Start again with more --max-tokens."


def test_a_session_allows_no_call_whose_prompt_alone_costs_more_than_what_is_left() -> None:
    ledger, price = Ledger(Caps(cost_usd=0.001), "Pay more."), Price(1, 2)
    ledger.add(Spent(400), price)
    assert ledger.most(400, price) == 100
    with pytest.raises(BudgetError, match=r"has cost \$0.0004 of \$0.001, and the next call costs more") as caught:
        ledger.most(601, price)
    assert caught.value.hint == "Pay more."
    assert ledger.most(10**9, None) is None, "what has no price is not in the cost"
    assert ledger.most(10**9, Price(0, 0)) is None


def test_a_call_is_held_to_the_narrower_of_its_run_and_its_session() -> None:
    ledger = Ledger(Caps(tokens=1_000, cost_usd=0))
    for limit, most in ((500, 400), (5_000, 900), (0, 900)):
        assert Meter(limits=Limits(tokens=limit), allowance=ledger).most(100) == most
