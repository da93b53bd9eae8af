"""The plots of a data card as SVG files: durations, words, clips and categories (VC-LLM, Figure 5)."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from .ad_statistics import AdStatistics

if TYPE_CHECKING:
    from collections import Counter

    from matplotlib.axes import Axes

PLOTS = {
    "durations.svg": "length of an ad (s)",
    "words.svg": "words (characters, where a language has no spaces) in an ad",
    "clips.svg": "clips in an ad",
    "categories.svg": "ads by category",
}
"""Files with what they show."""
_COLOURS = {"train": "#2f6f9f", "test": "#d9822b"}
_BINS = 24
_MOST_CATEGORIES = 15
_LONGEST = 32
"""Characters of a category's name."""


def plots(splits: Mapping[str, AdStatistics]) -> dict[str, bytes]:
    """Every plot by its file's name; the same counts give the same bytes."""
    numbers: dict[str, Callable[[AdStatistics], Counter[int]]] = {
        "durations.svg": lambda one: one.seconds,
        "words.svg": lambda one: one.units,
        "clips.svg": lambda one: one.clips,
    }
    made = {
        name: _svg(partial(_histogram, counts={split: of(one) for split, one in splits.items()}, label=PLOTS[name]))
        for name, of in numbers.items()
    }
    return made | {"categories.svg": _svg(lambda axes: _bars(axes, splits))}


def _histogram(axes: Axes, counts: Mapping[str, Counter[int]], label: str) -> None:
    """Bars of equal width over all values, the splits one on the other."""
    from matplotlib.ticker import MaxNLocator

    most = max((max(one) for one in counts.values() if one), default=1)
    width = max(1, -(-(most + 1) // _BINS))
    places = range(0, most + 1, width)
    bottom = [0] * len(places)
    for split, one in counts.items():
        heights = [sum(one[value] for value in range(place, place + width)) for place in places]
        centres = [place + (width - 1) / 2 for place in places]
        axes.bar(centres, heights, 0.9 * width, bottom=bottom, color=_COLOURS[split], label=split)
        bottom = [low + high for low, high in zip(bottom, heights, strict=True)]
    axes.set_xlabel(label)
    axes.set_ylabel("ads")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(frameon=False)


def _bars(axes: Axes, splits: Mapping[str, AdStatistics]) -> None:
    """A bar a category, the most frequent ones first."""
    from matplotlib.ticker import MaxNLocator

    counts = {split: one.categories for split, one in splits.items()}
    names = sorted({name for one in counts.values() for name in one}, key=lambda name: (-_sum(counts, name), name))
    shown = names[:_MOST_CATEGORIES][::-1]
    left = [0] * len(shown)
    for split, one in counts.items():
        axes.barh(range(len(shown)), [one[name] for name in shown], 0.8, left=left, color=_COLOURS[split], label=split)
        left = [low + one[name] for low, name in zip(left, shown, strict=True)]
    axes.set_yticks(range(len(shown)), [_plain(name) for name in shown])
    more = f", {len(names) - len(shown)} more not shown" if len(names) > len(shown) else ""
    axes.set_xlabel(PLOTS["categories.svg"] + more)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(frameon=False)


def _sum(counts: Mapping[str, Counter[str]], name: str) -> int:
    return sum(one[name] for one in counts.values())


def _plain(name: str) -> str:
    """A name that matplotlib takes for no formula."""
    short = name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
    return short.replace("$", r"\$")


def _svg(draw: Callable[[Axes], None]) -> bytes:
    """A picture of its own, with letters as letters: nothing is drawn with a font that lacks them."""
    from matplotlib import style
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    out = io.BytesIO()
    with style.context(["default", {"svg.fonttype": "none", "svg.hashsalt": "popcorn"}]):
        figure = Figure(figsize=(7, 3.6))
        FigureCanvasSVG(figure)
        axes = figure.add_axes((0.28, 0.17, 0.69, 0.78))
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        draw(axes)
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()
