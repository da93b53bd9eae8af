"""A reply as it comes, whole or in pieces: thinking sorted out of the answer, its tokens counted, its end checked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, InvalidToolCall, ToolCall, ToolCallChunk
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk

from ...graphs.asking.window import estimated_tokens
from ...redaction import Stream, scrubbed, scrubbed_value
from .server_errors import ServerErrors
from .thinking import Splitter, split

_REASONING = ("reasoning_content", "reasoning")
"""The fields in which servers put what a model thought: DeepSeek, vLLM; OpenRouter, Groq, Ollama."""


class Reading:
    """A stream as it is read: thinking is sorted out, and the end is checked.

    `whole` is the reply so far, `usage` what the server says that it took, None until then.
    """

    def __init__(self, errors: ServerErrors) -> None:
        self._errors = errors
        self._splitter = Splitter()
        self._answer, self._thought = Stream(), Stream()
        self._arguments: dict[int, str] = {}
        """Those of tool calls, as far as they came: a secret may be split over pieces."""
        self.whole = AIMessageChunk(content="")
        self._finish = ""
        self._pieces = 0
        self.usage: Any = None

    @property
    def begun(self) -> bool:
        """Whether anything of the reply came."""
        return self._pieces > 0

    def take(self, chunk: ChatGenerationChunk) -> ChatGenerationChunk:
        """The chunk with its thinking moved out of its content."""
        message = chunk.message
        self._pieces += 1
        self._finish = (chunk.generation_info or {}).get("finish_reason") or self._finish
        if isinstance(message, AIMessage):
            self.usage = message.usage_metadata or self.usage
        answer, thought = self._splitter.feed(message.content) if isinstance(message.content, str) else ("", "")
        if isinstance(message, AIMessageChunk) and message.tool_call_chunks:
            chunk = ChatGenerationChunk(message=self._without_arguments(message), generation_info=chunk.generation_info)
        return self._told(chunk, self._answer.feed(answer), self._thought.feed(thought))

    def end(self) -> ChatGenerationChunk:
        """What was held back. Raises ModelCallError when the stream was no whole reply."""
        if not self._pieces:
            raise self._errors.nonsense("a stream with nothing in it")
        answer, thought = self._splitter.end()
        answer, thought = (
            self._answer.feed(answer) + self._answer.end(),
            self._thought.feed(thought) + self._thought.end(),
        )
        last = self._told(ChatGenerationChunk(message=self._held_arguments()), answer, thought)
        if not self._finish:
            raise self._errors.broke_off()
        check(self._errors, self.whole, self._finish)
        return last

    def _without_arguments(self, message: AIMessageChunk) -> AIMessageChunk:
        """The piece with the names of its tool calls alone: what they are called with follows in one, at the end."""
        pieces = []
        for piece in message.tool_call_chunks:
            index = piece["index"]
            if index is None:  # a whole call: nothing will be added to it
                pieces.append(ToolCallChunk(**{**piece, "args": clean_arguments(piece["args"] or "")}))
                continue
            self._arguments[index] = self._arguments.get(index, "") + (piece["args"] or "")
            if piece["name"] or piece["id"]:
                pieces.append(ToolCallChunk(**{**piece, "args": ""}))
        return _calling(message, pieces)

    def _held_arguments(self) -> AIMessageChunk:
        """What the calls are called with, all of it."""
        pieces = [
            ToolCallChunk(name=None, args=clean_arguments(text), id=None, index=index, type="tool_call_chunk")
            for index, text in self._arguments.items()
            if text
        ]
        self._arguments = {}
        return _calling(AIMessageChunk(content=""), pieces)

    def _told(self, chunk: ChatGenerationChunk, answer: str, thought: str) -> ChatGenerationChunk:
        message = chunk.message
        if isinstance(message.content, str):
            message.content = answer
        if thought:
            message.additional_kwargs["reasoning"] = message.additional_kwargs.get("reasoning", "") + thought
        if isinstance(message, AIMessageChunk):
            self.whole = self.whole + message
        return ChatGenerationChunk(message=message, generation_info=chunk.generation_info)


def clean_arguments(text: str) -> str:
    """The arguments of a call without secrets: JSON stays JSON, and what is none is scrubbed as a text."""
    try:
        arguments = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return scrubbed(text)
    clean = scrubbed_value(arguments)
    return text if clean == arguments else json.dumps(clean, ensure_ascii=False)


def _calling(message: AIMessageChunk, pieces: list[ToolCallChunk]) -> AIMessageChunk:
    """The message with these pieces of calls in place of its own, and with nothing that was guessed from those."""
    return message.model_copy(update={"tool_call_chunks": pieces, "tool_calls": [], "invalid_tool_calls": []})


def keep_reasoning(generation: ChatGeneration, told: Mapping[str, Any]) -> None:
    """Move what the model thought, in a field of `told` or in tags, to `additional_kwargs["reasoning"]`.

    Beside it goes why the model refused.
    """
    message = generation.message
    thoughts = [reasoning_of(told)]
    if isinstance(message.content, str):
        message.content, thought = split(message.content)
        thoughts.append(thought)
    else:
        thoughts.append(_thought_in_parts(message.content))
    if reasoning := "\n\n".join(thought for thought in thoughts if thought):
        message.additional_kwargs["reasoning"] = reasoning
    if refusal := told.get("refusal"):
        message.additional_kwargs["refusal"] = refusal
    scrub_message(message)
    generation.text = message.text


def scrub_message(message: BaseMessage) -> None:
    """Take secrets out of a whole reply: of its text, of what was thought, and of the arguments of its calls."""
    message.content = scrubbed_value(message.content)
    message.additional_kwargs = scrubbed_value(message.additional_kwargs)
    if isinstance(message, AIMessage):
        message.tool_calls = [ToolCall(**{**call, "args": scrubbed_value(call["args"])}) for call in message.tool_calls]
        message.invalid_tool_calls = [
            InvalidToolCall(**{**call, "args": scrubbed(call["args"] or "")}) for call in message.invalid_tool_calls
        ]


def _thought_in_parts(content: Sequence[Any]) -> str:
    """What stands in the parts of a content that are thinking, as Mistral writes them."""
    thoughts = [part.get("thinking") for part in content if isinstance(part, dict) and part.get("type") == "thinking"]
    parts = [one for thought in thoughts for one in (thought if isinstance(thought, list) else [thought])]
    return "\n\n".join(str(one.get("text") or "") if isinstance(one, dict) else str(one or "") for one in parts)


def reasoning_of(told: Mapping[str, Any]) -> str:
    """What a message or a delta says that the model thought."""
    return next((value for name in _REASONING if isinstance(value := told.get(name), str) and value), "")


def error_of(choices: Any) -> Any:
    """Why the first of the choices is none, as routers tell it of a server behind them."""
    first = choices[0] if isinstance(choices, list) and choices else None
    return first.get("error") if isinstance(first, dict) else None


def check(errors: ServerErrors, message: BaseMessage, finish: str | None) -> None:
    """Raise ModelCallError for a reply with no answer in it."""
    if refusal := message.additional_kwargs.get("refusal"):
        raise errors.refused(str(refusal))
    if finish == "content_filter":
        raise errors.filtered()
    if message.text.strip() or (isinstance(message, AIMessage) and (message.tool_calls or message.invalid_tool_calls)):
        return
    raise errors.only_thought() if finish == "length" else errors.empty()


def usage_of(body: Mapping[str, Any]) -> dict[str, int]:
    """The tokens that a completion says it took."""
    usage = body.get("usage")
    if not isinstance(usage, dict):
        return {}
    return {"input_tokens": usage.get("prompt_tokens") or 0, "output_tokens": usage.get("completion_tokens") or 0}


def counted(usage: Mapping[str, Any] | None) -> bool:
    """Whether a server said what a call took: some say nothing, some zero."""
    return bool(usage and (usage.get("input_tokens") or usage.get("output_tokens")))


def estimated(messages: Sequence[BaseMessage], reply: BaseMessage, pictures: int = 0) -> UsageMetadata:
    """About what a call took, thinking and tool calls included; `pictures` are the tokens of those it was shown."""
    calls = reply.tool_calls if isinstance(reply, AIMessage) else []
    written = f"{reply.text}{reply.additional_kwargs or ''}{calls or ''}"
    words, wrote = sum(estimated_tokens(message.text) for message in messages), estimated_tokens(written)
    read = words + pictures
    return UsageMetadata(input_tokens=read, output_tokens=wrote, total_tokens=read + wrote)
