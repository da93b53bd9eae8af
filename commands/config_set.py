"""`popcorn config set` and `unset`: one setting in the user's own file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .display import Screen, chosen_form

if TYPE_CHECKING:
    from ..settings_file import Written

JSON = Annotated[bool, typer.Option("--json", help="Answer with one JSON envelope.")]
KEY = Annotated[str, typer.Argument(help="The setting, as `config show` names it; renderers.NAME.model in a table.")]


def set_(
    key: KEY,
    value: Annotated[str, typer.Argument(help="Its value; a table as TOML or JSON.")],
    json: JSON = False,
) -> None:
    """Write a setting into your own settings file, whose comments stay; the value is checked first."""
    from ..settings_file import set_setting

    _answer(Screen("config set", chosen_form(json=json)), set_setting(key, value))


def unset(key: KEY, json: JSON = False) -> None:
    """Take a setting out of your own settings file, so that the default counts again."""
    from ..settings_file import unset_setting

    _answer(Screen("config unset", chosen_form(json=json)), unset_setting(key))


def _answer(screen: Screen, written: Written) -> None:
    from ..settings_in_force import origins

    top = written.setting.split(".")[0]
    origin = origins()[top]
    data = {
        "path": str(written.path),
        "setting": written.setting,
        "value": written.value,
        "before": written.before,
        "origin": origin,
    }
    said = f"{written.setting} is {_shown(written.value)} in {written.path}"
    if written.value is None:
        said = f"{written.setting} is no longer set in {written.path}"
    screen.answer(data, lambda console: console.print(said, markup=False, soft_wrap=True))
    if origin in {"environment", "popcorn.toml"}:
        where = f"POPCORN_{top.upper()}" if origin == "environment" else "the popcorn.toml of this folder"
        screen.notice(
            f"{where} sets {top} too and goes before: what was written here does not count as long as it does"
        )


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)
