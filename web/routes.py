"""What the server answers beside the page: that it is alive, signing in, and files of the visitor's own runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from ..errors import PopcornError
from .downloads import packed_bundle, run_page
from .gate import COOKIE
from .mounted_page import mounted, name_of
from .plain_pages import sign_in_page
from .told import sentence

if TYPE_CHECKING:
    import gradio as gr

    from .service import PageService
    from .sign_in import SignIns

_FOLDERS = frozenset({"runs", "renders", "studies"})
"""What of a home is shown; no database, no settings, no catalogue."""
_KINDS = {
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".srt": "text/plain; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".ass": "text/plain; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
    ".csv": "text/plain; charset=utf-8",
    ".json": "application/json",
    ".otio": "application/json",
    ".xml": "text/plain; charset=utf-8",
    ".wav": "audio/wav",
    ".html": "text/html; charset=utf-8",
}
_SHUT = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self' data:; "
    "sandbox allow-same-origin"
)
"""What a page of a run or a study may do: be looked at, with files of this server and without any script."""


def application(service: PageService, page: gr.Blocks, sign_ins: SignIns) -> Starlette:
    """Everything behind the gate."""
    gradio_app = mounted(service, page)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with gradio_app.router.lifespan_context(gradio_app):
            yield

    routes = [*_signing_in(sign_ins), *_files(service), Mount("/", gradio_app)]
    return Starlette(routes=routes, lifespan=lifespan)


def _signing_in(sign_ins: SignIns) -> list[Route]:
    async def alive(_: Request) -> Response:
        return PlainTextResponse("alive")

    async def form(_: Request) -> Response:
        return HTMLResponse(sign_in_page()) if sign_ins.needed else RedirectResponse("/", 303)

    async def enter(request: Request) -> Response:
        sent = await request.form()
        name, password = (str(sent.get(field, "")) for field in ("username", "password"))
        address = request.client.host if request.client else ""
        program = "text/html" not in request.headers.get("accept", "")
        if sign_ins.is_tired(address):
            said, status = "There were too many wrong passwords. Wait a minute.", 429
        elif token := await asyncio.to_thread(sign_ins.enter, name.strip(), password, address):
            answer: Response = JSONResponse({"success": True}) if program else RedirectResponse("/", 303)
            answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=request.url.scheme == "https")
            return answer
        else:
            said, status = "That is no name with its password.", 401
        return PlainTextResponse(said, status) if program else HTMLResponse(sign_in_page(said), status)

    async def leave(request: Request) -> Response:
        sign_ins.leave(request.cookies.get(COOKIE, ""))
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(COOKIE)
        return answer

    return [
        Route("/alive", alive),
        Route("/login", form),
        Route("/login", enter, methods=["POST"]),
        Route("/sign-out", leave, methods=["POST"]),
    ]


def _files(service: PageService) -> list[Route]:
    def media(request: Request) -> Response:
        home = service.person(name_of(request)).settings.home
        file = shown_file(home, request.path_params["path"])
        if file is None:
            return PlainTextResponse("There is no such file.", 404)
        headers = {"content-security-policy": _SHUT, "cache-control": "private, no-cache"}
        return FileResponse(file, media_type=_KINDS[file.suffix], headers=headers)

    def page(request: Request) -> Response:
        visitor = service.person(name_of(request))
        try:
            told = run_page(visitor, request.path_params["run"])
        except PopcornError as exc:
            return PlainTextResponse(sentence(exc), 404)
        return HTMLResponse(told, headers={"content-security-policy": _SHUT})

    def bundle(request: Request) -> Response:
        visitor = service.person(name_of(request))
        try:
            packed = packed_bundle(visitor, request.path_params["run"], request.path_params.get("edit", ""))
        except PopcornError as exc:
            return PlainTextResponse(sentence(exc), 404)
        return FileResponse(packed, media_type="application/zip", filename=f"{request.path_params['run']}.zip")

    return [
        Route("/media/{path:path}", media),
        Route("/runs/{run}", page),
        Route("/bundle/{run}.zip", bundle),
        Route("/bundle/{run}/{edit}.zip", bundle),
    ]


def shown_file(home: Path, path: str) -> Path | None:
    """The file at a path of a home, where it is one that is shown; None for anything else, links out of it too."""
    parts = Path(path).parts
    if "\0" in path or not parts or parts[0] not in _FOLDERS or Path(path).suffix not in _KINDS:
        return None
    folder, file = (home / parts[0]).resolve(), (home / path).resolve()
    return file if file.is_relative_to(folder) and file.is_file() else None
