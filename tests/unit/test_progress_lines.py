"""Progress where nothing can be redrawn."""

from __future__ import annotations

import pytest
from popcorn.commands.display import Screen


def test_a_line_is_written_now_and_then_with_what_is_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter(range(0, 1000, 4))
    monkeypatch.setattr("time.monotonic", lambda: float(next(clock)))
    with Screen("x").progress("embed mine") as progress:
        for done in range(0, 10_001, 1000):
            progress(done, 10_000)
    lines = capsys.readouterr().err.splitlines()
    assert 2 <= len(lines) <= 4
    assert lines[0].startswith("embed mine: 2,000 of 10,000, about ")
    assert lines[0].endswith(" s left")


def test_whoever_wants_quiet_has_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    clock = iter(range(0, 1000, 40))
    monkeypatch.setattr("time.monotonic", lambda: float(next(clock)))
    with Screen("x", quiet=True).progress("embed mine") as progress:
        progress(1, 10)
        progress(2, 10)
    assert capsys.readouterr().err == ""
