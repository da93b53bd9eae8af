from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import popcorn
import pytest
from popcorn import files
from popcorn.errors import NewerFormatError, StoreError
from popcorn.names import did_you_mean, near


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode(path: Path) -> int:
    return path.lstat().st_mode & 0o7777


@pytest.mark.parametrize("mask", [0o000, 0o022])
def test_whatever_is_made_is_its_owners_alone(tmp_path: Path, mask: int) -> None:
    with umask(mask):
        place = files.folder(tmp_path / "home" / "runs" / "one")
        files.write_text(place / "text", "tacos")
        files.copy(place / "text", place / "copy")
        files.private_file(place / "database")
        with files.appending(place / "log") as log:
            log.write(b"tacos")
        with files.lock(place / "lock"):
            assert mode(place / "lock") == 0o600
        files.link(place / "text", place / "link")
        files.write_json(tmp_path / "new" / "facts.json", {"a": 1})
    made = [path for top in ("home", "new") for path in (tmp_path / top, *(tmp_path / top).rglob("*"))]
    assert {mode(path) for path in made if path.is_dir()} == {0o700}
    assert {mode(path) for path in made if path.is_file()} == {0o600}


def test_there_is_no_moment_in_which_others_could_read_what_is_written(tmp_path: Path) -> None:
    target = tmp_path / "new" / "facts.json"
    with umask(0o000), files.replacing(target) as file:
        file.write(b"a secret")
        file.flush()
        (unfinished,) = target.parent.iterdir()
        assert (mode(target.parent), mode(unfinished)) == (0o700, 0o600)


@pytest.mark.parametrize(("mask", "folder", "file"), [(0o022, 0o755, 0o644), (0o002, 0o775, 0o664)])
def test_what_is_shared_has_the_umasks_mode(tmp_path: Path, mask: int, folder: int, file: int) -> None:
    with umask(mask):
        files.write_text(tmp_path / "bundle" / "clip.txt", "tacos", shared=True)
        files.write_text(tmp_path / "clip.txt", "tacos")
        files.hand_over(tmp_path / "clip.txt")
    assert mode(tmp_path / "bundle") == folder
    assert (mode(tmp_path / "bundle" / "clip.txt"), mode(tmp_path / "clip.txt")) == (file, file)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bundle", "clip.txt"]


def test_threads_that_share_and_threads_that_do_not_are_not_in_each_others_way(tmp_path: Path) -> None:
    def write(shared: bool) -> None:
        for number in range(100):
            files.write_text(tmp_path / f"{shared}-{number}", "tacos", shared=shared)

    with umask(0o022):
        threads = [threading.Thread(target=write, args=(shared,)) for shared in (True, False, True, False)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert {mode(path) for path in tmp_path.glob("True-*")} == {0o644}
    assert {mode(path) for path in tmp_path.glob("False-*")} == {0o600}


def test_a_child_process_makes_private_files_too(tmp_path: Path) -> None:
    code = "import pathlib, sys; from popcorn import files; files.write_text(pathlib.Path(sys.argv[1]), 'tacos')"
    with umask(0o000):
        subprocess.run([sys.executable, "-c", code, str(tmp_path / "child" / "text")], check=True)
    assert (mode(tmp_path / "child"), mode(tmp_path / "child" / "text")) == (0o700, 0o600)


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    files.write_text(tmp_path / "text", "old")
    with pytest.raises(TypeError), files.replacing(tmp_path / "text") as file:
        file.writelines([b"half", "a text"])  # type: ignore[list-item]
    assert [path.name for path in tmp_path.iterdir()] == ["text"]
    assert (tmp_path / "text").read_text() == "old"


def test_a_name_as_long_as_the_file_system_allows_can_be_written(tmp_path: Path) -> None:
    name = "é" * 127
    assert files.write_text(tmp_path / name, "tacos").read_text() == "tacos"


def test_a_file_where_a_folder_has_to_be_is_told_of(tmp_path: Path) -> None:
    files.write_text(tmp_path / "runs", "tacos")
    with pytest.raises(StoreError, match="runs' cannot be written: Not a directory"), files.writing(tmp_path / "runs"):
        files.folder(tmp_path / "runs")


def test_only_a_newer_format_is_refused() -> None:
    for version in (1, 2, "2", None):
        files.check_format("the catalogue 'x' has", version, 2, hint="Upgrade.")
    with pytest.raises(NewerFormatError, match="the catalogue 'x' has format 3; this Popcorn reads up to 2") as caught:
        files.check_format("the catalogue 'x' has", 3, 2, hint="Upgrade.")
    assert caught.value.hint == "Upgrade."


def test_a_name_that_is_nearly_known_is_guessed() -> None:
    assert did_you_mean("animatik", ["animatic", "ltx"]) == "Did you mean 'animatic'?"
    assert did_you_mean("zzz", ["animatic", "ltx"], "There are two.") == "There are two."
    assert near("drafd", ["draft", "drafts", "render"], 2) == ["draft", "drafts"]


def test_the_version_is_the_packages_own() -> None:
    from importlib.metadata import version

    assert popcorn.__version__ == version("llmpopcorn")
