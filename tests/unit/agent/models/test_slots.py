from __future__ import annotations

import asyncio

import pytest
from clocks import run
from popcorn.agent.models.slots import Queue, Queues, slots_of


@pytest.mark.parametrize(
    ("provider", "wished", "told", "own", "slots"),
    [
        ("deepseek", 0, 0, False, 8),
        ("ollama", 0, 0, True, 1),
        ("vllm", 0, 0, True, 8),
        ("ollama", 0, 4, True, 4),
        ("deepseek", 0, 2, False, 2),
        ("ollama", 3, 4, True, 3),
    ],
)
def test_the_setting_goes_before_the_server_and_the_server_before_what_is_assumed(
    provider: str, wished: int, told: int, own: bool, slots: int
) -> None:
    assert slots_of(provider, wished, told, own=own) == slots


def test_a_queue_is_of_a_server_and_in_order() -> None:
    queues, served = Queues(), list[int]()
    one, same = queues.of("http://a", 1), queues.of("http://a", 1)
    assert one is same
    assert queues.of("http://b", 1) is not one

    async def call(queue: Queue, number: int) -> None:
        async with queue.turn():
            await asyncio.sleep(10 - number)  # the later ones would be quicker
            served.append(number)

    async def work() -> float:
        await asyncio.gather(*(call((one, same)[number % 2], number) for number in range(4)))
        return asyncio.get_running_loop().time()

    assert (run(work()), served) == (34, [0, 1, 2, 3])
    assert run(work()) == 34, "in another event loop as well"
