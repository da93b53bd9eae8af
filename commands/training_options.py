"""The options of the two commands that train language models, and what is asked of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import RequestError
from ..names import did_you_mean

WHAT, HOW = "What is learned from what", "How it is learned"
"""The panels of --help."""
OUT = Annotated[
    Path | None,
    typer.Option("-o", "--out", metavar="DIR", help="Where the model is written; new.", rich_help_panel=WHAT),
]
AT_ONCE = Annotated[
    int,
    typer.Option(min=1, max=1_024, help="Rows on the device at once; the rest is accumulated.", rich_help_panel=HOW),
]
EPOCHS = Annotated[
    float, typer.Option(min=0.01, max=1_000.0, help="Times that every row is learned from.", rich_help_panel=HOW)
]
RANK = Annotated[int, typer.Option(min=1, max=1_024, help="Of LoRA.", rich_help_panel=HOW)]
KEEP_EVERY = Annotated[
    int, typer.Option(min=1, max=100_000, help="Steps between two checkpoints.", rich_help_panel=HOW)
]
SEED = Annotated[int, typer.Option(help="Draws the order of rows.", rich_help_panel=HOW)]
RESUME = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Go on with the training of this folder, by its own recipe.")
]
JSON = Annotated[bool, typer.Option("--json", help="Answer with one JSON envelope.")]
QUIET = Annotated[bool, typer.Option("-q", "--quiet", help="No progress and no notices.")]


def resumed(resume: Path, *others: object) -> Path:
    """The folder of a training that goes on. Raises RequestError where `others`, which only begin one, are given."""
    if any(others):
        raise RequestError("--resume goes on by the recipe in its folder", hint="Leave --data, --model and -o away.")
    return resume.expanduser().absolute()


def given(command: str, what: str, data: Path | None, model: str | None, out: Path | None) -> tuple[Path, str, Path]:
    """Data, model and target. Raises RequestError where one is missing; `what` is what the data are."""
    missing = [name for name, value in (("--data", data), ("--model", model), ("-o", out)) if not value]
    if data is None or not model or out is None:
        raise RequestError(
            f"a training needs {what}, a model and a folder: {', '.join(missing)} not given",
            hint=f"{command} --data DIR --model NAME -o DIR, or --resume DIR.",
        )
    folder = Path(model).expanduser()
    return (
        data.expanduser().absolute(),
        str(folder.absolute()) if folder.is_dir() else model,
        out.expanduser().absolute(),
    )


def one_of(kind: Any, value: str, option: str) -> Any:
    """The member of an enumeration by its value. Raises RequestError."""
    names = [one.value for one in kind]
    if value not in names:
        hint = did_you_mean(value, names, f"Choose {', '.join(names)}.")
        raise RequestError(f"{option} {value!r} is not known", hint=hint)
    return kind(value)
