"""How much of a model server's speed is left behind our client, and what the graph itself costs a run.

Two figures. Throughput: REQUESTS questions, none of them twice, at several limits on calls at the same time, against
a server that answers every call after a fixed 200 ms; the ideal is ceil(REQUESTS / limit) * 200 ms. Overhead: whole
create runs against a server that answers at once, with collaborators that cost nothing, so that what is left is the
graph, the prompts and the reading of replies. The server is a process of its own on loopback; nothing is cached.

    python benchmarks/throughput.py [REQUESTS [RUNS]]
"""

from __future__ import annotations

import asyncio
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SECONDS = 0.2
LIMITS = (1, 8, 32)
STEPS = ("examine", "brainstorm", "outline", "check", "produce", "re-evaluate", "refine")
REPLY = {
    "reasoning": [{"step": step, "text": f"What the step {step} found, in a sentence or two."} for step in STEPS],
    "drafts": [
        {"title": f"{word} tacos", "video_prompt": f"{word} tacos on a griddle.", "cover_prompt": "A taco."}
        for word in ("Crispy", "Smoky", "Golden")
    ],
}
"""Fits every schema that is asked for."""


async def serve(seconds: float) -> None:
    """Answer chat completions after `seconds`, each connection kept open; the port is printed first."""
    message = {"role": "assistant", "content": json.dumps(REPLY)}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    usage = {"prompt_tokens": 700, "completion_tokens": 300, "total_tokens": 1000}
    facts = {"id": "1", "object": "chat.completion", "created": 0, "model": "m"}
    body = json.dumps({**facts, "choices": [choice], "usage": usage}).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while asked := await reader.readuntil(b"\r\n\r\n"):
            lines = asked.decode().lower().splitlines()
            size = next(int(line.split(":")[1]) for line in lines if line.startswith("content-length:"))
            await reader.readexactly(size)
            await asyncio.sleep(seconds)
            writer.write(head + body)
            await writer.drain()

    async def politely(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(politely, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def serving(seconds: float) -> Iterator[None]:
    """A server in a process of its own, as the provider `vllm`."""
    command = [sys.executable, __file__, "serve", str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        os.environ["VLLM_BASE_URL"] = f"http://127.0.0.1:{process.stdout.readline().strip()}/v1"
        try:
            yield
        finally:
            process.kill()


def opened(limit: int) -> Any:
    """The model behind that server."""
    from popcorn.agent.wiring.chat_models import open_chat_model
    from popcorn.settings import load_settings

    chosen = load_settings(llm="vllm:m", cache=False, llm_concurrency=limit, home=Path(tempfile.gettempdir()))
    return open_chat_model(chosen).model


async def throughput(requests: int, limit: int) -> tuple[float, float]:
    """Seconds for all of them: wall, and CPU of this process."""
    model = opened(limit)
    await model.ainvoke("warm")
    started, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(model.ainvoke(f"question {number}") for number in range(requests)))
    return time.perf_counter() - started, time.process_time() - cpu


class Nothing:
    """Collaborators that cost nothing: no reference, the same score for all, no clip."""

    name, catalogue, needs_frames, bank_digest = "nothing", "nothing", False, ""

    def score(self, subjects: Sequence[Any]) -> list[Any]:
        """The same for each."""
        from popcorn.tools.popularity.types import Score

        return [Score(5.0, 32.0, "nothing", "nothing", no_evidence=("it is a benchmark",)) for _ in subjects]

    def compare(self, pairs: Sequence[Any]) -> list[Any]:
        """A tie without evidence for each."""
        from popcorn.tools.popularity.choice.types import Comparison

        return [Comparison(0.5, tied=True, evidence=False, no_evidence=("it is a benchmark",)) for _ in pairs]

    def encode(self, texts: Sequence[str]) -> Any:
        """The same unit vector for each: (N, 1) float32."""
        import numpy as np

        return np.ones((len(texts), 1), np.float32)

    def render(self, request: Any, out: Path, progress: Any = None) -> Any:
        """A clip of no bytes."""
        from popcorn.tools.video.types import Clip

        return Clip(
            path=out, renderer="nothing", seconds=3.0, width=1, height=1, fps=1.0, frames=3, codec="none", sha256=""
        )

    def cover(self, request: Any, clip: Path, out: Path) -> Path:
        """Where it would be."""
        return out


async def overhead(runs: int) -> tuple[list[float], list[float]]:
    """CPU seconds of each run without references, and of its three calls alone, made at once."""
    from popcorn.graphs.create.build import build_create_graph
    from popcorn.graphs.create.context import CreateContext
    from popcorn.graphs.create.state import CreateInput, Mode, Plan

    nothing: Any = Nothing()
    clock = time.process_time  # on busy cores wall time says more about the other work
    whole, bare = list[float](), list[float]()
    model = opened(8)
    graph = build_create_graph()
    plan = Plan(mode=Mode.BASIC, candidates=3, attempts=1, threshold=0)
    with tempfile.TemporaryDirectory() as folder:
        context = CreateContext(
            chat_model=model,
            chat_model_name="vllm:m",
            evidence=nothing,
            predictor=nothing,
            chooser=nothing,
            renderer=nothing,
            encoder=nothing,
            folder=Path(folder),
        )
        for _ in range(runs + 1):
            started = clock()
            await graph.ainvoke(CreateInput(request="street tacos", plan=plan), context=context)
            whole.append(clock() - started)
            started = clock()
            await asyncio.gather(*(model.ainvoke(f"draft {number}") for number in range(3)))
            bare.append(clock() - started)
    return whole[1:], bare[1:]


async def measure(requests: int = 100, runs: int = 20) -> None:
    """Print both tables in Markdown."""
    print(f"{os.cpu_count()} cores, {requests} requests, {runs} runs\n")
    print("| at once | ideal, s | took, s | of the ideal | CPU a call, ms |\n|---:|---:|---:|---:|---:|")
    with serving(SECONDS):
        for limit in LIMITS:
            ideal, (took, cpu) = math.ceil(requests / limit) * SECONDS, await throughput(requests, limit)
            share, each = ideal / took, 1000 * cpu / requests
            print(f"| {limit} | {ideal:.2f} | {took:.2f} | {share:.0%} | {each:.1f} |", flush=True)
    with serving(0):
        whole, bare = await overhead(runs)
    run, calls = statistics.median(whole), statistics.median(bare)
    print("\n| a run beside a server that answers at once | CPU, ms |\n|---|---:|")
    print(f"| whole run (median of {runs}) | {1000 * run:.1f} |")
    print(f"| its three calls alone | {1000 * calls:.1f} |")
    print(f"| what the graph adds | {1000 * (run - calls):.1f} |")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(float(sys.argv[2])))
    else:
        asyncio.run(measure(*map(int, sys.argv[1:])))
