"""Writing the user's settings file: one setting at a time, checked before, with its comments and order kept.

tomlkit keeps everything else as a person wrote it; the file is replaced in one step, under a lock.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, SecretStr, ValidationError

from . import files
from .errors import RequestError, StoreError
from .names import did_you_mean
from .redaction import scrubbed
from .secret_shapes import is_secret_name, without_shapes
from .settings import Settings
from .settings_in_force import merged
from .settings_sources import complaint, user_file
from .trust.toml_file import content_of, table_of, text_of
from .trust.trusted_folders import NOWHERE, is_closed

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_PATIENCE = 10.0
"""Seconds that another process may take to write the same file."""
_LEAVES = 2
"""Names before the last one in a table's setting: `renderers.ltx.model`."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was set or taken out."""

    path: Path
    setting: str
    value: Any
    """As TOML has it; None where it was taken out."""
    before: Any
    """None where it was not there."""


def set_setting(key: str, value: str) -> Written:
    """Write one setting into the user's file. `key` may name a table's, e.g. `renderers.ltx.model`.

    Raises RequestError where there is no such setting, the value does not fit or it is a secret, StoreError where the
    file cannot be written.
    """
    path = _path_of(key)
    _check_open(path, value)
    with _document() as (target, document):
        before = _at(document.unwrap(), path)
        wanted = _put(document.unwrap(), path, _read_value(path, value))
        fitting = _fitting(path, wanted)
        _write(document, path, fitting)
        _replace(target, document, _put(document.unwrap(), path, fitting))
    return Written(target, ".".join(path), fitting, before)


def unset_setting(key: str) -> Written:
    """Take one setting out of the user's file. Raises RequestError where it is not there, StoreError as above."""
    path = _path_of(key)
    with _document() as (target, document):
        before = _at(document.unwrap(), path)
        if before is None:
            raise RequestError(
                f"{'.'.join(path)!r} is not set in {str(target)!r}",
                hint="`popcorn config show --origin` says where each value comes from.",
            )
        table: Any = document
        for name in path[:-1]:
            table = table[_spelled(table, name)]
        del table[_spelled(table, path[-1])]
        _replace(target, document, document.unwrap())
    return Written(target, ".".join(path), None, before)


def _path_of(key: str) -> list[str]:
    """`renderers.ltx.model` as its names. Raises RequestError where there is no such setting."""
    parts = _parts(key.strip())
    top = parts[0].casefold().replace("-", "_")
    if top not in Settings.model_fields:
        near = did_you_mean(top, Settings.model_fields)
        raise RequestError(
            f"there is no setting {key!r}", hint=f"{near} `popcorn config show` lists every setting.".lstrip()
        )
    if len(parts) > 1 and not _is_table(top):
        raise RequestError(f"{top!r} is one value, and {key!r} names a part of it", hint=f"Write: {top}")
    if len(parts) > _LEAVES + 1:
        raise RequestError(f"there is no setting {key!r}", hint="Write e.g. renderers.ltx.model.")
    return [top, *parts[1:]]


def _parts(key: str) -> list[str]:
    """The names of a key, quoted as TOML does it or with everything between the first and the last dot as one."""
    try:
        value: Any = tomllib.loads(f"{key} = 0")
    except tomllib.TOMLDecodeError:
        first, _, rest = key.partition(".")
        middle, _, last = rest.rpartition(".")
        return [part for part in (first, middle, last) if part] or [key]
    names = []
    while isinstance(value, dict) and len(value) == 1:
        ((name, value),) = value.items()
        names.append(name)
    return names if value == 0 else [key]


def _is_table(top: str) -> bool:
    return str(Settings.model_fields[top].annotation).startswith("dict")


def _check_open(path: list[str], value: str) -> None:
    """Secrets do not belong into the file. Raises RequestError for one."""
    secret = Settings.model_fields[path[0]].annotation is SecretStr or any(map(is_secret_name, path))
    if secret or without_shapes(value) != value or scrubbed(value) != value:
        what = f"{'.'.join(path)!r} is a secret" if secret else "the value looks like a secret"
        variable = f"POPCORN_{path[0].upper()}" if secret and len(path) == 1 else "a variable of its own"
        raise RequestError(
            f"{what}, and a settings file is no place for one",
            hint=f"Put it into {variable}; `key_variable` of a table names the variable that holds its key.",
        )


@contextmanager
def _document() -> Iterator[tuple[Path, TOMLDocument]]:
    """The file behind all links, locked, and what it holds. Raises RequestError where it is no TOML, StoreError."""
    from filelock import Timeout

    path = user_file()
    if path.parent == NOWHERE or is_closed(path.parent):
        raise StoreError("there is no settings file of your own to write: HOME is not set or another user's")
    target = path.resolve()
    with files.writing(target):
        files.folder(target.parent)
        try:
            with files.lock(target.with_name(f".{target.name}.lock"), _PATIENCE):
                text = text_of(target, content_of(target) or b"")
                yield target, _parsed(target, text)
        except Timeout as exc:
            raise StoreError(f"another process writes {str(target)!r}", hint="Try again.") from exc


def _parsed(target: Path, text: str) -> TOMLDocument:
    import tomlkit

    table_of(target, text)  # what Popcorn itself reads is what counts
    try:
        return tomlkit.parse(text)
    except RecursionError as exc:
        raise RequestError(
            f"the settings file {str(target)!r} nests too deep to be changed", hint="Change it in your editor."
        ) from exc


def _read_value(path: list[str], value: str) -> Any:
    """A plain setting's text as it is, a table as TOML or JSON. Raises RequestError where it is neither."""
    if not _is_table(path[0]) or len(path) > _LEAVES:
        return value
    readers: tuple[Callable[[], Any], ...] = (
        lambda: tomllib.loads(f"value = {value}")["value"],
        lambda: json.loads(value),
    )
    for reader in readers:
        try:
            found: Any = reader()
        except ValueError:
            continue
        if isinstance(found, dict):
            return found
    raise RequestError(
        f"{'.'.join(path)!r} is a table, and {value!r} is none",
        hint=f'Write it like {{model = "name"}}, or name one of its settings: {path[0]}.NAME.model.',
    )


def _fitting(path: list[str], values: Mapping[str, Any]) -> Any:
    """The value as Settings takes it, checked beside all that the file holds. Raises RequestError."""

    own = {name.lower(): value for name, value in values.items()}
    try:
        settings = merged([("flag", own)])
    except ValidationError as exc:
        ours = [one for one in exc.errors() if str(one["loc"][0]) == path[0]]
        if ours:
            raise complaint(ours[0], [("flag", own)], Settings.model_fields) from exc
        settings = merged([("flag", {path[0]: own[path[0]]})])  # what else is wrong with the file stays as it is
    value: Any = getattr(settings, path[0])
    for name in path[1:]:
        value = value[name] if isinstance(value, dict) else getattr(value, name)
    return _plain(value)


def _plain(value: Any) -> Any:
    """A value as TOML has it: what was not said is left out."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return str(value) if isinstance(value, Path) else value


def _put(values: dict[str, Any], path: list[str], value: Any) -> dict[str, Any]:
    """The file's values with this one among them."""
    table = values
    for name in path[:-1]:
        table = table.setdefault(_spelled(table, name), {})
    table[_spelled(table, path[-1])] = value
    return values


def _write(document: TOMLDocument, path: list[str], value: Any) -> None:
    """The same in the document, in tables of its own where there were none."""
    import tomlkit

    table: Any = document
    for name in path[:-1]:
        spelled = _spelled(table, name)
        if spelled not in table:
            table[spelled] = tomlkit.table(is_super_table=table is document)
        table = table[spelled]
    table[_spelled(table, path[-1])] = value


def _replace(target: Path, document: TOMLDocument, wanted: Mapping[str, Any]) -> None:
    """Write the file, unless it would say anything else than what is wanted."""
    import tomlkit

    text = tomlkit.dumps(document)
    if tomllib.loads(text) != wanted:
        raise StoreError(
            f"{str(target)!r} is written in a way that cannot be changed here", hint="Change it in an editor."
        )
    files.write_bytes(target, text.encode())


def _at(values: Any, path: list[str]) -> Any:
    for name in path:
        values = values.get(_spelled(values, name)) if isinstance(values, dict) else None
    return values


def _spelled(table: Mapping[str, Any], name: str) -> str:
    """A name as the file has it: upper and lower case are the same there."""
    return next((known for known in table if known.lower() == name.lower()), name)
