"""What a model replies, made such as can be kept, sent again and acted on, before it is saved."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from langchain.agents.middleware.types import AgentMiddleware
from langchain_core.messages import AIMessage, HumanMessage, ToolCall

from ...errors import RequestError
from ..models.whole_tool_calls import WRITTEN, Written, sound_arguments
from ..toolbox.sendable_result import cut, sendable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain.agents.middleware.types import ModelRequest, ModelResponse, ToolCallRequest
    from langchain_core.messages import AnyMessage

    Handler = Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]]

_WRONG = "wrong_calls"
"""In `additional_kwargs` of a saved reply: why a call must not be run, by its id."""
_BEGINNING = 200
"""Characters of arguments that are told where they are no arguments."""
_NO_NAME = re.compile(r"[^a-zA-Z0-9_-]+")


class Replies(AgentMiddleware[Any, Any]):
    """Mends each reply as it comes in; a call whose arguments did not come whole is left for the guard to refuse."""

    def __init__(self, clean: Callable[[str], str] = sendable) -> None:
        """`clean` takes out what nobody may read."""
        super().__init__()
        self._clean = clean

    async def awrap_model_call(self, request: ModelRequest[Any], handler: Handler) -> ModelResponse[Any]:
        """Ask without the keys that a person may have typed, and give the reply mended."""
        asked = [self._asked(one) if isinstance(one, HumanMessage) else one for one in request.messages]
        response = await handler(request.override(messages=asked))
        known = set(_ids(request.state["messages"]))
        result = [self._mended(one, known) if isinstance(one, AIMessage) else one for one in response.result]
        return replace(response, result=result)

    def _asked(self, message: HumanMessage) -> HumanMessage:
        clean = self._cleaned(message.content)
        return message if clean == message.content else message.model_copy(update={"content": clean})

    def _mended(self, reply: AIMessage, known: set[str]) -> AIMessage:
        """The reply with nothing in it that cannot be sent; every call has an id of its own, which goes to `known`."""
        calls: list[ToolCall] = []
        wrong: dict[str, str] = {}
        for written in _written(reply):
            name = _NO_NAME.sub("_", str(written["name"] or ""))[:64] or "unnamed"
            own = self._own_id(written["id"], known)
            arguments = sound_arguments(written["args"])
            if arguments is None or was_cut(reply):
                wrong[own] = self._why(written["args"], whole=not was_cut(reply))
            fitting = {} if own in wrong else self._cleaned(arguments)
            calls.append(ToolCall(name=name, args=fitting, id=own, type="tool_call"))
        kept = {name: value for name, value in reply.additional_kwargs.items() if name != WRITTEN}
        changes = {
            "content": self._cleaned(reply.content),
            "tool_calls": calls,
            "invalid_tool_calls": [],
            "additional_kwargs": self._cleaned(kept) | ({_WRONG: wrong} if wrong else {}),
            "response_metadata": self._cleaned(reply.response_metadata),
        }
        return reply.model_copy(update=changes)

    def _own_id(self, given: str | None, known: set[str]) -> str:
        """The id that a call was given, or another where it has none or one that stands for a call already."""
        own = sendable(given or "")
        if not own or own in known:
            own = f"call-{uuid.uuid4().hex[:12]}"
        known.add(own)
        return own

    def _why(self, written: object, *, whole: bool) -> str:
        """What is wrong with a call, with the beginning of what was written."""
        text = written if isinstance(written, str | None) else json.dumps(written, ensure_ascii=False, default=str)
        beginning = cut(self._clean(sendable(text or "")), _BEGINNING)
        if whole:
            return f"its arguments were cut off or are no JSON object: {beginning!r}"
        return f"the reply was cut off at the model's limit, where its arguments were {beginning!r}"

    def _cleaned(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._clean(sendable(value))
        if isinstance(value, Mapping):
            return {self._cleaned(name): self._cleaned(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._cleaned(inner) for inner in value]
        return value


def was_cut(reply: AIMessage) -> bool:
    """Whether the reply ends where the model had to stop, and not where it had said all."""
    return reply.response_metadata.get("finish_reason") == "length"


def refuse_wrong(request: ToolCallRequest) -> None:
    """Raise RequestError for a call whose arguments did not come whole."""
    for message in reversed(request.state["messages"]):
        if isinstance(message, AIMessage):
            if why := message.additional_kwargs.get(_WRONG, {}).get(request.tool_call["id"]):
                raise RequestError(why)
            return


def _ids(messages: Sequence[AnyMessage]) -> Iterator[str]:
    for message in messages:
        if isinstance(message, AIMessage):
            yield from (str(call["id"]) for call in message.tool_calls)


def _written(reply: AIMessage) -> Iterator[Written | ToolCall]:
    """The calls as they were written, as far as that is known."""
    if WRITTEN in reply.additional_kwargs:
        yield from reply.additional_kwargs[WRITTEN]
        return
    yield from reply.tool_calls
    for call in reply.invalid_tool_calls:
        yield Written(name=call["name"], args=call["args"], id=call["id"])
