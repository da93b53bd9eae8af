"""What fits into a model's window besides references: shorter texts before fewer blocks, never without the request."""

from __future__ import annotations

from collections.abc import Mapping

from ...prompts import fence
from ...prompts.fence import JSONValue
from .window import Window, shortened

LIMITS = (1_000, 400, 150, 60)
"""Characters of each text in a block, as many as fit."""
SPARED = ("compared", "contrast", "tried", "reasoning")
"""The blocks that may be shortened or left out, the dearest last."""

Blocks = Mapping[str, JSONValue]


def fit_blocks(task: str, blocks: Blocks, taken: int, room: int, window: Window) -> tuple[Blocks, list[str]]:
    """The blocks with as much of them as `room` tokens hold, and a notice where not all of it does.

    `taken` is the number of tokens of the instructions around them, `task` what the prompt is for.
    """

    def fits(shown: Blocks) -> bool:
        return taken + window.count(fenced(shown)) <= room

    if fits(blocks):
        return blocks, []
    for limit in LIMITS:
        shown = {name: _cut(value, limit) if name in SPARED else value for name, value in blocks.items()}
        if fits(shown):
            return shown, [_notice(task, window, f"texts were cut to {limit} characters")]
    left_out = list[str]()
    for name in (name for name in SPARED if blocks.get(name)):
        left_out.append(name)
        shown = {kept: value for kept, value in shown.items() if kept != name}
        if fits(shown):
            break
    what = f"texts were cut to {LIMITS[-1]} characters, and without {', '.join(left_out)}"
    return shown, [_notice(task, window, what)] if left_out else []


def fenced(blocks: Blocks) -> str:
    """The blocks behind their fences, without those that have nothing in them."""
    return "\n".join(fence(name, value) for name, value in blocks.items() if value)


def _cut(value: JSONValue, limit: int) -> JSONValue:
    """`value` with every text in it shortened."""
    if isinstance(value, str):
        return shortened(value, limit)
    if isinstance(value, list):
        return [_cut(one, limit) for one in value]
    if isinstance(value, dict):
        return {name: _cut(one, limit) for name, one in value.items()}
    return value


def _notice(task: str, window: Window, what: str) -> str:
    return f"what {task} builds on does not fit the model's window ({window.size}): {what}"
