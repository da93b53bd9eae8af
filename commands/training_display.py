"""A training as it goes, on stderr: its stage, and the validation error of each network as a curve."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

if TYPE_CHECKING:
    from ..tools.popularity.mmra.plan import Epoch
    from .display import Screen

_BARS = "▁▂▃▄▅▆▇█"


class TrainingDisplay:
    """A training as it goes, on stderr: the stage, and a curve of the validation error of each network."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._stage, self._number, self._curve = "", 0, list[float]()
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
        self._stage, self._curve = name, []
        self._show(f"{name} ...")

    def progress(self, done: int, total: int) -> None:
        """How far the features are."""
        if self._live is not None:
            self._stage = f"features: {done:,} of {total:,}"
            self._live.update(self._shown())

    def epoch(self, network: int, epoch: Epoch) -> None:
        """A network has ended an epoch."""
        if network != self._number:
            self._number, self._curve = network, []
        self._curve.append(epoch.valid.nmse)
        one = epoch.valid
        line = (
            f"  epoch {epoch.number}: nMSE {one.nmse:.3f}, SRC {one.src:.3f}, MAE {one.mae:.3f}, {epoch.seconds:.0f} s"
        )
        self._show(line)

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
        return Text(f"{self._stage}  nMSE {curve} {self._curve[-1]:.3f} (best {low:.3f})")
