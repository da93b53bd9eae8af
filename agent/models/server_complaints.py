"""What a model server complains of, in the words of each: a prompt that is too long, tools, a filter.

Servers say the same with a status, as an event in a stream, or in place of a reply with status 200. Their words are of
OpenAI, vLLM, SGLang, llama.cpp, LM Studio, text-generation-inference, Mistral, Anthropic, Google, xAI, Cohere, Groq.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_READ = 1_000
"""Characters of a complaint that are read at its beginning, and as many at its end: a server may repeat the prompt."""
_OVERLONG_WITH = {0, 400, 413, 422, 429, 500}
"""Statuses with which prompts are refused for their length; 429 where they are more than a minute allows."""
_TOO_LONG = re.compile(
    r"context[ _-]?(length|window|size|overflow)|too many tokens|prompt length"
    r"|(prompt|inputs?|request|messages?)\b.{0,30}\btoo (long|large)"
    r"|reduce the length|longer than the (maximum|model)|tokens.{0,60}exceed|exceed.{0,60}tokens"
    r"|inputs\W{1,3}must have|tokens.{0,40}must be <=",
    re.IGNORECASE,
)
_READS = re.compile(r"context|prompt|inputs?\b|messages?\b|n_ctx|max_model_len", re.IGNORECASE)
"""What a complaint about a prompt speaks of; one that speaks of `max_tokens` alone is about the reply."""
_NUMBER = r"(\d[\d,]{2,9}|\d{1,4}(?=k\b))(k?)"
_WINDOWS = (
    rf"(?:n_ctx|max_model_len|max_seq_len)\W{{1,4}}{_NUMBER}",
    rf"\d[\d,]*(?: tokens?)?\s*>=?\s*{_NUMBER}",
    rf"(?:context|maximum|supports?|limit|cannot exceed)[^.\d]{{0,60}}?\(?{_NUMBER}",
    rf"{_NUMBER}[- ](?:tokens? )?(?:maximum|limit|context)",
    rf"must be <= {_NUMBER}|(?:less|fewer) than {_NUMBER}",
)
"""The window in a complaint about a prompt, the surest words first: "n_ctx: 4096", "5000 > 4096", "maximum context
length is 4096 tokens"."""
_TOOLS = r"(?:tools?\b(?!_)|tool[ -](?:use|call\w*|choice)|function[ -]?call\w*)"
_NOT = (
    r"(?:not (?:\w+ ){0,4}(?:support|enabled|available|permitted|allowed|implemented|set\b)|n't support"
    r"|unsupported|unknown|unrecognized|unexpected|extra inputs|requires?\b|cannot use|no endpoints found)"
)
_NO_TOOLS = re.compile(rf"{_TOOLS}.{{0,80}}{_NOT}|{_NOT}.{{0,80}}{_TOOLS}", re.IGNORECASE | re.DOTALL)
_OF_A_SCHEMA = re.compile(r"schema|tool_choice|tool_call_id", re.IGNORECASE)
"""A complaint about one of the tools, or about being made to call it: others may do."""
_UNSUPPORTED = re.compile(
    r"(support|handle).{0,80}(tool|response_format|parameter|structured)|(tool|response_format|structured).{0,80}support",
    re.IGNORECASE,
)
"""In a 404: routers such as OpenRouter find the model, but nobody who serves it with what the call asks for."""
_TOOLLESS_WITH = {0, 400, 404, 422, 500, 501}
_MODERATING = {0, 400, 403, 422, 451}
_FILTERS = {"content_filter", "content_policy_violation"}
_MODERATED = re.compile(
    r"content[ _-]?(filter|policy|management policy)|requires moderation|\bflagged\b|safety system", re.IGNORECASE
)
"""How servers say that they do not pass a request on: Azure, OpenAI and OpenRouter."""


@dataclass(frozen=True, slots=True)
class ServerComplaint:
    """Why a server does not answer a call."""

    text: str
    """The server's own words."""
    status: int = 0
    """That of HTTP, or which it names in place of a reply; 0 where it names none."""
    code: str = ""
    """Its name for what is wrong, such as `context_length_exceeded`."""
    parameter: str = ""
    """The parameter that it names."""
    field: int = 0
    """The window as llama.cpp gives it in a field of its own; 0 where there is none."""

    @classmethod
    def of(cls, exc: Exception) -> ServerComplaint:
        """That of an error of the client."""
        body = getattr(exc, "body", None)
        told = cls.in_reply(body if body else "")
        status = getattr(exc, "status_code", 0) or told.status
        return cls(
            told.text,
            status,
            str(getattr(exc, "code", "") or told.code),
            str(getattr(exc, "param", "") or told.parameter),
            told.field,
        )

    @classmethod
    def in_reply(cls, error: object) -> ServerComplaint:
        """That which came in place of a reply."""
        if not isinstance(error, Mapping):
            return cls(_ends(str(error or "")))
        status, window = (error.get(name) for name in ("code", "n_ctx"))
        return cls(
            _ends(str(error.get("message") or error.get("error") or error.get("detail") or dict(error))),
            _whole(status),
            str(error.get("code") or error.get("type") or ""),
            str(error.get("param") or ""),
            _whole(window),
        )

    @property
    def is_too_long(self) -> bool:
        """Whether the prompt is longer than the model can read."""
        if self.code == "context_length_exceeded" or self.field:
            return True
        named = self.status in _OVERLONG_WITH and _TOO_LONG.search(self.text) and _READS.search(self.text)
        return bool(named) and (self.status != 429 or bool(re.search(r"too (long|large)", self.text, re.IGNORECASE)))

    @property
    def window(self) -> int:
        """The tokens that the model takes in, as a complaint about a prompt says; 0 where it does not."""
        if self.field:
            return self.field
        for words in _WINDOWS:
            if found := re.search(words, self.text, re.IGNORECASE):
                return _tokens(found)
        numbers = {int(number.replace(",", "")) for number in re.findall(r"\d[\d,]{2,9}", self.text)}
        return min(numbers) if len(numbers) == 2 else 0  # a prompt that is refused is the longer of the two

    @property
    def is_of_tools(self) -> bool:
        """Whether the model, as it is served, cannot call tools."""
        if self.status not in _TOOLLESS_WITH or _OF_A_SCHEMA.search(self.text):
            return False
        return self.parameter == "tools" or bool(_NO_TOOLS.search(self.text))

    @property
    def is_filtered(self) -> bool:
        """Whether a filter did not let the request through."""
        return self.status in _MODERATING and (self.code in _FILTERS or bool(_MODERATED.search(self.text)))

    @property
    def finds_nobody(self) -> bool:
        """Whether a router knows the model, but nobody who serves it with what the call asks for."""
        return self.status == 404 and bool(_UNSUPPORTED.search(self.text))


def _ends(text: str) -> str:
    """The beginning and the end of a long text; all of any other."""
    return text if len(text) <= 2 * _READ else f"{text[:_READ]} ... {text[-_READ:]}"


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _tokens(found: re.Match[str]) -> int:
    number, thousands = next((found[at], found[at + 1]) for at in range(1, len(found.groups()), 2) if found[at])
    return int(number.replace(",", "")) * (1_000 if thousands else 1)
