"""Where a server may send us on to."""

from __future__ import annotations

import asyncio

import httpx2 as httpx
import pytest
from popcorn.tools.remote.hosts import ForbiddenHostError, allowed

WORLD, HERE = "https://203.0.114.7/v1", "http://127.0.0.1:8000/v1"


def gone_to(base: str, target: str) -> str:
    return str(asyncio.run(allowed(httpx.URL(base), httpx.URL(target))))


@pytest.mark.parametrize(
    ("base", "target"),
    [
        (WORLD, "https://198.41.0.4/clip.mp4"),
        (WORLD, "https://203.0.114.7/clip.mp4"),
        (HERE, "http://127.0.0.1:8000/clip.mp4"),
        (HERE, "https://10.0.0.8/clip.mp4"),
        ("http://10.0.0.8/v1", "https://127.0.0.1/clip.mp4"),
    ],
)
def test_it_may_send_on_to_itself_and_to_the_public_network(base: str, target: str) -> None:
    assert gone_to(base, target) == target


@pytest.mark.parametrize(
    "target",
    [
        "https://127.0.0.1/clip.mp4",
        "https://localhost/clip.mp4",
        "https://db.localhost/clip.mp4",
        "https://[::1]/clip.mp4",
        "https://[::ffff:10.0.0.1]/clip.mp4",
        "https://10.0.0.1/clip.mp4",
        "https://192.168.1.1/clip.mp4",
        "https://169.254.169.254/latest/meta-data",
        "https://[fd00::1]/clip.mp4",
        "https://0.0.0.0/clip.mp4",
    ],
)
def test_a_server_in_the_world_reaches_no_private_network_through_us(target: str) -> None:
    with pytest.raises(ForbiddenHostError, match="in a private network"):
        gone_to(WORLD, target)


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("http://198.41.0.4/clip.mp4", "without encryption"),
        ("http://203.0.114.7/clip.mp4", "without encryption"),
        ("https://203.0.114.7:8443/clip.mp4", "another port of its host"),
        ("https://me:secret@198.41.0.4/clip.mp4", "with credentials"),
        ("file:///etc/passwd", "no address of a file"),
        ("ftp://198.41.0.4/clip.mp4", "no address of a file"),
        ("data:video/mp4;base64,AAAA", "no address of a file"),
        (f"https://{'a' * 70}.com/clip.mp4", "which no host can be called"),
        ("https://a..b.com/clip.mp4", "which no host can be called"),
    ],
)
def test_it_may_not_send_on_to_anything_else(target: str, why: str) -> None:
    with pytest.raises(ForbiddenHostError, match=why) as caught:
        gone_to(WORLD, target)
    assert "secret" not in str(caught.value)
