"""Files of others: pipes, devices, sizes and depths."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest
from popcorn.trust import foreign_files


def test_what_is_no_ordinary_file_is_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    for name, said in (("pipe", "it is a pipe, not a file"), ("zero", "it is a device, not a file")):
        with pytest.raises(OSError, match=said):
            foreign_files.read_file(tmp_path / name)
    with pytest.raises(IsADirectoryError):
        foreign_files.read_file(tmp_path)
    with pytest.raises(FileNotFoundError):
        foreign_files.read_file(tmp_path / "none")


def test_what_is_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(OSError, match="larger than 16 MiB"):
        foreign_files.read_file(tmp_path / "large")
    (tmp_path / "small").write_bytes(b"1234")
    assert foreign_files.read_file(tmp_path / "small", 4) == b"1234"
    with pytest.raises(OSError, match="larger than"):
        foreign_files.read_file(tmp_path / "small", 3)


def test_what_is_nested_too_deep_is_no_json_and_no_toml() -> None:
    with pytest.raises(ValueError, match="nested too deep"):
        foreign_files.parse_json("[" * 100_000)
    with pytest.raises(tomllib.TOMLDecodeError, match="nested too deep"):
        foreign_files.parse_toml("a = " + "[" * 100_000)


def test_what_a_killed_process_was_writing_is_removed_and_nothing_else(tmp_path: Path) -> None:
    from popcorn import files

    (tmp_path / "inner").mkdir()
    abandoned = files.Replacement(tmp_path / "inner" / "clip.mp4").path
    (tmp_path / ".clip.unchecked.mp4").write_bytes(b"x")
    for name in (".lock", "clip.mp4", ".clip.job.json", "result.json"):
        (tmp_path / name).write_bytes(b"x")
    files.remove_parts(tmp_path)
    assert not abandoned.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [".lock", "clip.mp4", ".clip.job.json", "result.json", "inner"]
    )


def test_a_link_may_lead_about_its_folder_and_not_out_of_it(tmp_path: Path) -> None:
    folder, other = tmp_path / "folder", tmp_path / "other"
    for place in (folder / "deep", other):
        place.mkdir(parents=True)
        (place / "text").write_text("x")
    links = {"in": folder / "deep" / "text", "out": other / "text", "nowhere": folder / "gone", "ring": folder / "ring"}
    for name, to in links.items():
        (folder / name).symlink_to(to)
    (tmp_path / "by-link").symlink_to(folder)
    assert [name for name in (*links, "deep/text") if foreign_files.leads_out(folder / name, folder)] == [
        "out", "nowhere", "ring",
    ]  # fmt: skip
    assert not foreign_files.leads_out(tmp_path / "by-link" / "in", tmp_path / "by-link")
    assert not foreign_files.leads_out(folder / "out", folder, other)
