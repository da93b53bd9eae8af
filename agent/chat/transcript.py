"""A conversation as a file: Markdown for people, JSON for programs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ... import files
from ...errors import RequestError
from ...prompts.text import visible
from ..toolbox.table import label
from ..toolbox.tool_result import Summary
from .answers import summary_in
from .threads import Thread

if TYPE_CHECKING:
    from langchain_core.messages import AnyMessage

_ENDINGS = (".md", ".json")
_SIGNS = re.compile(r"[\\`*_{}\[\]<>#|~&]")
"""What Markdown would read as more than itself."""
_INDENTED = re.compile(r"^[ \t]*(?:\t| {4})[ \t]*", re.MULTILINE)
"""Where a line begins as code."""
_BEGINNINGS = re.compile(
    r"^(?P<space>[ \t]*)(?:(?P<number>\d{1,9})(?=[.)]))?(?P<sign>[-+=.)](?=\s|$|[-=]))", re.MULTILINE
)
"""Where a line begins as a list, a rule or the line under a heading."""


def exported(thread: Thread, messages: Sequence[AnyMessage]) -> dict[str, Any]:
    """The thread with all that was said, and what every tool gave."""
    return {"thread": asdict(thread), "messages": [_message(message) for message in messages]}


def markdown(thread: Thread, messages: Sequence[AnyMessage]) -> str:
    """The thread to read: words as they were said, drafts as lists, clips with their places."""
    turns = f"{thread.turns} turn{'s' * (thread.turns != 1)}"
    facts = f"A conversation of {_when(thread.created)}, {turns}; `popcorn chat --resume {thread.id}` goes on with it."
    parts = [f"# {_plain(' '.join(visible(thread.title).split())) or thread.id}", facts]
    for message in messages:
        if message.type == "human":
            parts.append("\n".join(f"> {line}" for line in _plain(visible(message.text)).splitlines()))
        elif message.type == "tool":
            parts += _answer(str(message.name), summary_in(message))
        elif message.text:
            parts.append(_plain(visible(message.text)))
    return "\n\n".join(parts) + "\n"


def write(path: Path, thread: Thread, messages: Sequence[AnyMessage]) -> None:
    """Write Markdown, or JSON where the file's name ends so; only its owner may read it.

    Raises RequestError for a name that ends otherwise, and StoreError where it cannot be written.
    """
    if path.suffix.lower() not in _ENDINGS:
        raise RequestError(
            f"{path.name!r} would be neither Markdown nor JSON", hint=f"Let it end in {' or '.join(_ENDINGS)}."
        )
    with files.writing(path):
        if path.suffix.lower() == ".json":
            files.write_json(path, exported(thread, messages))
        else:
            files.write_text(path, markdown(thread, messages))


def _message(message: AnyMessage) -> dict[str, Any]:
    data: dict[str, Any] = {"role": message.type, "text": message.text}
    if calls := getattr(message, "tool_calls", None):
        data["tool_calls"] = [{name: call[name] for name in ("id", "name", "args")} for call in calls]
    if message.type == "tool":
        data |= {"tool": message.name, "call": message.tool_call_id, "status": message.status, "data": message.artifact}
    return data


def _answer(name: str, given: Summary) -> list[str]:
    """A call of a tool as paragraphs."""
    line = f": {_plain(given.told)}" if given.told else ""
    parts = [f"*{label(name)} failed{line}*" if given.failed else f"*{label(name)}{line}*"]
    items = []
    for number, row in enumerate(given.rows, start=1):
        mark = f"{number}." if given.numbered else "-"
        remark = f", {_plain(row.told)}" if row.told else ""
        shot = f"\n{' ' * len(mark)} {_plain(row.shot)}" if row.shot else ""
        items.append(f"{mark} **{_plain(row.title)}**{remark}{shot}")
    parts += ["\n".join(items)] if items else []
    return [*parts, f"Clip: {_code(given.path)}"] if given.path else parts


def _plain(text: str) -> str:
    """A text that Markdown shows as it is: whoever wrote it makes no heading, no link, no picture and no HTML."""
    escaped = _SIGNS.sub(lambda sign: f"\\{sign[0]}", _INDENTED.sub("   ", text))
    return _BEGINNINGS.sub(lambda begun: f"{begun['space'][:3]}{begun['number'] or ''}\\{begun['sign']}", escaped)


def _code(text: str) -> str:
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return f"{fence}{text}{fence}"


def _when(stamp: str) -> str:
    """A time of ISO 8601 as people here write it."""
    return f"{datetime.fromisoformat(stamp).astimezone():%-d %B %Y, %H:%M}"
