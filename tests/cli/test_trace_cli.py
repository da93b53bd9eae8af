"""`popcorn trace`: the program as its users run it."""

from __future__ import annotations

import json
import re
import signal
from pathlib import Path
from typing import Any

import pytest

QUICK = ("--aspect", "1:1", "--threshold", "0")


@pytest.fixture(scope="module")
def program(built: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The program in a home that the tests here share."""
    import shutil
    from dataclasses import replace

    place = tmp_path_factory.mktemp("traced")
    shutil.copytree(built.home / "catalogues", place / "home" / "catalogues")
    return replace(built, home=place / "home", folder=place / "folder").set(COLUMNS="80")


@pytest.fixture(scope="module")
def first(program: Any) -> str:
    """The id of the first run in it."""
    return str(program("ask", "street tacos at dawn", *QUICK, "--json").data["run_id"])


def test_a_run_is_listed_shown_and_drawn(program: Any, first: str) -> None:
    listed = program("trace", "list")
    assert first in listed.stdout
    shown = program("trace", "show", first)
    for wanted in ("retrieve_references", "offline drafter", "render", "street tacos at dawn"):
        assert wanted in shown.stdout, str(shown)
    assert max(map(len, (listed.stdout + shown.stdout).splitlines())) <= 80
    drawn = program("trace", "graph", "--run", first).stdout
    assert "class retrieve_references taken" in drawn
    assert "class refine taken" not in drawn


def test_show_as_json_has_every_message_and_the_state(program: Any, first: str) -> None:
    data = program("trace", "show", first, "--state", "--json").data
    asked = [call for visit in data["visits"] for call in visit["calls"] if call["model"]]
    assert asked
    assert all(call["messages"][0]["role"] == "system" and call["reply"] for call in asked)
    assert [step["next"] for step in data["state"]][-1] == []
    assert data["state"][1]["changes"]["request"] == "street tacos at dawn"
    only = program("trace", "show", first, "--node", "draft", "--json").data
    assert [visit["node"] for visit in only["visits"]] == ["draft"]


def test_messages_and_state_are_there_for_people_too(program: Any, first: str) -> None:
    told = program("trace", "show", first, "--node", "draft", "--messages", "--state").stdout
    for wanted in ("system", "reply", "creative lead", "`cover_prompt`", "+calls"):
        assert wanted in told


def test_a_node_it_did_not_come_to_and_a_run_that_is_not_there_are_said(program: Any, first: str) -> None:
    missing = program("trace", "show", first, "--node", "refine")
    assert (missing.status, "did not come to 'refine'" in missing.stderr) == (2, True)
    assert "It came to: retrieve_references" in missing.stderr
    unknown = program("trace", "show", "1999", "--json")
    assert (unknown.status, unknown.error["message"]) == (2, "there is no run '1999'")


def test_an_empty_home_says_how_to_begin(fresh: Any) -> None:
    outcome = fresh("trace", "list")
    assert (outcome.status, outcome.stdout.split(";")[0]) == (0, "no run is stored yet")


def test_a_fork_is_walked_like_ask_and_known_as_one(program: Any, first: str) -> None:
    parent = first
    data = program("trace", "fork", parent, "--from", "render", "--set", "seed=9", "--json").data
    assert data["video"]["path"].endswith("clip.mp4")
    rows = {row["run_id"]: row for row in program("trace", "list", "--json").data["runs"]}
    assert (rows[data["run_id"]]["parent"], rows[data["run_id"]]["node"]) == (parent, "render")
    told = program("trace", "diff", parent, data["run_id"]).stdout
    assert re.search(r"seed\s+A 0\s+B 9", told)


def test_a_tag_that_the_predictor_does_not_know_stands_in_the_score_and_bothers_nobody(
    program: Any, first: str
) -> None:
    outcome = program("trace", "export", first, "--json").data["result"]
    assert outcome["score"]["unknown_tag"] == outcome["tags"][0]
    assert not any(outcome["tags"][0] in notice for notice in outcome["notices"])
    forked = program("trace", "fork", first, "--from", "render")
    assert "it read the title\n" in forked.stdout
    assert f"forked from {first} before render" in " ".join(forked.stdout.split())


def test_a_replay_says_what_came_out_otherwise(program: Any, first: str) -> None:
    data = program("trace", "replay", first, "--from", "choose", "--set", "aspect=16:9", "--json").data
    assert data["differs"]["settings"] == {"aspect": ["1:1", "16:9"]}
    assert data["differs"]["draft"] == {}
    assert data["video"]["width"] == 1920


def test_a_change_that_is_none_is_refused(program: Any, first: str) -> None:
    outcome = program("trace", "fork", "last", "--from", "render", "--set", "seed")
    assert (outcome.status, "--set 'seed' names no value" in outcome.stderr) == (2, True)


def test_a_run_is_exported_for_other_programs(program: Any, first: str, tmp_path: Path) -> None:
    target = tmp_path / "run.json"
    assert program("trace", "export", first, "--json", "-o", target).data == {"files": [str(target)]}
    assert {"visits", "result", "manifest", "state", "run_id"} <= set(json.loads(target.read_text()))
    spans = program("trace", "export", first, "--otel")
    assert json.loads(spans.stdout)["resourceSpans"]
    both = program("trace", "export", "last", "--html", "--otel")
    assert (both.status, "exclude each other" in both.stderr) == (2, True)


def test_prune_says_what_would_go_and_then_lets_it_go(own: Any) -> None:
    assert own("ask", "street tacos", *QUICK, "-q").status == 0
    assert own("trace", "prune").status == 2
    dry = own("trace", "prune", "--keep", "0", "--dry-run", "--json").data
    assert (len(dry["runs"]), dry["dry_run"], dry["bytes"] > 10_000) == (1, True, True)
    assert own("trace", "prune", "--older-than", "1d", "--json").data["runs"] == []
    assert own("trace", "prune", "--keep", "0").stdout.startswith("threw away 1 run, ")
    assert list((own.home / "runs").iterdir()) == []


def test_a_run_killed_at_once_shows_up_to_its_last_step(own: Any) -> None:
    with own.start("ask", "street tacos", *QUICK, "--jsonl") as process:
        for line in process.stdout:
            event = json.loads(line)
            if event["event"] == "node_started" and event["node"] == "render":
                process.send_signal(signal.SIGKILL)
                break
        process.wait(600)
    data = own("trace", "show", "--json").data
    assert data["phase"] == "left"
    done = [visit["node"] for visit in data["visits"] if visit["phase"] == "done"]
    assert done == ["retrieve_references", "reason", "draft", "choose", "score"]
    assert [visit["node"] for visit in data["visits"] if visit["phase"] == "left"] == ["render"]
    assert all(call["reply"] or call["output"] for visit in data["visits"][:-1] for call in visit["calls"])
    shown = own("trace", "show").stdout
    assert f"popcorn ask --resume {data['run_id']}" in shown
    assert own("trace", "export", "-o", "left.html").status == 0
    assert "It was stopped before its end" in (own.folder / "left.html").read_text()


def test_a_run_in_progress_is_followed_to_its_end(own: Any) -> None:
    with own.start("ask", "street tacos", *QUICK, "--jsonl") as process:
        assert json.loads(process.stdout.readline())["event"] == "run_started"
        followed = own("trace", "show", "--follow", "--json")
        process.communicate(timeout=600)
    assert followed.data["phase"] == "done"
    told = [kind for line in followed.stderr.splitlines() if (kind := line.split()[1]) != "notice"]
    assert (told[0], told.count("model_finished"), told[-1]) == ("run_started", 2, "node_finished")


def test_help_of_trace_loads_nothing_heavy(fresh: Any) -> None:
    told = fresh("trace", "--help").stdout
    for command in ("list", "show", "graph", "diff", "replay", "fork", "export", "prune"):
        assert command in told


@pytest.fixture
def failing(program: Any, first: str) -> Any:
    """The same home after a run that was stopped while its models were loaded, and nothing since."""
    from popcorn.agent.runs.run_store import RunStore, Status

    store = RunStore(program.home)
    store.end(store.start("paper boats", {"llm": "offline"}).run_id, Status.STOPPED)
    return program


def test_last_of_a_fork_is_the_last_run_that_came_to_the_node(failing: Any) -> None:
    empty = failing("trace", "list", "-n", "1", "--json").data["runs"][0]
    assert (empty["phase"], empty["ended"], empty["percentile"]) == ("left", "stopped", None)
    forked = failing("trace", "fork", "last", "--from", "render", "--set", "seed=11")
    assert forked.status == 0, str(forked)
    told = re.search(r"from run (\S+); (\S+) is later, but never came to render", forked.stderr)
    assert told
    assert told[2] == empty["run_id"]
    assert f"forked from {told[1]} before render" in " ".join(forked.stdout.split())
    never = failing("trace", "fork", "last", "--from", "refine:9")
    assert (never.status, "runs came to 'refine:9'" in never.stderr) == (2, True)


def test_a_page_of_a_run_without_a_step_says_so_and_names_the_last_finished_one(own: Any) -> None:
    from popcorn.agent.runs.run_store import RunStore, Status

    store = RunStore(own.home)
    whole, empty = (store.start(name, {}).run_id for name in ("tacos", "paper boats"))
    store.end(whole, Status.DONE)
    store.end(empty, Status.STOPPED)
    outcome = own("trace", "export", "last", "-o", "run.html")
    assert (outcome.status, outcome.stdout) == (0, "run.html\n")
    assert outcome.stderr.splitlines() == [
        f"run {empty}",
        f"! no step of run {empty} was finished (stopped): there is little to see; the last finished one is {whole}",
    ]
    assert "it came to no step" in own("trace", "show").stdout


def test_a_graph_takes_its_run_as_a_word(program: Any, first: str) -> None:
    drawn = program("trace", "graph", first).stdout
    assert drawn == program("trace", "graph", "--run", first).stdout
    assert "class render taken" in drawn
    twice = program("trace", "graph", first, "--run", first)
    assert (twice.status, "the run is named twice" in twice.stderr) == (2, True)


def test_only_a_command_that_takes_a_text_speaks_of_quotes(program: Any, first: str) -> None:
    assert "need quotes" not in program("trace", "graph", "last", "last").stderr
    assert 'need quotes: popcorn render "cats' in program("render", "cats", "on", "skateboards").stderr


def test_a_list_tells_conversations_forks_and_ends_apart_at_any_width(program: Any, first: str) -> None:
    from popcorn.agent.runs.run_store import RunStore

    assert program("trace", "fork", first, "--from", "render").status == 0
    store = RunStore(program.home)
    store.conversation("20260101-000000-c0ffee", "tea", {})
    store.record("20260101-000000-c0ffee", {"event": "run_started", "request": "tea"})
    shown = program("trace", "list", "-n", "50").stdout
    assert "20260101-000000-c0ffee" in shown
    assert "conversation, 1 turn  killed" in shown
    assert "no evidence  animatic" in shown
    assert f"from {first[-6:]} before render: " in shown
    narrow = program.set(COLUMNS="40")("trace", "list", "-n", "50").stdout
    assert max(map(len, narrow.splitlines())) <= 40


def test_two_equal_runs_differ_in_nothing_but_times(program: Any, first: str) -> None:
    again = program("trace", "replay", first, "--json").data
    told = program("trace", "diff", first, again["run_id"]).stdout
    assert "nothing differs but times" in told
    assert "model calls" not in told


def test_what_differs_is_said_in_words(program: Any, first: str) -> None:
    change = ("--set", "predictor=neighbours")
    other = program("trace", "fork", first, "--from", "retrieve_references", *change, "--json").data
    told = program("trace", "diff", first, other["run_id"]).stdout
    assert re.search(r"comments\s+A about [\d,]+\n", re.sub(r" +\n", "\n", told))
    assert "percentile" not in told
    assert '{"low"' not in told
