"""How `ask` ends: what is stored of it, what --resume takes, what happens to -o."""

from __future__ import annotations

import inspect
import sqlite3
from pathlib import Path

import pytest
from popcorn.commands.ask import ask as command
from popcorn.commands.out_file import check_target
from popcorn.errors import RequestError

ask = inspect.unwrap(command)
"""The command as a function, without the flags that are spread over it."""


@pytest.fixture
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own with the model-free encoder and a small clip."""
    settings = {"HOME": str(tmp_path / "home"), "ENCODER": "hashing", "ASPECT": "1:1"}
    for name, value in settings.items():
        monkeypatch.setenv(f"POPCORN_{name}", value)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_run_that_gave_a_clip_is_stored_as_done(quick: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask("street tacos", out=quick / "clip.mp4", quiet=True)
    assert "street tacos" in capsys.readouterr().out.casefold()
    with sqlite3.connect(quick / "home" / "popcorn.sqlite") as connection:
        assert connection.execute("select status from runs").fetchall() == [("done",)]
    connection.close()
    assert (quick / "clip.mp4").stat().st_size > 10_000


def test_resume_takes_no_request_and_no_other_setting(quick: Path) -> None:
    with pytest.raises(RequestError, match="--threshold and a request cannot change them"):
        ask("other tacos", threshold=1.0, max_seconds=9.0, resume="20260101-000000-abcdef")


def test_a_target_that_cannot_be_written_is_refused_before_any_work(quick: Path) -> None:
    with pytest.raises(RequestError, match="cannot be written"):
        ask("street tacos", out=Path("/proc/clip.mp4"))
    assert not (quick / "home").exists()


def test_a_target_that_is_a_folder_or_in_none_is_refused(quick: Path) -> None:
    with pytest.raises(RequestError, match="is a folder"):
        check_target(quick)
    with pytest.raises(RequestError, match="no file that could be replaced"):
        check_target(Path("/dev/null"))
    with pytest.raises(RequestError, match="there is no folder"):
        check_target(quick / "nowhere" / "clip.mp4")
