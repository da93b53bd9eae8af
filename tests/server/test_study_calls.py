"""A study that asks a server: each draft is paid for once, whatever happens in between."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def asking(own: Any, server: Any) -> Any:
    """A program whose study asks the test's own server."""
    return own.set(
        VLLM_BASE_URL=server.url, no_proxy="127.0.0.1",
        POPCORN_PRICES=json.dumps({"vllm:some-model": {"input": 100.0, "output": 100.0}}),
    )  # fmt: skip


def study(program: Any, prompts: int = 6, **lists: Any) -> Path:
    program.folder.mkdir(parents=True, exist_ok=True)
    rows = "".join(f"prompt number {at} about tacos\n" for at in range(prompts))
    (program.folder / "prompts.csv").write_text("prompt\n" + rows)
    values: dict[str, Any] = {
        "name": "paid", "prompts": "prompts.csv", "models": ["vllm:some-model"], "modes": ["basic"], "render": False,
        "predictors": ["neighbours"], "at_once": 2,
    }  # fmt: skip
    place: Path = program.folder / "paid.toml"
    place.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in (values | lists).items()))
    return place


def rows(program: Any) -> list[dict[str, Any]]:
    file = program.home / "studies" / "paid" / "rows.jsonl"
    return [json.loads(line) for line in file.read_bytes().splitlines()] if file.exists() else []


def test_drafts_are_asked_for_once_whatever_is_made_of_them(asking: Any, server: Any) -> None:
    file = study(asking, predictors=["neighbours", "default"])
    outcome = asking("study", "run", file, "--json")
    assert outcome.status == 0, str(outcome)
    assert (outcome.data["units_done"], len(server.asked)) == (12, 6)
    assert outcome.data["cost_usd"] == pytest.approx(6 * 1000 * 100 / 1e6)
    assert asking("study", "run", file, "--json").data["units_new"] == 0
    assert len(server.asked) == 6
    more = asking("study", "run", study(asking, predictors=["neighbours", "default"], seeds=[0, 1]), "--json")
    assert (more.data["units_new"], len(server.asked)) == (12, 12)


def test_a_killed_study_asks_again_only_for_what_was_under_way(asking: Any, server: Any, answer: Any) -> None:
    server.always = answer(stall=0.2)
    file = study(asking, 8)
    with asking.start("study", "run", file, "--json") as process:
        end = time.monotonic() + 300
        while len(rows(asking)) < 3:
            assert time.monotonic() < end, "no rows came"
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
    outcome = asking("study", "run", file, "--json")
    assert outcome.status == 0, str(outcome)
    assert (outcome.data["units_done"], outcome.data["units_repeated"]) == (8, 0)
    assert len(server.asked) <= 8 + 2


def test_a_dead_server_costs_one_unit(asking: Any, server: Any, answer: Any) -> None:
    server.always = answer(status=401, body=b'{"error": {"message": "no such key"}}')
    file = study(asking, 8)
    outcome = asking("study", "run", file, "--json")
    assert outcome.status == 0, str(outcome)
    assert (outcome.data["failures"], outcome.data["units_done"], len(server.asked)) == (8, 0, 1)
    server.always = answer()
    assert asking("study", "run", file, "--json").data["units_new"] == 0
    again = asking("study", "run", file, "--retry-failed", "--json")
    assert (again.data["units_done"], again.data["failures"]) == (8, 0)


def test_a_reply_that_fits_no_schema_fails_its_unit_and_its_tokens_count(asking: Any, server: Any, answer: Any) -> None:
    server.answers = [answer(text='{"no": 1}')] * 2  # in the form that was asked for, but no draft
    outcome = asking("study", "run", study(asking, 4, at_once=1), "--json")
    assert outcome.status == 0, str(outcome)
    assert (outcome.data["failures"], outcome.data["units_done"]) == (1, 3)
    assert outcome.data["cost_usd"] == pytest.approx(len(server.asked) * 0.1)


def test_a_budget_stops_the_study_and_keeps_what_was_paid_for(asking: Any, server: Any) -> None:
    outcome = asking("study", "run", study(asking, 12, max_cost=0.35), "--json")
    assert outcome.error["code"] == "budget"
    paid = rows(asking)
    assert len(paid) == len(server.asked)
    assert 4 <= len(paid) <= 6
    more = asking("study", "run", study(asking, 12, max_cost=5), "--json")
    assert (more.data["units_done"], len(server.asked)) == (12, 12)


def test_a_dry_run_asks_nobody_and_knows_the_price(asking: Any, server: Any) -> None:
    outcome = asking("study", "run", study(asking), "--dry-run", "--json")
    assert outcome.status == 0, str(outcome)
    assert (outcome.data["calls"], len(server.asked), outcome.data["cost_usd"] > 0) == (6, 0, True)
