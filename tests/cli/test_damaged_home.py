"""A home that cannot be written, that was damaged, or that a newer Popcorn wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

ROWS = "title,tag,comments\n" + "".join(
    f"{subject} {number} at home,{tag},{number * 7 + 3}\n"
    for number in range(20)
    for subject, tag in [("Soup", "Delicacy"), ("Goal", "Sports"), ("Kitten", "Animal")]
)
SEARCH = ("references", "search", "A kitten", "--catalogue", "mine", "--json")


@pytest.fixture
def imported(own: Any) -> Any:
    """A home with a catalogue `mine` of sixty rows."""
    own.folder.mkdir(parents=True)
    table = own.folder / "rows.csv"
    table.write_text(ROWS, encoding="utf-8")
    maps = ["--map", "title=title", "--map", "tag=tag", "--map", "comments=comments"]
    assert own("references", "import", table, "--name", "mine", *maps, "--json").data
    assert own(*SEARCH).data
    return own


def files_of(program: Any, catalogue: str) -> list[Path]:
    return sorted(path for path in (program.home / "catalogues" / catalogue).rglob("*") if path.is_file())


def check_refusal(outcome: Any, *named: str) -> None:
    """A clear error about data: no traceback, a way out, the place named."""
    assert outcome.status == 1, str(outcome)
    assert outcome.error["code"] in {"data", "newer_format", "store"}, str(outcome)
    assert [name for name in named if name not in outcome.error["message"]] == [], str(outcome)
    assert outcome.error["hint"]
    assert "Traceback" not in outcome.stderr


def halve(content: bytes) -> bytes:
    return content[: len(content) // 2]


def overwrite_the_start(content: bytes) -> bytes:
    return bytes(255 - byte for byte in content[:64]) + content[64:]


def empty(content: bytes) -> bytes:
    return b""


def flip_the_middle(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes(255 - byte for byte in content[middle : middle + 64]) + content[middle + 64 :]


@pytest.mark.parametrize("damage", [halve, overwrite_the_start, flip_the_middle, empty])
def test_a_damaged_catalogue_file_is_a_clear_error(imported: Any, damage: Any) -> None:
    unnoticed = []
    for path in files_of(imported, "mine"):
        content = path.read_bytes()
        if not content:
            continue
        path.write_bytes(damage(content))
        outcome = imported(*SEARCH)
        assert "Traceback" not in outcome.stderr, f"{path.name}: {outcome}"
        if outcome.status == 0:
            unnoticed.append(path.name)
        else:
            check_refusal(outcome, "mine")
        path.write_bytes(content)
    assert unnoticed == []
    assert imported(*SEARCH).status == 0, "the repaired catalogue is still refused"


def test_a_missing_catalogue_file_is_a_clear_error(imported: Any) -> None:
    unnoticed = []
    for path in files_of(imported, "mine"):
        content = path.read_bytes()
        if not content:
            continue
        path.unlink()
        outcome = imported(*SEARCH)
        assert "Traceback" not in outcome.stderr, f"{path.name}: {outcome}"
        if outcome.status == 0:
            unnoticed.append(path.name)
        path.write_bytes(content)
    assert unnoticed == []


def test_a_catalogue_of_a_newer_version_says_so(imported: Any) -> None:
    (manifest,) = [path for path in files_of(imported, "mine") if path.name == "manifest.json"]
    content = json.loads(manifest.read_text(encoding="utf-8"))
    (key,) = [name for name in content if "format" in name or name == "schema_version"]
    manifest.write_text(json.dumps(content | {key: 99}), encoding="utf-8")
    outcome = imported(*SEARCH)
    check_refusal(outcome, "99", "mine")
    assert outcome.error["code"] == "newer_format"
    assert json.loads(manifest.read_text(encoding="utf-8"))[key] == 99, "the newer catalogue was overwritten"


def test_a_damaged_sample_is_mended_or_refused_but_never_a_traceback(own: Any) -> None:
    for path in files_of(own, "sample"):
        path.write_bytes(halve(path.read_bytes()))
    outcome = own("ask", "A cat", "--json", "--mode", "paper")
    assert "Traceback" not in outcome.stderr, str(outcome)
    if outcome.status != 0:
        check_refusal(outcome, "sample")
    else:
        assert len(outcome.data["references"]) == 10


@pytest.mark.parametrize("damage", [overwrite_the_start, halve])
def test_a_damaged_run_store_is_a_clear_error_and_is_not_overwritten(own: Any, damage: Any) -> None:
    first = own("ask", "A cat", "--json", "--mode", "basic")
    assert first.status == 0, str(first)
    store = own.home / "popcorn.sqlite"
    for log in own.home.glob("popcorn.sqlite-*"):
        log.unlink()
    store.write_bytes(damage(store.read_bytes()))
    damaged = store.read_bytes()
    outcome = own("ask", "A cat", "--json", "--mode", "basic")
    check_refusal(outcome, "popcorn.sqlite")
    assert outcome.error["code"] == "store"
    assert store.read_bytes()[: len(damaged) // 2] == damaged[: len(damaged) // 2]


@pytest.mark.parametrize("command", [("ask", "A cat", "--json"), ("references", "stats", "--json")], ids=lambda c: c[0])
def test_a_home_that_cannot_be_made_is_a_clear_error(fresh: Any, tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    outcome = fresh.set(POPCORN_HOME=str(tmp_path / "file" / "home"))(*command)
    assert outcome.status in {1, 2}, str(outcome)
    assert str(tmp_path / "file" / "home") in outcome.error["message"]
    assert outcome.error["hint"]
    assert "Traceback" not in outcome.stderr


def test_a_home_where_nothing_can_be_written_is_a_clear_error(fresh: Any) -> None:
    outcome = fresh.set(POPCORN_HOME="/proc/popcorn")("ask", "A cat", "--json")
    assert outcome.status in {1, 2}, str(outcome)
    assert "/proc/popcorn" in outcome.error["message"]
    assert "Traceback" not in outcome.stderr


def test_an_output_that_cannot_be_written_does_not_lose_the_clip(own: Any) -> None:
    outcome = own("ask", "A cat", "--json", "--mode", "basic", "-o", "no/such/folder/cat.mp4")
    assert "Traceback" not in outcome.stderr
    assert outcome.status in {1, 2}, str(outcome)
    assert "no/such/folder" in outcome.error["message"]
    if outcome.status == 1:
        assert list(own.home.glob("runs/*/clip.mp4")), "the clip is gone"


def test_a_damaged_checkpoint_store_does_not_hide_behind_resume(own: Any) -> None:
    run_id = own("ask", "A cat", "--json", "--mode", "basic").data["run_id"]
    store = own.home / "popcorn.sqlite"
    for log in own.home.glob("popcorn.sqlite-*"):
        log.unlink()
    store.write_bytes(b"not a database, whatever its name says\n" * 200)
    check_refusal(own("ask", "--resume", run_id, "--json"), "popcorn.sqlite")
