"""Who a server is to us, and what of its words can be shown."""

from __future__ import annotations

import ipaddress
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ...redaction import scrubbed

_EXCERPT = 200
_DEFAULT_PORTS = {"http": 80, "https": 443}
_THIS_MACHINE = {"localhost", "::1", "127.0.0.1"}


def one_spelling(url: str) -> str:
    """An address of a server in the one way in which records compare it.

    Upper case in scheme and host, the scheme's own port, a slash or a dot at the end, and the three names of this
    machine decide nothing: what was bought at `localhost` is found by whoever writes `127.0.0.1`.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    with suppress(ValueError):
        host = str(ipaddress.ip_address(host))
    host = "127.0.0.1" if host in _THIS_MACHINE else f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}{parts.path.rstrip('/')}"


def is_loopback(url: str) -> bool:
    """Whether the address is one of this machine, in whatever way it is written."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


@dataclass(frozen=True)
class ServerIdentity:
    """Whom we talk to, and how they are called in messages."""

    name: str
    """As the person chose it, e.g. `api:wan2.2`."""
    url: str
    """Without a slash at its end."""
    setting: str
    """The table of a settings file that is about this server, e.g. `[renderers.api]`."""
    model: str = ""
    key: str = field(default="", repr=False)
    key_variable: str = ""
    serves: str = "/v1/videos"
    """The path of the API, as messages name it."""
    choosing: str = "--renderer api:MODEL"
    """The flag with which another model is chosen."""

    @property
    def is_here(self) -> bool:
        """Whether it runs on this machine."""
        return is_loopback(self.url)

    def clean(self, text: str) -> str:
        """`text` on one line, without secrets and without what would steer a terminal, and only then cut short."""
        if self.key:
            text = text.replace(self.key, "***")
        line = " ".join("".join(char if char.isprintable() else " " for char in scrubbed(text)).split())
        return line if len(line) <= _EXCERPT else f"{line[: _EXCERPT - 1]}…"
