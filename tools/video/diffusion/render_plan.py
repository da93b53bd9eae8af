"""What a model is asked for in place of what a request asks for: arithmetic alone.

A model makes `stride x N + 1` frames at its own rate, of sizes on its own grid. The nearest of each is taken, and every
difference becomes a note.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ....errors import RenderError
from ..framing import done_by, fitted_size
from ..types import Aspect, Fit, RenderRequest
from .presets import Preset

_SAME_SHAPE = 0.04
"""How far an aspect may be off before a picture is cut or padded: 480x832 is 2.6 % wider than 9:16."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The frames that a model is asked for."""

    width: int
    height: int
    frames: int
    fps: int
    fit: Fit | None
    """What is to be done so that the clip has the shape asked for; None where it has it already."""
    aspect: Aspect
    notes: tuple[str, ...]

    @property
    def seconds(self) -> float:
        """How long the clip will be."""
        return self.frames / self.fps

    @property
    def clip_size(self) -> tuple[int, int]:
        """Width and height of the clip: that of the frames, or what fits the aspect."""
        if self.fit is None:
            return self.width, self.height
        return fitted_size(self.width, self.height, self.aspect, self.fit)


def plan(request: RenderRequest, preset: Preset) -> Plan:
    """The nearest frame count, size and shape that the model knows. Raises RenderError for a length it cannot make."""
    frames = _frames(request.seconds, preset)
    width, height = _on_grid(preset.sizes.get(request.aspect) or preset.sizes[preset.native], preset.grid)
    wanted = request.aspect.size[0] / request.aspect.size[1]
    same = abs(width / height / wanted - 1) <= _SAME_SHAPE
    fit = None if same else request.fit
    notes = [*_length_note(request.seconds, frames, preset), *_shape_note(width, height, request.aspect, fit, preset)]
    if preset.sounds:
        notes.append("the sound that the model makes is left out")
    return Plan(
        width=width, height=height, frames=frames, fps=preset.fps, fit=fit, aspect=request.aspect, notes=tuple(notes)
    )


def _frames(seconds: float, preset: Preset) -> int:
    """The legal count nearest to `seconds`, the longer of two that are equally near."""
    longest = preset.longest / preset.fps
    if not (math.isfinite(seconds) and 0 < seconds <= longest + preset.stride / preset.fps / 2):
        raise RenderError(
            f"{preset.title} cannot make a clip of {seconds:g} seconds",
            hint=f"ask for more than 0 and at most {math.floor(longest * 10) / 10:g} seconds",
        )
    units = math.floor((seconds * preset.fps - 1) / preset.stride + 0.5)
    return min(max(units, 1), (preset.longest - 1) // preset.stride) * preset.stride + 1


def _on_grid(size: tuple[int, int], grid: int) -> tuple[int, int]:
    width, height = (max(grid, math.floor(side / grid + 0.5) * grid) for side in size)
    return width, height


def _length_note(asked: float, frames: int, preset: Preset) -> list[str]:
    seconds = frames / preset.fps
    if abs(seconds - asked) < 0.0005:
        return []
    rule = f"{preset.stride}N+1 frames at {preset.fps} a second"
    return [f"{asked:g} s were asked for; the model makes {rule}: {frames} frames, {seconds:.3f} s"]


def _shape_note(width: int, height: int, aspect: Aspect, fit: Fit | None, preset: Preset) -> list[str]:
    if fit is not None:
        across, down = fitted_size(width, height, aspect, fit)
        return [f"{preset.title} makes no {aspect.value}: {width}x{height} was {done_by(fit)} to {across}x{down}"]
    wanted = aspect.size[0] / aspect.size[1]
    off = width / height / wanted - 1
    if abs(off) < 0.0005:
        return []
    return [f"{width}x{height} is {abs(off):.1%} {'wider' if off > 0 else 'taller'} than {aspect.value}"]
