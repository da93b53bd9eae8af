"""The tools as callers see them: names, descriptions and arguments, read from the toolbox's own methods."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from ...errors import RequestError
from ...redaction import scrubbed_value

if TYPE_CHECKING:
    from pydantic import BaseModel

NAMES = (
    "find_references",
    "draft_video",
    "render_video",
    "score_popularity",
    "explain_score",
    "compare_drafts",
    "make_video",
    "list_runs",
    "show_run",
)
"""The tools, in the order in which a video comes about."""
_NOT_ASKED = {"self", "progress"}
_ARGUMENT = re.compile(r"^(\w+): (.+)$")


def description_of(name: str) -> str:
    """What a tool does, when to use it, and an example: its docstring without the arguments."""
    return _documented(name).partition("\n\nArgs:\n")[0]


@cache
def arguments_of(name: str) -> type[BaseModel]:
    """The arguments of a tool as a pydantic model, each described; its JSON schema is the tool's.

    Raises RequestError for an unknown name.
    """
    from pydantic import ConfigDict, Field, create_model

    told = _described(name)
    fields: dict[str, Any] = {
        key: (
            one.annotation,
            Field(... if one.default is inspect.Parameter.empty else one.default, description=told[key]),
        )
        for key, one in _parameters(name).items()
    }
    return create_model(name, __config__=ConfigDict(extra="forbid"), **fields)


def checked(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as the tool takes them, defaults filled in. Raises RequestError where they do not fit."""
    from pydantic import ValidationError

    model = arguments_of(name)
    try:
        made = model.model_validate(scrubbed_value(arguments))
    except ValidationError as exc:
        first = exc.errors()[0]
        place = ".".join(map(str, first["loc"])) or "its arguments"
        raise RequestError(
            f"{name} cannot use {place}: {first['msg']}", hint=f"It takes: {', '.join(model.model_fields)}."
        ) from exc
    return {key: getattr(made, key) for key in model.model_fields}


def _method(name: str) -> Callable[..., Any]:
    from .toolbox import Toolbox

    if name not in NAMES:
        raise RequestError(f"there is no tool {name!r}", hint=f"There are: {', '.join(NAMES)}.")
    method: Callable[..., Any] = getattr(Toolbox, name)
    return method


def _parameters(name: str) -> dict[str, inspect.Parameter]:
    parameters = inspect.signature(_method(name), eval_str=True).parameters
    return {key: value for key, value in parameters.items() if key not in _NOT_ASKED}


def _documented(name: str) -> str:
    return inspect.getdoc(_method(name)) or ""


def _described(name: str) -> dict[str, str]:
    lines = _documented(name).partition("\n\nArgs:\n")[2].splitlines()
    return {found[1]: found[2] for line in lines if (found := _ARGUMENT.match(line.strip()))}
