"""Which files of a home the page shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from popcorn.web.routes import shown_file


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    for name in ("runs/1/clip.mp4", "runs/1/result.json", "runs/1/key.pem", "catalogues/a/x.json", "popcorn.sqlite"):
        file = home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")
    (tmp_path / "outside.txt").write_text("x")
    (home / "runs" / "out.txt").symlink_to(tmp_path / "outside.txt")
    (home / "runs" / "other.json").symlink_to(home / "catalogues" / "a" / "x.json")
    (home / "runs" / "away").symlink_to(tmp_path)
    return home


def test_files_of_runs_are_shown(home: Path) -> None:
    assert shown_file(home, "runs/1/clip.mp4") == home / "runs" / "1" / "clip.mp4"
    assert shown_file(home, "runs/1/result.json") is not None


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "popcorn.sqlite",
        "catalogues/a/x.json",
        "runs/1/key.pem",
        "runs/1",
        "runs/../catalogues/a/x.json",
        "runs/../../outside.txt",
        "runs/out.txt",
        "runs/other.json",
        "runs/away/outside.txt",
        "/etc/passwd",
        "runs//etc/passwd.txt",
        "runs/1/clip.mp4\0.txt",
        "renders/none.mp4",
    ],
)
def test_nothing_else_is(home: Path, path: str) -> None:
    assert shown_file(home, path) is None
