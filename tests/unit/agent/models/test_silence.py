"""How long a server may be silent: a token is what counts, and the time before the first one is another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from clocks import run
from popcorn.agent.models.silence import Patience, SilenceError, patiently

Timed = list[tuple[float, str]]


async def pieces(timed: Timed) -> AsyncIterator[str]:
    """Each piece after so many seconds."""
    for seconds, piece in timed:
        await asyncio.sleep(seconds)
        yield piece


async def read(timed: Timed, patience: Patience, busy: float = 0) -> tuple[int, float]:
    """How many pieces came, and after how many seconds the last did; `busy` is spent on each."""
    count, clock = 0, asyncio.get_running_loop().time
    async for _ in patiently(pieces(timed), patience, bool):
        count += 1
        await asyncio.sleep(busy)
    return count, clock()


def refused(timed: Timed, patience: Patience) -> tuple[float, float]:
    """After how many seconds it was too much, and what the error says."""

    async def work() -> tuple[float, float]:
        with pytest.raises(SilenceError) as caught:
            await read(timed, patience)
        return asyncio.get_running_loop().time(), caught.value.seconds

    return run(work())


def test_five_tokens_a_second_get_through_for_as_long_as_they_like() -> None:
    count, seconds = run(read([(0.2, "token")] * 5_000, Patience(600, 120)))
    assert (count, round(seconds)) == (5_000, 1_000)


def test_a_prompt_that_takes_minutes_to_read_gets_through() -> None:
    assert run(read([(599, "first"), (119, "second")], Patience(600, 120))) == (2, 718)


def test_before_the_first_token_there_is_more_time_than_between_two() -> None:
    assert refused([(601, "first")], Patience(600, 120)) == (600, 600)
    assert refused([(1, "first"), (121, "second")], Patience(600, 120)) == (121, 120)


def test_what_keeps_a_line_open_is_no_token() -> None:
    assert refused([(10, "")] * 1_000, Patience(600, 120)) == (600, 600)
    assert refused([(1, "first"), *[(10, "")] * 1_000], Patience(600, 120)) == (121, 120)
    count, _ = run(read([(1, "first"), *[(10, ""), (100, "token")] * 10], Patience(600, 120)))
    assert count == 21, "each token begins the time anew"


def test_what_is_done_with_a_piece_takes_nothing_of_the_time_of_the_next() -> None:
    assert run(read([(1, "token")] * 3, Patience(600, 120), busy=1_000)) == (3, 3_003)


def test_a_timeout_of_somebody_else_is_no_silence() -> None:
    async def failing() -> AsyncIterator[str]:
        yield "token"
        raise TimeoutError("of the disk")

    async def work() -> None:
        async for _ in patiently(failing(), Patience(600, 120), bool):
            pass

    with pytest.raises(TimeoutError, match="of the disk"):
        run(work())


def test_a_server_of_ones_own_has_longer_for_its_first_token() -> None:
    assert (Patience.of(120, own=False), Patience.of(120, own=True)) == (Patience(600, 120), Patience(1_800, 120))
