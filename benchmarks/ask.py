"""How long the command line takes: `--help`, a whole offline `ask` with where its time goes, and first answers.

Wall and CPU seconds of whole processes, the median of several runs after one that warms the disk cache. Beside each
stands a bare Python interpreter in the same run, because absolute times differ between machines. With `answers` only
what a person waits for: ask, search, score, and the first answer of chat and MCP.

    python benchmarks/ask.py [RUNS] [answers]
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
from collections.abc import Callable

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


QUESTION = "find references for street tacos at night"
HELLO = (
    {
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "bench", "version": "1"},
        },
    },
    {"method": "notifications/initialized"},
    {"id": 2, "method": "tools/call", "params": {"name": "find_references", "arguments": {"query": "street tacos"}}},
)
"""What an assistant says first. The server is left when it has answered number 2."""


def spent(before: resource.struct_rusage) -> float:
    """CPU seconds of the children that have ended since."""
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def assistant(command: list[str]) -> tuple[float, float, str]:
    """Wall seconds until an MCP server has answered its first call, and CPU seconds until it has left."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        for message in HELLO:
            server.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
            server.stdin.flush()
        answer = next(line for line in server.stdout if json.loads(line).get("id") == 2)
        wall = time.perf_counter() - started
        server.stdin.close()
        server.wait()
    return wall, spent(before), answer


def run(command: list[str]) -> tuple[float, float, str]:
    """Wall and CPU seconds of a command, and what it printed."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    return time.perf_counter() - started, spent(before), done.stdout


def row(name: str, command: list[str], runs: int, timed: Callable[[list[str]], tuple[float, float, str]] = run) -> str:
    """Time a command and print its medians; what its last run printed."""
    timed(command)
    figures = [timed(command) for _ in range(runs)]
    walls, cpus = ([figure[index] for figure in figures] for index in (0, 1))
    wall, cpu = statistics.median(walls), statistics.median(cpus)
    print(
        f"{name:32} {wall:7.2f} s wall ({min(walls):.2f} to {max(walls):.2f}) "
        f"{cpu:7.2f} s CPU ({min(cpus):.2f} to {max(cpus):.2f})  load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    return figures[-1][2]


def answers(popcorn: list[str], runs: int) -> None:
    """What a person waits for, in a home that was used before."""
    row("references search", [*popcorn, "references", "search", "street tacos at night"], runs)
    row("predictor score", [*popcorn, "predictor", "score", "--title", "Tacos at midnight"], runs)
    row("chat, the first answer", [*popcorn, "chat", QUESTION], runs)
    row("mcp, the first answer", [*popcorn, "mcp"], runs, assistant)


def main(runs: int = 5, what: str = "all") -> None:
    popcorn = [sys.executable, "-m", "popcorn"]
    print(f"{os.cpu_count()} cores, median of {runs}")
    if what != "answers":
        starts(popcorn, runs)
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"POPCORN_HOME": home, "POPCORN_LLM": "offline"}
        wall, cpu, _ = run([*popcorn, "ask", REQUEST, "-q"])
        print(f"{'first ask (builds the sample)':32} {wall:7.2f} s wall {cpu:7.2f} s CPU")
        answer = row("ask, offline", [*popcorn, "ask", REQUEST, "--json", "-q"], runs)
        for node, seconds in json.loads(answer)["data"]["timings"].items():
            print(f"    {node:28} {seconds:7.2f} s")
        answers(popcorn, runs)


def starts(popcorn: list[str], runs: int) -> None:
    """What every command needs before it does anything."""
    row("python -c pass", [sys.executable, "-c", "pass"], runs)
    row("popcorn --help", [*popcorn, "--help"], runs)
    for name in IMPORTS:
        row(f"import {name}", [sys.executable, "-c", f"import {name}"], max(1, runs // 2))


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:2]), *sys.argv[2:3])
