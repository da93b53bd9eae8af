"""A chat model of transformers on this machine, as the paper ran Llama-3.3-70B and Qwen-2.5-72B."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from threading import Event, Lock, Thread
from typing import Any, Literal, Self

import torch
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, convert_to_openai_messages
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import PrivateAttr
from transformers import StoppingCriteriaList, TextIteratorStreamer

from ...errors import ModelCallError
from ...graphs.asking.capabilities import AsksInText
from ...graphs.asking.window import Window
from ...graphs.asking.writing import call_here
from .local_pictures import image_rate, with_pictures
from .local_progress import Halt, TokenTeller
from .local_weights import Weights
from .meter import Meter
from .thinking import Splitter, split
from .written_tool_calls import read_calls, takes_tools, with_parsed_arguments

TEMPERATURE, TOP_P, REPETITION = 0.7, 0.9, 1.1
"""How the paper samples (arXiv 2502.12945, implementation details)."""
LONGEST = 4_096
"""New tokens at most."""


class LocalModel(AsksInText, BaseChatModel):
    """A language model with a chat template, which may read pictures; sampling starts from `seed` at every call.

    One call at a time, since the random numbers are the process's. Thinking in tags goes to
    `additional_kwargs["reasoning"]`. Raises ModelCallError when the template refuses the messages.
    """

    name_or_path: str
    seed: int = 0
    temperature: float = TEMPERATURE
    top_p: float = TOP_P
    longest: int = LONGEST

    _model: Any = PrivateAttr()
    _tokenizer: Any = PrivateAttr()
    _processor: Any = PrivateAttr(default=None)
    _repetition: float = PrivateAttr(default=REPETITION)
    _meter: Meter = PrivateAttr()
    _alone: Lock = PrivateAttr()

    @classmethod
    def load(
        cls, name: str, meter: Meter, *, seed: int = 0, temperature: float | None = None, top_p: float | None = None
    ) -> Self:
        """The model `name` with weights that it shares with nobody. Raises what `Weights.read` raises."""
        return cls.of(name, Weights.read(name), meter, seed=seed, temperature=temperature, top_p=top_p)

    @classmethod
    def of(
        cls,
        name: str,
        weights: Weights,
        meter: Meter,
        *,
        seed: int = 0,
        temperature: float | None = None,
        top_p: float | None = None,
    ) -> Self:
        """A model called `name` with these weights; what it takes is counted by `meter`."""
        usual = 0.0 if weights.greedy else TEMPERATURE
        model = cls(
            name_or_path=name,
            seed=seed,
            temperature=usual if temperature is None else temperature,
            top_p=TOP_P if top_p is None else top_p,
        )
        model._model, model._tokenizer, model._alone = weights.model, weights.tokenizer, weights.alone
        model._processor, model._repetition = weights.processor, 1.0 if weights.greedy else REPETITION
        model._meter = meter
        return model

    def window(self, tokens: int = 0) -> Window:
        """How much it takes in, as its configuration says or `tokens`, counted by its own tokenizer."""
        config = self._model.config
        text = config.get_text_config() if hasattr(config, "get_text_config") else config
        known = getattr(text, "max_position_embeddings", 0)
        sizes = [size for size in (tokens, known) if size]
        known = Window(min(sizes), self._length) if sizes else Window(count=self._length, assumed=True)
        pictures = None if self._processor is None else image_rate(self._processor)
        return replace(known, limits=True, pictures=pictures)

    def _length(self, text: str) -> int:
        return len(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    @property
    def _llm_type(self) -> str:
        return "transformers"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model_name": self.name_or_path, "seed": self.seed}

    @property
    def takes_tools(self) -> bool:
        """Whether its chat template has a place for tools."""
        return takes_tools(self._tokenizer.chat_template)

    def bind_tools(
        self, tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool], **kwargs: Any
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """The same with tools that it may call; it cannot be made to call one. Raises ModelCallError."""
        if not self.takes_tools:
            raise ModelCallError(
                f"the chat template of {self.name_or_path!r} has no place for tools",
                hint="Choose a model that is trained to call tools with --llm.",
            )
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools])

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        halt: Event | None = None,
        tools: Sequence[dict[str, Any]] = (),
        seed: int | None = None,
        max_tokens: int = LONGEST,
        **kwargs: Any,
    ) -> ChatResult:
        inputs = self._inputs(messages, tools)
        most = self._most_new(inputs, max_tokens)
        call = call_here()
        call.queued()
        with self._alone:
            call.sent()
            new = self._sample(inputs, most, seed, halt, TokenTeller(call))
        usage = self._count(inputs, new)
        answer, thought = split(_until(self._tokenizer.decode(new, skip_special_tokens=True), stop))
        answer, calls = read_calls(answer, tools) if tools else (answer, [])
        message = AIMessage(
            content=answer,
            tool_calls=calls,
            additional_kwargs={"reasoning": thought} if thought else {},
            response_metadata={"model_name": self.name_or_path, "finish_reason": _finish(new, most)},
            usage_metadata=usage,
        )
        return ChatResult(generations=[ChatGeneration(message=message)])

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        halt = Event()
        try:
            return await asyncio.to_thread(self._generate, messages, stop, None, halt, **kwargs)
        finally:
            halt.set()  # whoever stops a run does not wait for a thousand more tokens

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        tools: Sequence[dict[str, Any]] = (),
        seed: int | None = None,
        max_tokens: int = LONGEST,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        if tools:  # what is a call and what is text is known at the end
            (whole,) = self._generate(messages, stop, tools=tools, seed=seed, max_tokens=max_tokens).generations
            yield ChatGenerationChunk(message=_as_chunk(whole.message))
            return
        inputs, splitter, done, halt = self._inputs(messages), Splitter(), list[list[int]](), Event()
        most = self._most_new(inputs, max_tokens)
        streamer = TextIteratorStreamer(self._tokenizer, skip_prompt=True, skip_special_tokens=True)

        def work() -> None:
            try:
                done.append(self._sample(inputs, most, seed, halt, streamer))
            finally:
                streamer.end()  # type: ignore[no-untyped-call]

        with self._alone:
            thread = Thread(target=work, name="local chat model", daemon=True)
            thread.start()
            try:
                for piece in streamer:
                    yield _chunk(*splitter.feed(piece), run_manager)
            finally:
                halt.set()
                thread.join()
        if not done:
            raise ModelCallError(
                f"{self.name_or_path!r} failed while it wrote", hint="Choose another model with --llm."
            )
        last = _chunk(*splitter.end(), run_manager)
        last.message.usage_metadata = self._count(inputs, done[0])  # type: ignore[attr-defined]  # an AIMessageChunk
        finish = _finish(done[0], most)
        last.message.response_metadata = {"model_name": self.name_or_path, "finish_reason": finish}
        yield last

    def _inputs(self, messages: list[BaseMessage], tools: Sequence[dict[str, Any]] = ()) -> Any:
        """The prompt as tokens: `input_ids` and `attention_mask`, (1, T) int64."""
        form: Literal["string", "block"] = "string" if self._processor is None else "block"
        talk = with_parsed_arguments(convert_to_openai_messages(messages, text_format=form))
        reader = self._tokenizer if self._processor is None else self._processor
        try:
            inputs = reader.apply_chat_template(
                talk if self._processor is None else with_pictures(talk),
                tools=[*tools] or None,
                add_generation_prompt=True,
                tokenize=True,
                return_tensors="pt",
                return_dict=True,
            ).to(self._model.device)
        except Exception as exc:  # a template is a program that came with the model, and may raise anything
            raise ModelCallError(
                f"the chat template of {self.name_or_path!r} does not take these messages: {exc}",
                hint="Choose another model with --llm.",
            ) from exc
        size, most = inputs["input_ids"].shape[1], self.window().tokens
        if size >= most:
            raise ModelCallError(
                f"the request has {size:,} tokens, and {self.name_or_path!r} takes in {most:,}",
                hint="Say with POPCORN_LLM_WINDOW that it takes in less, so that less is shown of the references, "
                "or choose a model with a longer window with --llm.",
            )
        return inputs

    @torch.inference_mode()
    def _sample(self, inputs: Any, most: int, seed: int | None, halt: Event | None, streamer: Any = None) -> list[int]:
        """The new tokens."""
        torch.manual_seed(self.seed if seed is None else seed)
        sampled = {"do_sample": True, "temperature": self.temperature, "top_p": self.top_p, "top_k": 0}
        sequences = self._model.generate(
            **inputs,
            **(sampled if self.temperature else {"do_sample": False}),
            repetition_penalty=self._repetition,
            max_new_tokens=most,
            pad_token_id=self._tokenizer.pad_token_id or self._tokenizer.eos_token_id,
            stopping_criteria=StoppingCriteriaList([Halt(halt)] if halt else []),
            streamer=streamer,
        )
        tokens: list[int] = sequences[0, inputs["input_ids"].shape[1] :].tolist()
        return tokens

    def _most_new(self, inputs: Any, wanted: int) -> int:
        """New tokens: as many as are wanted, fit beside the prompt, and may be spent. Raises BudgetError."""
        prompt = int(inputs["input_ids"].shape[1])
        spendable = self._meter.most(prompt)
        fitting = min(wanted, self.longest, self.window().tokens - prompt)
        return fitting if spendable is None else min(fitting, spendable)

    def _count(self, inputs: Any, new: list[int]) -> UsageMetadata:
        read = int(inputs["input_ids"].shape[1])
        usage = UsageMetadata(input_tokens=read, output_tokens=len(new), total_tokens=read + len(new))
        self._meter.add(usage)
        return usage


def _finish(new: Sequence[int], most: int) -> str:
    return "length" if len(new) >= most else "stop"


def _until(text: str, stop: list[str] | None) -> str:
    """`text` up to the first stop word."""
    places = [start for word in stop or () if (start := text.find(word)) >= 0]
    return text[: min(places)] if places else text


def _as_chunk(message: BaseMessage) -> AIMessageChunk:
    """A whole reply as the only piece of a stream."""
    return AIMessageChunk(**message.model_dump(exclude={"type"}))


def _chunk(answer: str, thought: str, run_manager: CallbackManagerForLLMRun | None) -> ChatGenerationChunk:
    kept = {"reasoning": thought} if thought else {}
    chunk = ChatGenerationChunk(message=AIMessageChunk(content=answer, additional_kwargs=kept))
    if run_manager:
        run_manager.on_llm_new_token(answer, chunk=chunk)
    return chunk
