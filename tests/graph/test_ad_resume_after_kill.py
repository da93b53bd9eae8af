"""An ad's run that was killed goes on where it was, in a new process, and ends the same."""

from __future__ import annotations

import json
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from small_ads import footage, whistling

NODES = ["survey", "write", "claims", "speak", "arrange", "assemble", "check", "finish"]
EARLY, LATE = NODES[:5], NODES[5:]
MENDED = {"still": ["write", "claims", "speak", "arrange", "assemble"], "soft": ["assemble"]}
"""What is walked again after a repair: a clip that stands still is replaced, what came out too soft is mixed anew."""


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """A small ad: two clips of three, nobody speaks."""
    place = tmp_path_factory.mktemp("material")
    (place / "product.toml").write_text(
        'name = "Steel Mug"\nlanguage = "English"\nfacts = ["It holds 350 ml.", "It is made of steel."]\n'
    )
    (place / "clips").mkdir()
    for number in range(3):
        footage(place / "clips" / f"{number}.mp4", seconds=3.0, hue=80 * number)
    given = ("--product", place / "product.toml", "--footage", place / "clips")
    return (*map(str, given), "--llm", "offline", "--voice", "none", "--aspect", "1:1", "--clips", "2")


@pytest.fixture(scope="module")
def whole(built: Any, options: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The same ad without a break."""
    program = replace(built, folder=tmp_path_factory.mktemp("whole"))
    return program("ad", "make", *options, "--jsonl")


def nodes(events: list[dict[str, Any]], event: str) -> list[str]:
    return [one["node"] for one in events if one["event"] == event]


def decided(data: dict[str, Any]) -> dict[str, Any]:
    """What a run decided, without where and how long."""
    names = ("title", "language", "segments", "claims", "checks", "repairs")
    return {name: data[name] for name in names} | {"video": data["video"]["sha256"]}


def killed_at(program: Any, node: str, arguments: tuple[str, ...]) -> tuple[list[dict[str, Any]], int]:
    """Start a run and kill it as soon as `node` starts: the events seen, and the exit status."""
    with program.start("ad", "make", *arguments, "--jsonl") as process:
        lines = []
        for line in process.stdout:
            lines.append(line)
            event = json.loads(line)
            if event["event"] == "node_started" and event["node"] == node:
                process.send_signal(signal.SIGKILL)
                break
        rest, _ = process.communicate(timeout=600)
    kept = [line for line in [*lines, *rest.splitlines(keepends=True)] if line.endswith("\n")]
    return [json.loads(line) for line in kept], process.returncode


def test_an_ad_without_a_fault_needs_no_repair(whole: Any) -> None:
    assert nodes(whole.events, "node_started") == NODES


@pytest.mark.parametrize("node", EARLY)
def test_an_ad_killed_early_repeats_no_finished_node(
    popcorn: Any, whole: Any, options: tuple[str, ...], node: str
) -> None:
    before, status = killed_at(popcorn, node, options)
    assert status == -signal.SIGKILL, "the run was over before it could be killed"
    after, _ = killed_at(popcorn, "assemble", ("--resume", before[0]["run_id"]))
    finished = len(nodes(before, "node_finished"))
    until = NODES.index("assemble") + 1
    assert nodes(after, "node_started") in (NODES[finished:until], NODES[finished + 1 : until])


@pytest.mark.parametrize("node", LATE)
def test_an_ad_killed_late_ends_as_if_nothing_had_happened(
    popcorn: Any, whole: Any, options: tuple[str, ...], node: str
) -> None:
    before, status = killed_at(popcorn, node, options)
    assert status == -signal.SIGKILL, "the run was over before it could be killed"
    outcome = popcorn("ad", "make", "--resume", before[0]["run_id"], "--jsonl")
    assert outcome.status == 0, str(outcome)
    finished = len(nodes(before, "node_finished"))
    assert nodes(outcome.events, "node_started") in (NODES[finished:], NODES[finished + 1 :])
    assert decided(outcome.result) == decided(whole.result)


@pytest.fixture(scope="module", params=MENDED)
def faulty(request: pytest.FixtureRequest, options: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What is wrong, and the small ad with it: a clip stands still for a second, or its file is softer than its mix."""
    place = tmp_path_factory.mktemp(request.param)
    if request.param == "soft":
        return request.param, (*options, "--music", str(whistling(place / "whistling.wav")))
    for number in range(3):
        footage(place / f"{number}.mp4", seconds=3.0, hue=80 * number, still=(0.8, 2.4) if number == 0 else (0, 0))
    product, product_file, flag, _, *rest = options
    return request.param, (product, product_file, flag, str(place), *rest)


def test_an_ad_killed_while_it_is_repaired_ends_as_if_nothing_had_happened(popcorn: Any, faulty: Any) -> None:
    fault, options = faulty
    whole = popcorn("ad", "make", *options, "--jsonl")
    walked = nodes(whole.events, "node_started")
    first = walked.index("repair")
    assert (walked[:first], walked[first + 1 :][: len(MENDED[fault])]) == (NODES[:-1], MENDED[fault])
    before, status = killed_at(popcorn, "repair", options)
    assert status == -signal.SIGKILL, "the run was over before it could be killed"
    outcome = popcorn("ad", "make", "--resume", before[0]["run_id"], "--jsonl")
    assert outcome.status == 0, str(outcome)
    finished = len(nodes(before, "node_finished"))
    assert nodes(outcome.events, "node_started") in (walked[finished:], walked[finished + 1 :])
    assert decided(outcome.result) == decided(whole.result)


def test_the_first_interrupt_stops_cleanly_and_names_the_way_to_resume(
    popcorn: Any, whole: Any, options: tuple[str, ...]
) -> None:
    with popcorn.start("ad", "make", *options, "--jsonl") as process:
        for line in process.stdout:
            event = json.loads(line)
            if event["event"] == "progress" and event["node"] == "assemble" and event["done"] > 5:
                process.send_signal(signal.SIGINT)
                break
        rest, stderr = process.communicate(timeout=600)
    assert process.returncode == 130, stderr
    error = json.loads(rest.splitlines()[-1])["error"]
    assert error["code"] == "interrupted"
    assert f"popcorn ad make --resume {error['run_id']}" in error["hint"]
    folder = popcorn.home / "runs" / error["run_id"]
    assert [path.name for path in folder.rglob("*") if path.suffix in {".tmp", ".part"}] == []
    resumed = popcorn("ad", "make", "--resume", error["run_id"], "--json")
    assert decided(resumed.data) == decided(whole.result)


def test_a_moved_home_goes_on_with_its_ads(built: Any, options: tuple[str, ...], whole: Any, tmp_path: Path) -> None:
    program = replace(built, home=tmp_path / "home", folder=tmp_path / "folder")
    before, _ = killed_at(program, "assemble", options)
    (tmp_path / "home").rename(tmp_path / "moved")
    moved = replace(program, home=tmp_path / "moved")
    outcome = moved("ad", "make", "--resume", before[0]["run_id"], "--jsonl")
    assert outcome.status == 0, str(outcome)
    assert decided(outcome.result) == decided(whole.result)
