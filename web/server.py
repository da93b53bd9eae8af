"""The server: the gate, and behind it the page, on a socket that is bound before anything heavy is loaded."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING

from ..agent.wiring.background import in_background
from ..errors import RequestError
from ..signals import on_signals
from .gate import Gate
from .sign_in import SignIns

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from uvicorn import Server

    from .people import People
    from .service import PageService

PORT = 7860
_LAST_PORT = 65_535
_ENDING = 2
"""Seconds that open answers have when the server ends."""
_HERE = frozenset({"127.0.0.1", "localhost", "[::1]"})
_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, not bound to


@dataclass(frozen=True, slots=True)
class Place:
    """Where the server is reached."""

    host: str = "127.0.0.1"
    port: int = PORT
    """0 for one that the system gives out."""
    names: tuple[str, ...] = ()
    """Other names that browsers may call it by, such as that of a proxy before it."""

    @property
    def is_here(self) -> bool:
        """Whether only this machine reaches it."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def hosts(self) -> frozenset[str]:
        """What a Host header may say, without the port."""
        own = f"[{self.host}]" if ":" in self.host else self.host
        return frozenset({own, *self.names}) | (_HERE if self.is_here or self.host in _EVERYWHERE else frozenset())


def bound(place: Place) -> socket.socket:
    """The socket that is listened on. Raises RequestError where somebody else has it, or there is no such address."""
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    taken = socket.socket(family)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((place.host, place.port))
        taken.listen(128)
    except (OSError, OverflowError) as exc:
        taken.close()
        raise _unbound(place, exc) from exc
    return taken


def _unbound(place: Place, exc: OSError | OverflowError) -> RequestError:
    if isinstance(exc, OSError) and exc.errno == errno.EADDRINUSE:
        return RequestError(
            f"port {place.port} of {place.host} is in use",
            hint=f"Perhaps `popcorn web` runs already: open {_address(place.host, place.port)}, or name another one "
            f"with --port {place.port + 1 if place.port < _LAST_PORT else PORT}.",
        )
    if isinstance(exc, PermissionError):
        return RequestError(f"port {place.port} may not be used by you", hint="Name one above 1023 with --port.")
    return RequestError(
        f"{place.host!r} port {place.port} cannot be listened on: {exc}",
        hint="Leave --host away for this machine alone, or name one of its addresses.",
    )


def _address(host: str, port: int) -> str:
    """What a browser of this machine opens; every address of it is not one that can be opened."""
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - told, not bound to
    return f"http://{f'[{name}]' if ':' in name else name}:{port}"


def check_place(place: Place, people: People) -> None:
    """Raises RequestError where others could reach a page that asks for no password."""
    if not place.is_here and not people.sign_in:
        raise RequestError(
            f"{place.host} can be reached by others, and the page asks for no password",
            hint="Write a line `NAME PASSWORD` for everybody into a file, and name it with --people FILE.",
        )
    if place.host in _EVERYWHERE and not place.names:
        raise RequestError(
            f"{place.host} is every address of this machine, and the page has to know by which names it is called",
            hint="Name them with --name, e.g. --name studio.local --name 192.168.0.5.",
        )


def serve(
    service: PageService, place: Place, ready: Callable[[str], None], making: Callable[[], None] = lambda: None
) -> bool:
    """Serve until a signal. True where a signal ended it.

    `making` is called once the port is had, and `ready` with the address once the page is there.

    Raises RequestError for an address that cannot be had, and MissingError without the extra.
    """
    check_place(place, service.people)
    with bound(place) as listening:
        making()
        return asyncio.run(_serve(service, place, listening, ready))


async def _serve(service: PageService, place: Place, listening: socket.socket, ready: Callable[[str], None]) -> bool:
    sign_ins = SignIns(service.people)
    gate = Gate(place.hosts, sign_ins)
    server = _server(gate)
    stopped = asyncio.Event()
    with on_signals(stopped.set):
        serving = asyncio.ensure_future(server.serve(sockets=[listening]))
        making = asyncio.ensure_future(in_background(_application, service, sign_ins))
        stopping = asyncio.ensure_future(stopped.wait())
        await asyncio.wait({making, stopping, serving}, return_when=asyncio.FIRST_COMPLETED)
        if making.done():
            async with _behind(gate, making.result()):
                ready(_address(*listening.getsockname()[:2]))
                service.warm()
                await asyncio.wait({stopping, serving}, return_when=asyncio.FIRST_COMPLETED)
                logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # open answers are cut, and that is meant
                await in_background(service.close)
                server.should_exit = True
                await serving
        return stopped.is_set()


@asynccontextmanager
async def _behind(gate: Gate, app: Starlette) -> AsyncIterator[None]:
    """The time in which the gate has the page behind it."""
    async with app.router.lifespan_context(app):
        gate.inner = app
        yield


def _application(service: PageService, sign_ins: SignIns) -> Starlette:
    """The page with what is served beside it. Imports gradio, which takes seconds."""
    from .mounted_page import keep_to_itself

    keep_to_itself(service.settings)
    from .page import build_page
    from .routes import application

    return application(service, build_page(service), sign_ins)


def _server(gate: Gate) -> Server:
    import uvicorn

    class Quiet(uvicorn.Server):
        """Signals are heard by whoever serves."""

        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

    return Quiet(
        uvicorn.Config(
            gate,
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_ENDING,
            ws="none",
        )
    )
