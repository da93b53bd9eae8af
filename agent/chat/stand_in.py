"""Who speaks where the chosen model cannot hold a conversation: the offline router, which says so first.

A conversation is made of tools. Some models have none, and some windows have no room for them; servers often say
so only when they refuse the first call.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from langchain.agents.middleware.types import AgentMiddleware

from ...errors import ModelCallError
from ...graphs.asking.capabilities import capabilities_of
from ...prompts import load
from ..toolbox.table import tools
from .router.speaker import OfflineRouter
from .without_terminal import without_terminal

if TYPE_CHECKING:
    from langchain.agents.middleware.types import ModelRequest, ModelResponse
    from langchain_core.language_models import BaseChatModel

    from ...graphs.asking.window import Window

    Handler = Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]]


def beside(window: Window) -> int:
    """Tokens of what is sent with every call beside what was said: tools and instructions."""
    written = json.dumps([{"name": one.name, "about": one.description, "takes": one.schema()} for one in tools()])
    return window.count(written) + window.count(load("chat").text)


def without_tools(name: str) -> str:
    """What a person is told of a model that cannot call tools."""
    return f"{name} cannot call tools, which a conversation is made of. {_what_works(name)}"


def without_room(name: str, window: Window) -> str:
    """What a person is told of a model whose window has no room for tools."""
    return (
        f"{name} takes in {window.tokens:,} tokens, and tools and instructions alone are about {beside(window):,}. "
        f"{_what_works(name)} Its server may give it more (Ollama: OLLAMA_CONTEXT_LENGTH)."
    )


def has_room(window: Window) -> bool:
    """Whether tools and instructions may fit: they are counted too high where that is by estimate."""
    return window.tokens >= beside(window) * 3 // 4


def _what_works(name: str) -> str:
    return (
        f"What works: you talk with the offline router, and {name} writes the drafts. "
        "`popcorn ask` with it works whole. /model chooses another."
    )


def stand_in(notice: str = "", *, served: bool) -> OfflineRouter:
    """The router; `notice` is what it says before its first answer, where nobody else tells the person."""
    return OfflineRouter(served=served, notice=without_terminal(notice) if served else notice)


class StandIn(AgentMiddleware[Any, Any]):
    """Lets the router answer where a server refuses a call, and has said why the model can answer none."""

    def __init__(self, name: str, window: Window, *, served: bool) -> None:
        """`name` and `window` are the model's, as it was opened."""
        super().__init__()
        self._name, self._window, self._served = name, window, served

    async def awrap_model_call(self, request: ModelRequest[Any], handler: Handler) -> ModelResponse[Any]:
        """Ask the model, or the router in its place. Raises what asking the model raises."""
        if not self._why(request.model):
            try:
                return await handler(request)
            except ModelCallError:
                if not self._why(request.model):
                    raise
        router = stand_in(self._why(request.model), served=self._served)
        if any(router.notice in message.text for message in request.state["messages"]):  # a digest has not all of them
            router = stand_in(served=self._served)
        return await handler(request.override(model=router))

    def _why(self, model: BaseChatModel) -> str:
        """Why the model cannot answer, as far as its server has said; empty where it may."""
        known = capabilities_of(model)
        if not known.takes_tools:
            return without_tools(self._name)
        named = self._window.within(known.named_window)
        return without_room(self._name, named) if known.named_window and named.room < beside(named) else ""
