"""One slow thing at a time per device, each with its place; what fails or is stopped lets the next one go on."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from popcorn.agent.toolbox.worker import Worker
from popcorn.errors import PopcornError, RequestError
from popcorn.web.work_queue import MOST_OF_ONE, Stage, Ticket, WorkQueue


def until(met: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not met():
        assert time.monotonic() < end
        time.sleep(0.005)


class Gated:
    """Work that goes on until it is let go."""

    def __init__(self) -> None:
        self.open, self.began = threading.Event(), 0

    async def __call__(self, ticket: Ticket) -> str:
        self.began += 1
        while not self.open.is_set():
            await asyncio.sleep(0.002)
        return ticket.label


def put(queue: WorkQueue, key: str, work: Any, device: str = "here", owner: str = "ann") -> Ticket:
    return queue.put(Ticket(owner, key, key, device), work)


def test_of_one_device_one_thing_is_done_at_a_time_and_others_know_their_place() -> None:
    queue, gates = WorkQueue(Worker()), [Gated(), Gated(), Gated()]
    tickets = [put(queue, str(number), gate) for number, gate in enumerate(gates)]
    other = put(queue, "elsewhere", gates[0], device="a server")
    until(lambda: tickets[0].stage is Stage.WORKING and other.stage is Stage.WORKING)
    assert [queue.place(one) for one in (*tickets, other)] == [0, 1, 2, 0]
    assert [gate.began for gate in gates] == [2, 0, 0]
    gates[0].open.set()
    until(lambda: tickets[1].stage is Stage.WORKING)
    assert [queue.place(one) for one in tickets] == [0, 0, 1]
    for gate in gates:
        gate.open.set()
    until(lambda: all(one.is_over for one in tickets))
    assert [(one.stage, one.result) for one in tickets] == [(Stage.DONE, "0"), (Stage.DONE, "1"), (Stage.DONE, "2")]


def test_what_is_stopped_or_fails_lets_the_next_one_go_on() -> None:
    async def fails(ticket: Ticket) -> None:
        raise PopcornError("it broke", hint="mend it")

    async def breaks(ticket: Ticket) -> None:
        raise ZeroDivisionError("by zero")

    queue, gate = WorkQueue(Worker()), Gated()
    first, waiting = put(queue, "1", gate), put(queue, "2", gate)
    failing, breaking, last = put(queue, "3", fails), put(queue, "4", breaks), put(queue, "5", gate)
    until(lambda: first.stage is Stage.WORKING)
    waiting.stop()
    first.stop()
    until(lambda: last.stage is Stage.WORKING)
    gate.open.set()
    until(lambda: last.is_over)
    stages = [one.stage for one in (first, waiting, failing, breaking, last)]
    assert stages == [Stage.STOPPED, Stage.STOPPED, Stage.FAILED, Stage.FAILED, Stage.DONE]
    assert failing.error is not None
    assert failing.error.message == "it broke"
    assert breaking.error is not None
    assert "ZeroDivisionError" in breaking.error.message
    assert gate.began == 2


def test_while_a_person_is_asked_others_work_and_the_answer_waits_for_its_turn() -> None:
    queue, gate, answered = WorkQueue(Worker()), Gated(), threading.Event()

    async def asks(ticket: Ticket) -> str:
        async with queue.aside(ticket):
            while not answered.is_set():
                await asyncio.sleep(0.002)
        return "answered"

    asking, other = put(queue, "asks", asks), put(queue, "other", gate)
    until(lambda: asking.stage is Stage.ASKING and other.stage is Stage.WORKING)
    answered.set()
    until(lambda: asking.stage is Stage.WAITING)
    assert queue.place(asking) == 1
    gate.open.set()
    until(lambda: asking.is_over)
    assert asking.result == "answered"


def test_a_person_finds_only_their_own_and_may_not_fill_the_queue() -> None:
    queue, gate = WorkQueue(Worker()), Gated()
    for number in range(MOST_OF_ONE):
        put(queue, str(number), gate)
    with pytest.raises(RequestError, match="20 things of yours are in the queue"):
        put(queue, "one more", gate)
    assert put(queue, "0", gate, owner="bo").owner == "bo"
    assert queue.find("bo", "1") is None
    assert [one.key for one in queue.of("bo")] == ["0"]
    queue.close()
    assert queue.of("ann") == []
