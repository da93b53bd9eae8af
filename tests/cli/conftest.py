"""The browser of the tests that look at pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browsers import Browser, chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened
