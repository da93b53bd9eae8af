"""The toolbox as tools for a language model."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import ContextVar, copy_context
from typing import TYPE_CHECKING, Any

from ..toolbox.sendable_result import Progress
from ..toolbox.table import tools

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

    from ..toolbox.sendable_result import Result

CALL: ContextVar[str] = ContextVar("call", default="")
"""The id of the call under way."""
Caller = Callable[[str, dict[str, Any], Progress], Any]
"""Calls a tool by name: gives a coroutine for its Result."""


def tools_of(caller: Caller) -> list[BaseTool]:
    """Every tool of the toolbox, called through `caller`: the brief for the model, the data for people."""
    from langchain_core.tools import StructuredTool

    return [
        StructuredTool.from_function(
            coroutine=_called(tool.name, caller),
            name=tool.name,
            description=tool.description,
            args_schema=tool.arguments,
            infer_schema=False,
            response_format="content_and_artifact",
        )
        for tool in tools()
    ]


def _called(name: str, caller: Caller) -> Callable[..., Any]:
    async def call(**arguments: Any) -> tuple[str, dict[str, Any]]:
        result: Result = await caller(name, arguments, _reporter(name))
        return result.brief(), result.data

    return call


def _reporter(name: str) -> Progress:
    """Progress into the graph's stream, from whichever thread it comes."""
    from langgraph.config import get_stream_writer

    write, loop, call = get_stream_writer(), asyncio.get_running_loop(), CALL.get()
    here = copy_context()  # the writer looks there for the place in the graph

    def report(done: int, total: int, note: str) -> None:
        step = {"call": call, "name": name, "done": done, "total": total, "note": note}
        if not loop.is_closed():
            loop.call_soon_threadsafe(write, step, context=here)

    return report
