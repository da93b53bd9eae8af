"""`popcorn mcp`: the tools for other assistants."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from ...errors import RequestError


def mcp(
    llm: Annotated[str | None, typer.Option(metavar="SPEC", help="The chat model that drafts.")] = None,
    renderer: Annotated[str | None, typer.Option(help="What renders clips.")] = None,
    predictor: Annotated[str | None, typer.Option(help="What predicts popularity.")] = None,
    catalogue: Annotated[str | None, typer.Option(help="The references to learn from.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Allow renders that take long or cost money.")] = False,
) -> None:
    """Serve the tools to another assistant, over the Model Context Protocol on standard input and output."""
    from ...settings import load_settings

    settings = load_settings(llm=llm, renderer=renderer, predictor=predictor, catalogue=catalogue)
    if sys.stdin.isatty():
        raise RequestError(
            "`popcorn mcp` talks with a program on standard input, and this is a terminal",
            hint="Name the command `popcorn` with the argument `mcp` in the settings of your assistant.",
        )
    from ..toolbox.toolbox import Toolbox
    from .server import serve

    asyncio.run(serve(Toolbox(settings), allow_dear=yes))
