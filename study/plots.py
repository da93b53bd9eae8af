"""The report's pictures as SVG: forest plots of win rates and of strengths, and the scores' distributions.

Drawn with matplotlib's own defaults, whatever matplotlibrc lies about; texts and lines take the page's colours, so that
they are readable in light and dark.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Data = Mapping[str, Any]
_INK, _MARK, _SOFT = "#010101", "#010102", "#010103"
"""Stand-ins for the page's own colours, which the drawing replaces by `currentColor` and CSS variables."""
_COLOURS = {_INK: "currentColor", _MARK: "var(--accent)", _SOFT: "var(--soft)"}
_STYLE = re.compile(r"<style.*?</style>", re.DOTALL)
"""matplotlib's rule for all elements: inside a page it would hold for the page's."""
_LONGEST = 46


def win_rates(contrasts: Sequence[Data]) -> str:
    """A line a contrast: rate and interval in per cent, beside the line of a half. Empty without any."""
    rows = [(f"{one['a']} over {one['b']}", one["rate"], one["low"], one["high"]) for one in contrasts]
    return forest([(name, *(100 * value for value in values)) for name, *values in rows], 50, "wins (%)", (0, 100))


def order(strengths: Sequence[Data]) -> str:
    """A line an arm: log odds against the average arm, with its interval. Empty without any."""
    rows = [(one["name"], one["strength"], one["low"], one["high"]) for one in strengths]
    return forest(rows, 0, "log odds against the average arm", None)


def distributions(scores: Mapping[str, Sequence[float]]) -> str:
    """The scores of each arm: box from quartile to quartile, whiskers over the rest (LLMPopcorn, Figure 3)."""
    if not scores:
        return ""

    def draw(axes: Axes) -> None:
        parts = axes.boxplot(list(scores.values())[::-1], orientation="horizontal", widths=0.5, showfliers=False)
        for kind in ("boxes", "whiskers", "caps"):
            for line in parts[kind]:
                line.set(color=_INK, linewidth=0.9)
        for line in parts["medians"]:
            line.set(color=_MARK, linewidth=1.6)
        axes.set_yticks(range(1, len(scores) + 1), [_short(name) for name in list(scores)[::-1]])
        axes.set_xlabel("predicted log2(comments)")

    return _svg(draw, len(scores))


def forest(rows: Sequence[tuple[Any, ...]], middle: float, label: str, limits: tuple[float, float] | None) -> str:
    """A line a row of name, value, low and high, beside the line of `middle`. Empty without any."""
    if not rows:
        return ""

    def draw(axes: Axes) -> None:
        axes.axvline(middle, color=_SOFT, linewidth=0.8, linestyle=(0, (4, 3)))
        for place, (_, value, low, high) in enumerate(reversed(rows)):
            axes.plot([low, high], [place, place], color=_INK, linewidth=1)
            axes.plot([value], [place], "o", color=_MARK, markersize=5)
        axes.set_yticks(range(len(rows)), [_short(name) for name, *_ in reversed(rows)])
        axes.set_ylim(-0.7, len(rows) - 0.3)
        axes.set_xlabel(label)
        if limits:
            axes.set_xlim(*limits)

    return _svg(draw, len(rows))


def _svg(draw: Callable[[Axes], None], lines: int) -> str:
    """The picture as an element of the page, without a header of its own."""
    from matplotlib import style
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    out = io.StringIO()
    colours = {
        "text.color": _INK,
        "axes.labelcolor": _INK,
        "xtick.color": _INK,
        "ytick.color": _INK,
        "axes.edgecolor": _SOFT,
    }
    with style.context(["default", {"svg.fonttype": "none", "svg.hashsalt": "popcorn", **colours}]):
        figure = Figure(figsize=(7, 0.9 + 0.32 * lines), layout="constrained")
        FigureCanvasSVG(figure)
        figure.patch.set_alpha(0)
        axes = figure.add_subplot()
        axes.patch.set_alpha(0)
        axes.tick_params(length=0)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        draw(axes)
        with warnings.catch_warnings():  # texts stay texts: the reader's fonts draw what matplotlib's have no glyph for
            warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
            figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    drawing = out.getvalue()
    for stand_in, colour in _COLOURS.items():
        drawing = drawing.replace(stand_in, colour)
    return _STYLE.sub("", drawing[drawing.index("<svg") :])


def _short(name: object) -> str:
    text = str(name)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
