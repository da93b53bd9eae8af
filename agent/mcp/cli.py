"""`popcorn mcp`: the tools for other assistants."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Annotated

import typer

from ...errors import RequestError


def mcp(
    llm: Annotated[str | None, typer.Option(metavar="SPEC", help="The chat model that drafts.")] = None,
    renderer: Annotated[str | None, typer.Option(help="What renders clips.")] = None,
    predictor: Annotated[str | None, typer.Option(help="What predicts popularity.")] = None,
    catalogue: Annotated[str | None, typer.Option(help="The references to learn from.")] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Render what takes long or costs money without asking the person.")
    ] = False,
    max_renders: Annotated[int, typer.Option(min=0, help="Clips as long as it runs; 0 for no cap.")] = 100,
    max_cost: Annotated[
        float | None, typer.Option(min=0, help="US dollars as long as it runs, 5 without it; 0 for no cap.")
    ] = None,
) -> None:
    """Serve the tools to another assistant, over the Model Context Protocol on standard input and output."""
    from ...settings import load_settings

    settings = load_settings(llm=llm, renderer=renderer, predictor=predictor, catalogue=catalogue, max_cost=max_cost)
    if sys.stdin.isatty():
        raise RequestError(
            "`popcorn mcp` talks with a program on standard input, and this is a terminal",
            hint="Name the command `popcorn` with the argument `mcp` in the settings of your assistant.",
        )
    from ..toolbox.caps import COST_USD, Caps, Ledger
    from ..toolbox.toolbox import Toolbox
    from .server import Service, serve

    most = (settings.max_cost or COST_USD) if max_cost is None else max_cost
    ledger = Ledger(Caps(max_renders, most, 0, settings.max_tokens))
    service = Service(Toolbox(settings, ledger), ledger, allow_dear=yes)
    try:
        asyncio.run(serve(service))
    except* BrokenPipeError:
        os._exit(0)  # a client that closed both ends in a call waits for nobody, and what it began is told to stop
