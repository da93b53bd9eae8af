"""A training as it goes, on stderr: its stage, and the validation error of each network as a curve."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from ..graphs.asking.writing import span

if TYPE_CHECKING:
    from ..tools.popularity.mmra.plan import Epoch
    from .display import Screen

BETWEEN_LINES = 30.0
"""Seconds between two lines about features, where nothing is redrawn: a log is read later."""
_BARS = "▁▂▃▄▅▆▇█"


class Pace:
    """How fast something goes, from when it was first told of: what was done before cost nothing."""

    def __init__(self) -> None:
        self._first: tuple[int, float] | None = None

    def left(self, done: int, total: int, now: float) -> str:
        """`, about 3 min left`; empty where that is not known yet."""
        if self._first is None or done <= self._first[0]:
            self._first = (done, now)
            return ""
        began, since = self._first
        return f", about {span((now - since) / (done - began) * (total - done))} left" if done < total else ""


class TrainingDisplay:
    """A training as it goes, on stderr: the stage, and a curve of the validation error of each network."""

    def __init__(self, screen: Screen, epochs: int = 0, networks: int = 1) -> None:
        """`epochs` of each of so many networks at most; 0 where nobody knows."""
        self._screen, self._epochs, self._networks = screen, epochs, networks
        self._pace, self._lined, self._counted = Pace(), 0.0, "features"
        self._stage, self._number, self._curve = "", 0, list[float]()
        self._rest = ""
        self._live: Any = None

    def __enter__(self) -> TrainingDisplay:
        from rich.live import Live

        console = self._screen.err
        if console.is_terminal and not self._screen.quiet:
            self._live = Live(self._shown(), console=console, transient=True)
            self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.__exit__(kind, value, traceback)

    def stage(self, name: str) -> None:
        """A new part begins."""
        self._stage, self._curve, self._rest = name, [], ""
        self._counted, self._pace = name, Pace()
        self._show(f"{name} ...")

    def progress(self, done: int, total: int) -> None:
        """How far the stage is, the features before the first, and how long its rest will take at the pace so far."""
        now = time.monotonic()
        self._stage = f"{self._counted}: {done:,} of {total:,}{self._pace.left(done, total, now)}"
        if self._live is not None:
            self._live.update(self._shown())
        elif now - self._lined >= BETWEEN_LINES or done == total:
            self._lined = now
            self._show(self._stage)

    def epoch(self, network: int, epoch: Epoch) -> None:
        """A network has ended an epoch."""
        if network != self._number:
            self._number, self._curve = network, []
        self._curve.append(epoch.valid.nmse)
        one, self._rest = epoch.valid, self._left(network, epoch)
        line = (
            f"  epoch {epoch.number}: nMSE {one.nmse:.3f}, SRC {one.src:.3f}, MAE {one.mae:.3f}, {epoch.seconds:.0f} s"
            f"{self._rest}"
        )
        self._show(line)

    def _left(self, network: int, epoch: Epoch) -> str:
        """How long the networks take yet, if none of them stops early."""
        more = self._epochs * (self._networks - network + 1) - epoch.number
        return f", at most {span(more * epoch.seconds)} left" if more > 0 else ""

    def _show(self, line: str) -> None:
        if self._live is not None:
            self._live.update(self._shown())
        elif not self._screen.quiet:
            self._screen.err.print(line, markup=False, highlight=False)

    def _shown(self) -> RenderableType:
        if not self._curve:
            return Text(f"{self._stage} ...")
        low, high = min(self._curve), max(self._curve)
        steps = [round((value - low) / (high - low) * (len(_BARS) - 1)) if high > low else 0 for value in self._curve]
        curve = "".join(_BARS[step] for step in steps)
        return Text(f"{self._stage}  nMSE {curve} {self._curve[-1]:.3f} (best {low:.3f}){self._rest}")
