"""`popcorn mcp`: the tools for other assistants."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import RequestError, StoppedError
from ..signals import on_signals
from .flags import with_flags
from .views.printable import printable

if TYPE_CHECKING:
    from ..agent.doors.mcp_server import Service
    from ..settings import Settings

_LEAVING = 12.0
"""Seconds that calls under way have to end, once the process is to."""


@with_flags("llm", "renderer", "predictor", "catalogue", "voice", "music")
def mcp(
    yes: Annotated[
        bool, typer.Option("--yes", help="Render what takes long or costs money without asking the person.")
    ] = False,
    max_renders: Annotated[int, typer.Option(min=0, help="Clips as long as it runs; 0 for no cap.")] = 100,
    max_cost: Annotated[
        float | None, typer.Option(min=0, help="US dollars as long as it runs, 5 without it; 0 for no cap.")
    ] = None,
    **chosen: object,
) -> None:
    """Serve the tools to another assistant, over the Model Context Protocol on standard input and output."""
    from ..settings import load_settings

    settings = load_settings(**chosen, max_cost=max_cost)
    if sys.stdin.isatty():
        raise RequestError(
            "`popcorn mcp` talks with a program on standard input, and this is a terminal",
            hint="Name the command `popcorn` with the argument `mcp` in the settings of your assistant.",
        )
    from ..agent.doors.mcp_server import Service
    from ..agent.toolbox.caps import COST_USD, Caps, Ledger
    from ..agent.toolbox.toolbox import Toolbox
    from ..agent.wiring.spending import purchases_of

    most = (settings.max_cost or COST_USD) if max_cost is None else max_cost
    ledger = Ledger(Caps(max_renders, most, 0, settings.max_tokens), owed=purchases_of(settings).owed())
    service = Service(Toolbox(settings, ledger), ledger, allow_dear=yes)
    try:
        asyncio.run(_served(service, settings))
    except* BrokenPipeError:
        os._exit(0)  # a client that closed both ends in a call waits for nobody, and what it began is told to stop


async def _served(service: Service, settings: Settings) -> None:
    """Serve until the client leaves; a signal lets calls under way take leave first, then ends the process.

    The thread that waits for the client's next line cannot be stopped, so nobody waits for it.
    """
    from ..agent.doors.mcp_server import serve

    began = datetime.now(UTC)
    serving = asyncio.ensure_future(serve(service))
    stopped = asyncio.Event()
    with on_signals(stopped.set):
        stopping = asyncio.ensure_future(stopped.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            stopping.cancel()
            _tell("", settings, began)
            serving.result()
            return
        serving.cancel()
        await service.idle(_LEAVING)
        _tell("stopped", settings, began)
        os._exit(StoppedError.exit_status)


def _tell(why: str, settings: Settings, began: datetime) -> None:
    """Say on standard error that it ends, if there is a word for it, and what somebody may have to pay for."""
    from ..agent.wiring.spending import left

    stays, ways = left(settings, began)
    sentence = "; ".join(filter(None, (why, stays)))
    with suppress(OSError):  # a terminal that was closed cannot be written
        if sentence:
            sys.stderr.write(printable(f"{sentence}. {ways}\n" if ways else f"{sentence}\n"))
            sys.stderr.flush()
