"""Proxies that the environment names: none stands before this machine itself, and each can be named in an error."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

from ...errors import RequestError
from ...trust.addresses import without_credentials
from .identity import is_loopback

_SCHEMES = {"http", "https"}


def proxied(url: str) -> dict[str, Any]:
    """Options of a client for `url`: the environment's proxies count unless the server is on this machine.

    Raises RequestError where a proxy is of a kind that cannot be spoken to.
    """
    if is_loopback(url):
        return {"trust_env": False}
    variable, proxy = proxy_of(url)
    scheme = urlsplit(proxy if "://" in proxy else f"http://{proxy}").scheme
    if variable and scheme not in _SCHEMES:
        raise RequestError(
            f"the variable {variable} names a proxy of the kind {scheme}://, which cannot be used",
            hint=f"Name one that begins with http://, unset {variable}, or put the server's host into NO_PROXY.",
        )
    return {}


def proxy_of(url: str) -> tuple[str, str]:
    """The variable that names the proxy for `url`, and the proxy; empty for none."""
    parts = urlsplit(url)
    if is_loopback(url) or proxy_bypass(parts.hostname or ""):
        return "", ""
    for name in (f"{parts.scheme}_proxy", "all_proxy"):
        for variable in (name, name.upper()):
            if value := os.environ.get(variable, ""):
                return variable, value
    return "", ""


def by_proxy(url: str) -> str:
    """What an error adds about the way to `url`; empty where no proxy stands on it."""
    variable, proxy = proxy_of(url)
    return f", through the proxy {without_credentials(proxy)} of the variable {variable}" if variable else ""
