"""What drafts and clips took: seconds, tokens and memory by model and by renderer (LLMPopcorn, Tables 9 and 10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from .types import Row


@dataclass(frozen=True, slots=True)
class Effort:
    """One model's drafts, or one renderer's clips."""

    of: str
    """model or renderer."""
    name: str
    units: int
    seconds: float
    """The median; of what was drafted or rendered, not taken from a store."""
    tokens: float
    """In and out, the mean of a draft; 0 for renderers."""
    cost_usd: float | None
    """Of all; None where no price is known."""
    memory_gib: float | None
    """The most that the accelerator held; None without one."""


def efforts(rows: Iterable[Row]) -> list[Effort]:
    """Models first, then renderers, in the order of the rows."""
    models: dict[str, dict[tuple[object, ...], Row]] = defaultdict(dict)
    renderers: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.failed:
            continue
        draft = (row.prompt_id, row.seed, row.mode, row.references, row.tags, row.given, row.candidates, row.refine)
        models[row.model].setdefault(draft, row)
        if row.renderer:
            renderers[row.renderer].append(row)
    return [
        *(_drafting(name, list(own.values())) for name, own in models.items()),
        *map(_rendering, *_split(renderers)),
    ]


def _split(renderers: dict[str, list[Row]]) -> tuple[list[str], list[list[Row]]]:
    return list(renderers), list(renderers.values())


def _drafting(name: str, rows: list[Row]) -> Effort:
    costs = [row.cost_usd for row in rows]
    return Effort(
        "model",
        name,
        len(rows),
        seconds=median(row.draft_seconds for row in rows),
        tokens=sum(row.input_tokens + row.output_tokens for row in rows) / len(rows),
        cost_usd=None if None in costs else sum(cost or 0.0 for cost in costs),
        memory_gib=None,
    )


def _rendering(name: str, rows: list[Row]) -> Effort:
    peaks = [row.peak_memory_bytes for row in rows if row.peak_memory_bytes]
    return Effort(
        "renderer",
        name,
        len(rows),
        seconds=median(row.render_seconds for row in rows),
        tokens=0.0,
        cost_usd=None,
        memory_gib=max(peaks) / 2**30 if peaks else None,
    )
