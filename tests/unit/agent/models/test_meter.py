"""What a run's calls cost, over walks that ask other models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from popcorn.agent.models.meter import Limits, Meter, Price
from popcorn.errors import BudgetError

USED = {"input_tokens": 1_000_000, "output_tokens": 0}


def test_each_call_costs_what_its_own_model_costs(tmp_path: Path) -> None:
    Meter(Price(2, 2), folder=tmp_path).add(USED)
    dearer = Meter(Price(10, 10), Limits(cost_usd=12), folder=tmp_path)
    dearer.check()
    dearer.add(USED)
    assert (dearer.cost, dearer.spent.tokens) == (12, 2_000_000)
    for _ in range(10):
        dearer.add({"input_tokens": 0, "output_tokens": 1})
    assert dearer.cost == 12.0001, "small calls add up"
    with pytest.raises(BudgetError, match=r"has cost \$12.0001 of \$12"):
        Meter(Price(0, 0), Limits(cost_usd=12), folder=tmp_path).check()
    Meter(None, folder=tmp_path).add(USED)
    assert Meter(Price(2, 2), folder=tmp_path).cost is None, "nobody knows what the third one took"


def test_what_an_older_release_counted_was_all_of_one_price(tmp_path: Path) -> None:
    (tmp_path / "usage.json").write_text(json.dumps(USED))
    assert Meter(Price(2, 2), folder=tmp_path).cost == 2
