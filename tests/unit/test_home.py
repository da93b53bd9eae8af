from __future__ import annotations

import fcntl
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from popcorn.home import close_to_others


def mode(path: Path) -> int:
    return path.lstat().st_mode & 0o7777


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A home as an older Popcorn left it under the usual umask."""
    home = tmp_path / "home"
    for name in ("runs/20260131-235959-0a1b2c/result.json", "catalogues/sample/manifest.json", "popcorn.sqlite"):
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
        path.chmod(0o644)
    for path in (home, *home.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return home


def test_an_older_home_is_closed_and_that_is_said_once(older: Path, caplog: pytest.LogCaptureFixture) -> None:
    close_to_others(older)
    close_to_others(older)
    assert {mode(path) for path in (older, *older.rglob("*")) if path.is_dir()} == {0o700}
    assert {mode(path) for path in older.rglob("*") if path.is_file()} == {0o600}
    assert caplog.messages == [f"others could read {str(older)!r}, which an older Popcorn made; now it is yours alone"]


def test_one_that_was_killed_on_the_way_is_gone_on_with(older: Path) -> None:
    older.chmod(0o700)
    (older / "catalogues").chmod(0o700)
    close_to_others(older)
    assert mode(older / "runs" / "20260131-235959-0a1b2c" / "result.json") == 0o600


def test_no_link_is_followed_and_nothing_of_anybody_elses_is_touched(older: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "notes.txt").write_text("mine")
    for path in (outside, outside / "notes.txt"):
        path.chmod(0o755)
    (older / "renders").symlink_to(outside)
    (older / "runs" / "link").symlink_to(outside)
    (older / "notes.txt").symlink_to(outside / "notes.txt")
    (older / "own.txt").write_text("a file that somebody put here")
    (older / "own.txt").chmod(0o644)
    close_to_others(older)
    assert (mode(outside), mode(outside / "notes.txt"), mode(older / "own.txt")) == (0o755, 0o755, 0o644)
    assert mode(older) == 0o700


@pytest.mark.parametrize("kept", [0o1777, 0o755])
def test_a_folder_that_is_not_popcorns_own_stays_open(
    older: Path, monkeypatch: pytest.MonkeyPatch, kept: int, caplog: pytest.LogCaptureFixture
) -> None:
    older.chmod(kept)
    if kept == 0o755:
        monkeypatch.setenv("HOME", str(older / "somebody"))
    close_to_others(older)
    close_to_others(older)
    assert (mode(older), mode(older / "runs")) == (kept, 0o700)
    assert len(caplog.messages) == 1


def test_a_home_that_is_not_there_is_not_made(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    close_to_others(tmp_path / "home")
    assert (list(tmp_path.iterdir()), caplog.messages) == ([], [])


def test_a_place_whose_modes_cannot_be_changed_is_told_of_and_nothing_breaks(caplog: pytest.LogCaptureFixture) -> None:
    place = Path("/proc") / str(os.getpid()) / "attr"  # not even root may change modes there
    if not place.is_dir():
        pytest.skip("there is no /proc")
    with caplog.at_level(logging.WARNING):
        close_to_others(place)
    (said,) = caplog.messages
    assert said.endswith("and its modes cannot be changed. Name another folder with POPCORN_HOME")


def test_who_has_no_home_folder_is_served_too(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "~")
    close_to_others(older)
    assert (mode(older), mode(older / "popcorn.sqlite")) == (0o700, 0o600)


def test_a_database_that_is_open_keeps_its_locks(older: Path) -> None:
    database, asks = older / "popcorn.sqlite", "import fcntl; fcntl.lockf(open('popcorn.sqlite', 'r+'), 6)"
    with database.open("r+") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        close_to_others(older)
        other = subprocess.run([sys.executable, "-c", asks], cwd=older, capture_output=True, text=True, check=False)
        assert "BlockingIOError" in other.stderr
    assert mode(database) == 0o600
