"""How long the command line takes: `--help`, and a whole offline `ask`, with where its time goes.

Wall and CPU seconds of whole processes, the median of several runs after one that warms the disk cache. Beside each
stands a bare Python interpreter in the same run, because absolute times differ between machines.

    python benchmarks/ask.py [RUNS]
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

REQUEST = "Make a video about the preparation of authentic Indian biryani"
IMPORTS = (
    "typer",
    "pydantic_settings",
    "langgraph.graph",
    "langchain_core.messages",
    "faiss",
    "torch",
    "sentence_transformers",
)


def run(command: list[str]) -> tuple[float, float, str]:
    """Wall and CPU seconds of a command, and what it printed."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def row(name: str, command: list[str], runs: int) -> str:
    """Time a command and print its medians; what its last run printed."""
    run(command)
    figures = [run(command) for _ in range(runs)]
    walls, cpus = ([figure[index] for figure in figures] for index in (0, 1))
    wall, cpu = statistics.median(walls), statistics.median(cpus)
    print(f"{name:32} {wall:7.2f} s wall {cpu:7.2f} s CPU  ({min(walls):.2f} to {max(walls):.2f})")
    return figures[-1][2]


def main(runs: int = 5) -> None:
    popcorn = [sys.executable, "-m", "popcorn"]
    print(f"{os.cpu_count()} cores, median of {runs}")
    row("python -c pass", [sys.executable, "-c", "pass"], runs)
    row("popcorn --help", [*popcorn, "--help"], runs)
    for name in IMPORTS:
        row(f"import {name}", [sys.executable, "-c", f"import {name}"], max(1, runs // 2))
    with tempfile.TemporaryDirectory() as home:
        os.environ["POPCORN_HOME"] = home
        wall, cpu, _ = run([*popcorn, "ask", REQUEST, "-q"])
        print(f"{'first ask (builds the sample)':32} {wall:7.2f} s wall {cpu:7.2f} s CPU")
        answer = row("ask, offline", [*popcorn, "ask", REQUEST, "--json", "-q"], runs)
        for node, seconds in json.loads(answer)["data"]["timings"].items():
            print(f"    {node:28} {seconds:7.2f} s")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:2]))
