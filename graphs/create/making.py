"""The nodes that make the clip of an attempt: its line is spoken, its shots are rendered, and both are put together.

What is cheap and may fail comes first: nothing is rendered before the line fits. A shot is a step of its own, so that
a run which is killed between two of them renders none again.
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from langgraph.runtime import Runtime

from ... import files
from ...errors import StoppedError, StoreError
from ...tools.video.types import Clip, RenderRequest
from ..asking.tool_calls import Told, called
from .context import CreateContext, Progress
from .outcomes import assembled, rendered, said, shot_rendered
from .request.command import take_apart
from .speaking import readings, room_in, seconds_of, speak_line, spoken_language
from .state import Attempt, CreateState, Render, ShotClip, Speech
from .story import attempt_to_make, is_put_together, render_requests, rendered_shots
from .tool_names import RENDER_VIDEO

SPEAK_LINE, ASSEMBLE_CLIP = "speak_line", "assemble_clip"
"""What a trace calls these steps; no language model calls them."""
Update = dict[str, object]
T = TypeVar("T")
_LEAVING = 10.0
"""Seconds that a renderer which was told to stop has to do so, before nobody waits for it any more."""
_QUIET = 5.0
"""Seconds for which progress that has not changed is kept to itself: renderers that wait ask often whether to stop."""


async def speak(state: CreateState, runtime: Runtime[CreateContext]) -> Update:
    """Have a voice say the line of the attempt whose clip is made; what of it does not fit is left out, and told."""
    attempt, context = attempt_to_make(state), runtime.context
    if context.voice is None:
        raise ValueError("speak was reached without a voice")
    open_voice, folder = context.voice, files.folder(context.folder / "attempts")
    idea = take_apart(state.request).idea
    if not any(readings(attempt.draft.line, attempt.draft.title, idea)):
        return {"notices": ["nobody speaks in the clip: there is no word in line, title and request"]}

    def work() -> Speech:
        voice = open_voice(spoken_language(state.request, state.plan.language))
        room = room_in(state.plan, state.request, voice)
        return speak_line(attempt, idea, voice, room, seconds_of(state.plan), folder)

    made = await called(SPEAK_LINE, {"line": attempt.draft.line, "voice": state.plan.voice}, work, said)
    wanted = attempt.draft.line
    shortened = wanted and made.line != wanted and len(made.line) < len(wanted) - 1
    notices = [f"the line did not fit into the clip: “{made.line}” is said, not “{wanted}”"] if shortened else []
    return {"speech": [made], "notices": notices}


async def render(state: CreateState, runtime: Runtime[CreateContext]) -> Update:
    """Render the attempt whose clip is made: all of it, or its next shot where it is put together."""
    attempt, context = attempt_to_make(state), runtime.context
    requests, parts = render_requests(state, attempt), is_put_together(state.plan, attempt.draft)
    number = len(rendered_shots(state, attempt)) + 1
    request = requests[number - 1]
    facts = {"aspect": request.aspect, "seed": request.seed, "renderer": context.renderer.name}
    arguments = {"title": request.title, "video_prompt": request.video_prompt, **facts}
    note = f"attempt {attempt.number}"
    if not parts:
        make = partial(_make, request, context, attempt.number)
        whole = await _stoppable(runtime, "render", note, RENDER_VIDEO, arguments, make, rendered)
        return {"renders": [whole], "notices": list(whole.clip.notices)}
    if len(requests) > 1:
        note, arguments = f"{note}, shot {number} of {len(requests)}", {**arguments, "shot": number}

    def shoot(progress: Progress) -> ShotClip:
        out = files.folder(context.folder / "attempts") / f"{attempt.number}-shot-{number}.mp4"
        return ShotClip(attempt.number, number, context.renderer.render(request, out, progress))

    shot = await _stoppable(runtime, "render", note, RENDER_VIDEO, arguments, shoot, shot_rendered)
    return {"shots": [shot], "notices": list(shot.clip.notices)}


async def assemble(state: CreateState, runtime: Runtime[CreateContext]) -> Update:
    """Join the shots, add voice and music, and make the cover."""
    attempt, context = attempt_to_make(state), runtime.context
    editor = context.editor
    if editor is None:
        raise ValueError("assemble was reached without an editor")
    speech = speech_of(state, attempt)
    shots = rendered_shots(state, attempt)
    first, *_ = render_requests(state, attempt)
    folder = files.folder(context.folder / "attempts")

    def work(progress: Progress) -> Render:
        clips = [replace(one.clip, path=_there(folder, one.clip.path, one.clip.sha256)) for one in shots]
        spoken = replace(speech, path=_there(folder, speech.path, speech.sha256)) if speech else None
        made, sound = editor.assemble(clips, spoken, state.plan.music, folder / f"{attempt.number}.mp4", progress)
        cover = context.renderer.cover(first, _pictured(clips, made), folder / f"{attempt.number}.jpg")
        return Render(attempt.number, made, cover, sound)

    arguments = {
        "shots": [one.clip.path.name for one in shots],
        "line": speech.line if speech else "",
        "voice": speech.voice if speech else "",
        "music": state.plan.music,
    }
    note = f"attempt {attempt.number}"
    made = await _stoppable(runtime, "assemble", note, ASSEMBLE_CLIP, arguments, work, assembled)
    return {"renders": [made]}


def speech_of(state: CreateState, attempt: Attempt) -> Speech | None:
    """The line of an attempt as it was spoken last; None where nobody speaks."""
    return next((one for one in reversed(state.speech) if one.attempt == attempt.number), None)


def _pictured(clips: list[Clip], made: Clip) -> Path:
    """The file that a cover is taken from: the first shot, which is what the title is about."""
    return clips[0].path if len(clips) > 1 else made.path


def _there(folder: Path, path: Path, digest: str) -> Path:
    """A part in the run's folder, which may have been moved since. Raises StoreError where it is not what was made."""
    place = folder / path.name
    try:
        with place.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as exc:
        raise _lost(place, exc.strerror or str(exc)) from exc
    if found != digest:
        raise _lost(place, "it is not what was made")
    return place


def _lost(place: Path, why: str) -> StoreError:
    return StoreError(
        f"a part of the clip is gone or was changed: {str(place)!r}: {why}",
        hint="This run cannot go on; ask again to start a new one, or fork it: popcorn trace fork RUN --from render.",
    )


def _make(request: RenderRequest, context: CreateContext, number: int, progress: Progress) -> Render:
    """The attempt's clip and cover in the run's folder."""
    folder = files.folder(context.folder / "attempts")
    clip = context.renderer.render(request, folder / f"{number}.mp4", progress)
    cover = context.renderer.cover(request, clip.path, folder / f"{number}.jpg")
    return Render(number, clip, cover)


async def _stoppable(
    runtime: Runtime[CreateContext],
    node: str,
    note: str,
    tool: str,
    arguments: Mapping[str, Any],
    make: Callable[[Progress], T],
    told: Callable[[T], Told],
) -> T:
    """What `make` gives in a thread as a call of `tool`; its progress is told, and stops it when the run is stopped."""
    stop, left, write = threading.Event(), threading.Event(), runtime.stream_writer
    seen = (-1, -1, 0.0)

    def progress(done: int, total: int) -> None:
        nonlocal seen
        if stop.is_set():
            raise StoppedError("the render was stopped", stage=node)
        if (done, total) == seen[:2] and time.monotonic() - seen[2] < _QUIET:
            return
        seen = (done, total, time.monotonic())
        write({"node": node, "done": done, "total": total, "note": note})

    def work() -> T:
        try:
            return make(progress)
        finally:
            left.set()

    try:
        return await called(tool, arguments, work, told)
    except asyncio.CancelledError:
        stop.set()
        await asyncio.to_thread(left.wait, _LEAVING)  # a renderer that buys takes leave of its job first
        raise
