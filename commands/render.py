"""`popcorn render`: a draft of one's own as a checked clip, and what was rendered before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import RequestError
from ..redaction import TAKEN_OUT
from ..secret_shapes import HIDDEN
from .display import Screen, chosen_form
from .flags import CLIP, SOUND, with_flags

if TYPE_CHECKING:
    from rich.console import Console

    from ..settings import Settings

_DEFAULT = Path("clip.mp4")
_BESIDE, _STORE = "What else is made", "The clip store"


@with_flags("image", "aspect", "fit", "seed", after="renderer", panel=CLIP)
@with_flags("voice", "music", after="renderer", panel=SOUND)
@with_flags("cover", "overlay", after="renderer", panel=_BESIDE)
@with_flags("max_cost", after="no_store", panel=_STORE)
def render(
    prompt: Annotated[str, typer.Argument(help="The video prompt: what the shot shows.")] = "",
    title: Annotated[str, typer.Option(help="The title; none is drawn without it.", rich_help_panel=CLIP)] = "",
    out: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--out",
            help="The clip, replaced if it is there; its cover stands beside it. clip.mp4 without it, or clip-2.mp4"
            " and so on.",
            rich_help_panel=CLIP,
        ),
    ] = None,
    renderer: Annotated[
        list[str] | None,
        typer.Option(help="What renders the clip; give it several times to compare.", rich_help_panel=CLIP),
    ] = None,
    say: Annotated[
        str,
        typer.Option(
            metavar="LINE", help="What --voice says over the clip; the title without it.", rich_help_panel=SOUND
        ),
    ] = "",
    captions: Annotated[
        str, typer.Option(metavar="vtt|srt", help="Write a captions file with the title.", rich_help_panel=_BESIDE)
    ] = "",
    bundle: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Put all that an upload needs into a folder.", rich_help_panel=_BESIDE),
    ] = None,
    no_store: Annotated[
        bool, typer.Option("--no-store", help="Render even what was rendered before.", rich_help_panel=_STORE)
    ] = False,
    buy_again: Annotated[
        bool,
        typer.Option(
            "--buy-again",
            help="Buy once more a clip that may have been paid for and did not come.",
            rich_help_panel=_STORE,
        ),
    ] = False,
    call_off: Annotated[
        str,
        typer.Option(metavar="JOB", help="Cancel a job that goes on at a server.", rich_help_panel=_STORE),
    ] = "",
    show: Annotated[bool, typer.Option("--list", help="List the stored clips.", rich_help_panel=_STORE)] = False,
    prune: Annotated[
        bool,
        typer.Option("--prune", help="Throw away stored clips beyond clips_gb, oldest first.", rich_help_panel=_STORE),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Answer with one JSON envelope.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No progress and no notices.")] = False,
    **chosen: object,
) -> None:
    """Render a draft of your own as a checked clip with its cover."""
    from ..settings import load_settings

    screen = Screen("render", chosen_form(json=json), quiet=quiet)
    settings = load_settings(**chosen)
    if call_off:
        _call_off(settings, call_off, screen)
        return
    if show or prune:
        if prompt:
            raise RequestError("--list and --prune render nothing", hint="Leave the prompt away.")
        _stored(settings, screen, prune=prune)
        return
    from ..agent.wiring.draft_rendering import Beside, free_target, render_drafts, targets
    from .out_file import check_target

    _check_say(say, settings)
    beside = Beside(_captions(captions, title or say), bundle, not no_store, buy_again, say=say)
    specs = renderer or []
    target = out or free_target(specs, _DEFAULT)
    check_target(target)
    before = [path for path in targets(specs, target) if path.exists()]
    with screen.progress("render") as progress:
        data = render_drafts(settings, title, prompt, target, progress, specs, beside)
    paths = [one["video"]["path"] for one in data["clips"] if "error" not in one]
    for path in before:
        if str(path) in paths:
            screen.aside(f"replaced {path}")
    screen.answer(data, lambda console: _show(data, console))
    if HIDDEN in f"{data['title']} {data['video_prompt']}":
        screen.notice(TAKEN_OUT)
    for notice in (notice for one in data["clips"] for notice in one.get("video", {}).get("notices", ())):
        screen.notice(notice)
    if any("error" in one for one in data["clips"]):
        raise typer.Exit(1)


def _call_off(settings: Settings, job: str, screen: Screen) -> None:
    from ..agent.wiring.spending import call_off

    purchase = call_off(settings, job)
    stage = purchase.stage.value
    data = {
        "job": job,
        "renderer": purchase.renderer,
        "server": purchase.server,
        "price": purchase.price,
        "stage": stage,
    }
    said = f"called off {job} at {purchase.server}"
    if purchase.is_delivered:
        said = f"{job} had come from {purchase.server} before it could be called off"
    screen.answer(data, lambda console: console.print(said, markup=False))
    screen.notice(f"{purchase.costs} all the same")


def _check_say(say: str, settings: Settings) -> None:
    """Raises RequestError for a line that nobody is to say."""
    if say.strip() and settings.voice in {"", "none"}:
        raise RequestError("--say has a line spoken, and no voice was chosen", hint="Add --voice auto.")


def _captions(form: str, title: str) -> str:
    """The format of the captions file. Raises RequestError when there is no such one, or nothing to write."""
    from ..tools.video.captions import FORMATS

    if form and form not in FORMATS:
        raise RequestError(f"there are no captions of the format {form!r}", hint=f"There are {' and '.join(FORMATS)}.")
    if form and not title.strip():
        raise RequestError("there are no words for the captions", hint="Give a title with --title.")
    return form


def _show(data: dict[str, Any], console: Console) -> None:
    """A clip's path, its facts, and what stands beside it."""
    from ..agent.runs.sound_facts import sound_told

    for one in data["clips"]:
        if "error" in one:
            console.print(f"{one['renderer']}: {one['error']['message']}\n  {one['error']['hint']}", markup=False)
            continue
        video = one["video"]
        facts = f"{video['width']}x{video['height']}, {video['seconds']:.2f} s, {video['fps']:g} fps, {video['codec']}"
        console.print(video["path"], markup=False, soft_wrap=True)
        console.print(f"  {facts}{', rendered before: from the clip store' if one['reused'] else ''}", markup=False)
        console.print(f"  {sound_told(one)}", markup=False)
        for name in ("cover", "captions", "bundle"):
            if name in one:
                console.print(one[name]["path"], markup=False, soft_wrap=True)


def _stored(settings: Settings, screen: Screen, *, prune: bool) -> None:
    from ..agent.wiring.renderers import clip_store
    from .views.clip_store import gone_line, stored_table
    from .views.clip_store import stored_data as data_of

    store = clip_store(settings)
    gone = store.prune() if prune else []
    entries = store.entries()
    data = {
        "folder": str(store.folder),
        "limit_bytes": store.limit,
        "bytes": sum(entry.bytes for entry in entries),
        "clips": [data_of(entry) for entry in entries],
    } | ({"pruned": [entry.digest for entry in gone]} if prune else {})
    screen.answer(data, lambda console: console.print(stored_table(entries, store)))
    if prune:
        screen.notice(gone_line(gone))
