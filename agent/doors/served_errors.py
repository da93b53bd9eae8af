"""Errors as a LangGraph server shows them: of an error of ours it tells a client nothing but the type."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from langchain.agents.middleware.types import AgentMiddleware

from ...errors import PopcornError

if TYPE_CHECKING:
    from langchain.agents.middleware.types import ModelRequest, ModelResponse, ToolCallRequest
    from langchain_core.messages import ToolMessage
    from langgraph.types import Command


class ServedError(RuntimeError):
    """An error of a run, with its message and hint."""


@contextmanager
def in_sentences() -> Iterator[None]:
    """Pass errors of ours on as the type whose message a server shows."""
    try:
        yield
    except PopcornError as exc:
        raise ServedError(" ".join(part for part in (f"{exc.message}.", exc.hint) if part)) from exc


class InSentences(AgentMiddleware[Any, Any]):
    """The same around whatever an agent asks a model and calls a tool for."""

    async def awrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]]
    ) -> ModelResponse[Any]:
        """Ask. Raises ServedError."""
        with in_sentences():
            return await handler(request)

    async def awrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Awaitable[ToolMessage | Command[Any]]]
    ) -> ToolMessage | Command[Any]:
        """Call. Raises ServedError."""
        with in_sentences():
            return await handler(request)
