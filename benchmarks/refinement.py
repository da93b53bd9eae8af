"""Whether choosing and refining gain anything by a judge of another source, and what they cost in relevance.

    python benchmarks/refinement.py --home HOME --judge NAME [--chooser NAME] [--requests N]

HOME holds the judge, a predictor that learned from another source than the choice model and is of another family, e.g.
one trained on MicroLens where the choice came from headlines. For each of the paper's prompts (POPCORN_TEST_DATA,
default ../shared/data) the create graph is walked with the offline drafter, without a platform, so that the choice
model judges as the one that it learned from, and with a threshold that nothing reaches, so that it refines until its
patience ends. The win rate is the share of pairs in which the judge predicts more comments for the draft that was taken
(ties count half; chance is 0.5), `by chance` that of a candidate drawn at random. Intervals are 95 %, requests drawn
anew. Relevance is what the graph says of a draft: cosine similarity to the request.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import os
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import popcorn
from popcorn.agent.wiring.choices import open_choice_model
from popcorn.agent.wiring.create_context import open_context
from popcorn.agent.wiring.workshop import Workshop, workshop_of
from popcorn.graphs.create import nodes
from popcorn.graphs.create.assessment import subject_of
from popcorn.graphs.create.context import CreateContext
from popcorn.graphs.create.policy import best_of, may_refine
from popcorn.graphs.create.state import Attempt, CreateState, Plan
from popcorn.settings import Settings, load_settings
from popcorn.tools.popularity.types import Predictor
from popcorn.tools.statistics.intervals import clustered_mean

DATA = Path(os.environ.get("POPCORN_TEST_DATA", Path(popcorn.__file__).parent.parent / "shared" / "data"))
NEVER = 100.0
"""A threshold that no expected rank reaches."""
PROGRESS = 10


@dataclass
class Observed:
    """Differences between drafts, each with the number of its request."""

    values: list[float] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)

    def add(self, value: float, request: int) -> None:
        """One more, of the request of that number."""
        self.values.append(value)
        self.requests.append(request)

    def __str__(self) -> str:
        if not self.values:
            return "none"
        found = clustered_mean(np.array(self.values), np.array(self.requests))
        return f"{found} (n = {found.count}, {found.clusters} requests)"


@dataclass(frozen=True)
class Runtime:
    """What a node is given, as LangGraph gives it."""

    context: CreateContext


def prompts(number: int, seed: int) -> list[str]:
    """So many of the paper's prompts, in an order of chance."""
    found = []
    for file in sorted((DATA / "llmpopcorn_prompts").glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as rows:
            found += [row["prompt"] for row in csv.DictReader(rows)]
    random.Random(seed).shuffle(found)  # noqa: S311 - nothing secret
    return found[:number]


async def walk(context: CreateContext, request: str, plan: Plan) -> tuple[CreateState, list[Attempt]]:
    """The state once refinement has ended, and all candidates of the first round, the one taken first."""
    state, runtime = CreateState(request=request, plan=plan), Runtime(context)

    async def do(node: object) -> None:
        nonlocal state
        update = await node(state, runtime)  # type: ignore[operator]
        added = {
            name: [*getattr(state, name), *update[name]] for name in ("attempts", "calls", "notices") if name in update
        }
        state = replace(state, **update | added)

    for node in (nodes.retrieve_references, nodes.reason, nodes.draft, nodes.choose):
        await do(node)
    first = state.pending
    assert first is not None
    others = [one for one in state.candidates if one != first.draft]
    candidates = [first, *(replace(first, draft=one) for one in others)]
    await do(nodes.score)
    while may_refine(state.attempts, plan):
        for node in (nodes.refine, nodes.choose, nodes.score):
            await do(node)
    return state, candidates


def judged(judge: Predictor, state: CreateState, attempts: Sequence[Attempt]) -> list[float]:
    """The judge's prediction of each draft, log2(comments)."""
    subjects = [replace(subject_of(one.draft, state), platform="", tag="") for one in attempts]
    return [score.log2_comments for score in judge.score(subjects)]


def relevance(context: CreateContext, state: CreateState, attempts: Sequence[Attempt]) -> list[float]:
    """How near each draft is to the request."""
    from popcorn.graphs.create.judging import Judge

    found = Judge(context.encoder, state.request, ()).judge([one.draft for one in attempts])
    return [near.relevance for near, _ in found]


def win(one: float, other: float) -> float:
    return 0.5 if one == other else float(one > other)


def rows(
    context: CreateContext, judge: Predictor, requests: Sequence[str], plan: Plan
) -> Iterator[tuple[str, Observed]]:
    """The lines of the table."""
    names = (
        "chosen beats unchosen, by the judge", "by chance", "chosen less unchosen, log2(comments)",
        "chosen less unchosen, relevance", "chosen where the model separates, by the judge",
        "refined beats unrefined, by the judge", "refined less unrefined, log2(comments)",
        "refined less unrefined, relevance", "runs in which a later attempt was taken",
    )  # fmt: skip
    table = {name: Observed() for name in names}
    chance = random.Random(plan.seed)  # noqa: S311 - nothing secret
    for number, request in enumerate(requests):
        state, candidates = asyncio.run(walk(context, request, plan))
        best, first = best_of(state.attempts), state.attempts[0]
        said = judged(judge, state, [*candidates, best])
        near = relevance(context, state, [*candidates, best])
        lucky = chance.randrange(len(candidates))
        separated = {rival.title for rival in first.rivals if not rival.comparison.tied and not rival.attempt}
        for at in range(1, len(candidates)):
            table[names[0]].add(win(said[0], said[at]), number)
            table[names[2]].add(said[0] - said[at], number)
            table[names[3]].add(near[0] - near[at], number)
            if candidates[at].draft.title in separated:
                table[names[4]].add(win(said[0], said[at]), number)
        for at in range(len(candidates)):
            if at != lucky:
                table[names[1]].add(win(said[lucky], said[at]), number)
        table[names[8]].add(float(best.number > 1), number)
        if best.number > 1:
            table[names[5]].add(win(said[-1], said[0]), number)
            table[names[6]].add(said[-1] - said[0], number)
            table[names[7]].add(near[-1] - near[0], number)
        if (number + 1) % PROGRESS == 0:
            print(f"{number + 1}/{len(requests)} requests", flush=True)
    yield from table.items()


def opened(settings: Settings, chooser: str | None, work: Path) -> tuple[CreateContext, Workshop]:
    """The collaborators of the runs, with the choice model `chooser` or the one that fits the settings."""
    workshop, context = workshop_of(settings), open_context(settings, work)
    if chooser:
        model = open_choice_model(settings, chooser, lambda name: workshop.predictor(settings, name)[0])
        context = replace(context, chooser=model)
    return context, workshop


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--judge", required=True)
    parser.add_argument("--chooser")
    parser.add_argument("--requests", type=int, default=50)
    parser.add_argument("--candidates", type=int, default=5)
    parser.add_argument("--attempts", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    settings = load_settings(home=asked.home, llm="offline", platform="youtube", seed=asked.seed)
    plan = Plan(candidates=asked.candidates, attempts=asked.attempts, threshold=NEVER, platform="", seed=asked.seed)
    with tempfile.TemporaryDirectory() as work:
        context, workshop = opened(settings, asked.chooser, Path(work))
        judge, _ = workshop.predictor(settings, asked.judge)
        print(
            f"chosen by {context.chooser.name} ({context.chooser.learned_from}), judged by {judge.name}\n", flush=True
        )
        found = list(rows(context, judge, prompts(asked.requests, asked.seed), plan))
    print("\n| | mean [95 %] |\n|---|---|")
    for name, observed in found:
        print(f"| {name} | {observed} |")


if __name__ == "__main__":
    main()
