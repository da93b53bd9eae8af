"""A chat model behind an OpenAI-compatible server that may think aloud, refuse parameters, or answer nonsense."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, ClassVar

import openai
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_openai import ChatOpenAI
from pydantic import PrivateAttr, SecretStr

from .complaints import Desk, RefusedCallError
from .manners import Manners, manners_of, sent_names
from .meter import Meter
from .thinking import Splitter, split

_REASONING = ("reasoning_content", "reasoning")
"""The fields in which servers put what a model thought: DeepSeek, vLLM; OpenRouter, Groq, Ollama."""

Payload = dict[str, Any]


class ServedModel(ChatOpenAI):
    """ChatOpenAI that keeps the reasoning in `additional_kwargs["reasoning"]` and out of the content.

    Parameters that the model refuses are left away, once learned; every failure is one of our errors, and a refused
    call (400, 422) is a LangChain ModelError too. Each call that a cache does not answer passes the meter.
    """

    reply_forms: ClassVar[tuple[str, ...]] = ("json_schema", "tool", "json_object", "text")
    """How it can be asked for JSON, the strongest form first."""
    drafts_apart: bool = False
    """Whether it should be asked for several drafts in as many calls at once."""

    _desk: Desk = PrivateAttr()
    _meter: Meter = PrivateAttr()
    _slots: asyncio.Semaphore = PrivateAttr()
    _manners: Manners = PrivateAttr()

    @classmethod
    def at(cls, desk: Desk, meter: Meter, *, retries: int, concurrency: int, **options: Any) -> ServedModel:
        """The model of `desk`; `options` are ChatOpenAI's. The client itself backs off, with jitter and Retry-After."""
        made = cls(
            model=desk.model,
            base_url=desk.provider.url,
            api_key=SecretStr(desk.key or "none"),
            timeout=openai.Timeout(desk.silence, connect=min(desk.silence, 10)),
            max_retries=retries,
            use_responses_api=False,
            stream_usage=True,
            stream_chunk_timeout=desk.silence,
            **{name: value for name, value in options.items() if value is not None},
        )
        made._desk, made._meter = desk, meter
        made._slots = asyncio.Semaphore(concurrency)
        made._manners = manners_of(desk.provider.url, desk.model)
        return made

    @classmethod
    def is_lc_serializable(cls) -> bool:
        """No: what a cache goes by is `_identifying_params`, which hold no key and no time-out."""
        return False

    @property
    def _identifying_params(self) -> Payload:
        return {"base_url": self.openai_api_base, **super()._identifying_params}

    def _get_invocation_params(self, stop: list[str] | None = None, **kwargs: Any) -> Payload:
        return {"base_url": self.openai_api_base, **super()._get_invocation_params(stop=stop, **kwargs)}

    def _get_request_payload(self, input_: Any, *, stop: list[str] | None = None, **kwargs: Any) -> Payload:
        payload = self._manners.apply(super()._get_request_payload(input_, stop=stop, **kwargs))
        if "response_format" in payload:  # as a plain part of the body: the client's own parsing is not wanted
            form = {"response_format": payload.pop("response_format")}
            payload["extra_body"] = {**(payload.get("extra_body") or {}), **form}
        return payload

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        while True:
            self._meter.check()
            sent = self._sent(messages, stop, kwargs)
            try:
                with self._desk.plainly():
                    return self._counted(super()._generate(messages, stop, run_manager, **kwargs))
            except RefusedCallError as exc:
                if not self._learned(exc, sent):
                    raise

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        async with self._slots:
            while True:
                self._meter.check()
                sent = self._sent(messages, stop, kwargs)
                try:
                    with self._desk.plainly():
                        return self._counted(await super()._agenerate(messages, stop, run_manager, **kwargs))
                except RefusedCallError as exc:
                    if not self._learned(exc, sent):
                        raise

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        while True:
            self._meter.check()
            sent, reading = self._sent(messages, stop, kwargs), _Reading(self._desk)
            try:
                with self._desk.plainly():
                    for chunk in super()._stream(messages, stop, **kwargs):
                        told = reading.take(chunk)
                        if run_manager:
                            run_manager.on_llm_new_token(told.text, chunk=told)
                        yield told
                    yield self._last(reading)
            except RefusedCallError as exc:
                if not self._learned(exc, sent):
                    raise
            else:
                return

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        async with self._slots:
            while True:
                self._meter.check()
                sent, reading = self._sent(messages, stop, kwargs), _Reading(self._desk)
                try:
                    with self._desk.plainly():
                        async for chunk in super()._astream(messages, stop, **kwargs):
                            told = reading.take(chunk)
                            if run_manager:
                                await run_manager.on_llm_new_token(told.text, chunk=told)
                            yield told
                        yield self._last(reading)
                except RefusedCallError as exc:
                    if not self._learned(exc, sent):
                        raise
                else:
                    return

    def _sent(self, messages: list[BaseMessage], stop: list[str] | None, kwargs: Payload) -> set[str]:
        return sent_names(self._get_request_payload(messages, stop=stop, **kwargs)) | set(kwargs)

    def _learned(self, exc: RefusedCallError, sent: set[str]) -> bool:
        return self._manners.learn(exc.complaint, exc.named, sent)

    def _counted(self, result: ChatResult) -> ChatResult:
        for generation in result.generations:
            if isinstance(generation.message, AIMessage):
                self._meter.add(generation.message.usage_metadata)
        return result

    def _last(self, reading: _Reading) -> ChatGenerationChunk:
        """What is left of a stream when it ends, counted and checked."""
        last = reading.end()
        self._meter.add(reading.usage)
        return last

    def _create_chat_result(
        self, response: dict[str, Any] | openai.BaseModel, generation_info: Payload | None = None
    ) -> ChatResult:
        if not isinstance(response, dict | openai.BaseModel):
            raise self._desk.nonsense(str(response) or "nothing at all")
        body = response if isinstance(response, dict) else response.model_dump(warnings=False)
        choices = body.get("choices")
        if not body.get("error") and not choices and isinstance(choices, list):
            raise self._desk.empty()
        result = super()._create_chat_result(response, generation_info)
        for choice, generation in zip(choices or [], result.generations, strict=False):
            _keep_reasoning(generation, choice["message"])
            _check(self._desk, generation.message, choice.get("finish_reason"))
        return result

    def _convert_chunk_to_generation_chunk(
        self, chunk: Payload, default_chunk_class: type, base_generation_info: Payload | None
    ) -> ChatGenerationChunk | None:
        made = super()._convert_chunk_to_generation_chunk(chunk, default_chunk_class, base_generation_info)
        choices = chunk.get("choices") or []
        if made is not None and choices:
            delta = choices[0].get("delta") or {}
            for name, value in (("reasoning", _reasoning(delta)), ("refusal", delta.get("refusal"))):
                if value:
                    made.message.additional_kwargs[name] = value
        return made


class _Reading:
    """A stream as it is read: thinking is sorted out, and the end is checked."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._splitter = Splitter()
        self._whole = AIMessageChunk(content="")
        self._finish = ""
        self._pieces = 0
        self.usage: Any = None

    def take(self, chunk: ChatGenerationChunk) -> ChatGenerationChunk:
        """The chunk with its thinking moved out of its content."""
        message = chunk.message
        self._pieces += 1
        self._finish = (chunk.generation_info or {}).get("finish_reason") or self._finish
        self.usage = getattr(message, "usage_metadata", None) or self.usage
        answer, thought = self._splitter.feed(message.content) if isinstance(message.content, str) else ("", "")
        return self._told(chunk, answer, thought)

    def end(self) -> ChatGenerationChunk:
        """What was held back. Raises ModelCallError when the stream was no whole reply."""
        if not self._pieces:
            raise self._desk.nonsense("a stream with nothing in it")
        told = self._told(ChatGenerationChunk(message=AIMessageChunk(content="")), *self._splitter.end())
        if not self._finish:
            raise self._desk.broke_off()
        _check(self._desk, self._whole, self._finish)
        return told

    def _told(self, chunk: ChatGenerationChunk, answer: str, thought: str) -> ChatGenerationChunk:
        message = chunk.message
        if isinstance(message.content, str):
            message.content = answer
        if thought:
            message.additional_kwargs["reasoning"] = message.additional_kwargs.get("reasoning", "") + thought
        if isinstance(message, AIMessageChunk):
            self._whole = self._whole + message
        return ChatGenerationChunk(message=message, generation_info=chunk.generation_info)


def _keep_reasoning(generation: ChatGeneration, told: Mapping[str, Any]) -> None:
    message = generation.message
    thoughts = [_reasoning(told)]
    if isinstance(message.content, str):
        message.content, thought = split(message.content)
        thoughts.append(thought)
    if found := "\n\n".join(thought for thought in thoughts if thought):
        message.additional_kwargs["reasoning"] = found
    generation.text = message.text


def _reasoning(told: Mapping[str, Any]) -> str:
    """What a message or a delta says that the model thought."""
    return next((value for name in _REASONING if isinstance(value := told.get(name), str) and value), "")


def _check(desk: Desk, message: BaseMessage, finish: str | None) -> None:
    """Raise ModelCallError for a reply with no answer in it."""
    if refusal := message.additional_kwargs.get("refusal"):
        raise desk.refused(str(refusal))
    if finish == "content_filter":
        raise desk.filtered()
    if message.text.strip() or getattr(message, "tool_calls", None) or getattr(message, "invalid_tool_calls", None):
        return
    raise desk.only_thought() if finish == "length" else desk.empty()
