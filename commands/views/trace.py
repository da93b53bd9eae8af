"""Runs and their stories for a terminal, at 80 columns. Builds renderables; prints nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from ...agent.runs.machines import machine_of
from ...agent.runs.run_store import Kind
from ...agent.trace.figures import call_facts, counted, day, money, seconds, tokens, unfinished, when
from ...agent.trace.run_finder import ended
from ...agent.trace.story import Call, Phase, Story, Visit
from ...prompts.text import visible
from ...tools.popularity.standing import brief_rank, briefly, read_score

_MARKS = {
    Phase.DONE: ("✓", "green"),
    Phase.FAILED: ("✗", "red"),
    Phase.LEFT: ("○", "yellow"),
    Phase.UNDER_WAY: ("▸", "cyan"),
}
_VALUE = 300
"""Characters of a state's value that are shown to people."""


def runs_view(rows: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Runs, two lines each: how it stands, when, how popular, and what was asked."""
    if not rows:
        return Text('no run is stored yet; start one: popcorn ask "street tacos"', style="dim")
    table = Table.grid(padding=(0, 1, 0, 0))
    for row in rows:
        table.add_row(*_run_line(row))
    return table


def _run_line(row: Mapping[str, Any]) -> tuple[Text, RenderableType]:
    sign, style = _MARKS[Phase(row["phase"])]
    line = Text.assemble((row["run_id"], "bold"), (f"  {day(row['created'])}", "dim"))
    if row["kind"] == Kind.CHAT:
        line.append(f"  conversation, {counted(row['turns'], 'turn')}", style="cyan")
    if row["title"]:
        line.append(f"  {brief_rank(row['percentile'])}", style="green" if row["accepted"] else "yellow")
        line.append(f"  {row['renderer']}", style="dim")
    if row["phase"] != Phase.DONE:
        line.append(f"  {row['ended']}", style=style)
    request = Text(no_wrap=True, overflow="ellipsis")
    if row["parent"]:
        request.append(f"from {row['parent'][-6:]}{row['node'] and ' before ' + row['node']}: ", style="dim")
    request.append(_line(row["title"] or row["request"]))
    if row["title"] and not row["parent"]:
        request.append(f"  {_line(row['request'])}", style="dim")
    return Text(sign, style=style), Group(line, request)


def _line(text: str) -> str:
    return " ".join(visible(text).split())


def story_view(story: Story, *, node: str = "", messages: bool = False) -> RenderableType:
    """A run as a tree: its nodes, their calls and attempts; with `messages` all that was said."""
    sign, style = _MARKS[story.phase]
    head = Text.assemble(
        (f"{sign} ", style), (story.run.run_id, "bold"), f"  {ended(story.phase, story.run)}", style=style
    )
    tree = Tree(head, guide_style="bright_black", highlight=False)
    shown = [visit for visit in story.visits if not node or node in {visit.node, f"{visit.node}:{visit.number}"}]
    if story.run.kind is Kind.CHAT:
        _turns(tree, story, shown, messages=messages)
    elif not story.visits:
        tree.add(Text("it came to no step", style="dim"))
    else:
        if story.setup_seconds is not None and not node:
            tree.add(Text.assemble("setup  ", (seconds(story.setup_seconds), "dim")))
        for visit in shown:
            _branch(tree, visit, messages=messages)
    return Group(Text(visible(story.run.request), style="bold"), _facts(story), Text(), tree, *_remarks(story))


def _turns(tree: Tree, story: Story, shown: Sequence[Visit], *, messages: bool) -> None:
    """A branch for each turn, under what was said; middleware that only looked on is left away."""
    for number, said in enumerate(story.said):
        visits = [visit for visit in shown if visit.walk == number and (visit.calls or "." not in visit.node)]
        if not visits and len(shown) < len(story.visits):
            continue  # nothing of this turn was asked for
        line = Text(f"“{' '.join(visible(said).split())}”", style="bold", no_wrap=True, overflow="ellipsis")
        line.append(f"  {when(story.walks[number])}", style="dim")
        branch = tree.add(line)
        for visit in visits:
            _branch(branch, visit, messages=messages)


def _facts(story: Story) -> Text:
    facts = [when(story.run.created), f"{seconds(story.seconds)} in nodes"]
    asked = [call for call in story.calls if call.model]
    if asked:
        facts.append(f"{counted(len(asked), 'model call')}{_spent(story)}")
    if story.run.kind is Kind.CHAT:
        facts.insert(0, f"a conversation, {counted(len(story.walks), 'turn')}")
    elif len(story.walks) > 1:
        facts.append(f"gone on with {len(story.walks) - 1}×")
    if story.run.parent:
        at = f" before {story.run.node}" if story.run.node else ""
        facts.append(f"forked from {story.run.parent}{at}")
    return Text(", ".join(facts), style="dim")


def _spent(story: Story) -> str:
    sent, got = (sum(getattr(call, name) for call in story.calls) for name in ("input_tokens", "output_tokens"))
    return f" ({tokens(sent, got)}{money(story.cost_usd)})" if sent or got else ""


def _branch(tree: Tree, visit: Visit, *, messages: bool) -> None:
    sign, style = _MARKS[visit.phase]
    again = f" {visit.number}" if visit.number > 1 else ""
    took = seconds(visit.seconds) if visit.seconds is not None else unfinished(visit.phase)
    branch = tree.add(Text.assemble((f"{sign} ", style), f"{visit.node}{again}  ", (took, "dim")))
    leaves = {"": branch}
    for call in visit.calls:
        leaf = leaves.get(call.inside, branch).add(_call_line(call))
        leaves[call.call] = leaf
        if messages:
            for role, text, look in _said(call):
                leaf.add(Group(Text(role, style="bold dim"), Text(visible(text), style=look)))
    for attempt in visit.attempts:
        stands = briefly(read_score(attempt["score"]))
        branch.add(Text.assemble((f"{stands}  ", "bold"), f"“{visible(attempt['title'])}”"))


def _call_line(call: Call) -> Text:
    sign, style = _MARKS[call.phase]
    facts = call_facts(call) + [form for form in (call.form,) if form and form != "text"]
    line = Text.assemble((f"{sign} ", style), call.name, (f"  {', '.join(facts)}", "dim"))
    if call.error:
        line.append(f"\n{visible(call.error)}", style="red")
    return line


def _said(call: Call) -> list[tuple[str, str, str]]:
    """Role, text and style of all that was sent and came back."""
    lines = [(message["role"], message["text"], "") for message in call.messages]
    lines += [("reasoning", call.reasoning, "italic")] if call.reasoning else []
    lines += [("reply", call.reply, "green")] if call.reply else []
    lines += [("calls", json.dumps(call.tool_calls, ensure_ascii=False), "green")] if call.tool_calls else []
    lines += [(name, text, "") for name, text in (("input", call.input), ("output", call.output)) if text]
    lines += [("cut", "\n".join(call.cut), "yellow")] if call.cut else []
    return lines


def _remarks(story: Story) -> list[RenderableType]:
    lines: list[RenderableType] = [Text(f"! {visible(notice)}", style="yellow") for notice in story.notices]
    if story.error:
        lines.append(Text(f"error: {visible(story.error['message'])}", style="red"))
    if story.full:
        lines.append(Text("! the trace reached its bound: later events are without their texts", style="yellow"))
    if story.run.kind is Kind.CHAT or story.phase in {Phase.LEFT, Phase.FAILED}:
        command = "chat" if story.run.kind is Kind.CHAT else machine_of(story.run.kind).command
        lines.append(Text(f"go on with: popcorn {command} --resume {story.run.run_id}", style="cyan"))
    return [Text(), *lines] if lines else []


def states_view(steps: Sequence[Mapping[str, Any]]) -> RenderableType:
    """What each step changed in the state."""
    tree = Tree(Text("state", style="bold"), guide_style="bright_black", highlight=False)
    for step in (step for step in steps if step["changes"]):
        after = ", ".join(step["after"]) or "start"
        branch = tree.add(Text.assemble((after, "bold"), (f"  step {step['step']}", "dim")))
        for name, value in step["changes"].items():
            shown = json.dumps(value, ensure_ascii=False)
            cut = f"{shown[:_VALUE]}… ({len(shown):,} characters)" if len(shown) > _VALUE else shown
            branch.add(Text.assemble((f"{name}  ", "cyan"), visible(cut)))
    return tree


def event_line(event: Mapping[str, Any]) -> Text:
    """One event on a line, for those who follow."""
    shown = {
        name: value
        for name, value in event.items()
        if name in {"node", "seconds", "model", "tool", "title", "message", "request", "number", "input_tokens"}
        and value
    }
    if event["event"] == "error":
        shown["message"] = event["error"]["message"]
    facts = "  ".join(f"{name}={visible(str(value))}" for name, value in shown.items())
    clock = event["ts"][11:19]
    return Text.assemble(
        (f"{clock} ", "dim"), (event["event"], "bold"), f"  {facts}", no_wrap=True, overflow="ellipsis"
    )
