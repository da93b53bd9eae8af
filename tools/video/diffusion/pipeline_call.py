"""One call of a pipeline: its arguments by the names it knows, progress for each step, and a way out of it."""

from __future__ import annotations

import inspect
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from ....errors import RenderError
from ....settings_sources import user_file
from .pipeline_loader import Pipeline, quietly
from .presets import Preset
from .prompt_words import Words
from .render_plan import Plan

if TYPE_CHECKING:
    from numpy.typing import NDArray

_log = logging.getLogger(__name__)

StepDone = Callable[[int, int], None]
"""Called with denoising steps done and in all; it may raise to stop."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a pipeline is called with."""

    preset: Preset
    plan: Plan
    words: Words
    seed: int
    steps: int
    guidance: float
    timeout: float = 0.0
    """Seconds after which it is stopped; 0 for never."""
    picture: NDArray[np.uint8] | None = None
    """What the clip begins with, (H, W, 3) uint8 sRGB of the plan's size; None for words alone."""


def denoise(pipe: Pipeline, call: Call, step_done: StepDone) -> NDArray[np.uint8]:
    """Frames (F, H, W, 3) uint8 sRGB. Raises RenderError when they are not what was asked for, or took too long.

    Whatever `step_done` raises comes out of here, and leaves the pipeline fit for another call: its own interrupt flag
    would go on to decode what is half done.
    """
    import torch

    watch = _Watch(call, step_done)
    step_done(0, call.steps)
    try:
        with quietly(), _observed(pipe, watch) as observing, torch.inference_mode():
            frames = pipe(**arguments(pipe, call), **observing).frames[0]
    except BaseException:
        pipe.maybe_free_model_hooks()
        raise
    watch.end()
    return _checked(np.asarray(frames), call)


def arguments(pipe: Pipeline, call: Call) -> dict[str, Any]:
    """Of all that could be said to a pipeline, what this one's signature takes.

    Raises RenderError when it does not know an argument that the preset needs.
    """
    import torch

    preset, plan = call.preset, call.plan
    known = inspect.signature(type(pipe).__call__).parameters
    if lost := sorted(set(preset.call) - set(known)):
        raise RenderError(
            f"{preset.pipeline} knows no {', '.join(lost)}, which {preset.title} is called with",
            hint='the version of diffusers does not fit: run `pip install "llmpopcorn[video]"`',
        )
    values: dict[str, Any] = {
        "negative_prompt": call.words.negative_prompt or None,
        "frame_rate": plan.fps,
        "guidance_scale": call.guidance,
        "timesteps": list(preset.timesteps) or None,
    }
    if call.picture is not None and "image" not in known:
        raise RenderError(
            f"{preset.pipeline} takes no picture", hint='Run `pip install "llmpopcorn[video]"` for a version that fits.'
        )
    values["image"] = None if call.picture is None else Image.fromarray(call.picture)
    if preset.guidance_by == "guider":
        pipe.guider = pipe.guider.new(guidance_scale=call.guidance)
    return {
        "prompt": call.words.prompt,
        "height": plan.height,
        "width": plan.width,
        "num_frames": plan.frames,
        "num_inference_steps": call.steps,
        "generator": torch.Generator("cpu").manual_seed(call.seed),
        "output_type": "np",
        **{name: value for name, value in values.items() if name in known and value is not None},
        **preset.call,
    }


class _Watch:
    """Counts steps, says how long the rest will take, and stops what takes too long."""

    def __init__(self, call: Call, step_done: StepDone) -> None:
        self._call = call
        self._tell = step_done
        self._started = time.monotonic()
        self._done = 0

    def step(self, done: int) -> None:
        """`done` steps are done, the first of them being number 1."""
        if done <= self._done:
            return
        self._done = done
        passed = time.monotonic() - self._started
        left = passed / done * (self._call.steps - done)
        _log.info("%s: step %d of %d, about %.0f s left", self._call.preset.name, done, self._call.steps, left)
        if 0 < self._call.timeout < passed + left:
            raise self._too_slow(passed + left)
        self._tell(done, self._call.steps)

    def end(self) -> None:
        """All steps are done: those that were not seen one by one are told now."""
        if self._done < self._call.steps:
            self._done = self._call.steps
            self._tell(self._done, self._call.steps)

    def _too_slow(self, expected: float) -> RenderError:
        name = self._call.preset.name
        return RenderError(
            f"{name} would take about {expected:.0f} s, and a render may take {self._call.timeout:.0f} s",
            hint=f'Under [renderers."{name}"] in {user_file()} set a longer timeout or fewer steps, '
            "or choose a quicker model.",
        )


@contextmanager
def _observed(pipe: Pipeline, watch: _Watch) -> Iterator[dict[str, Any]]:
    """The arguments with which a pipeline tells of each step; one without such an argument is watched from outside."""
    if "callback_on_step_end" in inspect.signature(type(pipe).__call__).parameters:

        def after(pipe: Pipeline, step: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            watch.step(step + 1)
            return tensors

        yield {"callback_on_step_end": after}
        return
    seen: list[float] = []

    def before(module: Any, given: Any, named: dict[str, Any]) -> None:
        now = float(named["timestep"].flatten()[0])
        if now not in seen:
            watch.step(len(seen))
            seen.append(now)

    handle = pipe.transformer.register_forward_pre_hook(before, with_kwargs=True)
    try:
        yield {}
    finally:
        handle.remove()


def _checked(made: NDArray[np.float32], call: Call) -> NDArray[np.uint8]:
    """Pictures as bytes, when they are numbers and as many and as large as the plan says."""
    plan, title = call.plan, call.preset.title
    if made.shape != (plan.frames, plan.height, plan.width, 3):
        size = "x".join(map(str, made.shape))
        raise RenderError(
            f"{title} made frames of {size}, not {plan.frames}x{plan.height}x{plan.width}x3",
            hint="The weights are not those of this preset: "
            f'check the model under [renderers."{call.preset.name}"] in {user_file()}.',
        )
    if not np.isfinite(made).all():
        raise RenderError(
            f"{title} made frames that hold no numbers, as happens when 16 bits are too few",
            hint="render again with another seed, or with memory set to offload",
        )
    pictures = np.empty(made.shape, np.uint8)
    for number, frame in enumerate(made):
        pictures[number] = np.clip(np.rint(frame * 255), 0, 255)
    return pictures
