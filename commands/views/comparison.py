"""What sets two runs apart, in words that people read, at any width. Builds renderables; prints nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ...agent.trace.difference_words import GROUPS, name_of, nothing_of, value_of
from ...prompts.text import visible

Data = Mapping[str, Any]

_A, _B = Text("A", style="red"), Text("B", style="green")
_NARROW = 60
"""Columns below which a name stands over its values, not beside them."""


def diff_view(data: Data, *, messages: bool = False) -> RenderableType:
    """What differs, both values under each other; or that nothing does."""
    parts: list[RenderableType] = [_legend(data)]
    for name, head in GROUPS.items():
        if data[name]:
            parts += [Text(head, style="bold"), Padding(_Pairs(name, data[name]), (0, 0, 1, 2))]
    if any(not _same(call) for call in data["messages"]):
        parts += [Text("model calls", style="bold"), Padding(_calls(data["messages"], whole=messages), (0, 0, 1, 2))]
    times = "{:.1f} s and {:.1f} s in nodes".format(*data["seconds"])
    asked, then = data["requests"]
    nothing = len(parts) == 1 and asked == then
    parts.append(Text(f"nothing differs but times: {times}" if nothing else times, style="" if nothing else "dim"))
    return Group(*parts)


def _legend(data: Data) -> RenderableType:
    (one, other), (asked, then) = data["runs"], data["requests"]
    lines = [Text.assemble(("A ", "bold red"), one, "  ", visible(asked))]
    lines.append(
        Text.assemble(("B ", "bold green"), other, "  ", visible(then) if then != asked else "the same request")
    )
    return Padding(Group(*lines), (0, 0, 1, 0))


class _Pairs:
    """Names with both values; beside each other where the console is wide enough."""

    def __init__(self, group: str, differing: Mapping[str, Sequence[Any]]) -> None:
        self._rows: list[tuple[str, Text, Text]] = []
        for name, pair in differing.items():
            one, other = _told(group, name, pair)
            self._rows.append((name_of(group, name), one, other))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The rows, as the width allows."""
        if options.max_width >= _NARROW:
            table = _table(3)
            for name, one, other in self._rows:
                table.add_row(name, _A, one)
                table.add_row("", _B, other)
            yield table
            return
        for name, one, other in self._rows:
            table = _table(2)
            table.add_row(_A, one)
            table.add_row(_B, other)
            yield from (Text(name, style="dim"), table)


def _table(columns: int) -> Table:
    """Rows without lines, of which only the last column is broken."""
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0))
    for _ in range(columns - 1):
        table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _told(group: str, name: str, pair: Sequence[Any]) -> list[Text]:
    """Both values for people."""
    if group == "templates":
        return [Text("not used", style="dim") if value is None else Text("another version") for value in pair]
    if name == "reasoning":
        return _thoughts(pair)
    return [Text(nothing_of(name), style="dim") if one is None else Text(visible(value_of(name, one))) for one in pair]


def _thoughts(pair: Sequence[Any]) -> list[Text]:
    """The steps of thought that differ."""
    both = [{one["step"]: one["text"] for one in thoughts or ()} for thoughts in pair]
    shown = [
        [
            Text.assemble((visible(step), "bold"), "  ", visible(text))
            for step, text in one.items()
            if other.get(step) != text
        ]
        for one, other in (both, both[::-1])
    ]
    return [Text("\n").join(lines) if lines else Text("none", style="dim") for lines in shown]


def _same(call: Data) -> bool:
    return bool(len(call["in"]) == 2 and call["same_question"] and call["same_reply"])


def _calls(calls: Sequence[Data], *, whole: bool) -> RenderableType:
    lines = []
    for call in calls:
        asked, got = ("the same" if call[name] else "another" for name in ("same_question", "same_reply"))
        told = f"{asked} question, {got} reply" if len(call["in"]) == 2 else f"only in {call['in'][0]}"
        lines.append(Text(f"{call['call']}: {told}"))
        shown = call["changed"] if whole else ()
        lines += [Text(visible(line), style="green" if line.startswith("+") else "red") for line in shown]
    if not whole and any(call["changed"] for call in calls):
        lines.append(Text("what changed in the questions: --messages", style="dim"))
    return Group(*lines)
