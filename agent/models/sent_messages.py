"""Messages as a server is sent them: without keys, whoever put one into a subtitle, a fact or an answer of a tool."""

from __future__ import annotations

from typing import Any

from ...redaction import scrubbed

Message = dict[str, Any]
"""One message of a call, as OpenAI's API has it."""


def without_keys(messages: list[Message]) -> list[Message]:
    """The messages with every text scrubbed; pictures and the ids of tool calls stay as they are."""
    return [_without_keys(message) for message in messages]


def _without_keys(message: Message) -> Message:
    clean = dict(message)
    if isinstance(content := message.get("content"), str | list):
        clean["content"] = scrubbed(content) if isinstance(content, str) else [_part(part) for part in content]
    if calls := message.get("tool_calls"):
        clean["tool_calls"] = [_call(call) for call in calls]
    return clean


def _part(part: Any) -> Any:
    is_text = isinstance(part, dict) and isinstance(part.get("text"), str)
    return {**part, "text": scrubbed(part["text"])} if is_text else part


def _call(call: Message) -> Message:
    function = call.get("function") or {}
    if not isinstance(arguments := function.get("arguments"), str):
        return call
    return {**call, "function": {**function, "arguments": scrubbed(arguments)}}
