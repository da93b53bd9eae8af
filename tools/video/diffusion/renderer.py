"""A video model on this machine as a renderer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ....errors import MissingError, RenderError, RequestError
from ....settings_sources import user_file
from ....settings_tables import RendererSettings
from ...media.encode import ClipWriter, Encoding
from ..checks import checked
from ..framing import fitting
from ..picture import checked_picture, first_frame
from ..provenance import provenance
from ..types import Clip, Estimate, FrameProgress, Recipe, RenderRequest
from .loaded_pipeline import Keeper, Loaded, Wanted
from .machine import this_machine
from .memory import Machine, Rung, need, tera_operations, ways
from .pipeline_call import Call, denoise
from .pipeline_loader import check_extra, needs_memory, out_of_memory
from .presets import Preset, presets, starting_from_pictures
from .prompt_words import Words, words_for
from .render_plan import Plan, plan
from .source import counted, known_revision, weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

_log = logging.getLogger(__name__)

_QUALITY = 17.0  # constant rate factor: what a model took minutes to make is kept well


@dataclass(frozen=True, slots=True)
class _Made:
    """What came out of a model, and how it was kept."""

    frames: NDArray[np.uint8]
    rung: Rung
    notes: tuple[str, ...]


class DiffusionRenderer:
    """A preset's model through diffusers: the nearest clip to what was asked that it can make, and a record of it."""

    def __init__(
        self,
        name: str,
        settings: RendererSettings | None = None,
        *,
        preset: Preset | None = None,
        keeper: Keeper | None = None,
        picture: Path | None = None,
        machine: Callable[[], Machine] = this_machine,
    ) -> None:
        """`name` is a preset's, unless one is given; without a `keeper` it keeps a pipeline of its own.

        Clips begin with `picture` where one is given. Raises MissingError when the extra `video` is not installed, and
        RequestError where the preset cannot start from a picture, or it cannot be read.
        """
        check_extra(name)
        self.name = name
        self._settings = settings or RendererSettings()
        self._preset = preset or presets()[name]
        self._picture, self._picture_sha256 = picture, ""
        if picture is not None:
            check_starts_from_picture(name, self._preset)
            self._preset, self._picture_sha256 = self._preset.from_picture, checked_picture(picture)
        self._keeper = keeper or Keeper()
        self._machine = machine
        if self._preset.timesteps and self._settings.steps not in (None, len(self._preset.timesteps)):
            raise RequestError(
                f"{self._preset.title} is distilled to {len(self._preset.timesteps)} steps, "
                f"and {self._settings.steps} were asked for",
                hint=f'Leave steps unset under [renderers."{name}"] in {user_file()}.',
            )

    def identity(self, request: RenderRequest) -> dict[str, str | int | float]:
        """Everything that decides the clip; how the model is kept only as it was set: `auto` looks at what is free.

        Raises RenderError for a request that it cannot render.
        """
        import diffusers

        planned = plan(request, self._preset)
        words = words_for(request, self._preset, planned)
        of_picture = {"picture_sha256": self._picture_sha256} if self._picture else {}
        return {
            "renderer": self.name,
            "model": self._settings.model or self._preset.repository,
            "revision": known_revision(self._preset, self._settings.model, self._settings.revision),
            "pipeline": f"{self._preset.pipeline} of diffusers {diffusers.__version__}",
            "title": request.title,
            "prompt": words.prompt,
            "negative_prompt": words.negative_prompt,
            "width": planned.width,
            "height": planned.height,
            "frames": planned.frames,
            "fps": planned.fps,
            "aspect": request.aspect.value,
            "fit": planned.fit.value if planned.fit else "",
            "steps": self._steps,
            "guidance": self._guidance,
            "memory": self._settings.memory,
            "step_cache": int(self._settings.step_cache),
            "seed": request.seed,
            **of_picture,
        }

    def estimate(self, request: RenderRequest) -> Estimate:
        """Memory of the way it would be kept, and time from the arithmetic of its steps; loading comes on top.

        Raises MissingError where the weights are not here: nobody should be asked to agree to what cannot be made.
        """
        weights(self._preset, self._settings.model, self._settings.revision)
        planned, machine = plan(request, self._preset), self._machine()
        there = replace(self._there(), steps=self._steps)
        work = tera_operations(there, planned)
        try:
            rung = ways(self._settings.memory, there, planned, machine)[0]
        except RenderError:  # it does not fit, which is for the render to say: here the figure is wanted
            rung = Rung.SEQUENTIAL if machine.has_accelerator else Rung.FP8
        return Estimate(
            seconds=work / machine.tflops if machine.tflops else None,
            memory_bytes=need(rung, there, planned, machine).device,
        )

    def render(self, request: RenderRequest, out: Path, progress: FrameProgress | None = None) -> Clip:
        """Write a checked clip, telling of every denoising step and of the finished file.

        Out of memory, the model is kept one way further down, once. Raises RenderError or BadClipError, MissingError
        when the weights are not here; if `progress` raises, no file is left.
        """
        planned = plan(request, self._preset)
        words = words_for(request, self._preset, planned)
        tell = progress or (lambda done, total: None)
        call = Call(
            preset=self._preset,
            plan=planned,
            words=words,
            seed=request.seed,
            steps=self._steps,
            guidance=self._guidance,
            timeout=self._settings.timeout,
            picture=first_frame(self._picture, (planned.width, planned.height), request.aspect)
            if self._picture
            else None,
        )
        frames = self._frames(call, lambda done, total: tell(done, total + 1))
        recipe = self._recipe(request, planned, words, frames)
        clip = self._write(request, planned, frames.frames, out, recipe)
        tell(self._steps + 1, self._steps + 1)
        return clip

    def cover(self, request: RenderRequest, clip: Path, out: Path) -> Path:
        """Write a cover (JPEG): the clip's best frame."""
        from ..covers import frame_cover

        return frame_cover(clip, out)

    def _there(self) -> Preset:
        """The preset with the parameters that are really on this machine, as far as they are."""
        with suppress(MissingError):
            found_weights = weights(self._preset, self._settings.model, self._settings.revision)
            return replace(self._preset, billions=counted(found_weights) or self._preset.billions)
        return self._preset

    @property
    def _steps(self) -> int:
        return len(self._preset.timesteps) or self._settings.steps or self._preset.steps

    @property
    def _guidance(self) -> float:
        return self._preset.guidance if self._settings.guidance is None else self._settings.guidance

    def _frames(self, call: Call, step_done: Callable[[int, int], None]) -> _Made:
        """The frames; a second try one way down when memory ran out."""
        found_weights = weights(self._preset, self._settings.model, self._settings.revision)
        wanted = Wanted(self._preset, found_weights, self._settings.step_cache, self._settings.compile)
        there = self._there()
        with self._keeper.alone():
            held = self._keeper.held(wanted)
            machine = self._machine()
            rungs = self._rungs(there, call.plan, machine, held)
            del held
            for number, rung in enumerate(rungs):
                frames = self._tried(wanted, machine, rung, call, step_done)
                if frames is not None:
                    return replace(frames, notes=(*frames.notes, *_steps_down(rungs[:number], rung)))
                self._keeper.drop()
        raise out_of_memory(self._preset, machine, list(rungs))

    def _tried(
        self, wanted: Wanted, machine: Machine, rung: Rung, call: Call, step_done: Callable[[int, int], None]
    ) -> _Made | None:
        """The frames, or None when memory ran out: an exception passed on would keep alive all that filled it."""
        try:
            loaded = self._keeper.held(wanted)
            if loaded is None or loaded.rung is not rung:
                loaded = self._keeper.load(wanted, machine, rung)
            return _Made(denoise(loaded.pipe, call, step_done), rung, loaded.notes)
        except Exception as exc:
            if not needs_memory(exc):
                raise
            _log.info("out of memory with %s kept %s: %s", self.name, rung.value, exc)
            return None

    def _rungs(self, preset: Preset, planned: Plan, machine: Machine, held: Loaded | None) -> tuple[Rung, ...]:
        """The way that is taken and the one that is tried when memory runs out."""
        if held is None:
            return ways(self._settings.memory, preset, planned, machine)[:2]
        below = ways(held.rung.value, preset, planned, machine)[1:2]
        return (held.rung, *below)

    def _recipe(self, request: RenderRequest, planned: Plan, words: Words, made: _Made) -> Recipe:
        return Recipe(
            model=self._settings.model or self._preset.repository,
            revision=known_revision(self._preset, self._settings.model, self._settings.revision),
            prompt=words.prompt,
            negative_prompt=words.negative_prompt,
            width=planned.width,
            height=planned.height,
            frames=planned.frames,
            fps=planned.fps,
            seconds_asked=request.seconds,
            seed=request.seed,
            steps=self._steps,
            guidance=self._guidance,
            dtype=self._preset.dtype if self._machine().has_accelerator else "float32",
            memory=made.rung.says,
            notes=(*planned.notes, *words.notes, *made.notes),
        )

    def _write(
        self, request: RenderRequest, planned: Plan, frames: NDArray[np.uint8], out: Path, recipe: Recipe
    ) -> Clip:
        width, height = planned.clip_size
        fitted = fitting(frames, (width, height), planned.fit) if planned.fit else np.asarray
        says = provenance(self.name, request, self.identity(request), recipe)
        if self._picture:
            says["picture_sha256"] = self._picture_sha256
        unchecked = out.with_name(f".{out.stem}.unchecked.mp4")
        try:
            with ClipWriter(unchecked, Encoding(width, height, planned.fps, _QUALITY, "fast"), says) as writer:
                for frame in frames:
                    writer.write(fitted(frame))
            return checked(unchecked, self.name, width, height, planned.fps, planned.seconds, recipe=recipe, out=out)
        except OSError as exc:
            raise RenderError(
                f"{str(out)!r} could not be written: {exc.strerror or exc}",
                hint="check that the folder is writable and not full",
            ) from exc
        finally:
            with suppress(OSError):  # it is gone when all went well, and was never there in a bad place
                unchecked.unlink()


def check_starts_from_picture(name: str, preset: Preset | None) -> None:
    """Raises RequestError where `name` is that of no model that starts from a picture; the sentence names those."""
    if preset is None or preset.picture is None:
        raise RequestError(
            f"the renderer {name!r} starts from words alone, and a picture was given",
            hint=f"Those that start from a picture: {', '.join(starting_from_pictures())}. Without --renderer it is "
            "moved by zoom or pan.",
        )


def _steps_down(tried: tuple[Rung, ...], rung: Rung) -> list[str]:
    return [f"memory ran out when it was kept {one.value!r}; it was kept {rung.value!r} instead" for one in tried]
