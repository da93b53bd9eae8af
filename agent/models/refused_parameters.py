"""What a model does not take: learned from the server's own complaint, and kept by whoever opens models."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from ...graphs.asking.capabilities import RefusedForms
from .slots import Queues

SYSTEM = "system"
"""Stands for messages of the role system."""
_ROLES = {SYSTEM, "developer"}
"""What that role is called; the client writes the second for OpenAI's reasoning models."""

OLDER_LIMIT, NEWER_LIMIT = "max_tokens", "max_completion_tokens"
"""How long a reply may get, as most servers call it, and as OpenAI's does."""
STREAM = "stream"
_STREAMING = re.compile(r"\bstream(s|ed|ing)?\b", re.IGNORECASE)
"""How servers that cannot stream, or not in the form that was asked for, speak of it."""
_OPTIONAL = (
    *("temperature", "top_p", "seed", "max_completion_tokens", "max_tokens", "stream_options", "stop", "n"),
    *("frequency_penalty", "presence_penalty", "parallel_tool_calls", "reasoning_effort"),
)
"""Parameters that a call can do without."""
_TOO_LARGE = re.compile(r"too (large|long|high|big)|at most|maximum|range|must be|exceed|less than|<=", re.IGNORECASE)
_UNKNOWN = re.compile(r"not support|unsupported|unknown|unrecognized|not permitted", re.IGNORECASE)
"""How servers speak of a limit that is more than they allow, and of one that they do not know."""
_LEAST = 16
"""Tokens that a reply needs to say anything."""
_FORMS = {"response_format", "tools", "tool_choice"}
"""What a call asks for JSON with: who asked has to know that it was refused."""

_SYSTEM_REFUSED = re.compile(
    r"(system|developer).{0,160}(role|message|prompt|instruction)|(role|message).{0,160}(system|developer)"
    r"|roles? must alternate|(only|must be|should be|expected).{0,40}\buser\b.{0,20}\bassistant\b",
    re.IGNORECASE | re.DOTALL,
)
"""How servers say it: in words of their own, in those of a chat template, or as what a message's role may be."""


@dataclass
class RefusedParameters:
    """The parameters that a model was found to refuse."""

    refused: set[str] = field(default_factory=set)
    longest: int = 0
    """Tokens of a reply of which the server said that it allows no more; 0 where it did not."""

    def learn(self, complaint: str, named: str, sent: Collection[str], limit: int = 0) -> bool:
        """Note what the server's `complaint` is about, `named` by it or found in its words; False when that is nothing.

        `sent` are the parameters of the refused call, with SYSTEM when it had such a message; `limit` is how long its
        reply might get. What another call at the same time has learned already counts as learned.
        """
        if STREAM in sent and "stream_options" not in complaint and (named == STREAM or _STREAMING.search(complaint)):
            self.refused.add(STREAM)
            return True
        if named in _FORMS:
            return False
        candidates = [name for name in _OPTIONAL if name in sent]
        places = {name: match.start() for name in candidates if (match := re.search(rf"\b{name}\b", complaint))}
        about = named if named in candidates else min(places, key=lambda name: places[name], default="")
        if about in {OLDER_LIMIT, NEWER_LIMIT} and (allowed := _allowed(complaint, limit)):
            self.longest = allowed
        elif about:
            self.refused.add(about)
        elif SYSTEM in sent and _SYSTEM_REFUSED.search(complaint):
            self.refused.add(SYSTEM)
        else:
            return False
        return True

    def copy(self) -> RefusedParameters:
        """What is known now, kept while other calls learn more."""
        return RefusedParameters(set(self.refused), self.longest)

    def apply(self, payload: dict[str, Any]) -> dict[str, Any]:
        """`payload` without what is refused; the older name of a parameter is tried before it is left away."""
        refused = self.refused | ({"stream_options"} if STREAM in self.refused else set())
        kept = {name: value for name, value in payload.items() if name not in refused}
        limit = payload.get("max_completion_tokens")
        if limit is not None and "max_completion_tokens" in self.refused and "max_tokens" not in self.refused:
            kept["max_tokens"] = limit
        for name in {OLDER_LIMIT, NEWER_LIMIT} & set(kept) if self.longest else ():
            kept[name] = min(kept[name] or self.longest, self.longest)
        if SYSTEM in self.refused:
            kept["messages"] = _without_system(kept.get("messages", []))
        return kept


class Refusals:
    """What servers were found to refuse; the models that are opened with one of these learn for each other.

    They wait for each other too, in the `queues` of their servers.
    """

    def __init__(self) -> None:
        """Nothing was refused yet."""
        self.forms, self.queues = RefusedForms(), Queues()
        self._parameters: dict[tuple[str, str], RefusedParameters] = {}

    def parameters(self, url: str, model: str) -> RefusedParameters:
        """Those of one model on one server, the same at every call."""
        return self._parameters.setdefault((url, model), RefusedParameters())


def _allowed(complaint: str, limit: int) -> int:
    """The tokens of a reply that a complaint about `limit` allows; 0 where it is about something else."""
    if _UNKNOWN.search(complaint) or not _TOO_LARGE.search(complaint):
        return 0
    numbers = [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", complaint)]
    return max((number for number in numbers if _LEAST <= number < limit), default=0)


def sent_names(payload: dict[str, Any]) -> set[str]:
    """The parameters of a call, with SYSTEM when it holds such a message."""
    roles = {message.get("role") for message in payload.get("messages", [])}
    return set(payload) | ({SYSTEM} if roles & _ROLES else set())


def _without_system(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """System messages put before the first message of the user."""
    instructions = [str(message["content"]) for message in messages if message["role"] in _ROLES]
    rest = [dict(message) for message in messages if message["role"] not in _ROLES]
    first = next((message for message in rest if message["role"] == "user"), None)
    if first is None:
        return [{"role": "user", "content": "\n\n".join(instructions)}, *rest]
    if isinstance(first["content"], str):
        first["content"] = "\n\n".join([*instructions, first["content"]])
    else:
        first["content"] = [{"type": "text", "text": text} for text in instructions] + list(first["content"])
    return rest
