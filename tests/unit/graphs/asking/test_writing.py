"""What is told while models write: figures that are right, at a rate that nobody drowns in."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from clocks import run
from popcorn.graphs.asking.writing import EVERY, QUIET, Writing, call_here, calling, elapsed, writing

Told = list[dict[str, Any]]


class Clock:
    """A time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def watched() -> tuple[Writing, Clock, Told]:
    clock, told = Clock(), Told()
    return Writing("draft", lambda report: told.append(dict(report)), clock), clock, told


def test_one_call_is_told_with_its_tokens_its_pace_and_its_time() -> None:
    made, clock, told = watched()
    call = made.call()
    call.sent()
    clock.now += 10
    made.report()
    for _ in range(11):
        call.wrote("tok ")
        clock.now += 0.2
    clock.now -= 0.2
    made.report()
    assert told[0]["note"] == "waiting for the model, 10 s"
    assert told[1] == {
        "node": "draft", "done": 11, "total": 0, "note": "11 tokens, 5 a second, 12 s", "tokens": 11,
        "tokens_per_second": 5.0, "seconds": 12.0, "calls": 1, "waiting": 0,
    }  # fmt: skip


def test_the_pace_is_that_of_the_calls_that_are_written_now_all_together() -> None:
    made, clock, told = watched()
    calls = [made.call() for _ in range(3)]
    for call in calls:
        call.sent()
        call.wrote("x")
    clock.now += 10
    for call, tokens in zip(calls, (20, 30, 50), strict=True):
        for _ in range(tokens):
            call.wrote("x")
    calls[2].ended = True
    made.report()
    assert (told[-1]["tokens"], told[-1]["tokens_per_second"], told[-1]["calls"]) == (103, 5.0, 2)


def test_several_tokens_in_a_piece_are_counted_by_their_size() -> None:
    made, _, _ = watched()
    call = made.call()
    call.wrote("x" * 600)
    assert call.tokens == 100
    call.sent()
    assert call.tokens == 0, "what an earlier try wrote is void"


def test_calls_that_wait_for_their_turn_are_told_as_that() -> None:
    made, clock, told = watched()
    one, other = made.call(), made.call()
    one.queued()
    other.queued()
    clock.now += 3
    made.report()
    one.sent()
    made.report()
    assert [(report["note"], report["waiting"]) for report in told] == [
        ("waiting for its turn at the server, 3 s", 2),
        ("waiting for the model, 3 s", 1),
    ]


@pytest.mark.parametrize(("seconds", "said"), [(0.4, "0 s"), (119, "119 s"), (120, "2 min 0 s"), (3_725, "62 min 5 s")])
def test_the_time_is_seen_to_go_on_however_long_it_takes(seconds: float, said: str) -> None:
    assert elapsed(seconds) == said


def test_what_has_not_changed_is_told_seldom() -> None:
    made, clock, told = watched()
    made.call().sent()
    for _ in range(20):
        made.report()
        clock.now += QUIET / 10
    assert len(told) == 2


def test_a_node_tells_a_few_times_a_second_and_once_more_at_its_end() -> None:
    told = Told()

    async def model() -> None:
        with calling():
            call_here().sent()
            for _ in range(10_000):
                await asyncio.sleep(0.001)
                call_here().wrote("x")

    async def node() -> None:
        async with writing("draft", lambda report: told.append(dict(report))):
            await asyncio.gather(model(), model())

    run(node())
    assert 10 / EVERY - 2 <= len(told) <= 10 / EVERY + 1
    assert (told[-1]["tokens"], told[-1]["calls"]) == (20_000, 0)
    assert [report["tokens"] for report in told] == sorted(report["tokens"] for report in told)


def test_a_call_that_is_answered_at_once_is_not_told_of() -> None:
    told = Told()

    async def node() -> None:
        async with writing("draft", lambda report: told.append(dict(report))):
            with calling():
                call_here().sent()

    run(node())
    assert told == []


def test_a_call_outside_of_a_node_and_after_one_is_told_to_nobody() -> None:
    told = Told()

    async def work() -> None:
        async with writing("draft", lambda report: told.append(dict(report))):
            pass
        with calling():
            call_here().wrote("x")
            await asyncio.sleep(60)

    run(work())
    assert told == []
