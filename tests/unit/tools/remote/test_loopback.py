"""Which addresses are of this machine: their servers cost nothing unless priced, and no proxy stands before them."""

from __future__ import annotations

import pytest
from popcorn.tools.remote.identity import is_loopback


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.8.8.8",
        "localhost",
        "LOCALHOST.",
        "llm.localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
    ],
)
def test_every_way_to_write_this_machine_is_known(host: str) -> None:
    assert is_loopback(f"http://{host}:8000/v1")


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "127.0.0.1.example.com", "localhost.example.com", "notlocalhost", "[2001:db8::1]", "1.27.0.1"]
)
def test_no_other_machine_is_taken_for_it(host: str) -> None:
    assert not is_loopback(f"http://{host}:8000/v1")
