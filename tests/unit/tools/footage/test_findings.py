"""What was found is kept by content, whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from popcorn.errors import StoreError
from popcorn.tools.footage.findings import Findings, sha256_of


@dataclass(frozen=True)
class Count:
    number: int


def test_what_was_found_once_is_not_looked_for_again(tmp_path: Path) -> None:
    found: list[int] = []

    def find() -> Count:
        found.append(1)
        return Count(len(found))

    for _ in range(2):
        assert Findings(tmp_path / "kept").get("abc", "count-1", Count, find) == Count(1)
    assert Findings(tmp_path / "kept").get("abc", "count-2", Count, find) == Count(2)
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == ["abc.count-1.json", "abc.count-2.json"]


@pytest.mark.parametrize("content", [b"", b'{"number": 1', b'{"name": "x"}', b"\xff"])
def test_a_kept_file_that_is_damaged_is_found_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "abc.count-1.json").write_bytes(content)
    assert Findings(tmp_path).get("abc", "count-1", Count, lambda: Count(7)) == Count(7)
    assert (tmp_path / "abc.count-1.json").read_text() == '{"number":7}'


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be written"):
        Findings(tmp_path / "file" / "kept").get("abc", "count-1", Count, lambda: Count(7))


def test_the_hash_is_of_the_content(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"popcorn")
    assert sha256_of(tmp_path / "a") == "0a4ef253e3fef22cb9d3bc5280386f9f2d1cf351da6582d8254659d1b27ea0b3"
