"""The server that a name such as `api:wan2.2` and its table of a settings file mean, with its key."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from ...errors import MissingError, RequestError
from ...settings_sources import user_file
from .identity import ServerIdentity


class ServerTable(Protocol):
    """What the table says of it; a person's own settings file is the one place that names servers and keys."""

    @property
    def model(self) -> str:
        """What is asked for where the name has no model."""
        ...

    @property
    def base_url(self) -> str:
        """Where it is; empty where nobody said."""
        ...

    @property
    def key_variable(self) -> str:
        """The variable that holds its key; empty for none."""
        ...


@dataclass(frozen=True, slots=True)
class ServedKind:
    """A kind of server, as messages about one name it."""

    noun: str
    """`renderer` or `voice`."""
    serves: str
    """The path of the API."""
    example: str
    """A model that such a server might have."""
    usual_url: str
    """Where one might be."""

    def server(self, name: str, table: ServerTable) -> ServerIdentity:
        """The server called `name`. Raises RequestError where no model or no mere address is named, MissingError."""
        kind, _, named = name.partition(":")
        model, setting = named or table.model, f"[{self.noun}s.{kind}]"
        if not model:
            raise RequestError(
                f"the {self.noun} {name!r} names no model", hint=f"Write e.g. --{self.noun} {kind}:{self.example}."
            )
        if not table.base_url:
            raise MissingError(
                f"nobody said where the server of {name!r} is",
                hint=f'Write into {user_file()} {setting} and below it base_url = "{self.usual_url}".',
            )
        parts = urlsplit(table.base_url)
        if parts.username is not None or parts.query or parts.fragment or not parts.hostname:
            raise RequestError(
                f"the base_url of the {self.noun} {name!r} is more, or less, than an address",
                hint="Write scheme, host and path only; a key goes into a variable that key_variable names.",
            )
        key = os.environ.get(table.key_variable, "") if table.key_variable else ""
        if table.key_variable and not key:
            raise MissingError(f"{table.key_variable} is not set", hint=f"Set it to the key for {name}.")
        url, choosing = table.base_url.rstrip("/"), f"--{self.noun} api:MODEL"
        return ServerIdentity(name, url, setting, model, key, table.key_variable, self.serves, choosing)
