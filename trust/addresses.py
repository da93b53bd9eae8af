"""Addresses of servers: a scheme, a host, a path, and nothing that belongs into a variable of its own."""

from __future__ import annotations

from urllib.parse import urlsplit

CREDENTIALS = "credentials do not belong there: name the variable that holds the key with key_variable"


def fault_of(address: str) -> str:
    """What is wrong with the address of a server, in words that do not repeat it; empty where nothing is."""
    if not address.isprintable() or " " in address:
        return "it holds spaces or characters that cannot be seen"
    try:
        parts = urlsplit(address)
        port_is_sound = parts.port != 0
    except ValueError:
        return "its host or port is none"
    if parts.scheme not in {"http", "https"}:
        return "it does not begin with http:// or https://"
    if "@" in parts.netloc:
        return f"it holds a user or a password, and {CREDENTIALS}"
    if "?" in address or "#" in address:
        return f"it has a query or a fragment, and {CREDENTIALS}"
    if not parts.hostname or not port_is_sound:
        return "its host or port is none"
    return ""


def without_credentials(address: str) -> str:
    """The address as far as it may be shown: scheme, host, port and path."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    except ValueError:
        return "***"
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}{parts.path}"
