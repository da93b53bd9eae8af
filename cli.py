"""Popcorn on the command line: parse, call, show. The only place that exits."""

from __future__ import annotations

import gc
import logging
import os
import sys
import traceback
from contextlib import suppress
from typing import Annotated, Any, cast

if not __package__:
    sys.exit("cli.py is a part of the package popcorn: use `python -m popcorn` or `popcorn`.")

import typer
from typer.exceptions import TyperException

from .commands.ad import ad
from .commands.ask import ask
from .commands.chat import chat, threads
from .commands.config import config
from .commands.display import Form, Screen, ScrubbedLog, asked_form, hear, unwritten
from .commands.doctor import doctor
from .commands.feedback import feedback
from .commands.flags import ChoosingCommand
from .commands.mcp import mcp
from .commands.predictor import predictor
from .commands.references import references
from .commands.render import render
from .commands.study import study
from .commands.trace import trace
from .commands.views.printable import adapt, printable
from .commands.web import web
from .errors import PopcornError, RequestError, StoppedError, unforeseen
from .redaction import scrubbed
from .signals import STOPPED, heed, leave
from .version import VERSION

app = typer.Typer(
    name="popcorn",
    help="Turn an idea into a short video people will talk about.",
    epilog='Start with: popcorn ask "Make a video about street tacos"',
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(cls=ChoosingCommand)(ask)
app.command(cls=ChoosingCommand)(chat)
app.command(cls=ChoosingCommand)(mcp)
app.command(cls=ChoosingCommand)(render)
app.command(cls=ChoosingCommand)(web)
app.command()(doctor)
app.add_typer(ad, name="ad")
app.add_typer(references, name="references")
app.add_typer(predictor, name="predictor")
app.add_typer(study, name="study")
app.add_typer(feedback, name="feedback")
app.add_typer(trace, name="trace")
app.add_typer(threads, name="threads")
app.add_typer(config, name="config")

_COLLECTED = 50_000
"""New objects between two looks for circles of garbage: nearly all of what a command allocates at first are modules and
classes, which stay; Python's own 700 makes 450 looks of one `ask`."""
_AGAIN = "Give the same command again: what was finished is kept."
_UNREAD = 141
_TOO_MANY = "unexpected extra argument"
_QUOTED = {"ask", "chat", "render", "references search"}
"""Commands that take a text, whose words may have come without quotes."""


def _version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"popcorn {VERSION}\n")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and leave.", is_eager=True, callback=_version)
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command that sys.argv names, and exit with its status."""
    gc.set_threshold(_COLLECTED)
    words = sys.argv[1:]
    for stream in (sys.stdout, sys.stderr):
        adapt(stream)
    if logging.lastResort:  # what libraries log goes to stderr
        logging.lastResort.setFormatter(ScrubbedLog())
    screen = Screen(_command(words), asked_form(words))
    for name in ("popcorn.settings_sources", "popcorn.tools.tables", "popcorn.tools.references"):
        hear(name, screen)
    status = _outcome(screen)
    leave(status)
    if (lost := _unflushed()) and not status:
        status = _UNREAD if isinstance(lost, BrokenPipeError) else _fail(screen, unwritten(lost))
    sys.exit(status)


def _outcome(screen: Screen) -> int:
    """The status of the command, which has said its errors: signals end its work, and not its words."""
    try:
        heed()
        status = app(standalone_mode=False)
    except BrokenPipeError:
        return _unread()
    except SystemExit as exc:
        if isinstance(exc.__context__, BrokenPipeError):  # Typer makes an exit of it
            return _unread()
        raise
    except PopcornError as exc:
        return _fail(screen, exc)
    except TyperException as exc:
        leave(exc.exit_code)
        return _usage(screen, exc)
    except (KeyboardInterrupt, typer.Abort):
        return _fail(screen, StoppedError("stopped", hint=_AGAIN))
    except Exception as exc:  # nothing may end in a traceback that nobody asked for
        lost = exc if isinstance(exc, OSError) and _was_shown(exc) else None
        error: PopcornError = unwritten(lost) if lost else unforeseen(exc)
        error.__cause__ = exc
        return _fail(screen, error)
    if status == STOPPED:  # Typer makes an exit of Ctrl-C
        return _fail(screen, StoppedError("stopped", hint=_AGAIN))
    return status if isinstance(status, int) else 0


def _unread() -> int:
    """The status where nobody reads any more, as the shell has it of SIGPIPE."""
    leave(_UNREAD)
    sys.stderr.close()
    return _UNREAD


def _was_shown(exc: OSError) -> bool:
    """Whether it came of writing on standard output: of help and version, which Typer and Rich write themselves."""
    frames = [frame for frame, _ in traceback.walk_tb(exc.__traceback__)]
    return frames[-1].f_globals.get("__name__", "").partition(".")[0] in {"rich", "click", "typer"} or (
        frames[-1].f_code is _version.__code__
    )


def _unflushed() -> OSError | None:
    """What keeps standard output from being written, if anything does; then it is given up, since Python would try
    once more on its way out and complain.
    """
    try:
        sys.stdout.flush()
    except OSError as exc:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exc
    return None


def _command(words: list[str]) -> str:
    """The name of the command in `words`, as its envelope carries it, before they are parsed."""
    named = [word for word in words if not word.startswith("-")]
    group, length = app, 1
    while len(named) >= length and (inner := _group(group, named[length - 1])):
        group, length = inner, length + 1
    return " ".join(named[:length]) or "popcorn"


def _group(group: typer.Typer, name: str) -> typer.Typer | None:
    """The group of that name inside another."""
    return next((one.typer_instance for one in group.registered_groups if one.name == name), None)


def _fail(screen: Screen, error: PopcornError) -> int:
    leave(error.exit_status)
    from .settings import debugging

    if debugging():
        sys.stderr.write(printable(scrubbed("".join(traceback.format_exception(error)))))
    try:
        screen.error(error)
    except OSError:
        if screen.form is not Form.TEXT:  # standard output cannot be written, and the other stream may be
            return _fail(Screen(screen.command), error)
        os._exit(error.exit_status)  # nobody is there to be told: the terminal was closed
    return error.exit_status


def _usage(screen: Screen, error: TyperException) -> int:
    """A word on the command line that does not fit, as Typer shows it or as the envelope."""
    if screen.form is Form.TEXT:
        from typer.rich_utils import rich_format_error

        plain = cast(Any, error)
        plain.message = printable(scrubbed(plain.message))
        rich_format_error(plain)
        if quotes := _quotes(screen, error):
            screen.notice(quotes)
    else:
        hint = _quotes(screen, error) or "`popcorn --help` lists what there is."
        screen.error(RequestError(error.format_message(), hint=hint))
    return error.exit_code


def _quotes(screen: Screen, error: TyperException) -> str:
    """What to do about words that were too many; empty where quotes would not help."""
    if _TOO_MANY not in error.format_message() or screen.command not in _QUOTED:
        return ""
    return f'words that belong together need quotes: popcorn {screen.command} "cats on skateboards"'
