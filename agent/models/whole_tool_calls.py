"""Calls of tools as a model wrote them: what LangChain makes of a stream has been guessed where it broke off."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk

WRITTEN = "written_calls"
"""In `additional_kwargs`: every call of a streamed reply as it was written, where one has no sound arguments."""


class Written(TypedDict):
    """A call, all of it as it came."""

    name: str | None
    args: str | None
    id: str | None


def written_calls(reply: AIMessageChunk) -> list[Written]:
    """The calls of a whole stream, in their order; empty where all their arguments are sound.

    The sum of the chunks has the texts still, but the message that is made of it has only what a parser for broken
    JSON took them for; and only texts can tell `{"request": "taco` from `{"request": "taco"}`.
    """
    calls = [Written(name=one["name"], args=one["args"], id=one["id"]) for one in reply.tool_call_chunks]
    return calls if any(sound_arguments(call["args"]) is None for call in calls) else []


def sound_arguments(written: object) -> dict[str, Any] | None:
    """The arguments: a whole JSON object that can be sent again, empty for no text at all; None for anything else."""
    try:
        arguments = written or {}
        if isinstance(arguments, str):
            arguments = json.loads(arguments, strict=False) if arguments.strip() else {}
        json.dumps(arguments, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return None
    return arguments if isinstance(arguments, dict) else None
