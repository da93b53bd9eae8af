"""A home that cannot be written, that was damaged, or that a newer Popcorn wrote."""

from __future__ import annotations

import json
from dataclasses import replace
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
    outcome = own("ask", "A cat", "--json", "--mode", "paper", "--aspect", "1:1")
    assert "Traceback" not in outcome.stderr, str(outcome)
    if outcome.status != 0:
        check_refusal(outcome, "sample")
    else:
        assert len(outcome.data["references"]) == 10


def damage_the_store(program: Any, damage: Any) -> bytes:
    """Damage the run store of a home in which nothing runs; its new content."""
    for log in program.home.glob("popcorn.sqlite-*"):
        log.unlink()
    store = program.home / "popcorn.sqlite"
    store.write_bytes(damage(store.read_bytes()))
    content: bytes = store.read_bytes()
    return content


@pytest.mark.parametrize("damage", [overwrite_the_start, halve, lambda content: b"not a database\n" * 999])
def test_a_damaged_run_store_is_a_clear_error_and_is_not_overwritten(streamed: Any, own: Any, damage: Any) -> None:
    assert own("ask", "A dog", "--mode", "basic", "--aspect", "1:1", "--attempts", "1", "-q").status == 0
    left = damage_the_store(own, damage)
    for arguments in (["A cat", "--aspect", "1:1", "--attempts", "1"], ["--resume", streamed.result["run_id"]]):
        outcome = own("ask", *arguments, "--json")
        check_refusal(outcome, "popcorn.sqlite")
        assert outcome.error["code"] == "store"
    assert (own.home / "popcorn.sqlite").read_bytes()[: len(left) // 2] == left[: len(left) // 2]


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


@pytest.mark.parametrize("largest_file", [8_000, 200_000], ids=["no room for the store", "no room for the clip"])
def test_a_full_disk_is_a_clear_error_and_the_run_can_be_finished_later(own: Any, largest_file: int) -> None:
    for path in own.home.glob("popcorn.sqlite*"):
        path.unlink()
    outcome = replace(own, largest_file=largest_file)("ask", "A cat", "--json", "--mode", "basic", "--aspect", "1:1")
    assert outcome.status == 1, str(outcome)
    assert outcome.error["code"] in {"store", "render"}, str(outcome)
    assert outcome.error["hint"]
    assert "Traceback" not in outcome.stderr
    if largest_file > 8_000:
        assert outcome.error["run_id"], "a run that got as far as rendering can be resumed, but is not named"
        assert own("ask", "--resume", outcome.error["run_id"], "--json").data["video"]["frames"] == 90


def test_an_output_that_cannot_be_written_does_not_lose_the_clip(own: Any) -> None:
    outcome = own("ask", "A cat", "--json", "--mode", "basic", "-o", "no/such/folder/cat.mp4")
    assert "Traceback" not in outcome.stderr
    assert outcome.status in {1, 2}, str(outcome)
    assert "no/such/folder" in outcome.error["message"]
    if outcome.status == 1:
        assert list(own.home.glob("runs/*/clip.mp4")), "the clip is gone"
