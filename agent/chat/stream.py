"""What the graph of a conversation streams, as events of a turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, ToolMessage

from .events import Asked, Event, Remark, Said, ToolBegan, ToolEnded, ToolProgress
from .model_replies import was_cut

if TYPE_CHECKING:
    from langchain_core.messages import AnyMessage
    from langgraph.types import Interrupt

_CUT = "the reply was cut off at the model's limit"


def events_of(kind: str, part: Any) -> list[Event]:
    """A part of the stream: `messages`, `updates` or `custom`."""
    if kind == "messages":
        chunk, about = part
        text = chunk.text if isinstance(chunk, AIMessage) and about.get("langgraph_node") == "model" else ""
        return [Said(text)] if text else []
    if kind == "custom":
        return [ToolProgress(**part)]
    if "__interrupt__" in part:
        return [_asked(one) for one in part["__interrupt__"]]
    messages = [new for node, update in part.items() if update for new in _new(node, update.get("messages", ()))]
    return [event for message in messages for event in _events_of(message)]


def _new(node: str, messages: Sequence[AnyMessage]) -> Sequence[AnyMessage]:
    """What a node has brought: a model a single reply, which stands last where LangChain mends what came before it."""
    return messages[-1:] if node == "model" else messages


def _events_of(message: AnyMessage) -> list[Event]:
    if isinstance(message, AIMessage):
        if was_cut(message) and not message.tool_calls:  # calls that were cut off are refused one by one
            return [Remark(_CUT)]
        return [ToolBegan(str(call["id"]), call["name"], call["args"]) for call in message.tool_calls]
    if isinstance(message, ToolMessage):
        data = message.artifact if message.status != "error" else None
        shown = str(message.additional_kwargs.get("shown", message.text))
        return [ToolEnded(message.tool_call_id, str(message.name), shown, data)]
    return []


def _asked(one: Interrupt) -> Asked:
    return Asked(question=one.id, **one.value)
