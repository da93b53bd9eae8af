"""Nobody but its owner reads a home: every folder and file of it, whatever the umask, from the first moment."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

QUICK = ("--mode", "basic", "--aspect", "1:1", "--attempts", "1", "--llm", "offline")

BESIDE = ("--captions", "vtt", "--bundle", "upload", "--json")


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def open_places(home: Path) -> list[str]:
    """What others may read or write, with its mode."""
    places = [home, *(path for path in home.rglob("*") if not path.is_symlink())]
    wrong = [path for path in places if path.stat().st_mode & 0o777 != (0o700 if path.is_dir() else 0o600)]
    return [f"{path.relative_to(home.parent)} {path.stat().st_mode & 0o777:o}" for path in wrong]


def table(folder: Path) -> Path:
    """A catalogue of somebody's own that a predictor can learn from."""
    drawn = random.Random(1)  # noqa: S311, nothing secret
    words = [
        "soup",
        "taco",
        "noodle",
        "rice",
        "bread",
        "cake",
        "street",
        "night",
        "cheap",
        "famous",
        "secret",
        "family",
    ]
    titles = [" ".join(drawn.sample(words, 4)) for _ in range(200)]
    lines = [f"{number},{title},{drawn.randrange(1, 999)},Food" for number, title in enumerate(titles)]
    file = folder / "rows.csv"
    file.write_text("\n".join(["id,title,comments,tag", *lines]), encoding="utf-8")
    return file


@pytest.mark.parametrize("mask", [0o000, 0o022])
def test_everything_in_a_home_is_its_owners_alone_and_what_was_asked_for_elsewhere_is_not(
    fresh: Any, mask: int
) -> None:
    program, folder = fresh.cold(), fresh.folder
    folder.mkdir(parents=True)
    maps = [part for name in ("id", "title", "comments", "tag") for part in ("--map", f"{name}={name}")]
    commands: list[tuple[Any, ...]] = [
        ("ask", "street tacos", "-o", "clip.mp4", "--json", *QUICK),
        ("references", "import", table(folder), "--name", "mine", *maps, "--json"),
        ("predictor", "train", "--data", "mine", "--name", "small", "--quick", "--json"),
        (*("render", "a taco on a hot griddle", "--title", "Tacos", "--aspect", "1:1", "-o", "shot.mp4"), *BESIDE),
        ("trace", "export", "last", "--out", "page.html"),
    ]
    with umask(mask):
        for command in commands:
            outcome = program(*command)
            assert outcome.status == 0, str(outcome)
            assert "others" not in outcome.stderr
        assert program("chat", "two hooks about street tacos", stdin="render the first\n/save talk.mp4\n").status == 0
        assert open_places(fresh.home) == []
    kept = ["clip.mp4", "shot.mp4", "shot-cover.jpg", "shot.vtt", "page.html", "talk.mp4"]
    kept += [f"upload/{name}" for name in ("clip.mp4", "cover.jpg", "captions.vtt", "metadata.json", "post.txt")]
    modes = {name: (folder / name).stat().st_mode & 0o777 for name in kept}
    assert modes == dict.fromkeys(kept, 0o666 & ~mask)
    assert (folder / "upload").stat().st_mode & 0o777 == 0o777 & ~mask
    assert {path.name.split("/")[0] for path in fresh.home.iterdir()} >= {
        "catalogues", "clips", "popcorn.sqlite", "predictors", "renders", "runs", "threads",
    }  # fmt: skip


def test_the_databases_are_private_while_they_are_written(fresh: Any) -> None:
    with umask(0o000), fresh.cold().start("ask", "street tacos", "--jsonl", *QUICK) as process:
        assert process.stdout
        for line in process.stdout:
            assert open_places(fresh.home) == [], line
    assert process.returncode == 0


def test_an_older_home_is_closed_with_one_notice(own: Any) -> None:
    for path in (own.home, *own.home.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    outside = own.home.parent / "outside"
    outside.mkdir()
    outside.chmod(0o755)
    (own.home / "renders").symlink_to(outside)
    first, second = own("config", "show", "--json"), own("config", "show", "--json")
    assert first.data == second.data
    assert first.stderr.splitlines() == [
        f"others could read {str(own.home)!r}, which an older Popcorn made; now it is yours alone"
    ]
    assert second.stderr == ""
    assert open_places(own.home) == []
    assert outside.stat().st_mode & 0o777 == 0o755
