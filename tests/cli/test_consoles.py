"""Consoles that lack signs, answers that cannot be written, homes that are another user's or none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest


def run(
    program: Any, *arguments: str, stdout: Any = subprocess.PIPE, **variables: str
) -> subprocess.CompletedProcess[bytes]:
    environment = program.environment | {"PYTHONUTF8": "0"} | variables
    program.folder.mkdir(parents=True, exist_ok=True)
    return subprocess.run(
        [sys.executable, "-m", "popcorn", *arguments],
        cwd=program.folder,
        env={name: value for name, value in environment.items() if value},
        stdout=stdout,
        stderr=subprocess.PIPE,
        timeout=600,
        check=False,
    )


@pytest.mark.parametrize("encoding", ["iso-8859-1", "ascii", "cp1252"])
def test_a_console_without_utf_8_gets_other_signs_and_no_error(popcorn: Any, encoding: str) -> None:
    done = run(popcorn, "references", "search", "street food", PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    shown = done.stdout.decode(encoding)
    assert "^" in shown
    data = run(popcorn, "references", "search", "street food", "--json", PYTHONIOENCODING=encoding)
    assert json.loads(data.stdout.decode("ascii"))["ok"] is True


@pytest.mark.parametrize(
    "arguments", [("--version",), ("--help",), ("references", "stats"), ("config", "show", "--json")]
)
def test_an_answer_that_finds_no_room_is_a_sentence(popcorn: Any, arguments: tuple[str, ...]) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        done = run(popcorn, *arguments, stdout=full)
    told = done.stderr.decode()
    assert done.returncode == 1
    assert "the answer cannot be written to standard output: No space left on device" in told
    assert "Traceback" not in told
    assert "Exception ignored" not in told


def test_without_a_home_folder_a_notice_is_enough_where_popcorn_has_one(popcorn: Any, tmp_path: Any) -> None:
    if os.geteuid() != 0:
        pytest.skip("a user without a home folder can only be made by root")
    script = (
        "import os, sys, runpy; import popcorn.cli; os.setgid(64000); os.setuid(64000); "
        "sys.argv = ['popcorn', 'config', 'show', '--json']; popcorn.cli.main()"
    )
    home = tmp_path / "own"
    home.mkdir()
    os.chown(home, 64000, 64000)
    for path in (tmp_path, *tmp_path.parents[:2]):
        path.chmod(path.stat().st_mode | 0o011)
    environment = {
        name: value for name, value in popcorn.environment.items() if name not in {"HOME", "XDG_CONFIG_HOME"}
    }
    done = subprocess.run(
        [sys.executable, "-c", script], cwd="/", env=environment | {"POPCORN_HOME": str(home)}, capture_output=True,
        timeout=600, check=False,
    )  # fmt: skip
    if b"Permission denied: '/root" in done.stderr or b"ModuleNotFoundError" in done.stderr:
        pytest.skip("this interpreter lies where only root can read")
    assert done.returncode == 0, done.stderr
    assert b"HOME is not set" in done.stderr
