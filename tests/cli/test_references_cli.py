"""`popcorn references`: importing, searching and seeing catalogues, as a script and as a person."""

from __future__ import annotations

import csv
import json
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

HEADER = ("key", "headline", "n", "kind")


def table(path: Path, rows: int = 30, word: str = "Noodles") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(rows):
            kind = "Food" if number % 2 else "Cats"
            writer.writerow((f"v{number}", f"{word if number % 2 else 'A cat'} {number}", number * 10, kind))
    return path


MAPPED = ("--map", "id=key", "--map", "title=headline", "--map", "comments=n", "--map", "tag=kind")


def with_mine(program: Any, place: Path) -> Any:
    """The program with a home below `place` that has the catalogue `mine`."""
    program = replace(program, home=place / "home", folder=place / "folder")
    source = table(program.folder / "videos.csv")
    outcome = program("references", "import", source, "--name", "mine", *MAPPED, "--json")
    assert outcome.status == 0, str(outcome)
    return program


@pytest.fixture(scope="module")
def imported(built: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A home with the catalogue `mine`, shared by this module's tests and so not to be damaged."""
    return with_mine(built, tmp_path_factory.mktemp("imported"))


@pytest.fixture
def damageable(built: Any, tmp_path: Path) -> Any:
    """Such a home of its own, for tests that change it."""
    return with_mine(built, tmp_path)


def test_an_import_accounts_for_every_row(own: Any) -> None:
    source = table(own.folder / "videos.csv")
    with source.open("a", encoding="utf-8") as file:
        file.write("v1,again,5,Food\nv98,no count,many,Food\nv99,short\n")
    data = own("references", "import", source, "--name", "mine", *MAPPED, "--json").data
    assert (data["name"], data["rows"], data["encoder"], data["built"], data["illustrative"]) == (
        "mine", 31, "hashing", True, False,
    )  # fmt: skip
    report = data["report"]
    assert (report["read"], report["kept"], report["repaired"], report["rejected"]) == (33, 31, 1, 2)
    assert [remark["line"] for remark in report["first"]] == [32, 33, 34]


def test_a_second_import_does_nothing_and_says_so(imported: Any) -> None:
    command = ("references", "import", imported.folder / "videos.csv", "--name", "mine", *MAPPED)
    outcome = imported(*command)
    assert outcome.status == 0
    assert "mine: 30 references, already up to date" in outcome.stdout
    assert "30 rows read, 30 kept, 0 repaired, 0 rejected" in outcome.stdout


def test_a_strict_import_fails_and_leaves_the_catalogue_as_it_was(damageable: Any) -> None:
    source = damageable.folder / "videos.csv"
    with source.open("a", encoding="utf-8") as file:
        file.write("v99,short\n")
    outcome = damageable("references", "import", source, "--name", "mine", *MAPPED, "--strict", "--json")
    assert outcome.status == 1
    assert outcome.error["code"] == "import_row"
    assert "line 32 of 'videos.csv'" in outcome.error["message"]
    assert damageable("references", "stats", "--catalogue", "mine", "--json").data["rows"] == 30


@pytest.mark.parametrize(
    ("arguments", "status", "code", "message"),
    [
        (("videos.csv",), 2, "usage", "the catalogue has no name"),
        (("videos.csv", "--name", "../evil"), 2, "usage", "is no name for a catalogue"),
        (("videos.csv", "--name", "sample"), 2, "usage", "belongs to the built-in references"),
        (("videos.csv", "--name", "mine", "--map", "title=nope"), 2, "usage", "has no column 'nope'"),
        (("nowhere.csv", "--name", "mine"), 10, "missing", "there is nothing at 'nowhere.csv'"),
        (("videos.csv", "--name", "m", *MAPPED, "--encoder", "/no/model"), 10, "missing", "there is no encoder"),
    ],
)
def test_an_import_that_cannot_be_says_why_and_what_to_do(
    popcorn: Any, arguments: tuple[str, ...], status: int, code: str, message: str
) -> None:
    table(popcorn.folder / "videos.csv")
    outcome = popcorn("references", "import", *arguments, "--json")
    assert (outcome.status, outcome.error["code"]) == (status, code), str(outcome)
    assert message in outcome.error["message"]
    assert outcome.error["hint"]
    assert outcome.stderr == ""


def hub_cache(home: Path, kind: str, name: str) -> Path:
    """Where the Hugging Face client keeps the files of a repository that it fetched before."""
    revision = "0" * 40
    repository = home / "hub" / f"{kind}--{name.replace('/', '--')}"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(revision)
    snapshot = repository / "snapshots" / revision
    snapshot.mkdir(parents=True)
    return snapshot


def test_a_dataset_of_the_hub_that_was_fetched_before_needs_no_network(own: Any, tmp_path: Path) -> None:
    snapshot = hub_cache(tmp_path / "hf", "datasets", "junchenfu/microlens_rag")
    columns = {
        "video_id": [1, 2], "title_en": ["Noodles", "Cats"], "cover_desc": ["a bowl", "a cat"],
        "caption_en": ["hands and flour", "a cat asleep"], "partition": ["Delicacy", "Animal"],
        "likes": [10.0, 20.0], "views": [100.0, 200.0], "comment_count": [5.0, None],
    }  # fmt: skip
    (snapshot / "data").mkdir()
    pq.write_table(pa.table(columns), snapshot / "data" / "train-00000-of-00001.parquet")
    program = own.set(HF_HOME=str(tmp_path / "hf"))
    data = program("references", "import", "junchenfu/microlens_rag", "--name", "rag", "--strict", "--json").data
    assert data["rows"] == 2
    stats = program("references", "stats", "--catalogue", "rag", "--json").data
    assert (stats["source"], stats["tags"]) == ("microlens", {"Animal": 1, "Delicacy": 1})
    assert (stats["comments"]["counted"], stats["comments"]["median"]) == (1, 5)


def test_a_search_finds_both_sides_nearest_first(imported: Any) -> None:
    data = imported("references", "search", "noodles", "--catalogue", "mine", "--json").data
    assert (data["query"], data["tags"], data["catalogue"]) == ("noodles", ["Food"], "mine")
    assert [found["side"] for found in data["references"]] == ["popular"] * 9 + ["unpopular"]
    assert {found["tag"] for found in data["references"]} == {"Food"}
    popular = [found["similarity"] for found in data["references"][:9]]
    assert popular == sorted(popular, reverse=True)
    assert data["references"][-1]["comments"] == 10
    assert data["illustrative"] is False


def test_a_search_takes_its_options(imported: Any) -> None:
    options = ("-k", "4", "--tags", "2", "--routing", "tag-name", "--negative-share", "0.5")
    data = imported("references", "search", "cats", "--catalogue", "mine", *options, "--json").data
    assert len(data["tags"]) == 2
    assert data["tags"][0] == "Cats"
    assert [found["side"] for found in data["references"]].count("unpopular") == 2


def test_a_search_reads_standard_input(imported: Any) -> None:
    data = imported("references", "search", "-", "--catalogue", "mine", "--json", stdin="noodles\n").data
    assert data["query"] == "noodles"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("queries.txt", "noodles\n\na cat, sleeping\n"),
        ("queries.csv", 'kind,Prompt\nx,noodles\ny,"a cat, sleeping"\n'),
    ],
)
def test_a_file_of_queries_gives_an_object_each_in_order(imported: Any, name: str, content: str) -> None:
    (imported.folder / name).write_text(content, encoding="utf-8")
    outcome = imported("references", "search", "--file", name, "--catalogue", "mine", "--jsonl")
    assert outcome.status == 0, str(outcome)
    assert [found["query"] for found in outcome.events] == ["noodles", "a cat, sleeping"]
    assert [found["tags"] for found in outcome.events] == [["Food"], ["Cats"]]
    assert all(len(found["references"]) == 10 for found in outcome.events)


def test_a_file_of_queries_fits_into_one_envelope_too(imported: Any) -> None:
    (imported.folder / "two.txt").write_text("noodles\na cat\n")
    data = imported("references", "search", "--file", "two.txt", "--catalogue", "mine", "--json").data
    assert [found["query"] for found in data["results"]] == ["noodles", "a cat"]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ((" \t ",), 2, "the query is empty"),
        (("--file", "other.csv"), 1, "has no column 'prompt'"),
        (("a", "-k", "0"), 2, "references"),
        (("a", "--routing", "stars"), 2, "routing"),
        (("a", "--split", "tset"), 2, "the catalogue 'sample' has no split 'tset'"),
        (("a", "--catalogue", "nowhere"), 10, "there is no catalogue 'nowhere'"),
    ],
)
def test_a_search_that_cannot_be_says_why(popcorn: Any, arguments: tuple[str, ...], status: int, message: str) -> None:
    popcorn.folder.mkdir(parents=True)
    (popcorn.folder / "other.csv").write_text("a,b\n1,2\n")
    outcome = popcorn("references", "search", *arguments, "--json")
    assert outcome.status == status, str(outcome)
    assert message in outcome.error["message"]


def test_control_characters_of_a_query_or_a_title_never_reach_the_terminal(own: Any) -> None:
    source = own.folder / "videos.jsonl"
    own.folder.mkdir(parents=True)
    titles = ["\u001b[2J\u001b]0;gone\u0007 soup", "[red]soup[/red]", "\u202esoup"]
    source.write_text("".join(json.dumps({"title": title, "comments": 5}) + "\n" for title in titles))
    assert own("references", "import", source, "--name", "mine").status == 0
    outcome = own("references", "search", "soup\x1b[2J", "--catalogue", "mine")
    assert outcome.status == 0
    assert not set(outcome.stdout) & set("\x1b\x07\u202e")
    assert "[red]soup[/red]" in outcome.stdout


def test_people_see_a_search_within_eighty_columns(imported: Any) -> None:
    outcome = imported("references", "search", "noodles", "--catalogue", "mine")
    assert outcome.status == 0
    assert "in Food (" in outcome.stdout
    assert "Noodles 29" in outcome.stdout
    assert max(map(len, outcome.stdout.splitlines())) <= 80
    assert outcome.stderr == ""


def test_the_invented_sample_says_so_wherever_it_appears(popcorn: Any) -> None:
    for command in (("search", "street food"), ("stats",)):
        outcome = popcorn("references", *command, "--json")
        assert outcome.data["illustrative"] is True
        assert "popcorn references import" in " ".join(outcome.stderr.split())
    quiet = popcorn("references", "stats", "-q")
    assert quiet.stderr == ""
    assert "invented figures" in quiet.stdout


def test_stats_show_what_a_catalogue_holds(imported: Any) -> None:
    data = imported("references", "stats", "--catalogue", "mine", "--json").data
    assert (data["catalogue"], data["rows"], data["source"], data["encoder"]) == ("mine", 30, "videos", "hashing")
    assert data["tags"] == {"Cats": 15, "Food": 15}
    assert data["comments"]["median"] == 145
    shown = imported("references", "stats", "--catalogue", "mine")
    assert "mine: 30 references" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80


def test_a_catalogue_of_another_encoder_is_searched_with_its_own(imported: Any) -> None:
    data = imported.set(POPCORN_ENCODER="all-MiniLM-L6-v2")(
        "references", "search", "noodles", "--catalogue", "mine", "--json"
    ).data
    assert data["tags"] == ["Food"]


def test_a_damaged_catalogue_is_named_and_a_new_import_heals_it(damageable: Any) -> None:
    (vectors,) = (damageable.home / "catalogues" / "mine").rglob("vectors.npy")
    vectors.write_bytes(vectors.read_bytes()[:-100])
    outcome = damageable("references", "search", "noodles", "--catalogue", "mine", "--json")
    assert (outcome.status, outcome.error["code"]) == (1, "data")
    assert "'vectors.npy'" in outcome.error["message"]
    again = damageable("references", "import", damageable.folder / "videos.csv", "--name", "mine", *MAPPED, "--json")
    assert again.data["built"] is True
    assert damageable("references", "search", "noodles", "--catalogue", "mine", "--json").data["tags"] == ["Food"]


def test_a_newer_catalogue_says_so(damageable: Any) -> None:
    manifest = damageable.home / "catalogues" / "mine" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": 99}))
    outcome = damageable("references", "stats", "--catalogue", "mine", "--json")
    assert (outcome.status, outcome.error["code"]) == (1, "newer_format")


def test_an_interrupted_import_says_how_to_go_on_and_does(own: Any) -> None:
    source = table(own.folder / "videos.csv", rows=20_000)
    command = ("references", "import", source, "--name", "mine", *MAPPED, "--json")
    with own.start(*command) as process:
        vectors = own.home / "catalogues" / "mine" / "builds"
        until = time.monotonic() + 600
        while time.monotonic() < until and not any(file.stat().st_size > 2**20 for file in vectors.rglob("*.npy")):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        stdout, _ = process.communicate(timeout=600)
    error = json.loads(stdout)["error"]
    assert (process.returncode, error["code"]) == (130, "interrupted")
    assert "of 20,000 references embedded" in error["message"]
    assert "it goes on where it stopped" in error["hint"]
    kept = max(file.stat().st_size for file in vectors.rglob("*.npy"))
    assert kept > 2**20
    assert own("references", "import", source, "--name", "mine", *MAPPED, "--json").data["rows"] == 20_000


def test_a_catalogue_from_another_source_is_replaced_only_when_that_is_wanted(damageable: Any) -> None:
    other = table(damageable.folder / "other.csv", rows=20, word="Bread")
    command = ("references", "import", other, "--name", "mine", *MAPPED)
    refused = damageable(*command, "--json")
    assert (refused.status, refused.error["code"]) == (2, "usage"), str(refused)
    assert "'mine' holds 30 references imported from " in refused.error["message"]
    assert "--replace" in refused.error["hint"]
    before = damageable("references", "stats", "--catalogue", "mine", "--json").data
    assert before["rows"] == 30
    replaced = damageable(*command, "--replace")
    assert "mine: 20 references, built; replaces 30 references" in replaced.stdout, str(replaced)
    after = damageable("references", "stats", "--catalogue", "mine", "--json").data
    assert (after["rows"], after["imported_from"]) == (20, str(other.resolve()))
    assert damageable(*command, "--json").data["replaced"] == 0


def test_a_source_that_changed_is_imported_again_from_anywhere_and_the_answer_says_what_it_replaced(own: Any) -> None:
    table(own.folder / "videos.csv")
    command = ("references", "import", own.folder / "videos.csv", "--name", "mine", *MAPPED, "--json")
    assert own(*command).data["replaced"] == 0
    table(own.folder / "videos.csv", rows=40)
    again = own("references", "import", "videos.csv", "--name", "mine", *MAPPED, "--json").data
    assert (again["rows"], again["replaced"]) == (40, 30)


def test_a_search_says_what_sets_the_sides_apart(popcorn: Any) -> None:
    data = popcorn("references", "search", "street food at night", "--json").data
    lengths = next(finding for finding in data["contrast"] if finding["kind"] == "length")
    assert lengths["popular"] > lengths["unpopular"]
    assert lengths["text"] == "words in the title, over all tags"
    assert lengths["over_all_tags"] is True
    shown = popcorn("references", "search", "street food at night")
    support = f"{lengths['popular_support']} popular and {lengths['unpopular_support']} unpopular titles"
    assert f"what sets them apart, in {support}" in shown.stdout
    assert f"{lengths['popular']:.1f} ▲    {lengths['unpopular']:.1f} ▼  words in the title" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80
