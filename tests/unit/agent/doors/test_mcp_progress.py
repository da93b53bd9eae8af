"""Progress as MCP clients are told of it: never silent for long, and always growing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from popcorn.agent.doors.mcp_server import Reporter


@dataclass
class Session:
    """A client that remembers what it was told."""

    told: list[tuple[float, float | None, str]] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def report_progress(self, progress: float, total: float | None, message: str) -> None:
        self.told.append((progress, total, message))
        self.heard.set()

    async def next(self) -> tuple[float, float | None, str]:
        self.heard.clear()
        await self.heard.wait()
        return self.told[-1]


@dataclass
class Call:
    """The context of a call."""

    session: Session


async def test_a_tool_that_says_nothing_is_spoken_for_and_its_own_steps_are_all_told() -> None:
    session, opening = Session(), ["opening: predictor mine"]
    context: Any = Call(session)
    async with Reporter(context, lambda: opening[0], silence=0.01) as reporter:
        assert (await session.next())[2] == "opening: predictor mine"
        opening[0] = ""
        await session.next()
        assert (await session.next())[2] == "at work"
        for step in (1, 2, 3):
            reporter.take(step, 3, "draft")
            while session.told[-1][1] is None or session.told[-1][2] != "draft" or len(steps(session)) < step:
                await session.next()
        while session.told[-1][1] is not None:
            await session.next()
        assert session.told[-1][2] == "draft", "what went on before is said to go on"
    assert len(steps(session)) == 3
    numbers = [progress for progress, _, _ in session.told]
    assert numbers == sorted(set(numbers))


def steps(session: Session) -> list[float]:
    return [progress for progress, total, _ in session.told if total]
