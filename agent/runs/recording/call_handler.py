"""What LangChain says of model and tool calls, as events: what was sent, what came back, what it took."""

from __future__ import annotations

import json
import logging
import time
from asyncio import CancelledError
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, LLMResult
from langchain_core.runnables.config import ensure_config

from ....errors import PopcornError
from ...models.meter import Price, Spent
from .event_recorder import Recorder

_log = logging.getLogger(__name__)
_OPTIONS = ("temperature", "top_p", "seed", "max_tokens", "max_completion_tokens", "stop", "n")
"""What of a call's parameters is written down beside the form of its answer; others may hold anything."""


class Place(NamedTuple):
    """Where in a graph something happens: a node, the id of its task, and the call of a tool that it is part of."""

    node: str = ""
    task: str = ""
    inside: str = ""

    @classmethod
    def here(cls) -> Place:
        """The place of the tool that is being called here."""
        config = ensure_config()
        call = getattr(config.get("callbacks"), "parent_run_id", None)
        return cls.of(config.get("metadata") or {})._replace(inside=str(call or ""))

    @classmethod
    def of(cls, metadata: Mapping[str, Any]) -> Place:
        """The place that LangGraph has written into the metadata of a call."""
        namespace = str(metadata.get("langgraph_checkpoint_ns") or metadata.get("checkpoint_ns") or "")
        return cls(str(metadata.get("langgraph_node") or ""), namespace.rpartition(":")[2])


class TraceHandler(BaseCallbackHandler):
    """Records every model and tool call of a run.

    LangChain calls it from threads, and goes on when it fails: no reply that was paid for is lost to a full disk.
    """

    def __init__(self, recorder: Recorder, price: Price | None = None, within: Place | None = None) -> None:
        """`price` is None where none is known; calls then have no cost.

        `within` is where every call is told to be: those of a graph that is walked inside of a task of another one.
        """
        self._recorder, self._price, self._within = recorder, price, within
        self._started: dict[UUID, float] = {}
        self._lost = False
        """Whether something could not be recorded."""

    def on_chat_model_start(
        self,
        serialized: dict[str, Any],
        messages: list[list[BaseMessage]],
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        tags: list[str] | None = None,
        metadata: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """A model is asked."""
        parameters = kwargs.get("invocation_params") or {}
        facts = {
            "model": _model(serialized, parameters, metadata or {}),
            "form": _form(parameters),
            "options": {name: parameters[name] for name in _OPTIONS if parameters.get(name) is not None},
            "messages": [_message(message) for batch in messages for message in batch],
        }
        self._begin("model_started", run_id, metadata, facts)

    def on_llm_end(
        self, response: LLMResult, *, run_id: UUID, parent_run_id: UUID | None = None, **kwargs: Any
    ) -> None:
        """A model has replied."""
        facts: dict[str, Any] = {"reply": "", "reasoning": "", "input_tokens": 0, "output_tokens": 0, "cost_usd": None}
        for generation in _generations(response):
            facts |= self._replied(generation)
        self._end("model_finished", run_id, facts)

    def on_llm_error(
        self, error: BaseException, *, run_id: UUID, parent_run_id: UUID | None = None, **kwargs: Any
    ) -> None:
        """A model call has failed, or was stopped."""
        partial = kwargs.get("response")
        replies = [generation.text for generation in _generations(partial)] if isinstance(partial, LLMResult) else []
        reply = "".join(replies) or (error.reply if isinstance(error, PopcornError) else "")
        self._end("model_failed", run_id, {"error": _told(error), "reply": reply})

    def on_tool_start(
        self,
        serialized: dict[str, Any],
        input_str: str,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        tags: list[str] | None = None,
        metadata: dict[str, Any] | None = None,
        inputs: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """A tool is called."""
        facts = {"tool": str(serialized.get("name") or kwargs.get("name") or ""), "input": _text(inputs or input_str)}
        self._begin("tool_started", run_id, metadata, facts)

    def on_tool_end(self, output: Any, *, run_id: UUID, parent_run_id: UUID | None = None, **kwargs: Any) -> None:
        """A tool has answered."""
        self._end("tool_finished", run_id, {"output": _text(getattr(output, "content", output))})

    def on_tool_error(
        self, error: BaseException, *, run_id: UUID, parent_run_id: UUID | None = None, **kwargs: Any
    ) -> None:
        """A tool has failed."""
        self._end("tool_failed", run_id, {"error": _told(error)})

    def _begin(self, name: str, call: UUID, metadata: Mapping[str, Any] | None, facts: dict[str, Any]) -> None:
        self._started[call] = time.monotonic()
        place = self._within or Place.of(metadata or {})
        self._tell(name, call=str(call), **place._asdict(), **facts)

    def _end(self, name: str, call: UUID, facts: dict[str, Any]) -> None:
        now = time.monotonic()
        seconds = round(now - self._started.pop(call, now), 3)
        self._tell(name, call=str(call), seconds=seconds, **facts)

    def _tell(self, name: str, **facts: Any) -> None:
        """Record it; where that cannot be, it is said once: the walk itself meets what is wrong with the home."""
        try:
            self._recorder.tell(name, **facts)
        except (PopcornError, OSError) as exc:
            if not self._lost:
                _log.warning("calls of models and tools are not recorded from here on: %s", exc)
            self._lost = True

    def _replied(self, generation: ChatGeneration) -> dict[str, Any]:
        message = generation.message
        usage: Mapping[str, Any] = (message.usage_metadata if isinstance(message, AIMessage) else None) or {}
        cached = "total_cost" in usage  # LangChain's mark on what comes out of the reply cache
        spent = Spent(int(usage.get("input_tokens") or 0), int(usage.get("output_tokens") or 0))
        calls = message.tool_calls if isinstance(message, AIMessage) else []
        return {
            "reply": message.text,
            "tool_calls": [{"name": call["name"], "args": call["args"]} for call in calls],
            "reasoning": str(message.additional_kwargs.get("reasoning") or ""),
            "finish": str(message.response_metadata.get("finish_reason") or ""),
            "answered_by": str(message.response_metadata.get("model_name") or ""),
            "input_tokens": spent.input_tokens,
            "output_tokens": spent.output_tokens,
            "cost_usd": 0.0 if cached else spent.cost(self._price) if self._price else None,
            "cached": cached,
        }


def _generations(response: LLMResult) -> list[ChatGeneration]:
    generations = (generation for batch in response.generations for generation in batch)
    return [generation for generation in generations if isinstance(generation, ChatGeneration)]


def _message(message: BaseMessage) -> dict[str, Any]:
    calls = message.tool_calls if isinstance(message, AIMessage) else []
    asked = {"tool_calls": [{"name": call["name"], "args": call["args"]} for call in calls]} if calls else {}
    return {"role": message.type, "text": message.text, **asked}


def _model(serialized: Mapping[str, Any], parameters: Mapping[str, Any], metadata: Mapping[str, Any]) -> str:
    """The model's name; that of its class where it has none."""
    named = parameters.get("model") or parameters.get("model_name") or metadata.get("ls_model_name")
    return str(named or (serialized.get("id") or ["a model"])[-1])


def _form(parameters: Mapping[str, Any]) -> str:
    """How the answer was asked for: a JSON schema, a call of a tool, JSON, or plain text."""
    if (wanted := parameters.get("response_format")) and isinstance(wanted, Mapping):
        return str(wanted.get("type") or "text")
    return "tool" if parameters.get("tools") else "text"


def _told(error: BaseException) -> str:
    if isinstance(error, CancelledError):  # its text is an object of whoever stopped it
        return "stopped"
    return f"{type(error).__name__}: {error}".removesuffix(": ")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping | Sequence):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
