"""What a server of chat models gave, as LangChain's results: checked, counted, the reasoning kept apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openai
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_openai import ChatOpenAI
from pydantic import PrivateAttr

from ...graphs.asking.images import ImageRate
from .assembly import Assembly
from .meter import Meter
from .reply_stream import Reading, check, counted, error_of, estimated, keep_reasoning, reasoning_of, usage_of
from .server_errors import ServerErrors
from .whole_tool_calls import WRITTEN, written_calls

if TYPE_CHECKING:
    from langchain_core.messages.ai import UsageMetadata

Payload = dict[str, Any]


class ReadReplies(ChatOpenAI):
    """ChatOpenAI that keeps the reasoning in `additional_kwargs["reasoning"]` and out of the content.

    What is no answer is one of our errors; tokens that a server does not count are counted here.
    """

    pictures: ImageRate = ImageRate()
    """What it reads pictures as: they are counted before anything is sent."""

    _errors: ServerErrors = PrivateAttr()
    _meter: Meter = PrivateAttr()

    def _answered(self, messages: list[BaseMessage], reply: Assembly) -> ChatResult:
        """What came, as a result. Raises ModelCallError where it is no answer."""
        result = self._result_of(reply.body)
        for message in _uncounted(result):
            message.usage_metadata = self._estimated(messages, message)
        return result

    def _whole(self, messages: list[BaseMessage], result: ChatResult) -> ChatResult:
        """The reply, counted here where the server did not say what it took."""
        for message in _uncounted(result):
            message.usage_metadata = self._estimated(messages, message)
            self._meter.add(message.usage_metadata)
        return result

    def _estimated(self, messages: list[BaseMessage], reply: AIMessage) -> UsageMetadata:
        """What a call took where the server does not say, pictures included."""
        return estimated(messages, reply, self.pictures.of(messages))

    def _last(self, messages: list[BaseMessage], reading: Reading) -> ChatGenerationChunk:
        """What is left of a stream when it ends, checked; with its calls, where they are not sound."""
        usage = None if counted(reading.usage) else self._estimated(messages, reading.whole)
        last = reading.end()
        if isinstance(last.message, AIMessageChunk):
            last.message.usage_metadata = usage
            if calls := written_calls(reading.whole):
                last.message.additional_kwargs[WRITTEN] = calls
        return last

    def _create_chat_result(
        self, response: dict[str, Any] | openai.BaseModel, generation_info: Payload | None = None
    ) -> ChatResult:
        body = response.model_dump(warnings=False) if isinstance(response, openai.BaseModel) else response
        if isinstance(body, dict):
            self._meter.add(usage_of(body))  # a reply that cannot be used is paid for too
        return self._result_of(body)

    def _result_of(self, body: Any) -> ChatResult:
        """A completion as a result. Raises ModelCallError where it is none, or has no answer in it."""
        if not isinstance(body, dict):
            raise self._errors.nonsense(str(body or "") or "nothing at all")
        choices = body.get("choices")
        if error := body.get("error") or error_of(choices):
            raise self._errors.failed(error)
        if not choices and isinstance(choices, list):
            raise self._errors.empty()
        result = super()._create_chat_result(body)
        for choice, generation in zip(choices or [], result.generations, strict=False):
            keep_reasoning(generation, choice["message"])
            check(self._errors, generation.message, choice.get("finish_reason"))
        return result

    def _convert_chunk_to_generation_chunk(
        self, chunk: Payload, default_chunk_class: type, base_generation_info: Payload | None
    ) -> ChatGenerationChunk | None:
        converted = super()._convert_chunk_to_generation_chunk(chunk, default_chunk_class, base_generation_info)
        choices = chunk.get("choices") or []
        if converted is not None and choices:
            delta = choices[0].get("delta") or {}
            for name, value in (("reasoning", reasoning_of(delta)), ("refusal", delta.get("refusal"))):
                if value:
                    converted.message.additional_kwargs[name] = value
        return converted


def _uncounted(result: ChatResult) -> list[AIMessage]:
    """The replies of which the server did not say what they took."""
    messages = [generation.message for generation in result.generations]
    return [one for one in messages if isinstance(one, AIMessage) and not counted(one.usage_metadata)]
