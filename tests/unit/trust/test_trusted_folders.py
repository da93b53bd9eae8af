"""Trust in a settings file: by its place and its bytes, and kept where nobody else can write it."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from popcorn.errors import RequestError, StoreError
from popcorn.trust.project_file import ProjectFile, place_of, read_project
from popcorn.trust.trusted_folders import Standing, TrustedFolders, user_folder

TEXT = '[providers.mine]\nbase_url = "http://127.0.0.1:9/v1"\n'


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def open_mask() -> Iterator[None]:
    """A umask that keeps nobody out."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a settings file, trusted as it is."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "popcorn.toml").write_text(TEXT)
    read = of(folder)
    TrustedFolders().keep(read.path, read.sha256)
    return folder


def of(folder: Path) -> ProjectFile:
    read = read_project(folder)
    assert read is not None
    return read


def test_a_file_is_trusted_where_it_is_and_as_it_is(project: Path) -> None:
    assert of(project).standing is Standing.TRUSTED
    assert of(project).values == {"providers": {"mine": {"base_url": "http://127.0.0.1:9/v1"}}}


def test_a_changed_file_is_not_trusted_until_it_is_as_it_was(project: Path) -> None:
    (project / "popcorn.toml").write_text(TEXT + "\n")
    assert of(project).standing is Standing.CHANGED
    (project / "popcorn.toml").write_text(TEXT)
    assert of(project).standing is Standing.TRUSTED


def test_a_copy_and_a_renamed_folder_are_not_trusted(project: Path, tmp_path: Path) -> None:
    shutil.copytree(project, tmp_path / "copy")
    assert of(tmp_path / "copy").standing is Standing.UNKNOWN
    project.rename(tmp_path / "renamed")
    assert of(tmp_path / "renamed").standing is Standing.UNKNOWN


def test_a_link_is_trusted_for_the_folder_that_it_leads_to_now(project: Path, tmp_path: Path) -> None:
    link, other = tmp_path / "link", tmp_path / "other"
    link.symlink_to(project)
    assert of(link).standing is Standing.TRUSTED
    other.mkdir()
    (other / "popcorn.toml").write_text(TEXT)
    link.unlink()
    link.symlink_to(other)
    assert of(link).standing is Standing.UNKNOWN
    assert of(link).path == other / "popcorn.toml"


def test_a_link_to_a_trusted_file_does_not_make_its_own_folder_trusted(project: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "popcorn.toml").symlink_to(project / "popcorn.toml")
    assert of(other).standing is Standing.UNKNOWN


def test_the_bytes_that_are_hashed_are_the_bytes_that_are_parsed(project: Path) -> None:
    read = of(project)
    (project / "popcorn.toml").write_text('[providers.evil]\nbase_url = "http://127.0.0.1:66/v1"\n')
    assert read.is_trusted
    assert list(read.values["providers"]) == ["mine"], "what was read stays what was read"


def test_the_users_own_file_is_no_project_even_for_who_stands_beside_it(tmp_path: Path) -> None:
    user_folder().mkdir(parents=True)
    (user_folder() / "popcorn.toml").write_text(TEXT)
    assert read_project(user_folder()) is None


def test_what_is_no_file_is_named_and_nobody_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "popcorn.toml")
    with pytest.raises(RequestError, match="cannot be read: it is a pipe"):
        read_project(tmp_path)
    (tmp_path / "folder" / "popcorn.toml").mkdir(parents=True)
    with pytest.raises(RequestError, match="cannot be read: Is a directory"):
        read_project(tmp_path / "folder")


def test_trust_is_taken_back_once(project: Path) -> None:
    assert TrustedFolders().forget(place_of(project)) is True
    assert of(project).standing is Standing.UNKNOWN
    assert TrustedFolders().forget(place_of(project)) is False


def test_everything_that_is_trusted_is_listed(project: Path, tmp_path: Path) -> None:
    TrustedFolders().keep(tmp_path / "another" / "popcorn.toml", "0" * 64)
    assert [(one.path, one.sha256) for one in TrustedFolders().all()] == [
        (str(tmp_path / "another" / "popcorn.toml"), "0" * 64),
        (str(project / "popcorn.toml"), of(project).sha256),
    ]


@pytest.mark.usefixtures("open_mask")
def test_the_record_is_its_owners_alone_whatever_the_umask(project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "config" / "popcorn" / "trusted"
    (record,) = folder.iterdir()
    assert stat.S_IMODE(record.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_a_record_that_others_can_write_says_nothing(project: Path, tmp_path: Path, mode: int) -> None:
    (record,) = (tmp_path / "config" / "popcorn" / "trusted").iterdir()
    record.chmod(mode)
    with pytest.raises(StoreError, match="others than you can write it") as caught:
        of(project)
    assert "popcorn config trust" in caught.value.hint


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"path": "/", "sha256": "", "since": "", "more": 1}'])
def test_a_damaged_record_trusts_nothing(project: Path, tmp_path: Path, content: str) -> None:
    (record,) = (tmp_path / "config" / "popcorn" / "trusted").iterdir()
    record.write_text(content)
    with pytest.raises(StoreError, match="cannot be read") as caught:
        of(project)
    assert "Delete it" in caught.value.hint


def test_a_record_under_another_files_name_trusts_nothing(project: Path, tmp_path: Path) -> None:
    (record,) = (tmp_path / "config" / "popcorn" / "trusted").iterdir()
    other = tmp_path / "other"
    other.mkdir()
    (other / "popcorn.toml").write_text(TEXT)
    TrustedFolders().keep(place_of(other), "0" * 64)
    (second,) = set((tmp_path / "config" / "popcorn" / "trusted").iterdir()) - {record}
    second.write_bytes(record.read_bytes())
    assert of(other).standing is Standing.UNKNOWN
