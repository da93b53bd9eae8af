"""What sets two runs apart, as a piece of the page: the words of `popcorn trace diff`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..agent.trace.compare import compared
from ..agent.trace.difference_words import GROUPS, name_of, nothing_of, value_of
from ..errors import RequestError
from .fragments import fragment

if TYPE_CHECKING:
    from ..agent.runs.run_store import RunStore

_LONGEST = 1_500
"""Characters of a value that are shown; the trace of a run has it whole."""


def comparison(store: RunStore, one: str, other: str) -> str:
    """Both runs as HTML. Raises RequestError where one is not there, or both are the same."""
    if one == other:
        raise RequestError(
            "a run is compared with another one, and both are the same", hint="Choose another one beside it."
        )
    data = compared(store, store.find(one), store.find(other))
    groups = [(head, [_row(name, key, pair) for key, pair in data[name].items()]) for name, head in GROUPS.items()]
    groups = [(head, rows) for head, rows in groups if rows]
    calls = [told for call in data["messages"] if (told := _call(call))]
    times = "{:.1f} s and {:.1f} s in nodes".format(*data["seconds"])
    alike = not groups and not calls and data["requests"][0] == data["requests"][1]
    return fragment(
        "difference.html",
        runs=data["runs"],
        requests=data["requests"],
        groups=groups,
        calls=calls,
        times=f"nothing differs but times: {times}" if alike else times,
    )


def _row(group: str, name: str, pair: Sequence[Any]) -> dict[str, str]:
    one, other = (nothing_of(name) if value is None else _value(group, name, value) for value in pair)
    return {"name": name_of(group, name), "one": one, "other": other}


def _value(group: str, name: str, value: Any) -> str:
    told = "another version" if group == "templates" else _told(name, value)
    return told if len(told) <= _LONGEST else f"{told[:_LONGEST]}…"


def _told(name: str, value: Any) -> str:
    if name == "reasoning":
        return "; ".join(f"{thought['step']}: {thought['text']}" for thought in value)
    return value_of(name, value) or "none"


def _call(call: Mapping[str, Any]) -> str:
    """What differs in a call of a model; empty where nothing does."""
    if len(call["in"]) != 2:
        return f"{call['call']}: only in {call['in'][0]}"
    if call["same_question"] and call["same_reply"]:
        return ""
    asked, got = ("the same" if call[name] else "another" for name in ("same_question", "same_reply"))
    return f"{call['call']}: {asked} question, {got} reply"
