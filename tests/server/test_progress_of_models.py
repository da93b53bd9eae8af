"""What is told while a model writes, and what a trace keeps of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

WHOLE = {"event", "run_id", "ts", "node", "done", "total", "note", "tokens", "tokens_per_second", "seconds"}
ASK = ("ask", "street tacos at midnight", "--llm", "lab:some-model", "--attempts", "1", "--mode", "basic")


@pytest.fixture
def program(own: Any, server: Any) -> Iterator[Any]:
    yield own.set(
        POPCORN_PROVIDERS=json.dumps({"lab": {"base_url": server.url, "free": True}}),
        POPCORN_PREDICTOR="neighbours", OMP_NUM_THREADS="1", no_proxy="127.0.0.1",
    )  # fmt: skip
    server.always.go_on.set()


def test_tokens_are_told_as_events_while_the_model_writes_and_stay_out_of_the_trace(
    program: Any, server: Any, answer: Any
) -> None:
    server.always = answer(hush_after=30)
    with program.start(*ASK, "--jsonl") as process:
        told: list[dict[str, Any]] = []
        for line in process.stdout:
            told.append(json.loads(line))
            if told[-1].get("tokens"):
                server.always.go_on.set()
        process.wait(600)
    writes = [event for event in told if "tokens" in event]
    assert told[-1]["event"] == "run_finished", told[-1]
    assert {(event["event"], event["node"]) for event in writes} == {("progress", "draft")}
    assert all(WHOLE | {"calls", "waiting"} == event.keys() for event in writes)
    first = next(event for event in writes if event["tokens"])
    assert (first["done"], first["total"], first["waiting"]) == (first["tokens"], 0, 2), "one slot, three drafts"
    assert writes[-1]["calls"] == 0
    trace = program("trace", "show", told[-1]["run_id"], "--json").data
    assert "tokens_per_second" not in json.dumps(trace)
