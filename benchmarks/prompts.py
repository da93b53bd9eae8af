"""How long it takes to build the prompt with the most in it: `reason` over K references, warm and in process.

Milliseconds a prompt, the median and the 95th percentile of CPU time over 200 prompts, for windows in which all of it
fits, in which descriptions are shortened and in which references are dropped. The request and the references are
made up; half the descriptions are in Chinese. The aim for K=100 is 10 ms.

    python benchmarks/prompts.py [K]
"""

from __future__ import annotations

import statistics
import sys
import time

from popcorn.graphs.asking.window import Window, estimated_tokens
from popcorn.graphs.create.messages import reason_messages
from popcorn.graphs.create.state import CreateState
from popcorn.tools.references.types import Reference, Retrieval, RetrievedReference, Side

REPEATS = 200


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
