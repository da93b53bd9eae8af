"""What happens in a turn, as it happens; whoever shows the conversation decides how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of what the model says, as it comes."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolBegan:
    """A tool is called."""

    call: str
    """The id of the call."""
    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolProgress:
    """How far a tool is; a total of 0 is not known."""

    call: str
    name: str
    done: int
    total: int
    note: str


@dataclass(frozen=True, slots=True)
class ToolEnded:
    """A tool has answered."""

    call: str
    name: str
    text: str
    """What the model is told."""
    data: Mapping[str, Any] | None = None
    """What a person is shown; None where the call failed."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that a person has to be told beside the conversation."""

    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A call that waits for a person: `Conversation.answer` goes on."""

    question: str
    """Its id, by which it is answered."""
    call: str
    name: str
    arguments: Mapping[str, Any]
    estimate: Mapping[str, Any] = field(default_factory=dict)
    """`seconds`, `memory_bytes` and `cost_usd`, each None where nobody knows."""


Event = Said | ToolBegan | ToolProgress | ToolEnded | Remark | Asked
