"""What a person sees of a conversation: its calls, its answers, its threads. Builds renderables; prints nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from ...agent.chat.answers import summary_in
from ...agent.chat.events import Asked
from ...agent.chat.threads import Thread
from ...agent.toolbox.card_pieces import SHOT, named_line
from ...agent.toolbox.layout import Indented, path_line
from ...agent.toolbox.score_phrases import one_line
from ...agent.toolbox.table import label, tool_of
from ...agent.toolbox.tool_result import Summary
from ...prompts.text import visible
from ...tools.video.types import Estimate


def result_view(name: str, data: Mapping[str, Any]) -> RenderableType:
    """A tool's result as a card."""
    return Indented(tool_of(name).read(data).card())


def asked_view(asked: Asked) -> RenderableType:
    """A call that waits for consent: what it is, and what it would take."""
    lines = [Text.assemble((f"{label(asked.name)}?", "bold yellow"), f"  {Estimate(**asked.estimate).summary}")]
    for name, value in asked.arguments.items():
        if value not in ("", None, -1, 0):
            lines.append(Text(f"{name}: {one_line(str(value), SHOT)}", style="dim"))
    return Group(*lines)


def threads_view(threads: Sequence[Thread]) -> RenderableType:
    """Conversations, a line each, the latest first."""
    if not threads:
        return Text("no conversation is stored yet", style="dim")
    return Group(*(_thread_line(one) for one in threads))


def _thread_line(thread: Thread) -> Text:
    line = named_line(thread.title or "(nothing said)", thread.id, thread.updated)
    line.append(f"  {thread.turns} turn{'s' * (thread.turns != 1)}", style="green")
    if thread.parent:
        line.append(f", from {thread.parent[-6:]}", style="dim")
    return line


def conversation_view(messages: Iterable[Any]) -> RenderableType:
    """What was said, and what each call gave: titles, scores, where a clip is."""
    lines: list[RenderableType] = []
    for message in messages:
        if message.type == "human":
            lines.append(Text(f"\n> {visible(message.text)}", style="bold"))
        elif message.type == "tool":
            lines.append(_answer_view(str(message.name), summary_in(message)))
        elif message.text:
            lines.append(Text(visible(message.text)))
    return Group(*lines)


def _answer_view(name: str, given: Summary) -> RenderableType:
    if given.failed:
        return Indented(Text(f"! {label(name)}: {given.told}", style="yellow"), below=0)
    lines: list[RenderableType] = [Text(f"{label(name)}: {given.told}".rstrip(": "), style="dim")]
    for number, row in enumerate(given.rows, start=1):
        mark = f"{number} " if given.numbered else ""
        lines.append(Text.assemble((mark, "bold yellow"), row.title, (f"  {row.told}" if row.told else "", "dim")))
    if given.path:
        lines.append(path_line(given.path))
    return Indented(Group(*lines), below=0)
