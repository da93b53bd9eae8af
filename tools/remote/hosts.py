"""Where a server may send us on to for a file: what it says is data, and may name anything.

Encrypted or the server itself, no other port of its host, no credentials, and from a server in the world no address of
a private network: else it could have us ask machines that it cannot reach itself.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket

import httpx2 as httpx

_TOLD = 60
"""Characters of a name that are told."""


class ForbiddenHostError(ValueError):
    """An address that is not gone to; the text says which and why."""


async def allowed(base: httpx.URL, url: httpx.URL) -> httpx.URL:
    """`url`, when the server at `base` may send us there. Raises ForbiddenHostError."""
    address = f"{url.scheme}://{url.host}"
    if url.scheme not in {"http", "https"} or not url.host:
        raise ForbiddenHostError(f"it sends us on to {address}, which is no address of a file")
    if url.userinfo:
        raise ForbiddenHostError(f"it sends us on to {address} with credentials")
    if url.scheme != "https" and (url.scheme, url.host) != (base.scheme, base.host):
        raise ForbiddenHostError(f"it sends us on to {address}, without encryption")
    if url.host == base.host and _port(url) != _port(base):
        raise ForbiddenHostError(f"it sends us on to {address}:{_port(url)}, another port of its host")
    if url.host != base.host and await _private(url.host) and not await _private(base.host):
        raise ForbiddenHostError(f"it sends us on to {address}, in a private network")
    return url


def _port(url: httpx.URL) -> int | None:
    return url.port or {"http": 80, "https": 443}.get(url.scheme)


async def _private(host: str) -> bool:
    """Whether a host, or any address of its name, is not in the public network. Raises ForbiddenHostError."""
    try:
        return not ipaddress.ip_address(host.strip("[]")).is_global
    except ValueError:
        pass
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        addresses = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except UnicodeError as exc:  # an empty label, or one that is too long
        raise ForbiddenHostError(f"it sends us on to {host[:_TOLD]!r}, which no host can be called") from exc
    except OSError:  # nobody here knows the name: a proxy may, and else there will be no connection either
        return False
    return any(
        not ipaddress.ip_address(str(socket_address[0]).partition("%")[0]).is_global for *_, socket_address in addresses
    )
