"""What goes wrong between us and a video server, as our errors; a key that a server repeats is blotted out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from ....errors import MissingError, PopcornError, RenderError

_EXCERPT = 200
REFUSALS = (400, 415, 422)
_GONE = (404, 410)


class LostJobError(RenderError):
    """A job failed, expired, or the server does not know it any more: another one may do."""


class PassingError(RenderError):
    """What may go well when it is tried again; `after` is how many seconds the server asked to wait."""

    def __init__(self, message: str, *, hint: str = "", after: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.after = after


class UnreachableError(PassingError):
    """Nobody answered, or only half."""


class RefusedFieldError(RenderError):
    """The server refused one field of a job, which may do without; `named` is the field."""

    def __init__(self, message: str, *, hint: str, named: str) -> None:
        super().__init__(message, hint=hint)
        self.named = named


@dataclass(frozen=True)
class Desk:
    """Whom we talk to, and how they are called in messages."""

    name: str
    """The renderer's."""
    url: str
    model: str
    key: str = field(default="", repr=False)
    key_variable: str = ""

    @property
    def setting(self) -> str:
        """The table of a settings file that is about this server."""
        return f"[renderers.{self.name.partition(':')[0]}]"

    def clean(self, text: str) -> str:
        """`text` on one line, short, without the key and without what would steer a terminal."""
        if self.key:
            text = text.replace(self.key, "***")
        line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
        return line if len(line) <= _EXCERPT else f"{line[: _EXCERPT - 1]}…"

    def unreachable(self, why: str) -> UnreachableError:
        """There is no whole answer, for the reason `why`."""
        return UnreachableError(
            f"{self.name} cannot be reached at {self.url}: {self.clean(why)}",
            hint=f"Is the server running? Its address is base_url under {self.setting} in popcorn.toml.",
        )

    def no_reply(self, why: str) -> RenderError:
        """An answer that the protocol does not know."""
        return RenderError(
            f"what {self.name} answered at {self.url} fits no /v1/videos server: {self.clean(why)}",
            hint=f"base_url under {self.setting} has to be that of such a server, and end in /v1.",
        )

    def refusal(
        self, status: int, body: bytes, after: float | None, *, job: str = "", fields: frozenset[str] = frozenset()
    ) -> PopcornError:
        """The error for an answer that is none of success, about `job` or, when one was begun, about its `fields`."""
        said, named = _said(body)
        words = self.clean(said)
        if status in (401, 403):
            what = "refused the key" if status == 401 else f"does not let this key use {self.model!r}"
            way = f"Set {self.key_variable} to a valid key." if self.key_variable else self._naming_a_variable
            return MissingError(f"{self.name} {what}: {words}", hint=way)
        if status == 429 or status >= 500:
            return self._passing(status, words, after)
        message = f"{self.name} answered with status {status}: {words}"
        if status in REFUSALS and (refused := _field(said, named, fields)):
            return RefusedFieldError(message, hint=self._differently, named=refused)
        if status in _GONE and job:
            return LostJobError(f"{self.name} has no job {job} any more: {words}", hint="Render again.")
        if status in _GONE:
            hint = f"Is {self.model!r} the model there, and does base_url under {self.setting} end in /v1?"
            return RenderError(message, hint=hint)
        return RenderError(message, hint=self._differently)

    def _passing(self, status: int, words: str, after: float | None) -> PassingError:
        if status == 429:
            return PassingError(
                f"{self.name} limits how often it is asked: {words}", hint="Try again later.", after=after
            )
        return PassingError(f"{self.name} answered with status {status}: {words}", hint="Try again later.", after=after)

    @property
    def _naming_a_variable(self) -> str:
        return f'Write key_variable = "NAME" under {self.setting} in popcorn.toml, and the key into that variable.'

    @property
    def _differently(self) -> str:
        return "Put the request differently, or choose another model: --renderer api:MODEL."


def _said(body: bytes) -> tuple[str, str]:
    """The complaint in an answer's body and the field it names, in the forms of OpenAI and of FastAPI."""
    text = body.decode("utf-8", "replace")
    try:
        said: Any = json.loads(text)
    except ValueError:
        return text or "nothing", ""
    if not isinstance(said, dict):
        return text, ""
    error = said.get("error", said.get("detail", said.get("message", text)))
    if isinstance(error, list) and error and isinstance(error[0], dict):
        place = error[0].get("loc") or [""]
        return f"{place[-1]}: {error[0].get('msg', '')}", str(place[-1])
    if isinstance(error, dict):
        return str(error.get("message") or error), str(error.get("param") or "")
    return str(error), ""


def _field(said: str, named: str, fields: frozenset[str]) -> str:
    """Which of the fields sent, or the picture that was not, an answer complains of."""
    known = fields | {"input_reference"} if fields else fields
    if named in known:
        return named
    return next((name for name in sorted(known, key=len, reverse=True) if name in said), "")
