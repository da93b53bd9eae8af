"""Who a server is to us, and what of its words can be shown."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ...redaction import scrubbed

_EXCERPT = 200


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

    @property
    def is_here(self) -> bool:
        """Whether it runs on this machine."""
        host = urlsplit(self.url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    def clean(self, text: str) -> str:
        """`text` on one line, without secrets and without what would steer a terminal, and only then cut short."""
        if self.key:
            text = text.replace(self.key, "***")
        line = " ".join("".join(char if char.isprintable() else " " for char in scrubbed(text)).split())
        return line if len(line) <= _EXCERPT else f"{line[: _EXCERPT - 1]}…"
