"""Several renders in one go: those of one model together, so that it is loaded once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ....errors import RenderError
from ..types import Clip, FrameProgress, Renderer, RenderRequest


@dataclass(frozen=True, slots=True)
class Job:
    """One clip that is wanted."""

    renderer: Renderer
    request: RenderRequest
    out: Path


def render_all(
    jobs: Sequence[Job], progress: Callable[[int], FrameProgress | None] | None = None
) -> list[Clip | RenderError]:
    """The clips in the order of `jobs`, rendered grouped by renderer in the order in which each first comes.

    `progress` gives each job's own, by its place. One that fails leaves its error in its place and the others go on;
    everything but RenderError (an interruption, missing weights) ends the whole.
    """
    groups: dict[str, list[int]] = {}
    for place, job in enumerate(jobs):
        groups.setdefault(job.renderer.name, []).append(place)
    done: dict[int, Clip | RenderError] = {}
    for place in (place for group in groups.values() for place in group):
        job = jobs[place]
        try:
            done[place] = job.renderer.render(job.request, job.out, progress(place) if progress else None)
        except RenderError as exc:
            done[place] = exc
    return [done[place] for place in range(len(jobs))]
