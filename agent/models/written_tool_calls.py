"""Tool calls as local models write them into their text, read where a tool of that name was offered."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import uuid4

from langchain_core.messages import ToolCall

_TAGGED = re.compile(r"<tool_call>(.*?)(?:</tool_call>|\Z)", re.DOTALL)
"""As Hermes and Qwen write them. Llama and Mistral write nothing but the JSON, once their own markers are left out."""
_ARGUMENTS = ("arguments", "parameters")


def takes_tools(template: str | dict[str, str] | None) -> bool:
    """Whether a chat template, or one of several by their names, has a place for tools."""
    texts = template.values() if isinstance(template, dict) else [template or ""]
    return any("tools" in text for text in texts)


def read_calls(text: str, tools: Sequence[dict[str, Any]]) -> tuple[str, list[ToolCall]]:
    """The text without its calls of `tools`, which are as OpenAI writes them, and the calls."""
    names = {tool["function"]["name"] for tool in tools}
    bodies = _TAGGED.findall(text)
    calls = [call for body in bodies or [text] for call in _calls(body, names)]
    if not calls:
        return text, []
    return (_TAGGED.sub("", text).strip() if bodies else ""), calls


def with_parsed_arguments(talk: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """OpenAI's messages as chat templates take them: the arguments of a call as an object, not as its text."""
    return [
        message | {"tool_calls": [_parsed(call) for call in message["tool_calls"]]}
        if message.get("tool_calls")
        else message
        for message in talk
    ]


def _parsed(call: dict[str, Any]) -> dict[str, Any]:
    return call | {"function": call["function"] | {"arguments": json.loads(call["function"]["arguments"])}}


def _calls(body: str, names: set[str]) -> Iterator[ToolCall]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict) and one.get("name") in names:
            given: dict[str, Any] = next((one[name] for name in _ARGUMENTS if isinstance(one.get(name), dict)), {})
            yield ToolCall(name=one["name"], args=given, id=f"call_{uuid4().hex[:12]}")
