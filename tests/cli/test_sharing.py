"""Two processes in one home."""

from __future__ import annotations

import json
from typing import Any


def test_two_processes_may_ask_at_the_same_time_on_first_use(fresh: Any) -> None:
    requests = ["A cat on a skateboard", "A dog in a bakery"]
    commands = [("ask", request, "--json", "--mode", "paper", "--aspect", "1:1", "-q") for request in requests]
    with fresh.cold().start(*commands[0]) as first, fresh.cold().start(*commands[1]) as second:
        streams = [process.communicate(timeout=600) for process in (first, second)]
        statuses = [process.returncode for process in (first, second)]
    assert statuses == [0, 0], streams
    results = [json.loads(stdout)["data"] for stdout, _ in streams]
    assert [data["request"] for data in results] == requests
    assert [len(data["references"]) for data in results] == [10, 10]
    assert results[0]["run_id"] != results[1]["run_id"]
    stats = fresh("references", "stats", "--json").data
    assert stats["catalogue"] == "sample"


def test_two_processes_may_import_the_same_catalogue(fresh: Any) -> None:
    fresh.folder.mkdir(parents=True)
    table = fresh.folder / "rows.csv"
    table.write_text("title,tag,comments\n" + "".join(f"Soup {n},Food,{n}\n" for n in range(200)), encoding="utf-8")
    maps = ["--map", "title=title", "--map", "tag=tag", "--map", "comments=comments"]
    command = ("references", "import", table, "--name", "mine", *maps, "--json")
    with fresh.start(*command) as first, fresh.start(*command) as second:
        streams = [process.communicate(timeout=600) for process in (first, second)]
        statuses = [process.returncode for process in (first, second)]
    assert statuses == [0, 0], streams
    assert [json.loads(stdout)["data"]["rows"] for stdout, _ in streams] == [200, 200]
    found = fresh("references", "search", "Soup 120", "--catalogue", "mine", "--json").data
    assert "Soup 120" in [reference["title"] for reference in found["references"]]
