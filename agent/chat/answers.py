"""The answers of tools in a conversation: the results that they gave, read back from the messages that keep them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from langchain_core.messages import ToolMessage

from ..toolbox.table import result_of
from ..toolbox.tool_result import Summary, ToolResult, summary_of

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage


def result_in(message: BaseMessage) -> ToolResult | None:
    """What a tool gave; None for other messages, for a failure, and for what an older Popcorn kept otherwise."""
    if not isinstance(message, ToolMessage) or message.status == "error":
        return None
    return result_of(str(message.name), message.artifact)


def results_in(messages: Iterable[BaseMessage]) -> Iterator[ToolResult]:
    """What the tools of a conversation gave, in order."""
    for message in messages:
        if (result := result_in(message)) is not None:
            yield result


def summary_in(message: ToolMessage) -> Summary:
    """What a tool's message holds for people who look back at it; a failure as one line."""
    result = result_in(message)
    return result.summary() if result else summary_of(message.text, failed=message.status == "error")
