"""Progress for MCP clients: a number that only grows, also while a model writes and nobody knows how much."""

from __future__ import annotations

from typing import Any

from popcorn.agent.doors.mcp_server import Reporter


class Session:
    """A client's end."""

    def __init__(self) -> None:
        self.told: list[tuple[float, float | None, str]] = []

    async def report_progress(self, progress: float, total: float | None, message: str) -> None:
        self.told.append((progress, total, message))


class Context:
    def __init__(self) -> None:
        self.session = Session()


async def told(*steps: tuple[int, int, str]) -> list[tuple[float, float | None, str]]:
    context: Any = Context()
    async with Reporter(context) as reporter:
        for step in steps:
            reporter.take(*step)
    return list(context.session.told)


async def test_tokens_are_told_as_they_are_and_the_step_after_them_goes_on_from_there() -> None:
    assert await told(
        (1, 0, "draft"), (0, 0, "draft: waiting for the model, 2 s"), (0, 0, "draft: waiting for the model, 4 s"),
        (40, 0, "draft: 40 tokens, 8 s"), (90, 0, "draft: 90 tokens, 12 s"), (2, 0, "choose"),
    ) == [
        (1, None, "draft"), (2, None, "draft: waiting for the model, 2 s"),
        (3, None, "draft: waiting for the model, 4 s"), (41, None, "draft: 40 tokens, 8 s"),
        (91, None, "draft: 90 tokens, 12 s"), (93, None, "choose"),
    ]  # fmt: skip


async def test_frames_count_from_where_the_step_before_ended_and_say_where_they_will_end() -> None:
    assert await told((3, 0, "render"), (1, 3, "frames"), (2, 3, "frames"), (3, 3, "frames")) == [
        (3, None, "render"), (4, 6, "frames"), (5, 6, "frames"), (6, 6, "frames"),
    ]  # fmt: skip


async def test_what_was_told_already_is_not_told_again() -> None:
    assert await told((1, 3, "frames"), (1, 3, "frames"), (1, 3, "frames")) == [(1, 3, "frames")]
