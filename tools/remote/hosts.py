"""Where a server may send us on to for a file: what it says is data, and may name anything.

Encrypted or the server itself, no other port of its host, no credentials, and from a server in the world no address of
a private network: else it could have us ask machines that it cannot reach itself.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket

import httpx2 as httpx

from .identity import is_loopback

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
    same = url.host == base.host or (is_loopback(str(url)) and is_loopback(str(base)))
    if same and _port(url) != _port(base):
        raise ForbiddenHostError(f"it sends us on to {address}:{_port(url)}, another port of its host")
    if url.host != base.host and await _private(url.host) and not await _private(base.host):
        raise ForbiddenHostError(f"it sends us on to {address}, in a private network")
    if url.host != base.host and await _is_link_local(url.host):
        raise ForbiddenHostError(f"it sends us on to {address}, where a machine tells what only it may know")
    return url


def _port(url: httpx.URL) -> int | None:
    return url.port or {"http": 80, "https": 443}.get(url.scheme)


async def _private(host: str) -> bool:
    """Whether a host, or any address of its name, is not in the public network. Raises ForbiddenHostError."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    return any(not address.is_global for address in await _addresses(host))


async def _is_link_local(host: str) -> bool:
    """Whether a host, or any address of its name, is of one cable: there clouds keep what they tell a machine alone.
    Raises ForbiddenHostError.
    """
    return any(address.is_link_local for address in await _addresses(host))


async def _addresses(host: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """Those of a host's name, none where nobody here knows it. Raises ForbiddenHostError for what is no name."""
    try:
        return [_plain(host.strip("[]"))]
    except ValueError:
        pass
    try:
        addresses = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except UnicodeError as exc:  # an empty label, or one that is too long
        raise ForbiddenHostError(f"it sends us on to {host[:_TOLD]!r}, which no host can be called") from exc
    except OSError:  # nobody here knows the name: a proxy may, and else there will be no connection either
        return []
    return [_plain(str(socket_address[0]).partition("%")[0]) for *_, socket_address in addresses]


def _plain(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The address, of the fourth version where one of the sixth stands for it. Raises ValueError."""
    address = ipaddress.ip_address(text)
    return getattr(address, "ipv4_mapped", None) or address
