"""The course of a training as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..mmra.plan import Epoch
from ..mmra.training import best_epoch

CURVE = "curve.svg"


def draw_curve(curves: Sequence[Sequence[Epoch]], file: Path) -> None:
    """Error on training and validation videos over the epochs, a line a network; the kept epochs are marked.

    Drawn with matplotlib's own defaults: it also reads a matplotlibrc of the folder one stands in, whoever wrote it.
    """
    from matplotlib import style

    with style.context("default"):
        _draw(curves, file)


def _draw(curves: Sequence[Sequence[Epoch]], file: Path) -> None:
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 3.6), layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.add_subplot()
    for number, epochs in enumerate(curves):
        numbers = [epoch.number for epoch in epochs]
        names = ("_training", "_validation") if number else ("training", "validation")  # one of each in the legend
        axes.plot(numbers, [epoch.loss for epoch in epochs], color="#9aa5b1", linewidth=1, label=names[0])
        errors = [epoch.valid.nmse for epoch in epochs]
        axes.plot(numbers, errors, color="#d1495b", marker="o", markersize=3, label=names[1])
        kept = best_epoch(list(epochs))
        axes.plot(kept.number, kept.valid.nmse, color="#d1495b", marker="o", markersize=8, fillstyle="none")
    axes.set_xlabel("epoch")
    axes.set_ylabel("nMSE of log2(comments)")
    axes.locator_params(axis="x", integer=True)
    axes.legend(frameon=False)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.savefig(file, format="svg")
