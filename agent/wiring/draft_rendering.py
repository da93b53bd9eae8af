"""Rendering a draft of somebody's own: the clip, its cover, and what is asked for beside them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ... import files
from ...errors import BudgetError, MissingError, RenderError, RequestError, StoreError
from ...graphs.create.request.command import take_apart
from ...graphs.create.request.terms import all_terms
from ...redaction import scrubbed
from ...settings import Settings
from .own_sound import OwnSound, own_sound
from .workshop import workshop_of

if TYPE_CHECKING:
    from ...tools.video.finished_renderer import FinishedRenderer
    from ...tools.video.types import Clip, Renderer, RenderRequest

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Beside:
    """What is made beside the clip."""

    captions: str = ""
    """The format of a captions file; empty for none."""
    bundle: Path | None = None
    """The folder of the publishing bundle; None for none."""
    stored: bool = True
    """Take what was rendered before from the clip store, and keep what is new there."""
    again: bool = False
    """A person has agreed to buy once more what may have been paid for in vain."""
    asked: str = ""
    """The request that it is a draft of; empty where nobody said."""
    say: str = ""
    """What a voice says, where one was chosen; empty for the title."""


def render_draft(
    settings: Settings, title: str, prompt: str, out: Path, progress: Progress, asked: str = "", say: str = ""
) -> dict[str, Any]:
    """A clip and its cover with the renderer in the settings, as `popcorn render --json` has them.

    `asked` is the request that it is a draft of, where that is known.
    """
    return render_drafts(settings, title, prompt, out, progress, (), Beside(asked=asked, say=say))


def render_drafts(
    settings: Settings,
    title: str,
    prompt: str,
    out: Path,
    progress: Progress,
    specs: Sequence[str],
    beside: Beside,
) -> dict[str, Any]:
    """A draft as one clip by each of the renderers, in the order of `specs`; one after the other is loaded, once.

    One that fails does not keep the others from it: its entry holds the error. A single one raises it.
    """
    if out.suffix.lower() != ".mp4":
        raise RequestError(f"a clip is an MP4 file, and {out.name!r} does not end so", hint="Write e.g. -o clip.mp4.")
    request = render_request(settings, title, prompt, beside.asked)
    chosen = list(specs) or [settings.renderer]
    places = targets(chosen, out)
    made: dict[int, dict[str, Any]] = {}
    opened = workshop_of(settings).renderer
    renderers = {
        spec: opened(settings, spec, stored=beside.stored, again=beside.again) for spec in dict.fromkeys(chosen)
    }
    with own_sound(settings, request, beside.say) as sound:
        for spec, renderer in renderers.items():
            for number in (index for index, other in enumerate(chosen) if other == spec):
                within = beside if len(chosen) == 1 else _apart(beside, places[number])
                try:
                    made[number] = _rendered(renderer, request, places[number], progress, within, sound)
                except (RenderError, MissingError, StoreError, BudgetError, RequestError) as exc:
                    if len(chosen) == 1:
                        raise
                    made[number] = {"renderer": spec, "error": exc.facts()}
    clips = [made[number] for number in range(len(chosen))]
    first = next((one for one in clips if "error" not in one), None)
    paths = {"video": first["video"], "cover": first["cover"]} if first else {}
    return {"title": request.title, "video_prompt": request.video_prompt, **paths, "clips": clips}


def render_request(settings: Settings, title: str, prompt: str, asked: str = "") -> RenderRequest:
    """What a renderer is asked for: a draft of the request `asked`; without one the prompt says what it is about.

    Raises RequestError where the prompt is empty.
    """
    from ...tools.video.types import Aspect, Fit, RenderRequest

    if not prompt.strip():
        raise RequestError("the video prompt is empty", hint="Say what the shot shows.")
    title, prompt, asked = scrubbed(title), scrubbed(prompt), scrubbed(" ".join(asked.split()))
    command = take_apart(all_terms(asked)[0]) if asked else take_apart(prompt)
    return RenderRequest(
        title,
        prompt,
        aspect=Aspect(settings.aspect),
        seed=settings.seed,
        fit=Fit(settings.fit),
        request=command.idea if asked else ". ".join(filter(None, (command.idea, command.more))),
    )


def free_target(specs: Sequence[str], wanted: Path) -> Path:
    """`wanted`, or the first of wanted-2, wanted-3, ... with which no clip and no cover is replaced."""
    names = chain([wanted], (wanted.with_stem(f"{wanted.stem}-{number}") for number in count(2)))
    return next(out for out in names if not any(taken(path) for path in targets(specs, out)))


def taken(place: Path) -> bool:
    """Whether a clip or a cover would be replaced."""
    return place.exists() or _cover(place).exists()


def targets(specs: Sequence[str], out: Path) -> list[Path]:
    """A file for each renderer: `out` itself for a single one or none, else with the renderer's name in it."""
    if len(specs) < 2:
        return [out]
    places: list[Path] = []
    for spec in specs:
        name = re.sub(r"[^\w.-]+", "-", spec).strip("-.")[:60]
        before = sum(other == spec for other in specs[: len(places)])
        places.append(out.with_name(f"{out.stem}-{name}{f'-{before + 1}' if before else ''}.mp4"))
    return places


def _apart(beside: Beside, out: Path) -> Beside:
    """A bundle of its own for each clip."""
    return replace(beside, bundle=beside.bundle / out.stem) if beside.bundle else beside


def _rendered(
    renderer: FinishedRenderer, request: RenderRequest, out: Path, progress: Progress, beside: Beside, sound: OwnSound
) -> dict[str, Any]:
    before = renderer.reused
    clip, heard = sound.under(renderer.render(request, out, progress), progress)
    cover = renderer.cover(request, clip.path, _cover(clip.path))
    data = {
        "renderer": clip.renderer,
        "reused": renderer.reused > before,
        "video": clip.data(),
        "cover": {"path": str(cover)},
        "sound": heard,
    }
    captions = _captions(request, clip, beside, sound)
    if captions is not None:
        data["captions"] = {"path": str(captions)}
    if beside.bundle is not None:
        data["bundle"] = _bundle(renderer, request, clip, cover, captions, beside, heard)
    for file in filter(None, (clip.path, cover, captions)):
        _hand_over(file, sound.settings.home)
    return data


def _hand_over(path: Path, home: Path) -> None:
    """Outside the home a file is like any other, and no second name of a stored clip: who edits it edits no other."""
    if path.resolve().is_relative_to(home.resolve()):
        return
    if path.stat().st_nlink > 1:
        files.copy(path, path)
    files.hand_over(path)


def _cover(clip: Path) -> Path:
    return clip.with_name(f"{clip.stem}-cover.jpg")


def _captions(request: RenderRequest, clip: Clip, beside: Beside, sound: OwnSound) -> Path | None:
    if not beside.captions:
        return None
    if sound.speech and sound.speech.cues:
        from ...tools.editing.subtitle_files import write_subtitles

        place = clip.path.with_suffix(f".{beside.captions}")
        return write_subtitles(sound.speech.cues, place, size=(clip.width, clip.height))
    from ...tools.video.captions import write_captions

    return write_captions(request.title, clip.seconds, clip.path.with_suffix(f".{beside.captions}"))


def _bundle(
    renderer: Renderer,
    request: RenderRequest,
    clip: Clip,
    cover: Path,
    captions: Path | None,
    beside: Beside,
    heard: dict[str, Any] | None,
) -> dict[str, Any]:
    from ...tools.video.photograph import NAME as PHOTOGRAPH
    from ...tools.video.publishing_bundle import metadata, write_bundle
    from ..models.offline.post import Shown, post_of

    shown = Shown(
        request.title,
        request.video_prompt,
        clip.seconds,
        drawn=clip.demo,
        photograph=clip.renderer == PHOTOGRAPH,
        ai_generated=clip.recipe is not None,
    )
    post = post_of(beside.asked or request.title or request.request or request.video_prompt, shown)
    facts = metadata(
        clip,
        title=post.title,
        caption=post.caption,
        hashtags=post.hashtags,
        alt_text=post.alt_text,
        more={"manifest": dict(renderer.identity(request)), "sound": heard},
    )
    folder = beside.bundle or clip.path.parent
    return {"path": str(folder), "files": write_bundle(folder, clip.path, cover, facts, captions)}
