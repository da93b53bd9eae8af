"""Shown ranks against real ones as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..reliability import Reliability


RELIABILITY = "reliability.svg"


def draw_reliability(found: Reliability, file: Path) -> None:
    """A point a bin with the range of its real ranks, beside the line of a scale that is right, as SVG.

    Drawn with matplotlib's own defaults: it also reads a matplotlibrc of the folder one stands in, whoever wrote it.
    """
    from matplotlib import style

    with style.context(["default", {"svg.fonttype": "none", "svg.hashsalt": "popcorn"}]):
        _draw(found, file)


def _draw(found: Reliability, file: Path) -> None:
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4, 4), layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.add_subplot()
    axes.plot([0, 100], [0, 100], color="#9aa5b1", linewidth=1, label="a scale that is right")
    shown, real = [one.shown for one in found.bins], [one.real for one in found.bins]
    ends = [[one.real - one.low for one in found.bins], [one.high - one.real for one in found.bins]]
    axes.errorbar(shown, real, ends, fmt="o", color="#d1495b", markersize=4, elinewidth=0.8, label="mean, and 80 %")
    axes.set_xlabel("shown rank")
    axes.set_ylabel("real rank")
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 100)
    axes.legend(frameon=False, loc="upper left")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.savefig(file, format="svg", metadata={"Date": None})
