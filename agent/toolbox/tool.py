"""A tool: all that Popcorn knows of one thing that a language model may call."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from ...errors import RequestError
from ...redaction import scrubbed_value
from .tool_result import ToolResult

if TYPE_CHECKING:
    from ...tools.video.types import Estimate
    from .sendable_result import Progress
    from .work import Work
    from .workbench import Workbench


class Arguments(BaseModel):
    """The base of what tools are given: a field an argument, each with a description for the language model."""

    model_config = ConfigDict(extra="forbid", frozen=True)


A = TypeVar("A", bound=Arguments)
R = TypeVar("R", bound=ToolResult)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool(Generic[A, R]):
    """One tool; `table` lists them all."""

    name: str
    """As models, clients and traces know it: the name of its module."""
    label: str
    """What it does, in a word or two for people."""
    arguments: type[A]
    work: Work[A, R]
    read: Callable[[Mapping[str, Any]], R]
    """Gives a result back from its JSON. Raises pydantic's ValidationError where that came of something else."""
    estimate: Callable[[Workbench, A], Estimate] | None = None
    """What a person may be asked before a call is made: what its renders would take, or the question of one that writes
    down what they said; None for a tool that does neither."""
    agree: Callable[[Workbench, A], None] | None = None
    """Told that a person agreed to buy once more what may have been paid for in vain; None for what buys nothing."""
    spends: bool = False
    """It asks models or renders: it may cost money, and takes long."""

    @property
    def description(self) -> str:
        """What it does, when to use it, and an example, for a language model: its function's docstring."""
        return inspect.getdoc(self.work.function) or ""

    @property
    def asks(self) -> bool:
        """Whether a person may have to agree to a call: it makes clips, or writes down what they said."""
        return self.estimate is not None

    def schema(self) -> dict[str, Any]:
        """The JSON schema of its arguments."""
        schema = self.arguments.model_json_schema()
        schema.pop("description", None)  # a class of ours is described for people who read the code
        return schema | {"title": self.name}

    def asked(self, arguments: Mapping[str, Any]) -> A:
        """The arguments as the tool takes them, defaults filled in. Raises RequestError where they do not fit."""
        try:
            return self.arguments.model_validate(scrubbed_value(arguments))
        except ValidationError as exc:
            first = exc.errors()[0]
            argument = ".".join(map(str, first["loc"])) or "its arguments"
            raise RequestError(
                f"{self.name} cannot use {argument}: {first['msg']}",
                hint=f"It takes: {', '.join(self.arguments.model_fields)}.",
            ) from exc

    def run(self, bench: Workbench, asked: A, progress: Progress | None = None) -> R:
        """The result, for callers without an event loop. Raises PopcornError; `progress` may raise to stop the work."""
        return self.work.run(bench, asked, progress)

    async def call(self, bench: Workbench, asked: A, progress: Progress | None = None) -> R:
        """The result, for an event loop. Raises PopcornError."""
        return await self.work.call(bench, asked, progress)


def within(number: int, most: int) -> int:
    """A number of things that a caller may ask for. Raises RequestError where it is none."""
    if not 1 <= number <= most:
        raise RequestError(f"{number} is not between 1 and {most}", hint=f"Ask for 1 to {most}.")
    return number
