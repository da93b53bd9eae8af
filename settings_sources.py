"""Where settings come from: flags, POPCORN_* variables, the folder's file, the user's; and what is wrong with one.

Of a ./popcorn.toml that is not trusted only that counts which `untrusted_settings` lets through; what does not is
logged, once. Every function takes the class of the settings: what it declares says which names there are.
"""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, EnvSettingsSource, InitSettingsSource

from .errors import RequestError
from .names import did_you_mean
from .trust.project_file import NAME, ProjectFile, read_project
from .trust.toml_file import content_of, table_of, text_of
from .trust.trusted_folders import NOWHERE, Standing, is_closed, user_folder
from .trust.untrusted_settings import Ignored, sift

SESSION_COST_USD = 5.0
"""What a conversation, or a server of tools, may cost where nobody set max_cost."""
_NAMED = 3
"""Ignored settings that are named in one sentence."""
_LONGEST_NAME = 60
"""Characters of such a name."""
_log = logging.getLogger(__name__)

Sources = list[tuple[str, dict[str, Any]]]
"""What sources say, the first of which wins, each with its name."""


def user_file() -> Path:
    """The settings file of the person who runs Popcorn."""
    return user_folder() / NAME


class Variables(EnvSettingsSource):
    """POPCORN_* variables; tables are written as JSON there."""

    def prepare_field_value(self, field_name: str, field: FieldInfo, value: Any, value_is_complex: bool) -> Any:
        """The value of one. Raises RequestError where it is no JSON and has to be."""
        try:
            return super().prepare_field_value(field_name, field, value, value_is_complex)
        except (ValueError, RecursionError) as exc:
            name = f"POPCORN_{field_name.upper()}"
            raise RequestError(
                f"the variable {name} is no JSON that can be read",
                hint=f"Write a table as JSON into it, or unset it and write one into {user_file()}.",
            ) from exc


def user_source(settings: type[BaseSettings]) -> InitSettingsSource:
    """The file of the person who runs Popcorn; one that lies in another user's home is left out, and that is told.

    Raises RequestError where it cannot be read.
    """
    path = user_file()
    if path.parent == NOWHERE:
        _tell("HOME is not set, so there are no settings of your own: set it, or use POPCORN_* variables")
        return InitSettingsSource(settings, {})
    if is_closed(path.parent):
        _tell(f"the settings in {str(path.parent)!r} are another user's and left out: set HOME to a folder of your own")
        return InitSettingsSource(settings, {})
    content = content_of(path)
    return InitSettingsSource(settings, {} if content is None else table_of(path, text_of(path, content)))


def project_source(settings: type[BaseSettings], user: InitSettingsSource) -> InitSettingsSource:
    """What counts of the folder's file; what is ignored of it is logged."""
    project = read_project()
    if project is None or project.is_trusted:
        return InitSettingsSource(settings, project.values if project else {})
    values, ignored = _sifted(project, settings, user)
    if ignored:
        _tell(_sentence(project, ignored), project.sha256)
    return InitSettingsSource(settings, values)


def ignored_of(folder: Path | None, settings: type[BaseSettings]) -> tuple[ProjectFile | None, tuple[Ignored, ...]]:
    """The settings file of a folder, of this one if none is given, and what of it needs trust. Raises what
    `read_project` does.
    """
    project = read_project(folder)
    return project, _sifted(project, settings, user_source(settings))[1] if project else ()


def sources_of(settings: type[BaseSettings], flags: dict[str, Any]) -> Sources:
    """All sources by their names, the one that wins first."""
    user = user_source(settings)
    return [
        ("flag", InitSettingsSource(settings, flags)()),
        ("environment", Variables(settings)()),
        (NAME, project_source(settings, user)()),
        (str(user_file()), user()),
    ]


def origin_of(name: str, sources: Sources) -> str:
    """The source that sets it, first; as in files, upper and lower case are the same."""
    return next((label for label, values in sources if name.lower() in map(str.lower, values)), "default")


def drop(setting: str, sources: Sources) -> None:
    """Take a setting out of the source that won."""
    for _, values in sources:
        for name in [name for name in values if name.lower() == setting.lower()]:
            del values[name]
            return


def complaint(fault: ErrorDetails, sources: Sources, fields: dict[str, FieldInfo]) -> RequestError:
    """What is wrong, as a sentence."""
    path = [str(part) for part in fault["loc"]] or ["settings"]
    top, name = path[0], ".".join(path)
    origin = origin_of(top, sources)
    where = {"flag": "", "environment": f" (from POPCORN_{top.upper()})"}.get(origin, f" (from {origin})")
    if fault["type"] == "extra_forbidden":
        near = did_you_mean(name, fields)
        hint = f"{near} `popcorn config show` lists every setting.".lstrip()
        return RequestError(f"there is no setting {name!r}{where}", hint=hint)
    reason = fault["msg"][0].lower() + fault["msg"][1:]
    return RequestError(
        f"{_repeated(fault['input'], path)} does not fit the setting {name!r}{where}: {reason}",
        hint=f"{top} is {fields[top].description}; `popcorn config show` lists what is in force."
        if top in fields
        else "`popcorn config show --origin` lists every setting and where it comes from.",
    )


def _repeated(value: object, path: list[str]) -> str:
    """The value, where it can hold no secret: of a table's, one may have been put where its variable's name belongs."""
    is_plain = isinstance(value, int | float) or (isinstance(value, str) and len(path) == 1 and "://" not in value)
    return repr(value) if is_plain else "what is given"


def _sifted(
    project: ProjectFile, settings: type[BaseSettings], user: InitSettingsSource
) -> tuple[dict[str, Any], tuple[Ignored, ...]]:
    """What counts of a file that nobody trusted, and what does not."""
    defaults = {name: field.default for name, field in settings.model_fields.items() if not field.default_factory}
    own = defaults | {name.lower(): value for name, value in user().items()}  # in whatever case they are written
    limits = {"max_cost": own.get("max_cost") or SESSION_COST_USD}
    return sift(project.values, own | limits, settings.model_fields)


def _sentence(project: ProjectFile, ignored: tuple[Ignored, ...]) -> str:
    names = [_short(one.setting) for one in ignored[:_NAMED]]
    more = f" and {len(ignored) - _NAMED} more" if len(ignored) > _NAMED else ""
    why = "has changed since it was trusted" if project.standing is Standing.CHANGED else "is not trusted"
    return (
        f"{str(project.path)!r} {why}, so it cannot set {', '.join(names)}{more}: "
        "see `popcorn config show --origin`, and `popcorn config trust` to allow it"
    )


def _short(name: str) -> str:
    """The name of a setting as a notice shows it: a stranger may have made it as long as they liked."""
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 3]}..."


@cache
def _tell(sentence: str, sha256: str = "") -> None:
    """Log a sentence once, about a file once for its bytes, however often the settings are read."""
    _log.warning("%s", sentence)
