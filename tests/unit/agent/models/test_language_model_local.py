"""A local chat model: the real classes of transformers at a tiny size, random weights, saved and loaded by path."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolCall, ToolMessage
from popcorn.agent.models.local import REPETITION, LocalModel
from popcorn.agent.models.local_weights import device_options
from popcorn.agent.models.meter import Limits, Meter
from popcorn.agent.wiring.chat_models import open_chat_model, usage_of
from popcorn.agent.wiring.workshop import Workshop
from popcorn.errors import BudgetError, MissingError, ModelCallError
from popcorn.settings import load_settings

TALK = [SystemMessage("Draft."), HumanMessage("street tacos")]
TEMPLATE = (
    "{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant:{% endif %}"
)


def save(folder: Path, template: str | None, kind: str = "Qwen2") -> Path:
    """A model with two layers and a vocabulary of bytes."""
    import torch
    import transformers
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = {letter: number for number, letter in enumerate(["<end>", *alphabet])}
    bare = Tokenizer(models.BPE(vocab=words, merges=[]))
    bare.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bare.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=bare, eos_token="<end>", pad_token="<end>")
    tokenizer.chat_template = template
    torch.manual_seed(0)
    config = getattr(transformers, f"{kind}Config")(
        vocab_size=len(words), hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, max_position_embeddings=512, eos_token_id=0, bos_token_id=0, pad_token_id=0,
    )  # fmt: skip
    getattr(transformers, f"{kind}ForCausalLM")(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module", params=["Qwen2", "Llama"])
def folder(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    return save(tmp_path_factory.mktemp("tiny"), TEMPLATE, request.param)


def loaded(folder: Path, meter: Meter | None = None, **options: Any) -> LocalModel:
    model = LocalModel.load(str(folder), meter or Meter(), **options)
    model.longest = 24
    return model


def test_the_same_seed_gives_the_same_reply_and_another_one_another(folder: Path) -> None:
    first, again, other = (loaded(folder, seed=seed).invoke(TALK) for seed in (5, 5, 6))
    assert first.text == again.text != other.text
    assert first.text


def test_tokens_are_counted_and_the_end_is_named(folder: Path) -> None:
    meter = Meter()
    message = loaded(folder, meter).invoke(TALK)
    prompt = "system: Draft.\nuser: street tacos\nassistant:"
    assert message.usage_metadata is not None
    assert message.usage_metadata["input_tokens"] == len(prompt) == meter.spent.input_tokens
    assert message.usage_metadata["output_tokens"] == meter.spent.output_tokens == 24
    assert message.response_metadata["finish_reason"] == "length"


def test_a_stream_gives_the_same_text_as_a_call(folder: Path) -> None:
    model = loaded(folder, seed=3)
    chunks = list(model.stream(TALK))
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole += chunk
    assert whole.text.strip() == model.invoke(TALK).text.strip()
    assert whole.usage_metadata is not None


async def test_it_is_opened_by_its_path_and_stops_at_the_limit(folder: Path, tmp_path: Path) -> None:
    named = open_chat_model(load_settings(home=tmp_path, llm=f"hf:{folder}"))
    assert named.name == f"hf:{folder}"
    with pytest.raises(BudgetError, match=r"0 of 10 tokens, and the next call reads about \d\d"):
        await loaded(folder, Meter(limits=Limits(tokens=10))).ainvoke(TALK)
    meter = Meter(limits=Limits(tokens=50))
    assert (await loaded(folder, meter).ainvoke(TALK)).response_metadata["finish_reason"] == "length"
    assert meter.spent.tokens == 50
    with pytest.raises(BudgetError, match="has used 50 of 50 tokens"):
        await loaded(folder, meter).ainvoke(TALK)


async def test_runs_of_a_process_share_the_weights_and_nothing_else(tmp_path: Path) -> None:
    place, workshop = save(tmp_path / "model", TEMPLATE), Workshop()
    settings = load_settings(home=tmp_path, llm=f"hf:{place}")
    first = workshop.chat_model(settings, tmp_path / "a").model
    second = workshop.chat_model(settings.model_copy(update={"seed": 9}), tmp_path / "b").model
    assert isinstance(first, LocalModel)
    assert isinstance(second, LocalModel)
    assert (first.seed, second.seed) == (settings.seed, 9)
    first.longest = second.longest = 4
    await first.ainvoke(TALK)
    await first.ainvoke(TALK)
    await second.ainvoke(TALK)
    used = [usage_of(settings, tmp_path / name)["output_tokens"] for name in "ab"]
    assert used == [8, 4]
    assert workshop.opened == {f"chat model {place}": 1}
    save(place, TEMPLATE + "\n")
    workshop.chat_model(settings)
    assert workshop.opened == {f"chat model {place}": 2}


def test_a_model_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="there is no usable model") as caught:
        loaded(tmp_path / "nowhere")
    assert "safetensors" in caught.value.hint


def test_a_model_that_cannot_chat_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="has no chat template"):
        loaded(save(tmp_path, None))


def test_a_template_that_refuses_a_role_is_told_of(tmp_path: Path) -> None:
    picky = "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}" + TEMPLATE
    with pytest.raises(ModelCallError, match="does not take these messages: no system"):
        loaded(save(tmp_path, picky)).invoke(TALK)


WITH_TOOLS = "{% for tool in tools or [] %}{{ tool.function.name }}\n{% endfor %}" + TEMPLATE


def look_up(place: str) -> str:
    """Look up the weather in a place."""
    return place


class Given(LocalModel):
    """A tiny model whose tokens are those of a given text."""

    text: str = ""

    def _sample(self, inputs: Any, most: int, seed: Any, halt: Any, streamer: Any = None) -> list[int]:
        super()._sample(inputs, most, seed, halt, streamer)
        return list(self._tokenizer(self.text, add_special_tokens=False)["input_ids"])


def speaking(folder: Path, text: str) -> Given:
    model = Given.load(str(folder), Meter())
    model.longest, model.text = 4, text
    return model


@pytest.mark.parametrize(
    "text",
    [
        '<tool_call>\n{"name": "look_up", "arguments": {"place": "Pune"}}\n</tool_call>',
        '{"name": "look_up", "parameters": {"place": "Pune"}}',
        '[{"name": "look_up", "arguments": {"place": "Pune"}}]',
    ],
    ids=["Qwen", "Llama", "Mistral"],
)
def test_a_tool_call_is_read_as_its_model_writes_it(tmp_path: Path, text: str) -> None:
    bound = speaking(save(tmp_path, WITH_TOOLS), text).bind_tools([look_up])
    message = bound.invoke(TALK)
    assert [(call["name"], call["args"]) for call in message.tool_calls] == [("look_up", {"place": "Pune"})]
    assert message.text == ""
    (chunk,) = [chunk for chunk in bound.stream(TALK) if chunk.tool_calls]
    assert chunk.tool_calls[0]["args"] == {"place": "Pune"}


def test_the_call_of_a_tool_that_was_not_offered_is_text(tmp_path: Path) -> None:
    text = '<tool_call>{"name": "delete_all", "arguments": {}}</tool_call>'
    model = speaking(save(tmp_path, WITH_TOOLS), text)
    message = model.bind_tools([look_up]).invoke(TALK)
    assert (message.tool_calls, message.text) == ([], text)
    assert model.invoke(TALK).tool_calls == []


def test_the_template_is_shown_the_tools_and_what_they_gave(tmp_path: Path) -> None:
    calls = "{% for call in message.tool_calls or [] %}{{ call.function.arguments.place }}{% endfor %}"
    template = WITH_TOOLS.replace("{{ message.content }}", calls + "{{ message.content }}")
    model = speaking(save(tmp_path, template), "done")
    call = ToolCall(name="look_up", args={"place": "Pune"}, id="1")
    talk = [*TALK, AIMessage("", tool_calls=[call]), ToolMessage("31 degrees", tool_call_id="1")]
    message = model.bind_tools([look_up]).invoke(talk)
    prompt = "look_up\nsystem: Draft.\nuser: street tacos\nassistant: Pune\ntool: 31 degrees\nassistant:"
    assert message.usage_metadata is not None
    assert message.usage_metadata["input_tokens"] == len(prompt)


def test_tools_are_refused_where_the_template_has_no_place_for_them(folder: Path) -> None:
    model = loaded(folder)
    assert not model.takes_tools
    with pytest.raises(ModelCallError, match="has no place for tools"):
        model.bind_tools([look_up])


def test_it_samples_as_the_paper_does(folder: Path) -> None:
    model = loaded(folder)
    assert (model.temperature, model.top_p, REPETITION) == (0.7, 0.9, 1.1)
    assert model.invoke(TALK, seed=9).text != model.invoke(TALK, seed=10).text


def test_its_window_is_its_own_and_counted_by_its_own_tokenizer(folder: Path, tmp_path: Path) -> None:
    window = open_chat_model(load_settings(home=tmp_path, llm=f"hf:{folder}")).window
    assert (window.tokens, window.count("tacos"), window.assumed) == (512, 5, False)
    assert open_chat_model(load_settings(home=tmp_path, llm=f"hf:{folder}", llm_window=100)).window.tokens == 100


def test_a_reply_ends_where_the_window_does(folder: Path) -> None:
    model = loaded(folder)
    model.longest = 4_096
    message = model.invoke([HumanMessage("x" * 470)])
    assert message.usage_metadata is not None
    assert message.usage_metadata["total_tokens"] <= 512
    with pytest.raises(ModelCallError, match="takes in 512"):
        model.invoke([HumanMessage("x" * 600)])


async def test_a_run_that_is_stopped_stops_the_model(folder: Path) -> None:
    meter = Meter()
    model = loaded(folder, meter)
    model.longest = 450
    task = asyncio.create_task(model.ainvoke(TALK))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await asyncio.wait_for(model.ainvoke("x", stop=["y"]), 600)).response_metadata
    assert meter.spent.output_tokens < 900


def test_four_bits_are_for_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert device_options() == {"dtype": "auto"}
