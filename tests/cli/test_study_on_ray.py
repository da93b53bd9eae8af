"""A study on a Ray cluster of two workers on this machine: the rows of the local engine, also when a worker is lost."""

from __future__ import annotations

import csv
import importlib.util
import json
import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="ray is not installed: the extra `ray`")
TIMES = ("finished", "draft_seconds", "render_seconds", "score_seconds")


def study(program: Any, name: str, prompts: int) -> Path:
    program.folder.mkdir(parents=True, exist_ok=True)
    with (program.folder / "prompts.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["prompt"], *([f"tacos, number {at}, 'at' midnight"] for at in range(prompts))])
    values = {
        "name": name, "prompts": "prompts.csv", "models": ["offline"], "modes": ["basic", "enhanced"],
        "references": [5], "render": False, "predictors": ["neighbours"], "at_once": 2,
    }  # fmt: skip
    place: Path = program.folder / f"{name}.toml"
    place.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items()), "utf-8")
    return place


def decided(program: Any, name: str) -> list[dict[str, Any]]:
    lines = (program.home / "studies" / name / "rows.jsonl").read_text("utf-8").splitlines()
    rows = [{key: value for key, value in json.loads(line).items() if key not in TIMES} for line in lines]
    return sorted(rows, key=lambda row: str(row["unit"]))


def one_worker(pid: int) -> Any:
    """A process among the children of this one that is doing units; waits for it."""
    import psutil

    end = time.monotonic() + 300
    while time.monotonic() < end:
        for child in psutil.Process(pid).children(recursive=True):
            try:
                if child.cmdline()[:1] == ["ray::do_elsewhere"]:
                    return child
            except psutil.Error:
                continue
        time.sleep(0.02)
    raise AssertionError("no worker came")


def test_a_lost_worker_is_replaced_and_the_rows_are_those_of_this_machine(own: Any) -> None:
    quiet = own.set(RAY_num_prestart_python_workers="0", RAY_AUTH_MODE="disabled").cold()
    with quiet.start("study", "run", study(own, "far", 16), "--engine", "ray", "--json") as process:
        one_worker(process.pid).kill()
        stdout, stderr = process.communicate(timeout=580)
    assert process.returncode == 0, stderr
    assert stdout.startswith("{"), stdout + stderr
    data = json.loads(stdout)["data"]
    assert (data["units_done"], data["units_repeated"], data["failures"]) == (32, 0, 0)
    near = own("study", "run", study(own, "near", 16), "--json")
    assert near.status == 0, str(near)
    assert decided(own, "far") == decided(own, "near")
    drafts = {file.name for file in (own.home / "studies" / "far" / "drafts").iterdir()}
    assert drafts == {f"{row['draft']}.json" for row in decided(own, "far")}


def test_a_cluster_that_does_not_answer_is_a_sentence(own: Any) -> None:
    program = own.set(RAY_AUTH_MODE="disabled").cold()
    outcome = program("study", "run", study(own, "s", 2), "--engine", "ray", "--address", "127.0.0.1:9", "--json")
    assert outcome.status == 10, str(outcome)
    assert "no Ray cluster answers at 127.0.0.1:9" in outcome.error["message"]
    assert "ray start --head" in outcome.error["hint"]
