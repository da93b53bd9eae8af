"""Ports for servers that cannot be told to choose one themselves."""

from __future__ import annotations

import contextlib
import secrets
import socket


def free_port() -> int:
    """A port of loopback that nobody uses: below those that a system gives out by itself, lest one is gone by then.

    By the system's own chance: the tests' workers all have the same seed.
    """
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
