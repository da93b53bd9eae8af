"""The values of asking a model: a call that was made, and a complaint about its reply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel

BRIEF = "brief"
"""In `additional_kwargs` of a question: what it asks for as facts, for a drafter that reads no instructions. No server
is sent it."""


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One call of the chat model, for traces, manifests and usage."""

    node: str
    model: str
    prompt: str
    """Name and digest of the template, e.g. `draft@0123456789abcdef`."""
    reply: str
    """The raw reply, as it came."""
    reasoning: str = ""
    """What a reasoning model thought before it replied; never a part of the draft."""
    finish: str = ""
    """Why the reply ended, in the server's words, e.g. `stop` or `length`; empty where it does not say."""
    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a reply, in a sentence that a model can act on."""

    text: str
    hard: bool = True
    """False where the reply is better than none."""


Check = Callable[[BaseModel], Complaint | None]
