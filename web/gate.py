"""What stands before the page: who may come in, from where, and to what.

The `Host` header has to name this server, which ends DNS rebinding; a request that changes something has to come from
the page itself, which ends forged requests of foreign pages; only those routes of gradio are open that the page needs;
bodies are bounded; and answers say that nothing is loaded from elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, MutableMapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from .sign_in import SignIns

COOKIE = "popcorn-web"
"""The cookie of whoever has signed in."""
NAME = "popcorn.name"
"""Where the scope of a request has the name of whoever signed in."""
LARGEST_UPLOAD = 2 << 30
"""Bytes of one upload: raw footage."""
LARGEST_CALL = 8 << 20
"""Bytes of any other request."""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OPEN = frozenset({"/alive", "/login", "/favicon.ico", "/manifest.json"})
"""What may be asked without having signed in."""
_API = "/gradio_api"
_ROUTES = frozenset(
    {"queue/join", "queue/data", "upload", "upload_progress", "heartbeat", "info", "startup-events", "cancel", "reset"}
    | {"app_id", "login_check", "user", "call"}
)
"""The routes of gradio that the page, and gradio_client, use: no files of the server, no proxy, no way elsewhere."""
_PLACES = frozenset({"", "config", "theme.css", "favicon.ico", "manifest.json", "robots.txt", "static", "assets"})
_OWN = frozenset({"alive", "login", "sign-out", "media", "runs", "bundle"})
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; script-src-attr 'none'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
"""Nothing from elsewhere. gradio's own scripts stand in its page and make templates of texts, so they may; what stands
in an attribute, such as `onerror`, never runs."""


class Gate:
    """An ASGI application before another one, which may be put behind it later."""

    def __init__(self, hosts: Collection[str], sign_ins: SignIns) -> None:
        """`hosts` are the names, without ports, by which the server may be called."""
        self._hosts, self._sign_ins = frozenset(hosts), sign_ins
        self.inner: ASGIApp | None = None
        """None while the page is being made."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let the request through."""
        if scope["type"] == "lifespan":
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close"})
            return
        answer = self._refusal(scope)
        if answer is None:
            name = self._sign_ins.name_of(_cookie(scope))
            if self._sign_ins.needed and name is None and scope["path"] not in _OPEN:
                answer = _to_sign_in(scope)
            scope[NAME] = name or ""
        if answer is None and self.inner is None:
            answer = _starting(scope)
        app: ASGIApp = answer or self.inner or PlainTextResponse("")
        bounded = _Body(receive, LARGEST_UPLOAD if scope["path"] == f"{_API}/upload" else LARGEST_CALL)
        if answer is None and bounded.announces_too_much(scope):
            app = PlainTextResponse("That is larger than can be taken.", 413)
        await app(scope, bounded, _secured(scope, send))

    def _refusal(self, scope: Scope) -> Response | None:
        """Why a request is not answered; None for one that may come in."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if _bare(host) not in self._hosts:
            return PlainTextResponse(f"This server is not called {host[:100]!r}.", 421)
        if not _is_place(scope["path"]):
            return PlainTextResponse("There is nothing here.", 404)
        if scope["method"] not in _SAFE and not _is_own(headers):
            return PlainTextResponse("Only the page itself may ask for that.", 403)
        if scope["path"].startswith(_API) and headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
            return PlainTextResponse("Only the page itself may ask for that.", 403)
        return None


class _Body:
    """What a client sends, up to a number of bytes; beyond it the client seems to have left."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive, self._left, self._most = receive, most, most

    def announces_too_much(self, scope: Scope) -> bool:
        length = Headers(scope=scope).get("content-length", "0")
        return not length.isdecimal() or int(length) > self._most

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        return message if self._left >= 0 else {"type": "http.disconnect"}


def _is_place(path: str) -> bool:
    if path.startswith(f"{_API}/"):
        route = path.removeprefix(f"{_API}/").rstrip("/")
        return route in _ROUTES or route.partition("/")[0] in {"call", "heartbeat"}
    return path.lstrip("/").partition("/")[0] in _PLACES | _OWN


def _is_own(headers: Headers) -> bool:
    """Whether what changes something comes from the page: browsers say where a request is from, programs do not."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    return origin is None or urlsplit(origin).netloc == headers.get("host", "")


def _bare(host: str) -> str:
    """A Host header without its port."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.rpartition(":")[0] if ":" in host else host


def _cookie(scope: Scope) -> str:
    """Read leniently: other servers of this machine leave cookies of any form."""
    return cookie_parser(Headers(scope=scope).get("cookie", "")).get(COOKIE, "")


def _to_sign_in(scope: Scope) -> Response:
    if scope["path"] == "/" and scope["method"] in _SAFE:
        return RedirectResponse("/login", 303)
    return PlainTextResponse("Sign in first.", 401)


def _starting(scope: Scope) -> Response:
    """What is shown while gradio is being imported."""
    from .plain_pages import STARTING

    return Response(STARTING, 503, {"retry-after": "1"}, media_type="text/html")


def _secured(scope: Scope, send: Send) -> Send:
    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("content-security-policy", POLICY)
            headers["x-content-type-options"] = "nosniff"
            headers["referrer-policy"] = "same-origin"  # with none at all forms are sent from the origin `null`
            headers["cross-origin-resource-policy"] = "same-origin"
            headers["x-frame-options"] = "DENY"
            if not scope["path"].startswith(("/assets/", "/static/")):
                headers.setdefault("cache-control", "no-store")
        await send(message)

    return sending
