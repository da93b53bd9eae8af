"""A graph as a mermaid drawing, with the path that a run took."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from ..runs.machines import machine_of
from ..runs.run_store import Kind
from .story import Phase, Story

_EDGE = re.compile(r"\t(\w+) (?:-->|-\.->) (\w+);")
_TAKEN = "fill:#f6c453,stroke:#8a5a00,color:#2b1d00"
_FAILED = "fill:#f2b8b5,stroke:#8c1d18,color:#410e0b"


def drawing(story: Story | None = None) -> str:
    """The graph of a `story`, with how often it came to each node, and its path thick; the create graph without one."""
    plain = machine_of(story.run.kind if story else Kind.CREATE).build().get_graph().draw_mermaid()
    if story is None:
        return plain
    path = _path(story)
    visits, steps = Counter(path), set(pairwise(path))
    edges = [(match[1], match[2]) for line in plain.splitlines() if (match := _EDGE.fullmatch(line))]
    lines = [_counted(line, visits) for line in plain.rstrip().splitlines()]
    taken = [str(number) for number, edge in enumerate(edges) if edge in steps]
    failed = {visit.node for visit in story.visits if visit.phase is Phase.FAILED}
    lines += [f"\tclassDef taken {_TAKEN}", f"\tclassDef failed {_FAILED}"]
    lines += [
        f"\tclass {node} {'failed' if node in failed else 'taken'}" for node in visits if not node.startswith("_")
    ]
    lines += [f"\tlinkStyle {','.join(taken)} stroke:#8a5a00,stroke-width:3px"] if taken else []
    return "\n".join(lines) + "\n"


def _path(story: Story) -> list[str]:
    """The nodes in the order in which they ran; a visit that did not end was run again if the run went on."""
    last = len(story.visits) - 1
    kept = [visit for number, visit in enumerate(story.visits) if visit.phase is Phase.DONE or number == last]
    start = [] if story.run.node else ["__start__"]
    return [*start, *(visit.node for visit in kept), *(["__end__"] if story.phase is Phase.DONE else [])]


def _counted(line: str, visits: Counter[str]) -> str:
    """A node's line with how often it ran, where that is more than once."""
    match = re.fullmatch(r"\t(\w+)\(\1\)", line)
    times = visits[match[1]] if match else 0
    return f"\t{match[1]}({match[1]} {times}×)" if match and times > 1 else line
