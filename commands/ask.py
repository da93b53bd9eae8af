"""`popcorn ask`: one request from the command line to the clip."""

from __future__ import annotations

import asyncio
import shlex
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import PopcornError, RequestError
from .ask_run import follow_request
from .display import INVENTED, Form, Screen, can_show, chosen_form
from .flags import CLIP, ENCODING, FLAGS, with_flags
from .out_file import check_bundle, check_target, copy_to, put_bundle

if TYPE_CHECKING:
    from ..graphs.create.context import Pick

MANY = "Many requests"


@with_flags(*FLAGS, after="out", panel=None)
def ask(
    request: Annotated[str, typer.Argument(help="What the video is about; `-` reads it from standard input.")] = "",
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Copy the clip to this file.", rich_help_panel=CLIP)
    ] = None,
    bundle: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Put all that an upload needs into a folder.", rich_help_panel=CLIP),
    ] = None,
    pick: Annotated[
        bool, typer.Option("--pick", help="Show the drafts with their scores, and ask which is rendered.")
    ] = False,
    open_it: Annotated[
        bool, typer.Option("--open", help="Open the clip with what plays videos here.", rich_help_panel=CLIP)
    ] = False,
    file: Annotated[
        Path | None,
        typer.Option(help="Many requests: the column `prompt` of a table, or one a line.", rich_help_panel=MANY),
    ] = None,
    results: Annotated[
        Path | None,
        typer.Option(
            help="Where --file's results go: .parquet, .csv or .jsonl. The same command goes on with what is there.",
            rich_help_panel=MANY,
        ),
    ] = None,
    encoding: ENCODING = "",
    resume: Annotated[
        str | None, typer.Option(metavar="RUN_ID", help="Go on with a run where it stopped; `last` is the latest.")
    ] = None,
    buy_again: Annotated[
        bool,
        typer.Option("--buy-again", help="Buy once more a clip that may have been paid for and did not come."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Answer with one JSON envelope.")] = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Answer with one JSON object a line, as things happen.")
    ] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No progress and no notices.")] = False,
    **chosen: object,
) -> None:
    """Turn a request into a drafted, rendered, scored clip."""
    from ..settings import load_settings

    screen = Screen("ask", chosen_form(json=json, jsonl=jsonl), quiet=quiet)
    if resume is not None:
        _check_resume(request, chosen)
    settings = load_settings(**chosen)
    if file is not None or results is not None:
        _check_many(file, {"a request": request, "-o": out, "--resume": resume, "--pick": pick, "--open": open_it})
        from .ask_batch import Batch, ask_batch

        ask_batch(Batch(file or Path(), results, bundle, encoding, buy_again), settings, chosen, screen)
        return
    asks = _picker(pick, request, chosen, screen)
    if pick:
        settings = load_settings(**{**chosen, "attempts": 1})  # what a person picked is not refined away
    check_target(out)
    check_bundle(bundle)
    text = sys.stdin.read() if request == "-" else request
    try:
        data = asyncio.run(follow_request(settings, text, (resume, chosen), screen, again=buy_again, pick=asks))
    except PopcornError as exc:
        again = [f" {flag} {shlex.quote(str(to))}" for flag, to in (("-o", out), ("--bundle", bundle)) if to]
        exc.hint = exc.hint.replace(f"--resume {exc.run_id}", f"--resume {exc.run_id}{''.join(again)}")
        raise  # the command that goes on has to name the targets again
    if out is not None:
        copy_to(Path(data["video"]["path"]), out, data["run_id"])
        data["video"]["copy"] = str(out)
    if bundle is not None:
        data["bundle"] = put_bundle(Path(data["video"]["path"]).parent, bundle, data["run_id"])
    if screen.form is not Form.JSONL:
        from ..agent.toolbox.run_card import card

        screen.answer(data, lambda console: console.print(card(data)))
    if open_it:
        _open(Path(data["video"].get("copy") or data["video"]["path"]), screen)
    if data["score"]["illustrative"] or any(reference["illustrative"] for reference in data["references"]):
        screen.notice(INVENTED)


def _check_many(file: Path | None, beside: Mapping[str, object]) -> None:
    """Raises RequestError for --results without a --file, and for what belongs to one request beside it."""
    if file is None:
        raise RequestError("--results belongs to --file", hint="Add --file prompts.csv, or ask with -o clip.mp4.")
    given = [name for name, value in beside.items() if value]
    if given:
        raise RequestError(f"--file asks for many, and {' and '.join(given)} is for one", hint="Leave that away.")


def _check_resume(request: str, chosen: Mapping[str, object]) -> None:
    """A run goes on with what it began with, but for what may be chosen anew. Raises RequestError for anything else."""
    from ..settings import CHOSEN_ANEW, OF_THE_WALK

    given = [name for name in chosen if name not in OF_THE_WALK | CHOSEN_ANEW]
    beside = [f"--{name.replace('_', '-')}" for name in given] + (["a request"] if request else [])
    if beside:
        raise RequestError(
            f"--resume goes on with the request and settings of its run; {' and '.join(beside)} cannot change them",
            hint=f"Leave that away, or ask anew without --resume; {_listed(CHOSEN_ANEW)} it takes.",
        )


def _listed(names: Collection[str]) -> str:
    *flags, last = [f"--{name}" for name in sorted(names)]
    return f"{', '.join(flags)} and {last}"


def _picker(pick: bool, request: str, chosen: Mapping[str, object], screen: Screen) -> Pick | None:
    """Who is asked for a draft; None where nobody is. Raises RequestError where nobody can be."""
    if not pick:
        return None
    if request == "-":
        raise RequestError("--pick reads the answer where `-` reads the request", hint="Write the request as a word.")
    if "attempts" in chosen:
        raise RequestError("--pick ends with what was picked, and --attempts goes on", hint="Leave one of them away.")
    from .draft_pick import picker

    return picker(screen)


def _open(clip: Path, screen: Screen) -> None:
    """Open the clip; where nothing can, that is said and the clip is as good as before."""
    if not can_show() or typer.launch(str(clip)):
        screen.notice(f"nothing here opens videos by itself; the clip is {clip}")
