"""`popcorn config`: the settings in force, and which folders may set what only a trusted one may."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import RequestError
from . import config_set
from .display import Screen, chosen_form

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ..trust.project_file import ProjectFile
    from ..trust.trusted_folders import Trust
    from ..trust.untrusted_settings import Ignored

config = typer.Typer(name="config", help="See and change settings, and trust a folder's.", no_args_is_help=True)

config.command("set")(config_set.set_)
config.command("unset")(config_set.unset)
JSON = Annotated[bool, typer.Option("--json", help="Answer with one JSON envelope.")]


@config.command("show")
def show(
    origin: Annotated[
        bool, typer.Option("--origin", help="Say where each value comes from, and what was ignored.")
    ] = False,
    json: JSON = False,
) -> None:
    """Show the settings in force, and what is wrong with them."""
    from ..settings_in_force import ignored_settings, settings_in_force

    in_force = settings_in_force()
    if in_force.wrong and json:  # a program is told of an error as by every command
        raise in_force.wrong[0]
    values, sources = in_force.settings.model_dump(mode="json"), in_force.origins
    project, ignored = ignored_settings()
    if project is None or project.is_trusted:
        ignored = ()
    data: dict[str, Any] = {"settings": values}
    if origin:
        data |= {"origin": sources, "project": _project_data(project), "ignored": [asdict(one) for one in ignored]}
    screen = Screen("config show", chosen_form(json=json))
    for one in in_force.wrong:
        screen.notice(f"{one.message}; it is shown as if that were not there")
    screen.answer(data, lambda console: console.print(_values(values, sources if origin else {})))
    if origin and project and ignored and not json:
        screen.out.print(_ignored(project, ignored), soft_wrap=True)
    if in_force.wrong:
        raise typer.Exit(RequestError.exit_status)


@config.command("trust")
def trust(
    folder: Annotated[Path, typer.Argument(help="The folder; the one you stand in without it.")] = Path(),
    remove: Annotated[bool, typer.Option("--remove", help="Take trust back.")] = False,
    all_: Annotated[bool, typer.Option("--list", help="List what is trusted.")] = False,
    json: JSON = False,
) -> None:
    """Let the popcorn.toml of a folder set all that yours may: servers, keys, prices, places on the disk.

    It shows what the file asks for. Trust is in this content of the file at this place: a change, a copy or another
    folder has none.
    """
    screen = Screen("config trust", chosen_form(json=json))
    if all_:
        _list(screen)
    elif remove:
        _remove(screen, _folder(folder))
    else:
        _trust(screen, _folder(folder))


def _folder(named: Path) -> Path:
    """The folder that is named, absolute; it may be gone. Raises RequestError where it is a file or nowhere."""
    try:
        folder = named.absolute()
    except FileNotFoundError as exc:
        raise RequestError(
            "the folder that you stand in is gone", hint="Change into one that is there, or name one from the root on."
        ) from exc
    if folder.is_file():
        raise RequestError(
            f"{str(named)!r} is a file, and trust is given to the folder that it is in",
            hint=f"Write: popcorn config trust {shlex.quote(str(named.parent))}",
        )
    return folder


def _trust(screen: Screen, folder: Path) -> None:
    from ..settings_in_force import ignored_settings
    from ..trust.trusted_folders import TrustedFolders

    project, asks = ignored_settings(folder)
    if not folder.is_dir():
        raise RequestError(f"there is no folder {str(folder)!r}", hint="Name the folder of a popcorn.toml.")
    if project is None:
        raise RequestError(
            f"there is no popcorn.toml in {str(folder)!r} that would need trust",
            hint="Name the folder of one; your own settings file is always trusted.",
        )
    TrustedFolders().keep(project.path, project.sha256)
    data = {
        "path": str(project.path),
        "sha256": project.sha256,
        "before": project.standing.value,
        "asks": [{"setting": one.setting, "value": one.value, "why": one.why} for one in asks],
    }
    screen.answer(data, lambda console: console.print(_trusted(project, asks), soft_wrap=True))


def _remove(screen: Screen, folder: Path) -> None:
    from ..trust.project_file import place_of
    from ..trust.trusted_folders import TrustedFolders

    path = place_of(folder)
    if not TrustedFolders().forget(path):
        raise RequestError(
            f"{str(path)!r} was not trusted", hint="`popcorn config trust --list` shows what is trusted."
        )
    screen.answer(
        {"path": str(path)},
        lambda console: console.print(f"{str(path)!r} is no longer trusted.", markup=False, soft_wrap=True),
    )


def _list(screen: Screen) -> None:
    from ..trust.trusted_folders import TrustedFolders

    known = [asdict(one) | {"standing": _standing(one)} for one in TrustedFolders().all()]
    lines = [f"{one['path']!r}  {one['standing']}, since {one['since']}" for one in known]
    shown = "\n".join(lines) or "No folder is trusted."
    screen.answer({"trusted": known}, lambda console: console.print(shown, markup=False, soft_wrap=True))


def _standing(trust: Trust) -> str:
    """How the file stands now: trusted, changed, gone, or in no state to be read."""
    from ..trust.project_file import read_project

    try:
        project = read_project(Path(trust.path).parent)
    except RequestError:
        return "unreadable"
    return project.standing.value if project else "gone"


def _values(values: dict[str, Any], sources: dict[str, str]) -> RenderableType:
    """The settings for people: its name, its value and perhaps where that is from, and below what it is."""
    from rich.console import Group
    from rich.text import Text

    from ..settings import Settings

    width = max(map(len, values))
    lines = []
    for name, value in values.items():
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        shown_value = ("unset", "dim") if value in (None, "", {}) else _seen(shown)
        line = Text.assemble((name.ljust(width), "bold"), "  ", shown_value, no_wrap=True, overflow="ignore")
        line.append(f"  {sources[name]}" if name in sources else "", style="cyan")
        about = Text(Settings.model_fields[name].description or "", style="dim", no_wrap=True, overflow="ellipsis")
        lines += [line, Text("  ").append_text(about)]
    return Group(*lines)


def _seen(shown: str) -> str:
    """A stranger may have written it, and a terminal acts on control characters."""
    return shown if shown.isprintable() else ascii(shown)


def _ignored(project: ProjectFile, ignored: tuple[Ignored, ...]) -> RenderableType:
    changed = "has changed since it was trusted" if project.standing == "changed" else "is not trusted"
    head = f"Ignored, since {str(project.path)!r} {changed} (`popcorn config trust` allows it):"
    return _rows(f"\n{head}", ignored)


def _trusted(project: ProjectFile, asks: tuple[Ignored, ...]) -> RenderableType:
    if not asks:
        return _rows(f"{str(project.path)!r} is trusted as it is now; it asks for nothing that needs trust.", ())
    head = f"{str(project.path)!r} is trusted as it is now, and may set:"
    return _rows(head, asks, "Take that back with: popcorn config trust --remove")


def _rows(head: str, ignored: tuple[Ignored, ...], foot: str = "") -> RenderableType:
    """What an untrusted file may not set: a line each, with why."""
    from rich.console import Group
    from rich.text import Text

    rows = [
        Text.assemble("  ", (one.setting, "bold"), f" = {one.value}", (f"  {one.why}", "dim"), overflow="ignore")
        for one in ignored
    ]
    return Group(Text(head), *rows, *([Text(foot)] if foot else []))


def _project_data(project: ProjectFile | None) -> dict[str, str] | None:
    if project is None:
        return None
    return {"path": str(project.path), "sha256": project.sha256, "standing": project.standing.value}
