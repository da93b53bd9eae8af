"""What a trace writes down: whole, in order, without secrets, in a bounded space."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.tools import tool
from popcorn.agent.models.meter import Price
from popcorn.agent.runs.recording.call_handler import TraceHandler
from popcorn.agent.runs.recording.event_bounds import LARGEST, bounded, size_of
from popcorn.agent.runs.recording.event_recorder import BONES, Recorder
from popcorn.agent.runs.run_store import RunStore
from popcorn.redaction import Scrubber
from popcorn.secret_shapes import HIDDEN

KEY = "sk-only-for-this-test-0123456789"


class Thinker(BaseChatModel):
    """Answers what it was told to, after having thought, or fails."""

    reply: str = "tacos"
    fails: bool = False

    @property
    def _llm_type(self) -> str:
        return "thinker"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        if self.fails:
            raise RuntimeError(f"401 for Authorization: Bearer {KEY}")
        message = AIMessage(
            self.reply,
            additional_kwargs={"reasoning": "what do people like?"},
            response_metadata={"finish_reason": "stop", "model_name": "thinker-1"},
            usage_metadata={"input_tokens": 1000, "output_tokens": 10, "total_tokens": 1010},
        )
        return ChatResult(generations=[ChatGeneration(message=message)])


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path)


@pytest.fixture
def recorder(store: RunStore) -> Recorder:
    return Recorder(store, store.start("tacos", {}).run_id, Scrubber([KEY]))


def written(store: RunStore, recorder: Recorder) -> list[dict[str, Any]]:
    return store.events(recorder.run_id)


async def test_a_model_call_is_written_down_with_all_that_was_said(store: RunStore, recorder: Recorder) -> None:
    handler = TraceHandler(recorder, Price(input=2, output=10))
    await Thinker().ainvoke([HumanMessage("an idea?")], {"callbacks": [handler]})
    began, ended = written(store, recorder)
    assert (began["event"], ended["event"]) == ("model_started", "model_finished")
    assert began["messages"] == [{"role": "human", "text": "an idea?"}]
    assert began["call"] == ended["call"]
    wanted = {"reply": "tacos", "reasoning": "what do people like?", "input_tokens": 1000, "output_tokens": 10}
    wanted |= {"cost_usd": 0.0021, "finish": "stop", "answered_by": "thinker-1", "cached": False}
    assert wanted.items() <= ended.items()


async def test_a_model_without_a_known_price_has_no_cost(store: RunStore, recorder: Recorder) -> None:
    await Thinker().ainvoke("an idea?", {"callbacks": [TraceHandler(recorder)]})
    assert written(store, recorder)[-1]["cost_usd"] is None


async def test_a_call_that_fails_is_written_down_without_the_key(store: RunStore, recorder: Recorder) -> None:
    with pytest.raises(RuntimeError):
        await Thinker(fails=True).ainvoke("an idea?", {"callbacks": [TraceHandler(recorder)]})
    assert written(store, recorder)[-1]["error"] == f"RuntimeError: 401 for Authorization: {HIDDEN}"


async def test_a_tool_call_is_written_down_with_what_it_was_given_and_gave(store: RunStore, recorder: Recorder) -> None:
    @tool
    def count(word: str) -> int:
        """Count letters."""
        return len(word)

    await count.ainvoke({"word": "tacos"}, {"callbacks": [TraceHandler(recorder)]})
    began, ended = written(store, recorder)
    assert (began["tool"], json.loads(began["input"])) == ("count", {"word": "tacos"})
    assert (ended["event"], ended["output"]) == ("tool_finished", "5")


@pytest.mark.parametrize(
    "told",
    [
        f"the key is {KEY}",
        "Authorization: Bearer abcdefgh12345678",
        '{"authorization": "Basic dXNlcjpwYXNz"}',
        "x-api-key=abcdefgh12345678",
        "{'Cookie': 'session=abcdefgh12345678'}",
        "postgresql://popcorn:abcdefgh12345678@db/runs",
        "sk-proj-abcdefgh12345678abcdefgh12345678",
        '{\\"api_key\\": \\"abcdefgh12345678\\"}',
    ],
)
def test_a_secret_in_any_shape_is_taken_out(told: str) -> None:
    clean = Scrubber([KEY]).text(told)
    assert HIDDEN in clean
    assert not any(secret in clean for secret in (KEY, "abcdefgh12345678", "dXNlcjpwYXNz"))


@pytest.mark.parametrize(
    "told",
    [
        "the key to a good taco is salsa",
        "token counts: 1,204 in, 300 out",
        "https://example.org/watch?v=abc",
        "Basic tacos for beginners",
        "a bearer of good news",
        '{"drafts": [{"title": "Ask-me-anything tacos"}]}',
    ],
)
def test_ordinary_words_stay_as_they_are(told: str) -> None:
    assert Scrubber([KEY, "a"]).text(told) == told


def test_the_values_of_known_key_variables_are_secrets() -> None:
    environment = {"OPENAI_API_KEY": "only-for-this-test", "MY_TOKEN": "another-secret", "EDITOR": "emacs-nox"}
    scrub = Scrubber.of(environment)
    assert scrub.value({"a": ["only-for-this-test", {"another-secret": "emacs-nox"}]}) == {
        "a": [HIDDEN, {HIDDEN: "emacs-nox"}]
    }


def test_scrubbing_takes_linear_time_on_chosen_nonsense() -> None:
    began = time.thread_time()
    for nonsense in ("authorization:" * 20_000, "://" + "a" * 300_000, "x-api-key= " * 30_000, "Bearer " * 40_000):
        Scrubber([KEY]).text(nonsense)
    assert time.thread_time() - began < 5


def test_a_small_event_stays_as_it_is() -> None:
    event = {"event": "x", "text": "tacos", "numbers": [1, 2.5, None, True]}
    assert bounded(event) == event


def test_a_large_event_keeps_its_short_texts_and_says_what_was_cut() -> None:
    event = {"event": "x", "messages": [{"text": "é" * 700_000}, {"text": "short"}], "node": "draft"}
    made = bounded(event)
    assert size_of(made) <= LARGEST
    assert made["messages"][1] == {"text": "short"}
    assert made["messages"][0]["text"].endswith("… [cut]")
    kept = len(made["messages"][0]["text"]) - len("… [cut]")
    assert made["cut"] == [f"messages[0].text: {kept:,} of 700,000 characters"]
    assert event["messages"] == [{"text": "é" * 700_000}, {"text": "short"}]


def test_an_event_of_endless_pieces_leaves_its_bones() -> None:
    made = bounded({"event": "x", "run_id": "1", "ts": "now", "pieces": list(range(200_000))})
    assert made.pop("cut") == ["everything: 1,488,944 bytes in too many pieces"]
    assert made == {"event": "x", "run_id": "1", "ts": "now"}


def test_a_run_that_tells_too_much_keeps_the_bones_of_what_follows(store: RunStore) -> None:
    recorder = Recorder(store, store.start("tacos", {}).run_id, Scrubber(), most=100_000)
    for _ in range(5):
        recorder.tell("model_finished", call="1", reply="x" * 60_000)
    again = Recorder(store, recorder.run_id, Scrubber(), most=100_000)
    again.tell("model_finished", call="2", reply="x" * 60_000)
    names = [event["event"] for event in written(store, recorder)]
    assert names.count("trace_cut") == 1
    assert [len(event["reply"]) > BONES for event in written(store, recorder) if event["event"] != "trace_cut"] == [
        True, True, False, False, False, False,
    ]  # fmt: skip
    assert store.recorded(recorder.run_id) < 140_000


def test_half_characters_and_ten_megabytes_are_no_trouble(store: RunStore, recorder: Recorder) -> None:
    recorder.tell("tool_finished", call="1", output="\ud83d half \x00 of an emoji")
    recorder.tell("tool_finished", call="2", output="x" * 10_000_000)
    first, second = written(store, recorder)
    assert first["output"].startswith("? half")
    assert size_of(second) <= LARGEST


def test_a_key_at_the_edge_of_what_is_kept_is_not_cut_into_an_unknown_half(store: RunStore, recorder: Recorder) -> None:
    for before in range(0, 40, 7):
        recorder.tell("tool_finished", call="1", output="x" * (2 * LARGEST - before) + KEY)
        recorder.tell("tool_finished", call="1", output="x" * (LARGEST // 2 - before) + KEY + "y" * LARGEST)
    assert all("sk-only" not in event["output"] for event in written(store, recorder))
