"""The flags of what a run may choose: names and types from `Choices`, help texts from the settings.

A command takes them as `**chosen` and says in `with_flags` which ones. Settings are loaded when a help is shown that
needs their texts: `popcorn --help` does not wait for them.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import typer
from typer.core import TyperCommand, TyperOption

from ..choices import Choices

Command = Callable[..., None]

ENCODING = Annotated[
    str, typer.Option(help="The encoding of the table, e.g. cp1252 or gb18030; UTF-8 without it, else a guess.")
]
_LEARNING, _DRAFTING, _SCORING, CLIP = "What to learn from", "How to draft", "How to score", "The clip"
SOUND = "The sound"


@dataclass(frozen=True, slots=True)
class Flag:
    """How a choice is written on the command line."""

    panel: str = ""
    """The box of `ask --help` that it stands in."""
    short: str = ""
    metavar: str | None = None
    off: str = ""
    """Of a setting that is on: what its `--no-...` does."""


FLAGS = {
    "candidates": Flag(_DRAFTING, "-n"),
    "drafting": Flag(_DRAFTING),
    "references": Flag(_LEARNING, "-k"),
    "tags": Flag(_LEARNING),
    "routing": Flag(_LEARNING),
    "negative_share": Flag(_LEARNING),
    "mode": Flag(_DRAFTING),
    "llm": Flag(_DRAFTING, metavar="SPEC"),
    "renderer": Flag(CLIP),
    "predictor": Flag(_SCORING),
    "catalogue": Flag(_LEARNING),
    "aspect": Flag(CLIP),
    "fit": Flag(CLIP),
    "cover": Flag(CLIP, metavar="MODEL"),
    "overlay": Flag(CLIP),
    "image": Flag(CLIP, metavar="FILE"),
    "shots": Flag(CLIP, metavar="N"),
    "voice": Flag(SOUND, metavar="VOICE"),
    "music": Flag(SOUND, metavar="FILE"),
    "threshold": Flag(_SCORING),
    "platform": Flag(_SCORING),
    "attempts": Flag(_SCORING),
    "render": Flag(CLIP),
    "language": Flag(_DRAFTING),
    "seed": Flag(_DRAFTING),
    "max_seconds": Flag(),
    "max_cost": Flag(),
    "max_tokens": Flag(),
    "cache": Flag(off="Ask the model even what it answered before."),
}
"""In the order of `ask --help`."""
_TYPES = get_type_hints(Choices)


def with_flags(*names: str, after: str = "", panel: str | None = "") -> Callable[[Command], Command]:
    """Put flags where a command has `**chosen`: those of `names`, behind its parameter `after`, in the box `panel`.

    The command is given what was typed and nothing else. A panel of None is each flag's own.
    """

    def spread(command: Command) -> Command:
        @functools.wraps(command)
        def called(**given: Any) -> None:
            flags = {parameter.name: given.pop(parameter.name) for parameter in chosen}
            command(**given, **_typed(names, flags))

        chosen = [_parameter(name, panel) for name in names]
        signature = inspect.signature(command, eval_str=True)
        own = [one for one in signature.parameters.values() if one.kind is not inspect.Parameter.VAR_KEYWORD]
        at = 1 + [one.name for one in own].index(after) if after else 0
        parameters = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in (*own[:at], *chosen, *own[at:])]
        called.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]  # what Typer reads
        return called

    return spread


class ChoosingCommand(TyperCommand):
    """A command whose help says of each choice what its setting is."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Give the flags their texts, then show all."""
        for option in self.params:
            if isinstance(option, TyperOption) and option.name in FLAGS and not option.help:
                option.help = explained(option.name)
        super().format_help(ctx, formatter)


def explained(name: str) -> str:
    """A setting's description as a sentence, with the values that it can have."""
    from ..settings import Settings

    description = Settings.model_fields[name].description or ""
    values = get_args(_TYPES[name]) if get_origin(_TYPES[name]) is Literal else ()
    listed = f": {', '.join(values[:-1])} or {values[-1]}" if values else ""
    return f"{description[0].upper()}{description[1:]}{listed}."


def _parameter(name: str, panel: str | None) -> inspect.Parameter:
    """The flag as Typer reads it. Words of a fixed set are texts: that one is none of them is said in our own words."""
    flag, kind = FLAGS[name], _TYPES[name]
    variable, default = (f"no_{name}", False) if flag.off else (name, False if kind is bool else None)
    long = f"--{variable.replace('_', '-')}"
    option = typer.Option(
        *([flag.short] if flag.short else []),
        long,
        metavar=flag.metavar,
        help=flag.off or None,
        rich_help_panel=(flag.panel if panel is None else panel) or None,
    )
    typed = bool if kind is bool else (str if get_origin(kind) is Literal else kind) | None
    return inspect.Parameter(
        variable, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[typed, option]
    )


def _typed(names: tuple[str, ...], flags: dict[str, Any]) -> dict[str, Any]:
    """The choices that were typed; a switch that was not is none."""
    chosen: dict[str, Any] = {}
    for name in names:
        if FLAGS[name].off:
            chosen |= {name: False} if flags[f"no_{name}"] else {}
        elif flags[name] is not None and flags[name] is not False:
            chosen[name] = flags[name]
    return chosen
