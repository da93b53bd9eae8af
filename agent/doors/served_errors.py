"""Errors as a LangGraph server shows them: of an error of ours it tells a client nothing but the type."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from langchain.agents.middleware.types import AgentMiddleware

from ...errors import PopcornError
from ..chat.without_terminal import without_terminal

if TYPE_CHECKING:
    from langchain.agents.middleware.types import ModelRequest, ModelResponse, ToolCallRequest
    from langchain_core.messages import ToolMessage
    from langgraph.types import Command


_FLAG = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


class ServedError(RuntimeError):
    """An error of a run, with its message and hint."""


@contextmanager
def in_sentences(names: Sequence[str] = ()) -> Iterator[None]:
    """Pass errors of ours on as the type whose message a server shows, with a way out that its clients have.

    A flag of the command line is called by the name that a run's context has for it, where that is one of `names`.
    """
    try:
        yield
    except PopcornError as exc:
        hint = without_terminal(_FLAG.sub(lambda flag: _named(flag[0], names), exc.hint))
        raise ServedError(" ".join(part for part in (f"{exc.message}.", hint) if part)) from exc


def _named(flag: str, names: Sequence[str]) -> str:
    name = flag.removeprefix("--").replace("-", "_")
    return f"`{name}`" if name in names else flag


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
