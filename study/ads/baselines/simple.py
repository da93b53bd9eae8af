"""Orders that take no learning: by chance, as the clips are shown, and by the product's own facts."""

from __future__ import annotations

import random
import re

from .types import OrderTask

_SIGNS = re.compile(r"[^\W_]")


class RandomOrder:
    """One order of all, drawn by seed."""

    name = "baseline: random"

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed

    def order(self, task: OrderTask) -> list[str]:
        """Another order for every ad."""
        drawing = random.Random(f"{self._seed} {task.ad} {task.product}")  # noqa: S311 - nothing secret is drawn
        return drawing.sample(task.clips, len(task.clips))


class AsShown:
    """The order in which the clips are shown: what a model does that answers 1, 2, 3."""

    name = "baseline: as shown"

    def order(self, task: OrderTask) -> list[str]:
        """Nothing is changed."""
        return list(task.clips)


class FactOrder:
    """Lines in the order of the product's facts; a line that says none of them keeps its place among the others."""

    name = "baseline: order of the facts"

    def order(self, task: OrderTask) -> list[str]:
        """By the fact that shares most pairs of signs with the line; empty where no facts are known."""
        if not task.facts:
            return []
        count = len(task.clips)
        places = [place / max(1, count - 1) for place in range(count)]
        for at, line in enumerate(task.lines):
            shares = [_share(line, fact) for fact in task.facts]
            if max(shares) > 0:
                places[at] = shares.index(max(shares)) / max(1, len(task.facts) - 1)
        return [clip for _, clip in sorted(zip(places, task.clips, strict=True), key=lambda pair: pair[0])]


def _share(line: str, fact: str) -> float:
    """The share of a fact's pairs of neighbouring signs that stand in a line."""
    wanted = pairs(fact)
    return len(wanted & pairs(line)) / len(wanted) if wanted else 0.0


def pairs(text: str) -> set[str]:
    """Pairs of neighbouring letters and digits, in lower case: words of any language, roughly."""
    signs = "".join(_SIGNS.findall(text.casefold()))
    return {signs[at : at + 2] for at in range(len(signs) - 1)}
