"""`render`, `doctor` and `references search|stats`: the contracts of the smaller commands."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest


def test_doctor_names_every_part_and_is_well(popcorn: Any) -> None:
    outcome = popcorn.cold()("doctor", "--json")
    assert outcome.status == 0, str(outcome)
    assert outcome.envelope["command"] == "doctor"
    checks = {check["name"]: check for check in outcome.data["checks"]}
    assert set(checks) >= {"python", "packages", "encoder", "fonts", "home", "catalogue"}
    assert [name for name, check in checks.items() if check["required"] and not check["ok"]] == []
    assert all(check["detail"] for check in checks.values())


def test_doctor_speaks_to_people_too(popcorn: Any) -> None:
    outcome = popcorn("doctor")
    assert outcome.status == 0, str(outcome)
    assert "".join(str(popcorn.home).split()) in "".join(outcome.stdout.split()), "lines may be broken anywhere"


def test_render_makes_a_clip_from_a_title_and_a_prompt(popcorn: Any) -> None:
    prompt = "A slow push-in on a steaming bowl of noodles at dusk, warm lamp light, rain on the window"
    outcome = popcorn("render", prompt, "--title", "Noodles after the rain", "-o", "noodles.mp4", "--json")
    video = outcome.data["video"]
    assert (video["width"], video["height"], video["frames"], video["fps"]) == (1080, 1920, 90, 30)
    path = popcorn.folder / "noodles.mp4"
    assert hashlib.sha256(path.read_bytes()).hexdigest() == video["sha256"]


def test_render_refuses_an_unknown_renderer(popcorn: Any) -> None:
    outcome = popcorn("render", "A bowl of noodles", "--title", "Noodles", "--renderer", "nonesuch", "--json")
    assert outcome.status in {2, 10}, str(outcome)
    assert "'nonesuch'" in outcome.error["message"]


def test_search_shows_both_sides_of_the_sample(popcorn: Any) -> None:
    outcome = popcorn.cold()("references", "search", "a spicy street food recipe", "--json")
    assert outcome.envelope["command"].startswith("references")
    references = outcome.data["references"]
    assert len(references) == 10
    assert {reference["side"] for reference in references} == {"popular", "unpopular"}
    assert {reference["source"] for reference in references} == {"sample"}
    assert [reference.get("illustrative") for reference in references] == [True] * 10


def test_search_answers_a_file_of_queries_with_a_line_each(popcorn: Any) -> None:
    popcorn.folder.mkdir(parents=True)
    queries = ["a puppy meets a cat", "how to cook rice", "goal of the year"]
    Path(popcorn.folder / "queries.txt").write_text("\n".join(queries) + "\n", encoding="utf-8")
    outcome = popcorn("references", "search", "--file", "queries.txt", "--jsonl", "-k", "5")
    assert outcome.status == 0, str(outcome)
    assert [answer["query"] for answer in outcome.events] == queries
    assert all({"query", "tags", "references"} <= set(answer) for answer in outcome.events)
    assert [len(answer["references"]) for answer in outcome.events] == [5, 5, 5]


def test_search_heeds_the_routing_rule(popcorn: Any) -> None:
    for rule in ("neighbours", "tag-name"):
        data = popcorn("references", "search", "a puppy meets a cat", "--routing", rule, "--json").data
        assert len(data["tags"]) == 1
    assert popcorn("references", "search", "a puppy", "--routing", "dice", "--json").status == 2


def test_stats_describe_the_sample_and_call_it_illustrative(popcorn: Any) -> None:
    data = popcorn("references", "stats", "--json").data
    text = json.dumps(data)
    assert data["catalogue"] == "sample"
    assert data["rows"] >= 260
    assert len(data["tags"]) >= 13
    assert "illustrative" in text


@pytest.mark.parametrize("command", [("search", "A cat"), ("stats",)], ids=lambda command: command[0])
def test_an_unknown_catalogue_is_named(popcorn: Any, command: tuple[str, ...]) -> None:
    outcome = popcorn("references", *command, "--catalogue", "nowhere", "--json")
    assert outcome.status in {2, 10}, str(outcome)
    assert "'nowhere'" in outcome.error["message"]
    assert outcome.error["hint"]


def test_import_counts_what_it_read_kept_and_rejected(fresh: Any) -> None:
    fresh.folder.mkdir(parents=True)
    rows = ["A cat,Animal,5", "A dog,Animal,many", ",Animal,3", "A bird,Animal,7"]
    table = fresh.folder / "rows.csv"
    table.write_text("title,tag,comments\n" + "\n".join(rows) + "\n", encoding="utf-8")
    maps = ["--map", "title=title", "--map", "tag=tag", "--map", "comments=comments"]
    data = fresh("references", "import", table, "--name", "mine", *maps, "--json").data
    counts = data.get("report", data)
    assert counts["read"] == 4
    assert counts["kept"] + counts["rejected"] == 4
    assert counts["rejected"] + counts["repaired"] >= 2
    strict = fresh("references", "import", table, "--name", "strict", *maps, "--strict", "--json")
    assert strict.status == 1, str(strict)
    assert strict.error["code"] == "import_row"
    assert "3" in strict.error["message"], "the line is not named"
    assert not (fresh.home / "catalogues" / "strict").exists()
