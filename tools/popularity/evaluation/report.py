"""A predictor on held-out videos: measures with their intervals, baselines, and controls that must score worse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ....errors import PredictionError
from ..measures import Measures, intervals, measure, measure_by_batches
from ..reliability import Reliability, reliability
from ..trained.drafts import Drafts
from ..trained.fitted import FittedPredictor
from .baselines import BASELINES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..trained.material import Material

_FEWEST = 10
_SAME = 0.99
"""Cosine similarity from which two videos of one id are the same video."""


@dataclass(frozen=True, slots=True)
class Line:
    """One way to predict, and how far it was off."""

    name: str
    measures: Measures
    intervals: dict[str, tuple[float, float]]
    """The 95 % bootstrap interval of each measure."""
    reference_averaging: Measures | None = None
    """Averaged over batches of 64, as the published code prints them."""
    kind: str = "predictor"
    """predictor, baseline or control."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All lines, the predictor's first."""

    split: str
    videos: int
    coverage: float
    """The share of labels inside the predictor's 80 % intervals; NaN where its scale says nothing."""
    lines: tuple[Line, ...]
    reliability: Reliability | None = None
    """Ranks as its scale shows them against ranks among these videos; None where the scale says nothing."""
    chose: bool = False
    """True when these videos chose the blend: the predictor's own line leaves each video's label out."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Which videos a predictor is measured on."""

    split: str
    rows: NDArray[np.int64]
    left_out: int
    """Videos that it had learned from."""
    honest: NDArray[np.float64] | None = None
    """(Q,), its predictions that left each video's own label out, for videos that chose its blend; else None."""


def held_out(fitted: FittedPredictor, material: Material, split: str = "") -> HeldOut:
    """The videos of `material` to measure on: those of `split`, or of test, or of valid where test has no counts.

    For another catalogue than the one it learned from, all with a comment count that it does not know. Raises
    PredictionError when fewer than ten are left, or all of them got the same.
    """
    own = fitted.bank.catalogue == material.origin.catalogue
    if own:
        sides = {"test": material.split.test, "valid": material.split.valid}
        split = split or ("test" if len(sides["test"]) >= _FEWEST else "valid")
        rows = sides.get(split, np.array([], np.int64))
    else:
        named = np.array(material.splits, dtype=object)
        wanted = np.isfinite(material.labels) & ((named == split) if split else True)
        split, rows = split or "all", np.flatnonzero(wanted)
    new = rows[~_known(fitted, material, rows)]
    if len(new) < _FEWEST or not np.ptp(material.labels[new]):
        raise PredictionError(
            f"{len(new)} videos of {material.origin.catalogue!r} in the part {split!r} have a comment count and are "
            f"neither learned from nor in the memory bank; {_FEWEST} with different counts are needed",
            hint=_other_part(fitted, material, split) if own else "Choose another --split or --data.",
        )
    held = fitted.held_out
    chose = own and split == "valid" and len(new) == len(held)
    return HeldOut(split, new, len(rows) - len(new), held if chose else None)


def _other_part(fitted: FittedPredictor, material: Material, split: str) -> str:
    """Which part of its own catalogue a predictor can be measured on instead of `split`."""
    for other, rows in (("test", material.split.test), ("valid", material.split.valid)):
        kept = int((~_known(fitted, material, rows)).sum())
        if other != split and kept >= _FEWEST:
            return f"Use --split {other}: {kept:,} videos."
    return "Name a catalogue of other videos with --data."


def _known(fitted: FittedPredictor, material: Material, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of these videos are in the bank: by an id that means the same everywhere, or by id and vector."""
    places = {known: place for place, known in enumerate(fitted.bank.ids)}
    vectors, found = fitted.bank.vectors, np.zeros(len(rows), np.bool_)
    comparable = material.retrieval.shape[1] == vectors.shape[1]
    for number, row in enumerate(rows.tolist()):
        known = material.ids[row]
        if known in places:
            same = comparable and float(vectors[places[known]] @ material.retrieval[row].astype(np.float32)) > _SAME
            found[number] = not known.isdecimal() or same
    return found


def evaluate(
    fitted: FittedPredictor,
    drafts: Drafts,
    labels: NDArray[np.float64],
    split: str,
    *,
    honest: NDArray[np.float64] | None = None,
    baselines: bool = True,
    averaging: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """Measure `fitted` on `drafts` with the labels (Q,), none of which it has learned from.

    `honest` (Q,) are its predictions where the drafts are those that chose its blend.
    """
    jobs: list[tuple[str, str, Callable[[], NDArray[np.float64]]]] = [
        ("predictor", fitted.facts.name, lambda: fitted.predict(drafts) if honest is None else honest)
    ]
    if baselines:
        for name, baseline in BASELINES.items():
            jobs.append(("baseline", name, lambda baseline=baseline: baseline(fitted.bank, drafts)))  # type: ignore[misc]
    jobs += [("control", name, lambda other=other: fitted.predict(other)) for name, other in _controls(fitted, drafts)]  # type: ignore[misc]
    lines, first = [], np.zeros(0)
    for number, (kind, name, predicted) in enumerate(jobs, start=1):
        values = predicted()
        first = values if kind == "predictor" else first
        batches = measure_by_batches(values, labels) if averaging else None
        lines.append(Line(name, measure(values, labels), intervals(values, labels), batches, kind))
        if progress:
            progress(number, len(jobs))
    readings = [] if fitted.scale.reason else [fitted.scale.read(float(value)) for value in first]
    checked = reliability(readings, labels) if readings else None
    coverage = checked.interval_holds if checked else float("nan")
    return Evaluation(split, len(labels), coverage, tuple(lines), chose=honest is not None, reliability=checked)


def _controls(fitted: FittedPredictor, drafts: Drafts) -> list[tuple[str, Drafts]]:
    """Drafts whose text belongs to another one, and clips that stand still: a real predictor gets worse on both."""
    order = np.random.default_rng(0).permutation(len(drafts))
    shuffled = replace(
        drafts,
        titles=tuple(drafts.titles[row] for row in order),
        text=drafts.text[order],
        retrieval=drafts.retrieval[order],
    )
    found = [("shuffled text", shuffled)]
    if fitted.videos.frames is not None and drafts.frames is not None:
        still = np.repeat(drafts.frames[:, :1], drafts.frames.shape[1], axis=1)
        found.append(("frozen clip", replace(drafts, frames=still)))
    return found
