"""What the offline drafter reads in its messages: the facts told with them and the fenced data blocks, by schema."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ....errors import ModelCallError
from ....graphs.asking.types import BRIEF
from ....prompts import unfence
from ....prompts.fence import JSONValue
from .characters import clean

MOST_CANDIDATES = 16


class Task(StrEnum):
    """The answers that can be asked for."""

    REASON = "reason"
    DRAFT = "draft"
    REFINE = "refine"
    PAPER = "paper"


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class SeenReference(_Read):
    """A reference as it was shown."""

    title: str = ""
    tag: str = ""
    comments: int | None = None
    description: str = ""


class SeenReferences(_Read):
    """Both sides of the retrieved set as they were shown."""

    popular: tuple[SeenReference, ...] = ()
    unpopular: tuple[SeenReference, ...] = ()

    @property
    def both(self) -> tuple[SeenReference, ...]:
        """Popular first."""
        return self.popular + self.unpopular


class SeenFinding(_Read):
    """One difference between the sides: shares from 0 to 1, or means for lengths."""

    kind: str = ""
    text: str = ""
    popular: float = 0.0
    unpopular: float = 0.0


class SeenStep(_Read):
    """One step of an earlier reasoning."""

    step: str = ""
    text: str = ""


class Tried(_Read):
    """An attempt that was scored before."""

    title: str = ""
    video_prompt: str = ""
    complaints: tuple[str, ...] = ()


def _findings(contrast: object) -> object:
    """The findings one by one, also where they are given kind by kind: text, popular, unpopular."""
    if not isinstance(contrast, dict):
        return contrast
    kinds = [(kind, found) for kind, found in contrast.items() if isinstance(found, list)]
    names = ("text", "popular", "unpopular")
    return [{"kind": kind, **dict(zip(names, one, strict=False))} for kind, found in kinds for one in found]


def _steps(reasoning: object) -> object:
    """The steps one by one, also where they are given by their names."""
    if not isinstance(reasoning, dict):
        return reasoning
    return [{"step": step, "text": text} for step, text in reasoning.items()]


def _cleaned(request: object) -> object:
    return clean(request) if isinstance(request, str) else request


class LineRoom(_Read):
    """What the line of a voice has to fit into."""

    most: int = Field(default=7, ge=1)
    """Words, or characters where no spaces part them."""
    language: str = ""


class Brief(_Read):
    """All that one call asks for."""

    task: Task
    request: Annotated[str, BeforeValidator(_cleaned), Field(min_length=1)]
    references: SeenReferences | None = None
    invented: bool = False
    """Whether the references' counts are made up, as those of the sample are."""
    contrast: Annotated[tuple[SeenFinding, ...], BeforeValidator(_findings)] = ()
    reasoning: Annotated[tuple[SeenStep, ...], BeforeValidator(_steps)] = ()
    candidates: int = Field(default=1, ge=1)
    shots: int = Field(default=1, ge=1, le=20)
    line: LineRoom | None = None
    """None where nobody speaks."""
    tried: tuple[Tried, ...] = ()

    @property
    def count(self) -> int:
        """How many drafts to give."""
        return min(self.candidates, MOST_CANDIDATES)


def told_data(messages: Sequence[BaseMessage]) -> dict[str, JSONValue]:
    """What is told with the messages and the data blocks in the system and human ones, by name.

    Raises ModelCallError for a block that is not JSON.
    """
    text = "\n".join(message.text for message in messages if isinstance(message, SystemMessage | HumanMessage))
    told: dict[str, JSONValue] = {}
    for message in reversed(messages):
        told |= message.additional_kwargs.get(BRIEF, {})
    try:
        return told | unfence(text)
    except json.JSONDecodeError as exc:
        raise ModelCallError(
            f"The offline drafter found a data block that is not JSON: {exc}.", hint="Fence data with prompts.fence."
        ) from exc


def read_brief(data: Mapping[str, JSONValue]) -> Brief | None:
    """The brief in such data; None when no task is among them.

    Raises ModelCallError when a task is there, and what belongs to it is missing or malformed.
    """
    if "task" not in data:
        return None
    try:
        return Brief.model_validate({name: value for name, value in data.items() if value is not None})
    except ValidationError as exc:
        where = "; ".join(f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in exc.errors()[:3])
        raise ModelCallError(
            f"The offline drafter cannot use the data it was given ({where}).",
            hint="Its data blocks are task, request, references, contrast, reasoning, candidates, invented and tried.",
        ) from exc
