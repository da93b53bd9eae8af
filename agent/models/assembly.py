"""A streamed reply put together to what a server sends that does not stream: both are read by the same code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import openai

from .reply_stream import counted, reasoning_of, usage_of

Payload = dict[str, Any]


def told(chunk: Mapping[str, Any]) -> str:
    """What a chunk says: text, thinking, a refusal, a piece of a call; empty for one that only keeps a line open."""
    return "".join(_pieces(delta_of(chunk)))


def delta_of(chunk: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is new in a chunk, empty for one that has no choice."""
    choices = chunk.get("choices") or [{}]
    return choices[0].get("delta") or {}


@dataclass
class Assembly:
    """The chunks of one reply, added up."""

    begun: bool = False
    """Whether anything came."""
    content: str = ""
    parts: list[Any] = field(default_factory=list)
    """A content that comes in parts rather than as text."""
    reasoning: str = ""
    refusal: str = ""
    finish: str = ""
    usage: Payload = field(default_factory=dict)
    facts: Payload = field(default_factory=dict)
    """The answer's own, such as the name of the model."""
    chosen: bool = False
    """Whether there was any choice."""
    whole: Any = None
    """What came of a server that does not stream."""
    is_whole: bool = False
    _calls: dict[int, Payload] = field(default_factory=dict)

    def take_whole(self, answer: Any) -> None:
        """All of it, as a completion or whatever else it is."""
        self.whole = answer.model_dump(warnings=False) if isinstance(answer, openai.BaseModel) else answer
        self.is_whole = True
        choices = self.whole.get("choices") if isinstance(self.whole, dict) else None
        if choices and isinstance(choices[0], dict) and isinstance(choices[0].get("message"), dict):
            self.add({**self.whole, "choices": [{**choices[0], "delta": choices[0]["message"]}]})

    def add(self, chunk: Mapping[str, Any]) -> None:
        """One more chunk."""
        self.begun = True
        self.usage = chunk.get("usage") or self.usage
        self.facts |= {name: chunk[name] for name in ("id", "model", "system_fingerprint") if chunk.get(name)}
        choices, delta = chunk.get("choices") or [], delta_of(chunk)
        if choices:
            self.chosen = True
            self.finish = choices[0].get("finish_reason") or self.finish
        content = delta.get("content")
        if isinstance(content, list):
            self.parts += content
        else:
            self.content += content or ""
        self.reasoning += reasoning_of(delta)
        self.refusal += delta.get("refusal") or ""
        for piece in delta.get("tool_calls") or []:
            self._add_call(piece)

    @property
    def broke_off(self) -> bool:
        """Whether a stream ended before it said that it had."""
        return self.chosen and not self.is_whole and not self.finish

    @property
    def text(self) -> str:
        """All that was said so far, as it came: thinking, text, arguments of calls."""
        calls = "".join(call["function"]["arguments"] for call in self._calls.values())
        return f"{self.reasoning}{self.content}{self.refusal}{calls}"

    @property
    def answer(self) -> str:
        """What was said so far in text or as arguments of calls, without what a field says was thought."""
        return self.content + "".join(call["function"]["arguments"] for call in self._calls.values())

    @property
    def took(self) -> Mapping[str, int] | None:
        """The tokens as the server counts them, None where it has not said."""
        usage = usage_of({"usage": self.usage})
        return usage if counted(usage) else None

    @property
    def body(self) -> Any:
        """The completion that a server which does not stream would have sent, or has."""
        if self.is_whole:
            return self.whole
        if not self.begun:
            return "a stream with nothing in it"
        message: Payload = {"role": "assistant", "content": self.parts or self.content}
        message |= {"reasoning_content": self.reasoning} if self.reasoning else {}
        message |= {"refusal": self.refusal} if self.refusal else {}
        message |= {"tool_calls": [*self._calls.values()]} if self._calls else {}
        choice = {"index": 0, "message": message, "finish_reason": self.finish}
        return {**self.facts, "choices": [choice] if self.chosen else [], "usage": self.usage or None}

    def _add_call(self, piece: Mapping[str, Any]) -> None:
        """Name and id come once, arguments in pieces; a piece without an index is a whole call."""
        index = piece.get("index")
        place = index if isinstance(index, int) else len(self._calls)
        function = piece.get("function") or {}
        call = self._calls.setdefault(place, {"id": "", "type": "function", "function": {"name": "", "arguments": ""}})
        call["id"] = piece.get("id") or call["id"]
        call["function"]["name"] = function.get("name") or call["function"]["name"]
        call["function"]["arguments"] += function.get("arguments") or ""


def _pieces(delta: Mapping[str, Any]) -> list[str]:
    calls = [one.get("function") or {} for one in delta.get("tool_calls") or []]
    said = [delta.get("content"), reasoning_of(delta), delta.get("refusal")]
    said += [call.get(name) for call in calls for name in ("name", "arguments")]
    return [one if isinstance(one, str) else str(one) for one in said if one]
