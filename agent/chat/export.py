"""A conversation as a file: Markdown for people, JSON for programs."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...prompts.text import visible
from ..files import replacing
from .threads import Thread

if TYPE_CHECKING:
    from langchain_core.messages import AnyMessage


def exported(thread: Thread, messages: Sequence[AnyMessage]) -> dict[str, Any]:
    """The thread with all that was said, and what every tool gave."""
    return {"thread": asdict(thread), "messages": [_message(message) for message in messages]}


def markdown(thread: Thread, messages: Sequence[AnyMessage]) -> str:
    """The thread to read: words as they were said, calls of tools folded."""
    parts = [f"# {visible(thread.title) or thread.id}", f"Thread {thread.id}, begun {thread.created}."]
    for message in messages:
        if message.type == "human":
            parts.append("\n".join(f"> {line}" for line in visible(message.text).splitlines()))
        elif message.type == "tool":
            fence = "`" * max(3, _longest_run(message.text) + 1)
            parts.append(
                f"<details><summary>{message.name}</summary>\n\n{fence}\n{visible(message.text)}\n{fence}\n\n</details>"
            )
        elif message.text:
            parts.append(visible(message.text))
    return "\n\n".join(parts) + "\n"


def write(path: Path, thread: Thread, messages: Sequence[AnyMessage]) -> None:
    """Write Markdown, or JSON where the file's name ends so; only its owner may read it. Raises StoreError."""
    as_json = path.suffix.lower() == ".json"
    text = json.dumps(exported(thread, messages), ensure_ascii=False, indent=2) if as_json else ""
    with replacing(path) as file:
        os.fchmod(file.fileno(), 0o600)
        file.write((text or markdown(thread, messages)).encode("utf-8", "replace"))


def _message(message: AnyMessage) -> dict[str, Any]:
    data: dict[str, Any] = {"role": message.type, "text": message.text}
    if calls := getattr(message, "tool_calls", None):
        data["tool_calls"] = [{name: call[name] for name in ("id", "name", "args")} for call in calls]
    if message.type == "tool":
        data |= {"tool": message.name, "call": message.tool_call_id, "status": message.status, "data": message.artifact}
    return data


def _longest_run(text: str) -> int:
    """Backquotes in a row."""
    longest = run = 0
    for sign in text:
        run = run + 1 if sign == "`" else 0
        longest = max(longest, run)
    return longest
