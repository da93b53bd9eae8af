"""What goes wrong between us and a server, as our errors; an HTTP status becomes a sentence."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from ...errors import MissingError, PopcornError, RenderError
from ...settings_sources import user_file
from ...trust.addresses import without_credentials
from .identity import ServerIdentity

REFUSED_FIELDS = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, HTTPStatus.UNPROCESSABLE_ENTITY)
GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_REFUSED_FIRST = frozenset({
    *(HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT),  # to be sent elsewhere: not done here
    *(HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.NOT_FOUND),
    *(HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED, HTTPStatus.GONE),
    *(HTTPStatus.LENGTH_REQUIRED, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.REQUEST_URI_TOO_LONG),
    *(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, HTTPStatus.EXPECTATION_FAILED, HTTPStatus.MISDIRECTED_REQUEST),
    *(HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.TOO_EARLY, HTTPStatus.UPGRADE_REQUIRED),
    *(HTTPStatus.PRECONDITION_REQUIRED, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE),
})  # fmt: skip
"""Statuses that refuse a POST before any work on it (RFC 9110, sections 15.4 and 15.5; RFC 6585; RFC 8470)."""
_REFUSED_BY_THE_API = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS})
"""Likewise, where the API itself says so: what filters answers on the way says the same of work that was done."""


class LostJobError(RenderError):
    """A job failed, expired, or the server does not know it; `end` says which, in words that follow its id."""

    def __init__(self, message: str, *, end: str = "is not known there any more") -> None:
        super().__init__(message)
        self.end = end


class PassingError(RenderError):
    """What may go well when it is tried again; `after` is how many seconds the server asked to wait."""

    def __init__(self, message: str, *, hint: str = "", after: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.after = after


class UnreachableError(PassingError):
    """Nobody answered, or only half."""


class UnknownOutcomeError(RenderError):
    """What was sent may have been done, and may not."""


class RefusedFieldError(RenderError):
    """The server refused one field of what was sent, which may do without; `named` is the field."""

    def __init__(self, message: str, *, hint: str, named: str) -> None:
        super().__init__(message, hint=hint)
        self.named = named


def unreachable(server: ServerIdentity, why: str) -> UnreachableError:
    """There is no whole answer, for the reason `why`."""
    return UnreachableError(
        f"{server.name} cannot be reached at {server.url}: {server.clean(why)}",
        hint=f"Is the server running? Its address is base_url under {server.setting} in {user_file()}.",
    )


def no_reply(server: ServerIdentity, why: str) -> RenderError:
    """An answer that the protocol does not know."""
    return RenderError(
        f"what {server.name} answered at {server.url} fits no {server.serves} server: {server.clean(why)}",
        hint=f"base_url under {server.setting} has to be that of such a server, and end in /v1.",
    )


def sent_on(server: ServerIdentity, address: str) -> RenderError:
    """The server wants us to ask at another `address`, where we do not go: it may be anybody's."""
    target = without_credentials(address) if "://" in address else address
    return RenderError(
        f"{server.name} at {server.url} sends us on to {server.clean(target)}, where neither request nor key goes",
        hint=f"If that server is yours to trust, write its address as base_url under {server.setting} in "
        f"{user_file()}.",
    )


def refusal(
    server: ServerIdentity,
    status: int,
    body: bytes,
    after: float | None,
    *,
    job: str = "",
    fields: frozenset[str] = frozenset(),
) -> PopcornError:
    """The error for an answer that is none of success, about `job` or, when one was begun, about its `fields`."""
    complaint, named = _said(body)
    words = server.clean(complaint)
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        what = "refused the key" if status == HTTPStatus.UNAUTHORIZED else f"does not let this key use {server.model!r}"
        way = f"Set {server.key_variable} to a valid key." if server.key_variable else _naming_a_variable(server)
        return MissingError(f"{server.name} {what}: {words}", hint=way)
    message = f"{server.name} answered with status {status}: {words}"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        limited = f"{server.name} limits how often it is asked: {words}"
        return PassingError(limited, hint="Try again later.", after=after)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return PassingError(message, hint="Try again later.", after=after)
    if status in REFUSED_FIELDS and (refused := _field(complaint, named, fields)):
        return RefusedFieldError(message, hint=_differently(server), named=refused)
    if status in GONE and job:
        return LostJobError(f"{server.name} has no job {job}: {words}")
    if status in GONE:
        hint = f"Is {server.model!r} the model there, and does base_url under {server.setting} end in /v1?"
        return RenderError(message, hint=hint)
    return RenderError(message, hint=_differently(server))


def began_nothing(status: int, body: bytes, after: float | None) -> bool:
    """Whether an answer to a POST says that no work was begun. A status that is not known for it does not say so."""
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return after is not None
    return status in _REFUSED_FIRST or (status in _REFUSED_BY_THE_API and _is_json_object(body))


def _is_json_object(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except ValueError:
        return False


def _differently(server: ServerIdentity) -> str:
    return f"Put the request differently, or choose another model: {server.choosing}."


def _naming_a_variable(server: ServerIdentity) -> str:
    return f'Write key_variable = "NAME" under {server.setting} in {user_file()}, and the key into that variable.'


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
