"""How many tokens the prompts of a plain `ask` have, and how long it takes to build the one with the most in it.

Tokens: the messages of `reason` and of three drafts, apart and together, with the built-in sample, by tiktoken's
o200k_base and cl100k_base where their tables are on this machine, else by the estimate of a token for three bytes. The
reasoning handed on is of seven steps, of the two sentences that are asked for.

Time: `reason` over K references, warm and in process.

Milliseconds a prompt, the median and the 95th percentile of CPU time over 200 prompts, for windows in which all of it
fits, in which descriptions are shortened and in which references are dropped. The request and the references are
made up; half the descriptions are in Chinese. The aim for K=100 is 10 ms.

    python benchmarks/prompts.py [K]
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from popcorn.agent.models.windows import TABLES, at_hand
from popcorn.agent.wiring.create_context import open_context
from popcorn.graphs.asking.window import Window, estimated_tokens
from popcorn.graphs.create import nodes
from popcorn.graphs.create.context import CreateContext
from popcorn.graphs.create.messages import Question, Wanted, draft_messages, reason_messages
from popcorn.graphs.create.replies import STEPS
from popcorn.graphs.create.state import CreateState, Plan, Thought
from popcorn.settings import load_settings
from popcorn.tools.references.types import Reference, Retrieval, RetrievedReference, Side

REPEATS = 200
REQUESTS = (
    "street tacos at dawn",
    "Make a video about the preparation of authentic Indian biryani",
    "a goalkeeper saves a penalty in the last minute",
)
SENTENCES = "The popular videos open on hands at work and hold back the outcome until the last moment of the shot. " * 2


@dataclass(frozen=True)
class Runtime:
    """What a node is given, as LangGraph gives it."""

    context: CreateContext


def counters() -> Iterator[tuple[str, Callable[[str], int]]]:
    """The tokenizers that are at hand."""
    import tiktoken

    for name in filter(at_hand, TABLES):
        encoding = tiktoken.get_encoding(name)
        yield name, lambda text, encoding=encoding: len(encoding.encode_ordinary(text))
    yield "estimate", estimated_tokens


def print_tokens() -> None:
    """A line of a table for each request and tokenizer."""
    print("| request | tokenizer | reason | a draft apart | three apart | three together |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as work:
        context = open_context(load_settings(home=Path(work), llm="offline"), Path(work))
        for request in REQUESTS:
            state = CreateState(request=request, plan=Plan())
            found = asyncio.run(nodes.retrieve_references(state, Runtime(context)))  # type: ignore[arg-type]
            thoughts = [Thought(step, SENTENCES.strip()) for step in STEPS]
            told = {name: value for name, value in found.items() if name != "notices"}
            state = replace(state, **told, reasoning=thoughts)
            asked = [
                reason_messages(state, Window()),
                *(draft_messages(state, Window(), Wanted(number=number)) for number in (1, 2, 3)),
                draft_messages(state, Window()),
            ]
            for name, count in counters():
                reason, *apart, together = (_size(one, count) for one in asked)
                cells = (reason, apart[0], reason + sum(apart), reason + together)
                print(f"| {request} | {name} | " + " | ".join(f"{cell:,}" for cell in cells) + " |")


def _size(question: Question, count: Callable[[str], int]) -> int:
    return sum(count(str(one.content)) for one in question.messages)


def state_of(k: int) -> CreateState:
    """A state with K references, nine in ten of them popular."""
    texts = (
        "A cook lifts the lid of a clay pot and steam rises in morning light. " * 12,
        "清晨的阳光里，锅盖被掀开。" * 50,
    )
    found = [
        RetrievedReference(
            Reference(str(n), f"Street food number {n} that everybody talks about", texts[n % 2], "A pot.", "Food", n),
            Side.UNPOPULAR if n % 10 == 9 else Side.POPULAR,
            1 - n / (2 * k),
        )
        for n in range(k)
    ]
    return CreateState(request="Make a video about biryani", retrieval=Retrieval("biryani", (), tuple(found)))


def main(k: int = 100) -> None:
    print_tokens()
    state = state_of(k)
    print(f"K={k}, {REPEATS} prompts for each window")
    for tokens in (200_000, 32_000, 16_000, 4_000):
        window, times = Window(tokens), []
        for _ in range(REPEATS):
            started = time.process_time()
            question = reason_messages(state, window)
            times.append(1000 * (time.process_time() - started))
        size = estimated_tokens("".join(str(message.content) for message in question.messages))
        assert size <= tokens
        p95 = statistics.quantiles(times, n=20)[-1]
        print(f"{tokens:8,} tokens: {statistics.median(times):6.2f} ms, p95 {p95:6.2f} ms; prompt of {size:6,} tokens")
        print(f"         {'; '.join(question.notices) or 'everything fits'}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
