"""The tools by name: a new one is a module in tools/ and a line here."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from pydantic import ValidationError

from ...errors import RequestError
from .tool import Tool
from .tool_result import ToolResult

NAMES = (
    "find_references",
    "draft_video",
    "render_video",
    "score_popularity",
    "explain_score",
    "compare_drafts",
    "make_video",
    "make_ad",
    "list_runs",
    "show_run",
    "add_feedback",
)
"""In the order in which a video comes about; each is a module in tools/ and the tool in it."""


def known_tool(name: str) -> Tool[Any, Any] | None:
    """The tool of that name; None where there is none."""
    if name not in NAMES:
        return None
    tool: Tool[Any, Any] = getattr(import_module(f"{__package__}.tools.{name}"), name)
    return tool


def tool_of(name: str) -> Tool[Any, Any]:
    """The tool of that name. Raises RequestError where there is none."""
    if tool := known_tool(name):
        return tool
    raise RequestError(f"there is no tool {name!r}", hint=f"There are: {', '.join(NAMES)}.")


def tools() -> tuple[Tool[Any, Any], ...]:
    """All of them."""
    return tuple(tool_of(name) for name in NAMES)


def label(name: str) -> str:
    """What a tool does, for people; its name where there is no such tool any more."""
    tool = known_tool(name)
    return tool.label if tool else name


def result_of(name: str, data: object) -> ToolResult | None:
    """The result that JSON came of; None where there is no such tool, or an older Popcorn kept other things."""
    tool = known_tool(name)
    if tool is None or not isinstance(data, Mapping):
        return None
    try:
        result: ToolResult = tool.read(data)
    except ValidationError:
        return None
    return result
