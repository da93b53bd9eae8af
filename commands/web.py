"""`popcorn web`: a page to work in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import StoppedError
from .display import Form, Screen, can_show
from .flags import with_flags

if TYPE_CHECKING:
    from ..web.people import People


@with_flags("llm", "renderer", "predictor", "catalogue")
def web(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 for any that is free.")] = 7860,
    host: Annotated[str, typer.Option(help="The address; others than this machine's need --people.")] = "127.0.0.1",
    name: Annotated[list[str] | None, typer.Option(help="Another name by which browsers may call the server.")] = None,
    people: Annotated[Path | None, typer.Option(metavar="FILE", help="Who may sign in: NAME PASSWORD a line.")] = None,
    shared: Annotated[bool, typer.Option("--shared", help="All who sign in work in one space.")] = False,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")] = False,
    max_renders: Annotated[int, typer.Option(min=0, help="Clips as long as it runs; 0 for no cap.")] = 100,
    max_cost: Annotated[
        float | None, typer.Option(min=0, help="US dollars as long as it runs, 5 without it; 0 for no cap.")
    ] = None,
    **chosen: object,
) -> None:
    """Serve a page to work in, on this machine."""
    from ..settings import load_settings

    screen = Screen("web", Form.TEXT)
    settings = load_settings(**chosen, max_cost=max_cost)
    known = _people(people, shared=shared)
    _check_extra()
    from ..web.server import Place, check_place, serve

    place = Place(host, port, tuple(name or ()))
    check_place(place, known)
    from ..agent.toolbox.caps import COST_USD, Caps
    from ..web.service import PageService

    most = (settings.max_cost or COST_USD) if max_cost is None else max_cost
    service = PageService(settings, known, Caps(max_renders, most, 0, settings.max_tokens), chosen)

    def making() -> None:
        screen.notice("the page is being made, which takes some seconds")

    def ready(address: str) -> None:
        screen.out.print(address, highlight=False)
        screen.notice("Ctrl-C ends it; what is unfinished then can be gone on with")
        if not no_open and can_show():
            typer.launch(address)

    if serve(service, place, ready, making):
        raise StoppedError("stopped", hint="Start it again with the same command: runs can be gone on with there.")


def _people(file: Path | None, *, shared: bool) -> People:
    from ..errors import RequestError
    from ..web.people import People

    if file is None and shared:
        raise RequestError("--shared is for those who sign in", hint="Name them with --people FILE.")
    return People.read(file, shared=shared) if file else People({})


def _check_extra() -> None:
    """Raises MissingError without the extra, before seconds are spent on loading it."""
    from importlib.util import find_spec

    from ..errors import MissingError

    if find_spec("gradio") is None:
        raise MissingError(
            "`popcorn web` needs the extra `web`, which is not installed", hint="pip install 'llmpopcorn[web]'"
        )
