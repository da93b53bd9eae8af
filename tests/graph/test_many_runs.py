"""Many runs at once on one store, and runs killed with SIGKILL and resumed: benchmarks/reliability.py, a small dose."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

COUNTS = Path(__file__).parents[2] / "benchmarks" / "reliability.py"


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def report(request: pytest.FixtureRequest, built: Any) -> dict[str, Any]:
    """The benchmark's counts on each store; a PostgreSQL is skipped where none is installed."""
    database = "" if request.param == "sqlite" else request.getfixturevalue("postgres").new()
    words = ["--runs", "12", "--processes", "2", "--kills", "18", "--database", database]
    ran = subprocess.run(
        [sys.executable, COUNTS, *words],
        env=built.environment | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    unforeseen = [line for line in ran.stderr.splitlines() if not line.endswith(": waiting for it")]
    assert (ran.returncode, unforeseen) == (0, [])
    counts: dict[str, Any] = json.loads(ran.stdout)
    return counts


def test_runs_at_the_same_time_lose_nothing(report: dict[str, Any]) -> None:
    assert report["runs"] == {"asked": 12, "processes": 2, "done": 12, "lost": 0}


def test_runs_killed_at_each_node_and_after_it_end_as_if_nothing_had_happened(report: dict[str, Any]) -> None:
    kills = report["kills"]
    wrong = {name: kills[name] for name in ("lost", "changed", "repeated", "damaged")}
    assert wrong == dict.fromkeys(wrong, 0)
    assert kills["kills"] == 18
    assert kills["unborn"] <= 2, "only the two that died at a random moment may not have begun"
